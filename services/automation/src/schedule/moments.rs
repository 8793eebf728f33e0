//! From minutes on a clock to moments.
//!
//! A minute that the clock skips is taken at the moment at which it goes on; one that it shows twice is taken the
//! first time. So moments never go back as minutes go on, and each minute has one.

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// Minutes that are tried at most: more than any clock was ever set back by.
const MAX_TRIES: usize = 2_000;
/// How far back the latest moment is looked for one by one.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(48);

/// The first moment after another, where `next_on_clock` gives the first minute after a point on the clock.
pub fn next(
    after: Timestamp,
    zone: &TimeZone,
    next_on_clock: impl Fn(DateTime) -> Option<DateTime>,
) -> Option<Timestamp> {
    // Minutes up to this one have moments up to `after`.
    let mut clock = zone.to_datetime(after);
    for _ in 0..MAX_TRIES {
        clock = next_on_clock(clock)?;
        let moment = moment(clock, zone)?;
        // After the clock was set back, the minutes that it shows again were taken already.
        if moment > after {
            return Some(moment);
        }
    }
    None
}

/// The latest moment up to `now`, where `next` gives the first one after a time and `from` is one that is not later
/// than `now`.
pub fn latest(from: Timestamp, now: Timestamp, next: impl Fn(Timestamp) -> Option<Timestamp>) -> Timestamp {
    let mut latest = from;
    // What comes due every minute would be walked through for as long as nothing ran.
    let near = now.saturating_sub(LOOK_BACK).unwrap_or(from);
    if near > from
        && let Some(moment) = next(near).filter(|moment| *moment <= now)
    {
        latest = moment;
    }
    while let Some(moment) = next(latest).filter(|moment| *moment <= now) {
        latest = moment;
    }
    latest
}

