//! Texts of a profile that follow a standard.

use jiff::tz::TimeZoneDatabase;
use oxilangtag::LanguageTag;
use url::Url;

/// Longest address of a picture, in bytes.
const MAX_URL: usize = 2_048;
/// Longest language tag (RFC 5646, section 4.4.1).
const MAX_LANGUAGE: usize = 35;
/// Fewest and most digits of a telephone number; E.164 sets the latter.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// A telephone number as E.164 has it.
///
/// # Errors
/// What it has to be.
pub fn phone(text: &str) -> Result<String, &'static str> {
    let good = text.strip_prefix('+').is_some_and(|digits| {
        PHONE_DIGITS.contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    if good {
        Ok(text.to_owned())
    } else {
        Err("must be an E.164 number, for example +14155550123")
    }
}

/// The https address of a picture.
///
/// # Errors
/// What it has to be.
pub fn avatar_url(text: &str) -> Result<String, &'static str> {
    let wrong = "must be an https address of at most 2048 characters";
    if text.len() > MAX_URL {
        return Err(wrong);
    }
    // The parser's spelling is kept: it escapes or drops what has no place in an address.
    let url = Url::parse(text).map_err(|_| wrong)?;
    let plain = url.scheme() == "https"
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.as_str().len() <= MAX_URL;
    if plain { Ok(url.into()) } else { Err(wrong) }
}

/// A time zone, in the IANA's own spelling.
///
/// # Errors
/// What it has to be.
pub fn time_zone(text: &str) -> Result<String, &'static str> {
    TimeZoneDatabase::bundled()
        .get(text)
        .ok()
        .filter(|zone| !zone.is_unknown())
        .and_then(|zone| zone.iana_name().map(str::to_owned))
        .ok_or("must be an IANA time zone, for example Europe/Berlin")
}

/// A language tag (BCP 47), in its usual case.
///
/// # Errors
/// What it has to be.
pub fn language(text: &str) -> Result<String, &'static str> {
    LanguageTag::parse_and_normalize(text)
        .ok()
        .map(LanguageTag::into_inner)
        .filter(|tag| tag.len() <= MAX_LANGUAGE)
        .ok_or("must be a BCP 47 language tag, for example en or pt-BR")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn time_zones_are_those_of_the_iana() {
        assert_eq!(time_zone("europe/berlin").as_deref(), Ok("Europe/Berlin"));
        assert_eq!(time_zone("UTC").as_deref(), Ok("UTC"));
        for text in [
            "Mars/Olympus",
            "+02:00",
            "CEST",
            "../etc/passwd",
            "Etc/Unknown",
            "Europe",
        ] {
            assert!(time_zone(text).is_err(), "{text}");
        }
    }

    #[test]
    fn languages_are_written_in_their_usual_case() {
        assert_eq!(language("PT-br").as_deref(), Ok("pt-BR"));
        assert_eq!(language("zh-hant-TW").as_deref(), Ok("zh-Hant-TW"));
        for text in [
            "e",
            "en_US",
            "english-",
            "-en",
            "en US",
            &format!("en-x{}", "-abcdefgh".repeat(5)),
        ] {
            assert!(language(text).is_err(), "{text}");
        }
    }

    #[test]
    fn telephone_numbers_are_e_164() {
        assert!(phone("+14155550123").is_ok());
        for text in [
            "14155550123",
            "+0155550123",
            "+1 415 555 0123",
            "+123456",
            "+1234567890123456",
            "+",
        ] {
            assert!(phone(text).is_err(), "{text}");
        }
    }

    #[test]
    fn pictures_are_fetched_over_https_only() {
        assert!(avatar_url("https://example.com/a.png").is_ok());
        let long = format!("https://example.com/{}", "a".repeat(2_048));
        for text in [
            "http://example.com/a",
            "javascript:alert(1)",
            "https://",
            "https://user:pw@example.com/",
            "/a.png",
            &long,
        ] {
            assert!(avatar_url(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = (time_zone(&text), language(&text), phone(&text), avatar_url(&text));
        }

        #[test]
        fn what_was_accepted_is_accepted_again(text in "[a-zA-Z]{2,3}(-[a-zA-Z]{4})?(-[a-zA-Z]{2})?") {
            if let Ok(tag) = language(&text) {
                prop_assert_eq!(language(&tag), Ok(tag));
            }
        }
    }
}
