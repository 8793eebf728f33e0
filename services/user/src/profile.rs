//! Profiles.

use jiff::civil::Date;
use jiff::tz::TimeZoneDatabase;
use oxilangtag::LanguageTag;
use pfms_proto::user::v1::{self as wire, UpdateProfileRequest};
use pfms_runtime::parse::{self, UpdateMask, wire_time};
use pfms_runtime::{Error, Violations};
use pfms_types::{Currency, UserId};
use url::Url;

/// Most characters of a name.
const MAX_NAME: usize = 100;
/// Longest address of a picture, in bytes.
const MAX_URL: usize = 2_048;
/// Longest language tag (RFC 5646, section 4.4.1).
const MAX_LANGUAGE: usize = 35;
/// Fewest and most digits of a telephone number; E.164 sets the latter.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
/// The time zone of whom none is known.
const DEFAULT_TIME_ZONE: &str = "UTC";
/// The language of whom none is known.
const DEFAULT_LANGUAGE: &str = "en";

/// What can be changed.
const UPDATABLE: &[&str] = &[
    "first_name",
    "last_name",
    "phone",
    "avatar_url",
    "date_of_birth",
    "currency",
    "time_zone",
    "language",
];

/// Who a person is to the system; empty texts were not given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E.164.
    pub phone: String,
    /// An https address.
    pub avatar_url: String,
    /// A day in the past.
    pub date_of_birth: Option<Date>,
    /// In which totals are shown.
    pub currency: Currency,
    /// The IANA zone's own spelling.
    pub time_zone: String,
    /// BCP 47, in its usual case.
    pub language: String,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            first_name: String::new(),
            last_name: String::new(),
            phone: String::new(),
            avatar_url: String::new(),
            date_of_birth: None,
            currency: Currency::USD,
            time_zone: DEFAULT_TIME_ZONE.to_owned(),
            language: DEFAULT_LANGUAGE.to_owned(),
        }
    }
}

/// What an update changes; a field that is cleared takes its first value again.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ProfileChange {
    first_name: Option<String>,
    last_name: Option<String>,
    phone: Option<String>,
    avatar_url: Option<String>,
    date_of_birth: Option<Option<Date>>,
    currency: Option<Currency>,
    time_zone: Option<String>,
    language: Option<String>,
}

impl ProfileChange {
    /// Reads an update; `today` is what a date of birth lies before.
    ///
    /// # Errors
    /// Names each field that breaks a rule.
    pub fn parse(request: UpdateProfileRequest, today: Date) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let mask = UpdateMask::parse(&mut violations, request.update_mask, UPDATABLE);
        let Some(given) = request.profile else {
            violations.add("profile", "is required");
            return Err(violations.into());
        };
        let mut inner = Violations::default();
        let change = Self::read(&mut inner, &mask, given, today);
        violations.nest("profile", inner);
        if violations.is_empty() {
            Ok(change)
        } else {
            Err(violations.into())
        }
    }

    fn read(violations: &mut Violations, mask: &UpdateMask, given: wire::Profile, today: Date) -> Self {
        let first = Profile::default();
        let touched = |field: &str, value: &str| mask.touches(field, !value.is_empty());
        let mut change = Self::default();
        if touched("first_name", &given.first_name) {
            change.first_name = Some(name(violations, "firstName", &given.first_name));
        }
        if touched("last_name", &given.last_name) {
            change.last_name = Some(name(violations, "lastName", &given.last_name));
        }
        if touched("phone", &given.phone) {
            change.phone = or_cleared(&given.phone, String::new(), |text| {
                violations.keep("phone", phone(text))
            });
        }
        if touched("avatar_url", &given.avatar_url) {
            change.avatar_url = or_cleared(&given.avatar_url, String::new(), |text| {
                violations.keep("avatarUrl", avatar_url(text))
            });
        }
        if touched("date_of_birth", &given.date_of_birth) {
            let date = parse::optional_date(violations, "dateOfBirth", &given.date_of_birth);
            if date.is_some_and(|date| date >= today) {
                violations.add("dateOfBirth", "must be in the past");
            }
            change.date_of_birth = Some(date);
        }
        if touched("currency", &given.currency) {
            change.currency = or_cleared(&given.currency, first.currency, |text| {
                parse::currency(violations, "currency", text)
            });
        }
        if touched("time_zone", &given.time_zone) {
            change.time_zone = or_cleared(&given.time_zone, first.time_zone, |text| {
                violations.keep("timeZone", time_zone(text))
            });
        }
        if touched("language", &given.language) {
            change.language = or_cleared(&given.language, first.language, |text| {
                violations.keep("language", language(text))
            });
        }
        change
    }

    /// The profile with this change.
    #[must_use]
    pub fn apply(self, to: &Profile) -> Profile {
        let to = to.clone();
        Profile {
            first_name: self.first_name.unwrap_or(to.first_name),
            last_name: self.last_name.unwrap_or(to.last_name),
            phone: self.phone.unwrap_or(to.phone),
            avatar_url: self.avatar_url.unwrap_or(to.avatar_url),
            date_of_birth: self.date_of_birth.unwrap_or(to.date_of_birth),
            currency: self.currency.unwrap_or(to.currency),
            time_zone: self.time_zone.unwrap_or(to.time_zone),
            language: self.language.unwrap_or(to.language),
        }
    }
}

/// The profile as it goes out.
#[must_use]
pub fn to_wire(
    user_id: UserId,
    profile: Profile,
    created_at: jiff::Timestamp,
    updated_at: jiff::Timestamp,
) -> wire::Profile {
    wire::Profile {
        user_id: user_id.to_string(),
        first_name: profile.first_name,
        last_name: profile.last_name,
        phone: profile.phone,
        avatar_url: profile.avatar_url,
        date_of_birth: profile
            .date_of_birth
            .map(|date| date.to_string())
            .unwrap_or_default(),
        currency: profile.currency.to_string(),
        time_zone: profile.time_zone,
        language: profile.language,
        create_time: Some(wire_time(created_at)),
        update_time: Some(wire_time(updated_at)),
    }
}

fn or_cleared<T>(text: &str, cleared: T, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
    if text.is_empty() {
        Some(cleared)
    } else {
        read(text)
    }
}

fn name(violations: &mut Violations, field: &str, value: &str) -> String {
    let value = value.trim();
    if value.contains(['\n', '\r', '\t']) {
        violations.add(field, "must be one line");
    }
    parse::text(violations, field, value.to_owned(), MAX_NAME)
}

fn phone(text: &str) -> Result<String, &'static str> {
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

fn avatar_url(text: &str) -> Result<String, &'static str> {
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

fn time_zone(text: &str) -> Result<String, &'static str> {
    TimeZoneDatabase::bundled()
        .get(text)
        .ok()
        .filter(|zone| !zone.is_unknown())
        .and_then(|zone| zone.iana_name().map(str::to_owned))
        .ok_or("must be an IANA time zone, for example Europe/Berlin")
}

fn language(text: &str) -> Result<String, &'static str> {
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
