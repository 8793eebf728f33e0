//! What the generated types can do.

use std::fmt;

use crate::{Date, Event, Expense, Money};

impl Event {
    /// The expense that the event is about.
    #[must_use]
    pub fn expense(&self) -> &Expense {
        match self {
            Self::ExpenseCreated(expense) | Self::ExpenseUpdated(expense) | Self::ExpenseDeleted(expense) => {
                expense
            }
        }
    }

    /// The event's name as triggers give it, for example "expense.created".
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::ExpenseCreated(_) => "expense.created",
            Self::ExpenseUpdated(_) => "expense.updated",
            Self::ExpenseDeleted(_) => "expense.deleted",
        }
    }
}

impl Money {
    /// The sum, or none when the currencies differ or the sum is out of range.
    #[must_use]
    pub fn checked_add(&self, other: &Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        Some(Self {
            minor: self.minor.checked_add(other.minor)?,
            ..self.clone()
        })
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
    fn dates_order_by_year_first() {
        let date = |year, month, day| Date { year, month, day };
        assert!(date(2025, 12, 31) < date(2026, 1, 1));
        assert_eq!(date(2025, 2, 3).to_string(), "2025-02-03");
    }
}
