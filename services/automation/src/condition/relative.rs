//! Amounts measured by what the owner usually spends, or means to spend.

use std::collections::HashMap;

use pfms_types::Money;
use rust_decimal::Decimal;

use super::Order;

/// What an amount is measured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    /// The average of the owner's expenses at the event's merchant, over so many days.
    MerchantAverage(u16),
    /// The average of the owner's expenses in the event's category, over so many days.
    CategoryAverage(u16),
    /// The average of all of the owner's expenses, over so many days.
    Average(u16),
    /// The owner's limit per day.
    DailyBudget,
    /// The owner's limit per month.
    MonthlyBudget,
}

/// A share of a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relative {
    /// Percent in ten-thousandths: 1,500,000 for 150 %.
    pub percent: i64,
    /// Of what.
    pub measure: Measure,
}

/// A sum and of how many amounts it is: an average without its division, which would have to round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The sum.
    pub total: Money,
    /// Of how many; more than zero.
    pub count: i64,
}

/// What is known of the owner. A measure that is not in it has not been asked for; one that is none does not exist in
/// the currency of the event's amount.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known(HashMap<Measure, Option<Share>>);

impl Known {
    /// Adds what was found out.
    pub fn learn(&mut self, measure: Measure, share: Option<Share>) {
        self.0.insert(measure, share);
    }

    /// What a measure is; nothing when it has not been asked for.
    #[must_use]
    pub fn get(&self, measure: Measure) -> Option<Option<Share>> {
        self.0.get(&measure).copied()
    }
}

impl Relative {
    /// Reads a percentage: a plain decimal above 0, at most 1,000,000, with up to four digits after the point.
    ///
    /// # Errors
    /// Says what it must be.
    pub fn percent(text: &str) -> Result<i64, &'static str> {
        percent(text, 1_000_000)
            .ok_or("must be a decimal above 0, at most 1000000, with up to 4 digits after the point")
    }

    /// Whether an amount stands so to the share; nothing when the measure has not been asked for.
    #[must_use]
    pub fn compare(&self, order: Order, amount: Money, known: &Known) -> Option<bool> {
        let Some(share) = known.get(self.measure)? else {
            return Some(false);
        };
        if share.total.currency() != amount.currency() {
            return Some(false);
        }
        // Both sides times the count and a million, so that nothing is divided. Saturating: counts are of expenses, of which there are not so many.
        let left = i128::from(amount.minor())
            .saturating_mul(i128::from(share.count))
            .saturating_mul(1_000_000);
        let right = i128::from(share.total.minor()) * i128::from(self.percent);
        Some(order.holds(&left, &right))
    }
}

/// A percentage in ten-thousandths, if it is one above 0 and at most `max`.
#[must_use]
pub fn percent(text: &str, max: i64) -> Option<i64> {
    let number = crate::fact::number(text)?.normalize();
    let in_range = number > Decimal::ZERO && number <= Decimal::from(max) && number.scale() <= 4;
    if !in_range {
        return None;
    }
    i64::try_from(number.checked_mul(Decimal::from(10_000))?.trunc().mantissa()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_exact() {
        assert_eq!(percent("150", 1_000_000), Some(1_500_000));
        assert_eq!(percent("0.0001", 100), Some(1));
        assert_eq!(percent("33.3300", 100), Some(333_300));
        assert_eq!(percent("1000000", 1_000_000), Some(10_000_000_000));
        for bad in ["0", "-1", "100.00001", "101", "1e1", "", "ten", "+5", ".5", "5."] {
            assert_eq!(percent(bad, 100), None, "{bad}");
        }
    }
}