/// The moment of a minute; none outside of the time that moments can express.
fn moment(clock: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    match zone.to_ambiguous_timestamp(clock).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(clock).ok(),
        AmbiguousOffset::Fold { before, .. } => before.to_timestamp(clock).ok(),
        AmbiguousOffset::Gap { before, .. } => {
            // Had the clock gone on, it would be in the gap: the change was just before.
            let inside = before.to_timestamp(clock).ok()?;
            let just_after = inside.checked_add(SignedDuration::from_secs(1)).ok()?;
            zone.preceding(just_after).next().map(|change| change.timestamp())
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::super::{Calendar, Cron, Schedule, zone};
    use super::*;

    fn cron(text: &str) -> Schedule {
        Schedule::Cron(Box::new(Cron::parse(text).unwrap()))
    }

    /// The next moments as the zone's clock shows them, with the offset.
    fn shown(schedule: &Schedule, name: &str, after: &str, count: usize) -> Vec<String> {
        let zone = zone(name);
        let mut at: Timestamp = after.parse().unwrap();
        let mut shown = Vec::new();
        for _ in 0..count {
            at = schedule.next(at, &zone).unwrap();
            shown.push(at.to_zoned(zone.clone()).strftime("%m-%d %H:%M %:z").to_string());
        }
        shown
    }

    #[test]
    fn a_minute_that_is_skipped_runs_when_the_clock_goes_on() {
        let daily = cron("30 2 * * *");
        assert_eq!(
            shown(&daily, "Europe/Berlin", "2026-03-28T12:00:00Z", 2),
            ["03-29 03:00 +02:00", "03-30 02:30 +02:00"]
        );
        assert_eq!(
            shown(&daily, "America/New_York", "2026-03-07T12:00:00Z", 2),
            ["03-08 03:00 -04:00", "03-09 02:30 -04:00"]
        );
        // Half an hour is skipped: from 02:00 to 02:30.
        let quarter = cron("15 2 * * *");
        assert_eq!(
            shown(&quarter, "Australia/Lord_Howe", "2026-10-03T00:00:00Z", 2),
            ["10-04 02:30 +11:00", "10-05 02:15 +11:00"]
        );
        assert_eq!(
            shown(&daily, "Asia/Dhaka", "2026-03-28T12:00:00Z", 2),
            ["03-29 02:30 +06:00", "03-30 02:30 +06:00"]
        );
        // All skipped minutes together run once.
        assert_eq!(
            shown(&cron("*/20 * * * *"), "Europe/Berlin", "2026-03-29T00:30:00Z", 3),
            ["03-29 01:40 +01:00", "03-29 03:00 +02:00", "03-29 03:20 +02:00"]
        );
    }

    #[test]
    fn a_minute_that_comes_twice_runs_once() {
        assert_eq!(
            shown(&cron("30 2 * * *"), "Europe/Berlin", "2026-10-24T12:00:00Z", 2),
            ["10-25 02:30 +02:00", "10-26 02:30 +01:00"]
        );
        assert_eq!(
            shown(&cron("*/20 * * * *"), "Europe/Berlin", "2026-10-25T00:30:00Z", 2),
            ["10-25 02:40 +02:00", "10-25 03:00 +01:00"]
        );
        assert_eq!(
            shown(
                &cron("45 1 * * *"),
                "Australia/Lord_Howe",
                "2026-04-04T00:00:00Z",
                2
            ),
            ["04-05 01:45 +11:00", "04-06 01:45 +10:30"]
        );
    }

    #[test]
    fn a_day_that_is_skipped_runs_at_the_start_of_the_next() {
        // Samoa had no 30 December 2011.
        assert_eq!(
            shown(&cron("0 12 30 * *"), "Pacific/Apia", "2011-12-01T00:00:00Z", 2),
            ["12-31 00:00 +14:00", "01-30 12:00 +14:00"]
        );
    }

    #[test]
    fn the_end_of_the_calendar_is_the_end() {
        let schedule = cron("0 0 1 1 *");
        assert_eq!(schedule.next(Timestamp::MAX, &TimeZone::UTC), None);
    }

    #[test]
    fn of_missed_moments_the_latest_counts() {
        let from: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let now: Timestamp = "2026-03-10T10:00:30Z".parse().unwrap();
        let zone = TimeZone::UTC;
        for (text, expected) in [
            ("* * * * *", "2026-03-10T10:00:00Z"),
            ("0 8 * * *", "2026-03-10T08:00:00Z"),
            ("0 0 1 * *", "2026-03-01T00:00:00Z"),
            ("0 0 1 1 *", "2026-01-01T00:00:00Z"),
        ] {
            assert_eq!(
                cron(text).latest(from, now, &zone).to_string(),
                expected,
                "{text}"
            );
        }
    }

    fn zones() -> impl Strategy<Value = TimeZone> {
        prop::sample::select(vec![
            "Europe/Berlin",
            "America/New_York",
            "Asia/Dhaka",
            "Australia/Lord_Howe",
            "America/St_Johns",
            "Africa/Casablanca",
            "Pacific/Apia",
            "UTC",
        ])
        .prop_map(zone)
    }

    fn schedules() -> impl Strategy<Value = Schedule> {
        let cron = (0u32..60, 0u32..24, 1u32..=28, 0u32..7, 0usize..6).prop_map(
            |(minute, hour, day, weekday, which)| {
                cron(&match which {
                    0 => "* * * * *".to_owned(),
                    1 => format!("{minute} * * * *"),
                    2 => format!("{minute} {hour} * * *"),
                    3 => format!("{minute} {hour} {day} * *"),
                    4 => format!("{minute} {hour} * * {weekday}"),
                    _ => format!("*/{} * * * *", minute.max(1)),
                })
            },
        );
        prop_oneof![cron, Calendar::any().prop_map(Schedule::Calendar)]
    }

    proptest! {
        #[test]
        fn the_next_moment_is_later_and_what_the_schedule_names(
            schedule in schedules(),
            zone in zones(),
            seconds in 1_100_000_000i64..2_500_000_000,
        ) {
            let after = Timestamp::from_second(seconds).unwrap();
            let Some(next) = schedule.next(after, &zone) else { return Ok(()) };
            prop_assert!(next > after);
            prop_assert_eq!(next.as_second().rem_euclid(60), 0);
            let clock = zone.to_datetime(next);
            // Named, or the moment at which the clock went on.
            let before = clock.saturating_sub(jiff::Span::new().minutes(1));
            let named = schedule.next_on_clock(before) == Some(clock);
            let changed = zone.preceding(next + SignedDuration::from_secs(1)).next()
                .is_some_and(|change| change.timestamp() == next);
            prop_assert!(named || changed, "{clock}");
            // Nothing that is named lies in between.
            let earlier = schedule.next_on_clock(zone.to_datetime(after));
            if let Some(earlier) = earlier.and_then(|clock| moment(clock, &zone)) {
                prop_assert!(earlier <= after || earlier == next);
            }
        }

        #[test]
        fn moments_follow_each_other(schedule in schedules(), zone in zones(), seconds in 1_700_000_000i64..1_900_000_000) {
            let mut at = Timestamp::from_second(seconds).unwrap();
            // From anywhere before a moment and after the one before it, it is the next.
            for _ in 0..20 {
                let Some(next) = schedule.next(at, &zone) else { return Ok(()) };
                let just_before = next - SignedDuration::from_secs(1);
                prop_assert_eq!(schedule.next(just_before.max(at), &zone), Some(next));
                at = next;
            }
        }

        #[test]
        fn the_last_day_of_short_months_keeps_the_anchor(day in 29i32..=31, month in 1i8..=12, year in 2020i16..2100) {
            let schedule = Schedule::Calendar(Calendar::monthly(day));
            let mut clock = date(year, month, 1).at(0, 0, 0, 0);
            for _ in 0..14 {
                let next = schedule.next_on_clock(clock).unwrap();
                let last = next.date().days_in_month();
                prop_assert_eq!(i32::from(next.day()), day.min(i32::from(last)));
                prop_assert_eq!(next.date().first_of_month(), if next.date().first_of_month() == clock.date().first_of_month() {
                    clock.date().first_of_month()
                } else {
                    clock.date().first_of_month().saturating_add(jiff::Span::new().months(1))
                });
                clock = next;
            }
        }
    }
}
