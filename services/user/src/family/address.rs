//! The address that a person is invited by.

use email_address::{EmailAddress, Options};

/// Longest address that can be delivered to, in bytes (RFC 5321, section 4.5.3.1.3, less the angle brackets).
const MAX_BYTES: usize = 254;

/// A well-formed address with a dotted domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    /// Reads an address; blanks around it do not count.
    ///
    /// # Errors
    /// What it has to be.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let wrong = "must be an e-mail address such as name@example.com, of at most 254 bytes";
        let text = text.trim();
        let options = Options::default()
            .with_required_tld()
            .without_domain_literal()
            .without_display_text();
        if text.len() > MAX_BYTES || text.chars().any(char::is_control) {
            return Err(wrong);
        }
        EmailAddress::parse_with_options(text, options).map_err(|_| wrong)?;
        Ok(Self(text.to_owned()))
    }

    /// An address that was parsed before.
    #[must_use]
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The address as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two spellings of one address have in common.
    #[must_use]
    pub fn comparable(&self) -> String {
        self.0.to_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_and_case_do_not_tell_addresses_apart() {
        let address = Address::parse("  Ada.Lovelace@Example.COM ").unwrap();
        assert_eq!(address.comparable(), "ada.lovelace@example.com");
        let long = format!("{}@example.com", "a".repeat(300));
        for text in [
            "",
            "ada",
            "ada@localhost",
            "Ada <ada@example.com>",
            "a\n@example.com",
            &long,
        ] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }
}
