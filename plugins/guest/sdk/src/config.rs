//! What configurations are written with.

use serde::{Deserialize, Deserializer};

use crate::{Money, RuleError};

/// An amount of money as people write it: `{"amount": "12.50", "currency": "EUR"}`, the form that PFMS uses in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amount {
    amount: Decimal,
    /// ISO 4217 code.
    pub currency: String,
}

/// A decimal number, exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Decimal {
    digits: i64,
    scale: u8,
}

impl Amount {
    /// In minor units of a currency that has so many digits after the decimal point; none when the amount has more
    /// digits than that, or is out of range.
    #[must_use]
    pub fn minor(&self, exponent: u8) -> Option<i64> {
        let zeros = exponent.checked_sub(self.amount.scale)?;
        10_i64.checked_pow(zeros.into())?.checked_mul(self.amount.digits)
    }

    /// In minor units of the currency of another amount; none when the currencies differ.
    ///
    /// # Errors
    /// When it has more digits than the currency.
    pub fn minor_like(&self, other: &Money) -> Result<Option<i64>, RuleError> {
        if self.currency != other.currency {
            return Ok(None);
        }
        self.minor(other.exponent).map(Some).ok_or_else(|| {
            let digits = other.exponent;
            RuleError::InvalidConfig(format!(
                "an amount in {} has up to {digits} decimals",
                self.currency
            ))
        })
    }

    /// Whether it is more than zero.
    #[must_use]
    pub fn is_positive(&self) -> bool {
        self.amount.digits > 0
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let problem = "an amount must be a decimal number in quotes, such as \"12.50\"";
        decimal(&text).ok_or_else(|| serde::de::Error::custom(problem))
    }
}

fn decimal(text: &str) -> Option<Decimal> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{fraction}");
    let unsigned = whole.strip_prefix('-').unwrap_or(whole);
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let shaped = !unsigned.is_empty() && is_number(unsigned) && is_number(fraction) && !text.ends_with('.');
    if !shaped {
        return None;
    }
    Some(Decimal {
        digits: digits.parse().ok()?,
        scale: u8::try_from(fraction.len()).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Option<Amount> {
        serde_json::from_str(&format!(r#"{{"amount":"{text}","currency":"EUR"}}"#)).ok()
    }

    #[test]
    fn amounts_are_exact() {
        let minor = |text: &str, exponent| amount(text).and_then(|amount| amount.minor(exponent));
        assert_eq!(minor("12.5", 2), Some(1250));
        assert_eq!(minor("-0.05", 2), Some(-5));
        assert_eq!(minor("12", 0), Some(12));
        assert_eq!(minor("12", 3), Some(12_000));
        assert_eq!(minor("12.505", 2), None);
        assert_eq!(minor("92233720368547758.08", 2), None);
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in ["", "1.", ".5", "1,5", "1e3", "+1", "--1", "1.2.3", " 1"] {
            assert_eq!(amount(text), None, "{text}");
        }
        assert!(serde_json::from_str::<Amount>(r#"{"amount":12.5,"currency":"EUR"}"#).is_err());
    }

    #[test]
    fn other_currencies_do_not_compare() {
        let euros = Money {
            minor: 1,
            currency: "EUR".into(),
            exponent: 2,
        };
        let dollars = Money {
            currency: "USD".into(),
            ..euros.clone()
        };
        let limit = amount("10.00");
        let like = |money| limit.as_ref().map(|limit| limit.minor_like(money));
        assert_eq!(like(&euros), Some(Ok(Some(1000))));
        assert_eq!(like(&dollars), Some(Ok(None)));
    }
}
