//! Exact amounts of one currency.

use std::fmt;

use crate::Currency;

/// An amount in minor units of a currency, for example 12345 and USD for 123.45 dollars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Why a text is not an amount, or two amounts cannot be combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a plain decimal.
    #[error("must be a plain decimal number such as 500.00, without exponent, sign + or grouping")]
    Malformed,
    /// More fraction digits than the currency has.
    #[error("has more fraction digits than {currency} allows ({allowed})")]
    TooPrecise {
        /// The currency.
        currency: Currency,
        /// How many digits it has.
        allowed: u8,
    },
    /// Outside of what is stored: more than 2⁶³ - 1 minor units.
    #[error("is too large")]
    OutOfRange,
    /// Amounts of two currencies.
    #[error("is in {right}, but {left} is needed")]
    CurrencyMismatch {
        /// The currency that is needed.
        left: Currency,
        /// The currency that was given.
        right: Currency,
    },
}

impl Money {
    /// An amount from minor units.
    #[must_use]
    pub const fn from_minor(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads a plain decimal: an optional minus, digits, and at most as many fraction digits as the currency
    /// has.
    ///
    /// # Errors
    /// [`MoneyError::Malformed`], [`MoneyError::TooPrecise`] or [`MoneyError::OutOfRange`].
    pub fn parse(amount: &str, currency: Currency) -> Result<Self, MoneyError> {
        let (negative, digits) = match amount.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, amount),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((_, "")) => return Err(MoneyError::Malformed),
            Some(parts) => parts,
            None => (digits, ""),
        };
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return Err(MoneyError::Malformed);
        }
        let allowed = currency.exponent();
        if fraction.len() > usize::from(allowed) {
            return Err(MoneyError::TooPrecise { currency, allowed });
        }
        let padding = usize::from(allowed) - fraction.len();
        let mut minor: i64 = 0;
        for digit in whole
            .bytes()
            .chain(fraction.bytes())
            .chain(std::iter::repeat_n(b'0', padding))
        {
            // Summed on the negative side, which reaches one further.
            minor = minor
                .checked_mul(10)
                .and_then(|value| value.checked_sub(i64::from(digit - b'0')))
                .ok_or(MoneyError::OutOfRange)?;
        }
        let minor = if negative {
            minor
        } else {
            minor.checked_neg().ok_or(MoneyError::OutOfRange)?
        };
        Ok(Self { minor, currency })
    }

    /// The amount in minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The sum.
    ///
    /// # Errors
    /// When the currencies differ or the sum is out of range.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_add)
    }

    /// The difference.
    ///
    /// # Errors
    /// When the currencies differ or the difference is out of range.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_sub)
    }

    fn combine(self, other: Self, operation: fn(i64, i64) -> Option<i64>) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch {
                left: self.currency,
                right: other.currency,
            });
        }
        let minor = operation(self.minor, other.minor).ok_or(MoneyError::OutOfRange)?;
        Ok(Self {
            minor,
            currency: self.currency,
        })
    }

    /// The plain decimal with all of the currency's fraction digits.
    #[must_use]
    pub fn amount(self) -> String {
        let exponent = usize::from(self.currency.exponent());
        let digits = format!("{:0width$}", self.minor.unsigned_abs(), width = exponent + 1);
        let (whole, fraction) = digits.split_at(digits.len() - exponent);
        let sign = if self.minor < 0 { "-" } else { "" };
        if fraction.is_empty() {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{fraction}")
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KWD: &str = "KWD";

    fn usd(text: &str) -> Result<i64, MoneyError> {
        Money::parse(text, Currency::USD).map(Money::minor)
    }

    #[test]
    fn plain_decimals_are_read_exactly() {
        assert_eq!(usd("500.00"), Ok(50_000));
        assert_eq!(usd("500"), Ok(50_000));
        assert_eq!(usd("-0.5"), Ok(-50));
        assert_eq!(usd("0"), Ok(0));
        assert_eq!(usd("92233720368547758.07"), Ok(i64::MAX));
        assert_eq!(usd("-92233720368547758.08"), Ok(i64::MIN));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "1e3", "NaN", "", ".", "1.", ".5", "+1", "1,000", " 1", "--1", "0x1", "１",
        ] {
            assert_eq!(usd(text), Err(MoneyError::Malformed), "{text:?}");
        }
        assert_eq!(
            usd("12.345"),
            Err(MoneyError::TooPrecise {
                currency: Currency::USD,
                allowed: 2
            })
        );
        assert_eq!(usd(&"9".repeat(40)), Err(MoneyError::OutOfRange));
        assert_eq!(usd("92233720368547758.08"), Err(MoneyError::OutOfRange));
    }

    #[test]
    fn currencies_never_mix() {
        let dollar = Money::from_minor(1, Currency::USD);
        let yen = Money::from_minor(1, Currency::JPY);
        assert!(matches!(
            dollar.checked_add(yen),
            Err(MoneyError::CurrencyMismatch { .. })
        ));
    }

    proptest! {
        #[test]
        fn writing_and_reading_give_the_same_amount(
            minor: i64,
            currency in prop::sample::select(vec!["USD", "JPY", KWD, "CLF"]),
        ) {
            let currency: Currency = currency.parse().unwrap();
            let money = Money::from_minor(minor, currency);
            prop_assert_eq!(Money::parse(&money.amount(), currency), Ok(money));
        }

        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = Money::parse(&text, Currency::USD);
        }

        #[test]
        fn subtraction_undoes_addition(a: i64, b: i64) {
            let (a, b) = (Money::from_minor(a, Currency::EUR), Money::from_minor(b, Currency::EUR));
            if let Ok(sum) = a.checked_add(b) {
                prop_assert_eq!(sum.checked_sub(b), Ok(a));
            }
        }
    }
}
