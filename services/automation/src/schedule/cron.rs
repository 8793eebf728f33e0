//! Schedules in five fields.

use croner::parser::{CronParser, Seconds, Year};
use jiff::civil::{DateTime, date};

/// Longest text, in characters.
const MAX_TEXT: usize = 100;

/// Minutes on the clock, as the fields minute, hour, day of the month, month and day of the week name them.
#[derive(Clone, Debug)]
pub struct Cron {
    text: String,
    pattern: croner::Cron,
}

impl PartialEq for Cron {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Cron {
    /// Reads the five fields. Beside numbers, lists, ranges and steps there are names of months and weekdays, `L` for
    /// the last day and `#` for the nth weekday of a month, and `W` for the working day next to a day. Where both days
    /// are given, either of them counts, as ever in cron.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.len() > MAX_TEXT || !text.is_ascii() || text.split_ascii_whitespace().count() != 5 {
            return Err(format!(
                "must be five fields, minute, hour, day of the month, month and day of the week, of up to {MAX_TEXT} \
                 characters, for example \"0 8 * * MON-FRI\""
            ));
        }
        let parser = CronParser::builder()
            .seconds(Seconds::Disallowed)
            .year(Year::Disallowed)
            .build();
        let pattern = parser
            .parse(text)
            .map_err(|error| format!("is not understood: {error}"))?;
        let cron = Self {
            text: text.to_owned(),
            pattern,
        };
        // The calendar repeats every 400 years.
        match cron.next_on_clock(date(2000, 1, 1).at(0, 0, 0, 0)) {
            Some(_) => Ok(cron),
            None => Err("names a day that never comes".to_owned()),
        }
    }

    /// As it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn next_on_clock(&self, after: DateTime) -> Option<DateTime> {
        self.pattern.find_next_occurrence(&after, false).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(text: &str, after: DateTime) -> DateTime {
        Cron::parse(text).unwrap().next_on_clock(after).unwrap()
    }

    #[test]
    fn five_fields_are_read() {
        let after = date(2026, 1, 30).at(8, 0, 0, 0);
        assert_eq!(next("0 8 * * MON-FRI", after), date(2026, 2, 2).at(8, 0, 0, 0));
        assert_eq!(next("*/15 * * * *", after), date(2026, 1, 30).at(8, 15, 0, 0));
        assert_eq!(next("0 0 L * *", after), date(2026, 1, 31).at(0, 0, 0, 0));
        assert_eq!(next("0 0 29 2 *", after), date(2028, 2, 29).at(0, 0, 0, 0));
        // Either day counts.
        assert_eq!(next("0 9 13 * FRI", after), date(2026, 1, 30).at(9, 0, 0, 0));
        assert_eq!(next("59 23 * * 7", after), date(2026, 2, 1).at(23, 59, 0, 0));
    }

    #[test]
    fn what_is_not_five_fields_is_refused() {
        for text in [
            "",
            "* * * *",
            "* * * * * *",
            "@daily",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 8",
            "a b c d e",
            "*/0 * * * *",
            "５ * * * *",
            &format!("{} * * * *", "1,".repeat(60)),
        ] {
            assert!(Cron::parse(text).is_err(), "{text}");
        }
        let never = Cron::parse("0 0 30 2 *").unwrap_err();
        assert!(never.contains("never"), "{never}");
    }
}
