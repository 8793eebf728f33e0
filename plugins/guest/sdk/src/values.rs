//! What the generated types can do.

use std::fmt;
use std::str::FromStr;

use crate::{Date, Money};

impl Money {
    /// The same currency with another amount, in minor units.
    #[must_use]
    pub fn with_minor(&self, minor: i64) -> Self {
        Self {
            minor,
            ..self.clone()
        }
    }

    /// The difference, or none when the currencies differ or it is out of range.
    #[must_use]
    pub fn checked_sub(&self, other: &Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        Some(self.with_minor(self.minor.checked_sub(other.minor)?))
    }

    /// The sum, or none when the currencies differ or the sum is out of range.
    #[must_use]
    pub fn checked_add(&self, other: &Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        Some(self.with_minor(self.minor.checked_add(other.minor)?))
    }
}

/// An exact decimal and the currency, for example "12.50 USD".
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.minor < 0 { "-" } else { "" };
        let width = usize::from(self.exponent) + 1;
        let digits = format!("{:0>width$}", self.minor.unsigned_abs());
        let (whole, part) = digits.split_at(digits.len() - usize::from(self.exponent));
        let point = if part.is_empty() { "" } else { "." };
        write!(f, "{sign}{whole}{point}{part} {}", self.currency)
    }
}

impl Date {
    /// The day's number, counted from 1970-01-01 as 0. For arithmetic: the days between two dates are the
    /// difference of their numbers.
    ///
    /// Counts years from March, so that the leap day is the last of its year.
    #[must_use]
    pub fn day_number(self) -> i32 {
        let (year, month) = (i32::from(self.year), i32::from(self.month));
        let (year, month) = if month > 2 {
            (year, month - 3)
        } else {
            (year - 1, month + 9)
        };
        let day_of_year = (153 * month + 2) / 5 + i32::from(self.day) - 1;
        // 719,468 days lie between 0000-03-01 and 1970-01-01.
        365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468
    }

    /// How many days this day lies after another; negative when it lies before.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i32 {
        self.day_number() - earlier.day_number()
    }

    /// Days in the day's month, 28 to 31.
    #[must_use]
    pub fn days_in_month(self) -> u8 {
        let leap =
            self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        match self.month {
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => 31,
        }
    }
}

/// Reads ISO 8601, for example "2025-12-11".
impl FromStr for Date {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let problem = "must be a day such as \"2025-12-11\"";
        let number = |range: std::ops::Range<usize>| {
            text.get(range)
                .filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
                .and_then(|part| part.parse::<u16>().ok())
                .ok_or(problem)
        };
        let short = |number: u16| u8::try_from(number).map_err(|_| problem);
        let date = Self {
            year: number(0..4)?,
            month: short(number(5..7)?)?,
            day: short(number(8..10)?)?,
        };
        let is_valid = date.year > 0
            && (1..=12).contains(&date.month)
            && (1..=date.days_in_month()).contains(&date.day)
            && date.to_string() == text;
        if is_valid { Ok(date) } else { Err(problem) }
    }
}

impl Eq for Date {}

impl PartialOrd for Date {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Date {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.year, self.month, self.day).cmp(&(other.year, other.month, other.day))
    }
}

/// ISO 8601, for example "2025-12-11".
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(minor: i64, exponent: u8) -> Money {
        Money {
            minor,
            currency: "XXX".into(),
            exponent,
        }
    }

    #[test]
    fn money_is_written_with_its_currencys_digits() {
        assert_eq!(money(1250, 2).to_string(), "12.50 XXX");
        assert_eq!(money(5, 2).to_string(), "0.05 XXX");
        assert_eq!(money(-5, 3).to_string(), "-0.005 XXX");
        assert_eq!(money(1250, 0).to_string(), "1250 XXX");
        assert_eq!(money(i64::MIN, 2).to_string(), "-92233720368547758.08 XXX");
    }

    #[test]
    fn money_adds_within_a_currency_and_its_range_only() {
        assert_eq!(money(1, 2).checked_add(&money(2, 2)), Some(money(3, 2)));
        assert_eq!(money(i64::MAX, 2).checked_add(&money(1, 2)), None);
        let other = Money {
            currency: "YYY".into(),
            ..money(1, 2)
        };
        assert_eq!(money(1, 2).checked_add(&other), None);
    }

    #[test]
    fn money_subtracts_within_a_currency_only() {
        assert_eq!(money(5, 2).checked_sub(&money(7, 2)), Some(money(-2, 2)));
        assert_eq!(money(i64::MIN, 2).checked_sub(&money(1, 2)), None);
    }

    #[test]
    fn days_are_counted_over_leap_years() {
        let number = |text: &str| text.parse::<Date>().map(Date::day_number);
        assert_eq!(number("1970-01-01"), Ok(0));
        assert_eq!(number("1969-12-31"), Ok(-1));
        assert_eq!(number("2000-03-01"), Ok(11_017));
        assert_eq!(number("2026-11-26"), Ok(20_783));
        let since =
            |day: &str, earlier: &str| Some(day.parse::<Date>().ok()?.days_since(earlier.parse().ok()?));
        assert_eq!(since("2024-03-01", "2024-02-28"), Some(2));
        assert_eq!(since("2025-03-01", "2025-02-28"), Some(1));
        assert_eq!(since("1900-03-01", "1900-02-28"), Some(1));
        assert_eq!(since("2025-01-01", "2026-01-01"), Some(-365));
    }

    #[test]
    fn dates_are_read_as_they_are_written() {
        for text in ["2024-02-29", "0001-01-01", "9999-12-31"] {
            assert_eq!(
                text.parse::<Date>().map(|date| date.to_string()).as_deref(),
                Ok(text)
            );
        }
        for text in [
            "",
            "2025-02-29",
            "2025-13-01",
            "2025-1-01",
            "2025-01-00",
            "2025-01-01T",
            "0000-01-01",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }

    #[test]
    fn dates_order_by_year_first() {
        let date = |year, month, day| Date { year, month, day };
        assert!(date(2025, 12, 31) < date(2026, 1, 1));
        assert_eq!(date(2025, 2, 3).to_string(), "2025-02-03");
    }
}
