//! Telephone numbers.

/// Fewest and most digits; E.164 sets the latter.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
/// Digits of a number that are shown.
const SHOWN: usize = 2;

/// A telephone number as E.164 has it.
#[derive(Clone, PartialEq, Eq)]
pub struct Number(String);

impl Number {
    /// Reads a number; blanks around it do not count.
    ///
    /// # Errors
    /// What it has to be.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        let good = text.strip_prefix('+').is_some_and(|digits| {
            DIGITS.contains(&digits.len())
                && !digits.starts_with('0')
                && digits.bytes().all(|byte| byte.is_ascii_digit())
        });
        if good {
            Ok(Self(text.to_owned()))
        } else {
            Err("must be an E.164 number, for example +14155550123")
        }
    }

    /// The number: a plus sign and digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What its owner recognises it by, and nobody else.
    #[must_use]
    pub fn ending(&self) -> &str {
        &self.0[self.0.len().saturating_sub(SHOWN)..]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_international_ones() {
        for text in ["+14155550123", " +4930123456\n", "+1234567", "+123456789012345"] {
            assert!(Number::parse(text).is_ok(), "{text:?}");
        }
        for text in [
            "",
            "+",
            "14155550123",
            "+04155550123",
            "+123456",
            "+1234567890123456",
            "+1 415 555 0123",
            "+٤٩٣٠١٢٣٤٥٦",
            "++14155550123",
        ] {
            assert!(Number::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn two_digits_are_shown() {
        assert_eq!(Number::parse("+14155550123").unwrap().ending(), "23");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = Number::parse(&text).map(|number| number.ending().len());
        }
    }
}
