//! Days of the Gregorian calendar.

use std::cmp::Ordering;
use std::fmt;

use crate::Date;

impl Date {
    /// Whether the day is on the calendar.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.year >= 1 && (1..=12).contains(&self.month) && (1..=self.days_in_month()).contains(&self.day)
    }

    /// The same day so many months later; the month's last day where there is no such day.
    ///
    /// ```
    /// use pfms_tax::Date;
    ///
    /// let bought = Date { year: 2024, month: 2, day: 29 };
    /// assert_eq!(bought.months_later(12).to_string(), "2025-02-28");
    /// ```
    #[must_use]
    pub fn months_later(&self, months: u16) -> Self {
        let count = u32::from(self.year) * 12 + u32::from(self.month.max(1) - 1) + u32::from(months);
        let shifted = Self {
            year: u16::try_from(count / 12).unwrap_or(u16::MAX),
            month: u8::try_from(count % 12).unwrap_or(0) + 1,
            day: self.day,
        };
        Self {
            day: self.day.min(shifted.days_in_month()),
            ..shifted
        }
    }

    fn days_in_month(self) -> u8 {
        let leap =
            self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        match self.month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

impl Eq for Date {}

impl PartialOrd for Date {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Date {
    fn cmp(&self, other: &Self) -> Ordering {
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

    fn date(year: u16, month: u8, day: u8) -> Date {
        Date { year, month, day }
    }

    #[test]
    fn only_days_of_the_calendar_are_valid() {
        assert!(date(2024, 2, 29).is_valid());
        assert!(!date(2025, 2, 29).is_valid());
        assert!(!date(2100, 2, 29).is_valid());
        assert!(!date(2025, 0, 1).is_valid());
        assert!(!date(2025, 13, 1).is_valid());
        assert!(!date(2025, 4, 31).is_valid());
        assert!(!date(0, 1, 1).is_valid());
    }

    #[test]
    fn months_are_counted_over_the_end_of_a_year() {
        assert_eq!(date(2025, 11, 30).months_later(3), date(2026, 2, 28));
        assert_eq!(date(2025, 1, 15).months_later(24), date(2027, 1, 15));
        assert!(date(2025, 12, 31) < date(2026, 1, 1));
    }
}
