//! Schedules by the calendar.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::{Span, ToSpan};
use pfms_proto::automation::v1 as wire;
use pfms_runtime::{Violations, parse};

/// Longest interval.
const MAX_INTERVAL: i32 = 366;

/// Days of the calendar, and a time of day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    repeats: Repeats,
    /// Every so many days, weeks, months or years, counted from `start`; 1 to 366.
    interval: i64,
    time: Time,
    /// The first day that counts. Given where the interval is above 1.
    start: Option<Date>,
}

/// Which days.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Repeats {
    Daily,
    /// On these days, in their order.
    Weekly(Vec<Weekday>),
    Monthly(DayOfMonth),
    Yearly {
        month: i8,
        day: DayOfMonth,
    },
}

/// A day of a month; of a shorter month its last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DayOfMonth {
    /// 1 to 31.
    Day(i8),
    Last,
}

impl DayOfMonth {
    fn of(self, month: Date) -> Date {
        let last = month.days_in_month();
        let day = match self {
            Self::Day(day) => day.min(last),
            Self::Last => last,
        };
        month.with().day(day).build().unwrap_or(month)
    }
}

impl Calendar {
    /// Reads a rule; violations name its fields.
    pub fn parse(violations: &mut Violations, rule: &wire::CalendarRule) -> Option<Self> {
        let time = parse_time(&rule.time).ok_or("must be a time of day such as \"08:30\"");
        let time = violations.keep("time", time);
        let start = parse::optional_date(violations, "startDate", &rule.start_date);
        let interval = match rule.interval {
            0 => 1,
            interval if (1..=MAX_INTERVAL).contains(&interval) => i64::from(interval),
            _ => {
                violations.add("interval", format!("must be 1 to {MAX_INTERVAL}"));
                1
            }
        };
        if interval > 1 && rule.start_date.is_empty() {
            violations.add("startDate", "is required with an interval above 1");
        }
        let repeats = Repeats::parse(violations, rule, start);
        if !violations.is_empty() {
            return None;
        }
        Some(Self {
            repeats: repeats?,
            interval,
            time: time?,
            start,
        })
    }

    /// As it goes out.
    #[must_use]
    pub fn wire(&self) -> wire::CalendarRule {
        let (frequency, weekdays, day_of_month) = match &self.repeats {
            Repeats::Daily => (wire::Frequency::Daily, Vec::new(), 0),
            Repeats::Weekly(days) => {
                let days = days.iter().map(|day| i32::from(day.to_monday_one_offset()));
                (wire::Frequency::Weekly, days.collect(), 0)
            }
            Repeats::Monthly(day) => (wire::Frequency::Monthly, Vec::new(), number(*day)),
            Repeats::Yearly { day, .. } => (wire::Frequency::Yearly, Vec::new(), number(*day)),
        };
        wire::CalendarRule {
            frequency: frequency.into(),
            interval: i32::try_from(self.interval).unwrap_or(1),
            weekdays,
            day_of_month,
            time: self.time.strftime("%H:%M").to_string(),
            start_date: self.start.map(|date| date.to_string()).unwrap_or_default(),
        }
    }

    pub(super) fn next_on_clock(&self, after: DateTime) -> Option<DateTime> {
        let mut from = after.date();
        if after.time() >= self.time {
            from = from.tomorrow().ok()?;
        }
        let from = self.start.map_or(from, |start| from.max(start));
        self.next_day(from).map(|day| day.to_datetime(self.time))
    }

