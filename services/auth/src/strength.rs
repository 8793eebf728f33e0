//! Whether a password is worth its hash: NIST SP 800-63B asks for no mixture of kinds of characters, but for what is
//! known, expected or easy to guess to be refused.

use zxcvbn::{Score, zxcvbn};

use crate::email::Email;

/// Fewest characters of a part of an address that make a password similar to it.
const MIN_PART: usize = 4;
/// Longest part of a password that is estimated, in characters: the work grows faster than the length.
const ESTIMATED: usize = 72;

/// What speaks against a password for the account of this address, as a violation's text; nothing when it is good.
/// Takes up to some milliseconds.
#[must_use]
pub fn weakness(password: &str, email: &Email) -> Option<&'static str> {
    if is_similar(password, email) {
        return Some("is too similar to your e-mail address");
    }
    let inputs = parts(email);
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).chain(["pfms"]).collect();
    let estimated: String = password.chars().take(ESTIMATED).collect();
    if zxcvbn(&estimated, &inputs).score() < Score::Three {
        return Some("is too easy to guess; several uncommon words in a row are good, and easy to remember");
    }
    None
}

/// Whether what is left of a password without parts of the address would be too short for a password.
fn is_similar(password: &str, email: &Email) -> bool {
    let password = simple(password);
    let mut parts: Vec<String> = parts(email).iter().map(|part| simple(part)).collect();
    parts.retain(|part| part.chars().count() >= MIN_PART);
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    let without = parts
        .iter()
        .fold(password.clone(), |rest, part| rest.replace(part.as_str(), ""));
    without.len() < password.len() && without.chars().count() < 8
}

/// The address, what is before and after its at sign, and the words of both.
fn parts(email: &Email) -> Vec<String> {
    let address = email.comparable();
    let (local, domain) = address.rsplit_once('@').unwrap_or((&address, ""));
    let words = address.split(|c: char| !c.is_alphanumeric());
    let mut parts: Vec<String> = [address.as_str(), local, domain]
        .into_iter()
        .chain(words)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect();
    parts.dedup();
    parts
}

/// Letters and digits in lower case.
fn simple(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ada() -> Email {
        Email::parse("Ada.Lovelace@example.com").unwrap()
    }

    #[test]
    fn what_everybody_would_try_is_refused() {
        for password in [
            "password",
            "Passw0rd!",
            "12345678",
            "qwertyuiop",
            "iloveyou1",
            "aaaaaaaaaaaa",
            "abcdefgh12345678",
            "Summer2025",
            "pfmspfms",
        ] {
            assert!(weakness(password, &ada()).is_some(), "{password}");
        }
    }

    #[test]
    fn what_the_address_gives_away_is_refused() {
        for password in [
            "ada.lovelace@example.com",
            "AdaLovelace",
            "lovelace-2025",
            "Example.com!",
            "ada_lovelace_99",
        ] {
            assert_eq!(
                weakness(password, &ada()),
                Some("is too similar to your e-mail address"),
                "{password}"
            );
        }
    }

    #[test]
    fn no_kind_of_character_is_asked_for() {
        for password in [
            "umbrella tractor violet",
            "correct horse battery",
            "hjkwqpzmvxtr",
            "83650274916573",
            "корова табуретка лимон",
            "lovelace wrote the first program",
            &"umbrella tractor violet ".repeat(5),
        ] {
            assert_eq!(weakness(password, &ada()), None, "{password}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(password in ".{0,128}") {
            let _ = weakness(&password, &ada());
        }
    }
}