    /// The first day that counts, on or after a day that is not before the start.
    fn next_day(&self, from: Date) -> Option<Date> {
        match &self.repeats {
            Repeats::Daily => {
                let past = self.start.map_or(0, |start| days(start, from));
                from.checked_add(ahead(past, self.interval).days()).ok()
            }
            Repeats::Weekly(weekdays) => {
                let monday = monday(from)?;
                let past = self
                    .start
                    .map_or(Some(0), |start| Some(days(self::monday(start)?, monday) / 7))?;
                let mut week = monday.checked_add(ahead(past, self.interval).weeks()).ok()?;
                loop {
                    for weekday in weekdays {
                        let offset = i64::from(weekday.to_monday_zero_offset());
                        let day = week.checked_add(offset.days()).ok()?;
                        if day >= from {
                            return Some(day);
                        }
                    }
                    week = week.checked_add(self.interval.weeks()).ok()?;
                }
            }
            Repeats::Monthly(day) => {
                let past = self.start.map_or(0, |start| months(start, from));
                let month = from
                    .first_of_month()
                    .checked_add(ahead(past, self.interval).months())
                    .ok()?;
                first_from(from, month, *day, self.interval.months())
            }
            Repeats::Yearly { month, day } => {
                let past = self
                    .start
                    .map_or(0, |start| i64::from(from.year()) - i64::from(start.year()));
                let month = from.first_of_year().with().month(*month).build().ok()?;
                let month = month.checked_add(ahead(past, self.interval).years()).ok()?;
                first_from(from, month, *day, self.interval.years())
            }
        }
    }
}

impl Repeats {
    fn parse(violations: &mut Violations, rule: &wire::CalendarRule, start: Option<Date>) -> Option<Self> {
        let frequency = wire::Frequency::try_from(rule.frequency).unwrap_or(wire::Frequency::Unspecified);
        let by_month = matches!(frequency, wire::Frequency::Monthly | wire::Frequency::Yearly);
        if !rule.weekdays.is_empty() && frequency != wire::Frequency::Weekly {
            violations.add("weekdays", "are for FREQUENCY_WEEKLY only");
        }
        if rule.day_of_month != 0 && !by_month {
            violations.add("dayOfMonth", "is for FREQUENCY_MONTHLY and FREQUENCY_YEARLY only");
        }
        match frequency {
            wire::Frequency::Unspecified => {
                violations.add(
                    "frequency",
                    "must be a known frequency, for example FREQUENCY_DAILY",
                );
                None
            }
            wire::Frequency::Daily => Some(Self::Daily),
            wire::Frequency::Weekly => Some(Self::Weekly(weekdays(violations, &rule.weekdays, start)?)),
            wire::Frequency::Monthly => day_of_month(violations, rule.day_of_month, start).map(Self::Monthly),
            wire::Frequency::Yearly => {
                if rule.start_date.is_empty() {
                    violations.add(
                        "startDate",
                        "is required for FREQUENCY_YEARLY: it says in which month",
                    );
                }
                let day = day_of_month(violations, rule.day_of_month, start)?;
                let month = start?.month();
                Some(Self::Yearly { month, day })
            }
        }
    }
}

/// The first such day on or after `from`, of this month and of those that follow it in steps.
fn first_from(from: Date, mut month: Date, day: DayOfMonth, step: Span) -> Option<Date> {
    loop {
        let candidate = day.of(month);
        if candidate >= from {
            return Some(candidate);
        }
        month = month.checked_add(step).ok()?;
    }
}

/// "08:30".
fn parse_time(text: &str) -> Option<Time> {
    let digits = |range| {
        text.get(range)
            .filter(|part: &&str| part.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|part| part.parse::<i8>().ok())
    };
    let (hour, minute) = (digits(0..2)?, digits(3..5)?);
    (text.len() == 5 && text.get(2..3) == Some(":"))
        .then(|| Time::new(hour, minute, 0, 0).ok())
        .flatten()
}

fn weekdays(violations: &mut Violations, given: &[i32], start: Option<Date>) -> Option<Vec<Weekday>> {
    if given.is_empty() {
        let Some(start) = start else {
            violations.add("weekdays", "or startDate is required for FREQUENCY_WEEKLY");
            return None;
        };
        return Some(vec![start.weekday()]);
    }
    let mut days = Vec::new();
    for (index, day) in given.iter().enumerate() {
        let day = i8::try_from(*day).map(Weekday::from_monday_one_offset);
        match day {
            Ok(Ok(day)) => days.push(day),
            _ => violations.add(format!("weekdays[{index}]"), "must be a day of the week"),
        }
    }
    days.sort_unstable_by_key(|day| day.to_monday_zero_offset());
    days.dedup();
    (!days.is_empty()).then_some(days)
}

fn day_of_month(violations: &mut Violations, day: i32, start: Option<Date>) -> Option<DayOfMonth> {
    match (day, start) {
        (-1, _) => Some(DayOfMonth::Last),
        (0, Some(start)) => Some(DayOfMonth::Day(start.day())),
        (0, None) => {
            violations.add("dayOfMonth", "or startDate is required");
            None
        }
        (1..=31, _) => i8::try_from(day).ok().map(DayOfMonth::Day),
        _ => {
            violations.add("dayOfMonth", "must be 1 to 31, or -1 for the last day");
            None
        }
    }
}

fn number(day: DayOfMonth) -> i32 {
    match day {
        DayOfMonth::Day(day) => i32::from(day),
        DayOfMonth::Last => -1,
    }
}

/// How many periods are still to pass until a whole number of intervals has.
fn ahead(past: i64, interval: i64) -> i64 {
    (interval - past.rem_euclid(interval)) % interval
}

fn days(from: Date, to: Date) -> i64 {
    from.duration_until(to).as_hours() / 24
}

fn months(from: Date, to: Date) -> i64 {
    let index = |date: Date| i64::from(date.year()) * 12 + i64::from(date.month());
    index(to) - index(from)
}

fn monday(day: Date) -> Option<Date> {
    day.checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
        .ok()
}

#[cfg(test)]
impl Calendar {
    /// Every month at midnight.
    pub(super) fn monthly(day: i32) -> Self {
        let rule = wire::CalendarRule {
            frequency: wire::Frequency::Monthly.into(),
            day_of_month: day,
            time: "00:00".into(),
            ..wire::CalendarRule::default()
        };
        Self::parse(&mut Violations::default(), &rule).unwrap()
    }

    /// Any calendar.
    pub(super) fn any() -> impl proptest::strategy::Strategy<Value = Self> {
        use proptest::prelude::*;
        (1i32..=4, 1i32..=40, 0i32..=31, 0i32..24, 0i32..60, 0i64..3_000).prop_map(
            |(frequency, interval, day, hour, minute, start)| {
                let by_month = frequency > 2;
                let rule = wire::CalendarRule {
                    frequency,
                    interval,
                    weekdays: Vec::new(),
                    day_of_month: if by_month { day } else { 0 },
                    time: format!("{hour:02}:{minute:02}"),
                    start_date: jiff::civil::date(2018, 1, 1)
                        .saturating_add(start.days())
                        .to_string(),
                };
                Self::parse(&mut Violations::default(), &rule).unwrap()
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn rule(frequency: wire::Frequency, change: impl FnOnce(&mut wire::CalendarRule)) -> wire::CalendarRule {
        let mut rule = wire::CalendarRule {
            frequency: frequency.into(),
            time: "08:00".into(),
            ..wire::CalendarRule::default()
        };
        change(&mut rule);
        rule
    }

    fn calendar(frequency: wire::Frequency, change: impl FnOnce(&mut wire::CalendarRule)) -> Calendar {
        let mut violations = Violations::default();
        Calendar::parse(&mut violations, &rule(frequency, change)).unwrap_or_else(|| panic!("{violations}"))
    }

    fn days_of(calendar: &Calendar, after: Date, count: usize) -> Vec<Date> {
        let mut clock = after.at(8, 0, 0, 0);
        let mut days = Vec::new();
        for _ in 0..count {
            clock = calendar.next_on_clock(clock).unwrap();
            days.push(clock.date());
        }
        days
    }

    #[test]
    fn intervals_count_from_the_start() {
        let every_third = calendar(wire::Frequency::Daily, |rule| {
            rule.interval = 3;
            rule.start_date = "2026-01-01".into();
        });
        assert_eq!(
            days_of(&every_third, date(2025, 1, 1), 2),
            [date(2026, 1, 1), date(2026, 1, 4)]
        );
        assert_eq!(days_of(&every_third, date(2026, 2, 27), 1), [date(2026, 3, 2)]);
        let fortnightly = calendar(wire::Frequency::Weekly, |rule| {
            rule.interval = 2;
            rule.weekdays = vec![wire::Weekday::Friday.into(), wire::Weekday::Monday.into()];
            // A Wednesday: the Monday of its week is before the start.
            rule.start_date = "2026-01-07".into();
        });
        assert_eq!(
            days_of(&fortnightly, date(2026, 1, 1), 3),
            [date(2026, 1, 9), date(2026, 1, 19), date(2026, 1, 23)]
        );
        let quarterly = calendar(wire::Frequency::Monthly, |rule| {
            rule.interval = 3;
            rule.day_of_month = 31;
            rule.start_date = "2025-11-15".into();
        });
        assert_eq!(
            days_of(&quarterly, date(2025, 1, 1), 3),
            [date(2025, 11, 30), date(2026, 2, 28), date(2026, 5, 31)]
        );
        let leap_day = calendar(wire::Frequency::Yearly, |rule| {
            rule.start_date = "2024-02-29".into();
        });
        assert_eq!(
            days_of(&leap_day, date(2024, 2, 29), 4),
            [
                date(2025, 2, 28),
                date(2026, 2, 28),
                date(2027, 2, 28),
                date(2028, 2, 29)
            ]
        );
        let last = calendar(wire::Frequency::Monthly, |rule| rule.day_of_month = -1);
        assert_eq!(
            days_of(&last, date(2024, 1, 31), 2),
            [date(2024, 2, 29), date(2024, 3, 31)]
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        use wire::Frequency::{Daily, Monthly, Unspecified, Weekly, Yearly};
        let faults = |frequency, change: fn(&mut wire::CalendarRule)| {
            let mut violations = Violations::default();
            assert_eq!(Calendar::parse(&mut violations, &rule(frequency, change)), None);
            violations
                .iter()
                .map(|(field, _)| field.to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(faults(Unspecified, |_| {}), ["frequency"]);
        for time in [
            "8:00", "24:00", "08:60", "08:00:00", "", "0８:00", "+8:00", "08-00",
        ] {
            let mut violations = Violations::default();
            let rule = rule(Daily, |rule| rule.time = time.into());
            assert_eq!(Calendar::parse(&mut violations, &rule), None, "{time}");
        }
        assert_eq!(faults(Daily, |rule| rule.interval = 2), ["startDate"]);
        assert_eq!(faults(Daily, |rule| rule.interval = -1), ["interval"]);
        assert_eq!(
            faults(Daily, |rule| {
                rule.weekdays = vec![1];
                rule.day_of_month = 1;
            }),
            ["weekdays", "dayOfMonth"]
        );
        assert_eq!(faults(Weekly, |_| {}), ["weekdays"]);
        assert_eq!(
            faults(Weekly, |rule| rule.weekdays = vec![1, 0, 8]),
            ["weekdays[1]", "weekdays[2]"]
        );
        assert_eq!(faults(Monthly, |_| {}), ["dayOfMonth"]);
        assert_eq!(faults(Monthly, |rule| rule.day_of_month = 32), ["dayOfMonth"]);
        assert_eq!(faults(Yearly, |rule| rule.day_of_month = 1), ["startDate"]);
    }

    proptest! {
        #[test]
        fn a_calendar_comes_back_as_it_went_out(calendar in Calendar::any()) {
            let again = Calendar::parse(&mut Violations::default(), &calendar.wire());
            prop_assert_eq!(again, Some(calendar));
        }

        #[test]
        fn days_keep_their_distance(calendar in Calendar::any(), days in 0i64..20_000) {
            let after = date(1990, 1, 1).saturating_add(days.days()).at(12, 0, 0, 0);
            let first = calendar.next_on_clock(after).unwrap();
            let second = calendar.next_on_clock(first).unwrap();
            prop_assert!(after < first && first < second);
            prop_assert!(calendar.start.is_none_or(|start| first.date() >= start));
            let apart = super::days(first.date(), second.date());
            match calendar.repeats {
                Repeats::Daily => prop_assert_eq!(apart, calendar.interval),
                Repeats::Weekly(_) => prop_assert_eq!(apart, calendar.interval * 7),
                Repeats::Monthly(_) => prop_assert_eq!(months(first.date(), second.date()), calendar.interval),
                Repeats::Yearly { .. } => {
                    prop_assert_eq!(months(first.date(), second.date()), calendar.interval * 12);
                }
            }
        }
    }
}
