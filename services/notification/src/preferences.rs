//! What a person wants to be shown, and when not.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan};
use pfms_proto::events::v1::UserNotificationPreferencesUpdated;

use crate::notification::{Malformed, Priority};

/// The category that cannot be turned off and knows no quiet hours.
pub(crate) const SECURITY: &str = "security";
/// The channel that this service serves.
pub(crate) const IN_APP: &str = "in_app";
/// Longest name of a time zone, in bytes.
const MAX_TIME_ZONE: usize = 64;
/// Most categories that can be turned off.
const MAX_CATEGORIES: usize = 100;

/// A person's preferences, as far as the list of notifications obeys them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// Categories that are not shown.
    pub in_app_off: BTreeSet<String>,
    /// When nothing is shown that can wait.
    pub quiet_hours: Option<QuietHours>,
    /// The IANA zone of the quiet hours.
    pub time_zone: String,
}

/// A daily time in which little is shown. An end before the start is of the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    /// The first quiet minute.
    pub start: Time,
    /// The first minute after the quiet ones.
    pub end: Time,
}

/// What becomes of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It is shown at once.
    Now,
    /// It is shown from this instant on.
    From(Timestamp),
    /// It is not shown, and so it is not kept.
    Never,
}

impl Preferences {
    /// From an event.
    ///
    /// # Errors
    /// When a field is not what `user.preferences.notifications.updated` says.
    pub fn parse(event: UserNotificationPreferencesUpdated) -> Result<Self, Malformed> {
        let in_app_off: BTreeSet<_> = event
            .disabled
            .into_iter()
            .filter(|route| route.channel == IN_APP)
            .map(|route| route.category)
            .collect();
        if in_app_off.len() > MAX_CATEGORIES || in_app_off.iter().any(|text| text.contains('\0')) {
            return Err(Malformed::new("disabled must name at most 100 categories"));
        }
        let quiet_hours = match (event.quiet_start.as_str(), event.quiet_end.as_str()) {
            ("", "") => None,
            (start, end) => Some(QuietHours {
                start: minute(start)?,
                end: minute(end)?,
            }),
        };
        if event.time_zone.len() > MAX_TIME_ZONE || zone(&event.time_zone).is_none() {
            return Err(Malformed::new("timeZone must be an IANA time zone"));
        }
        Ok(Self {
            in_app_off,
            quiet_hours,
            time_zone: event.time_zone,
        })
    }

    /// What becomes of a notification that is asked for at an instant.
    #[must_use]
    pub fn delivery(&self, category: &str, priority: Priority, now: Timestamp) -> Delivery {
        if category == SECURITY {
            return Delivery::Now;
        }
        if self.in_app_off.contains(category) {
            return Delivery::Never;
        }
        let held = match self.quiet_hours {
            Some(hours) if priority != Priority::Urgent => {
                zone(&self.time_zone).and_then(|zone| hours.end_after(&zone, now))
            }
            _ => None,
        };
        held.map_or(Delivery::Now, Delivery::From)
    }
}

impl QuietHours {
    /// When the quiet hours end in which an instant lies, if it lies in any.
    ///
    /// They begin and end as the zone's clocks show it for the first time. A time that clocks skip is the instant
    /// of the skip.
    #[must_use]
    pub fn end_after(self, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
        let today = now.to_zoned(zone.clone()).date();
        let yesterday = today.checked_sub(1.day()).ok();
        let nights = i64::from(self.end < self.start);
        yesterday.into_iter().chain([today]).find_map(|day| {
            let from = instant(zone, day, self.start)?;
            let until = instant(zone, day.checked_add(nights.days()).ok()?, self.end)?;
            (from <= now && now < until).then_some(until)
        })
    }
}

/// The instant at which a zone's clocks first show a time or skip it.
fn instant(zone: &TimeZone, date: Date, time: Time) -> Option<Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(date.to_datetime(time));
    match ambiguous.offset() {
        AmbiguousOffset::Gap { .. } => {
            let before = ambiguous.earlier().ok()?;
            zone.following(before)
                .next()
                .map(|transition| transition.timestamp())
        }
        AmbiguousOffset::Fold { .. } | AmbiguousOffset::Unambiguous { .. } => ambiguous.earlier().ok(),
    }
}

/// A zone of those that come with the program, so that the machine's do not matter.
fn zone(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(name).ok()
}

fn minute(text: &str) -> Result<Time, Malformed> {
    let wrong = Malformed::new("quietStart and quietEnd must be both empty or times of day such as 22:00");
    let (hour, minute) = text.split_once(':').ok_or(wrong)?;
    let number = |digits: &str| digits.parse().ok().filter(|_| digits.len() == 2);
    number(hour)
        .zip(number(minute))
        .and_then(|(hour, minute)| Time::new(hour, minute, 0, 0).ok())
        .ok_or(wrong)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use pfms_proto::events::v1::NotificationRoute;
    use proptest::prelude::*;

    use super::*;

    fn hours(start: &str, end: &str) -> QuietHours {
        QuietHours {
            start: minute(start).unwrap(),
            end: minute(end).unwrap(),
        }
    }

    fn end(hours: QuietHours, zone_name: &str, now: &str) -> Option<String> {
        let now = now.parse().unwrap();
        let end = hours.end_after(&zone(zone_name).unwrap(), now)?;
        Some(end.to_string())
    }

    #[test]
    fn quiet_hours_go_across_midnight_in_the_persons_own_zone() {
        let night = hours("22:00", "07:00");
        // 21:59, 22:00, 23:59, 00:00, 06:59 and 07:00 in Berlin.
        for (now, expected) in [
            ("2026-01-10T20:59:59Z", None),
            ("2026-01-10T21:00:00Z", Some("2026-01-11T06:00:00Z")),
            ("2026-01-10T22:59:00Z", Some("2026-01-11T06:00:00Z")),
            ("2026-01-10T23:00:00Z", Some("2026-01-11T06:00:00Z")),
            ("2026-01-11T05:59:59Z", Some("2026-01-11T06:00:00Z")),
            ("2026-01-11T06:00:00Z", None),
        ] {
            assert_eq!(end(night, "Europe/Berlin", now).as_deref(), expected, "{now}");
        }
        assert_eq!(
            end(night, "Asia/Kolkata", "2026-01-10T20:59:59Z").as_deref(),
            Some("2026-01-11T01:30:00Z")
        );
    }

    #[test]
    fn quiet_hours_within_a_day_are_of_that_day() {
        let noon = hours("12:00", "13:30");
        assert_eq!(end(noon, "UTC", "2026-01-10T11:59:59Z"), None);
        assert_eq!(
            end(noon, "UTC", "2026-01-10T13:29:59Z").as_deref(),
            Some("2026-01-10T13:30:00Z")
        );
        assert_eq!(end(noon, "UTC", "2026-01-10T13:30:00Z"), None);
    }

    #[test]
    fn when_clocks_change_quiet_hours_end_as_the_clocks_show() {
        let night = hours("22:00", "07:00");
        // The night to 29 March has an hour less in Berlin, the one to 25 October one more.
        assert_eq!(
            end(night, "Europe/Berlin", "2026-03-28T22:00:00Z").as_deref(),
            Some("2026-03-29T05:00:00Z")
        );
        assert_eq!(
            end(night, "Europe/Berlin", "2026-10-24T21:00:00Z").as_deref(),
            Some("2026-10-25T06:00:00Z")
        );
        // 02:30 is skipped in spring, and comes twice in autumn: the first counts.
        let late = hours("23:00", "02:30");
        assert_eq!(
            end(late, "Europe/Berlin", "2026-03-29T00:30:00Z").as_deref(),
            Some("2026-03-29T01:00:00Z")
        );
        assert_eq!(
            end(late, "Europe/Berlin", "2026-10-25T00:00:00Z").as_deref(),
            Some("2026-10-25T00:30:00Z")
        );
        assert_eq!(end(late, "Europe/Berlin", "2026-10-25T01:15:00Z"), None);
    }

    fn preferences(off: &[&str]) -> Preferences {
        let disabled = off.iter().map(|category| NotificationRoute {
            channel: IN_APP.into(),
            category: (*category).into(),
        });
        let elsewhere = NotificationRoute {
            channel: "sms".into(),
            category: "expense".into(),
        };
        Preferences::parse(UserNotificationPreferencesUpdated {
            user_id: String::new(),
            disabled: disabled.chain([elsewhere]).collect(),
            quiet_start: "22:00".into(),
            quiet_end: "07:00".into(),
            time_zone: "Europe/Berlin".into(),
        })
        .unwrap()
    }

    #[test]
    fn what_is_urgent_or_about_security_passes() {
        let preferences = preferences(&["rule", "security"]);
        let night: Timestamp = "2026-01-10T22:00:00Z".parse().unwrap();
        let morning = "2026-01-11T06:00:00Z".parse().unwrap();
        let at_night = |category, priority| preferences.delivery(category, priority, night);
        assert_eq!(at_night("expense", Priority::High), Delivery::From(morning));
        assert_eq!(at_night("expense", Priority::Urgent), Delivery::Now);
        assert_eq!(at_night("security", Priority::Low), Delivery::Now);
        assert_eq!(at_night("rule", Priority::Urgent), Delivery::Never);
        assert_eq!(
            preferences.delivery("expense", Priority::Low, morning),
            Delivery::Now
        );
        let nothing_said = Preferences::default();
        assert_eq!(nothing_said.delivery("rule", Priority::Low, night), Delivery::Now);
    }

    #[test]
    fn events_that_say_something_else_are_malformed() {
        let event = |start: &str, end: &str, zone: &str| UserNotificationPreferencesUpdated {
            quiet_start: start.into(),
            quiet_end: end.into(),
            time_zone: zone.into(),
            ..UserNotificationPreferencesUpdated::default()
        };
        for (start, end, zone) in [
            ("22:00", "", "UTC"),
            ("", "22:00", "UTC"),
            ("22", "07:00", "UTC"),
            ("25:00", "07:00", "UTC"),
            ("", "", "Mars/Olympus"),
            ("", "", ""),
        ] {
            assert!(
                Preferences::parse(event(start, end, zone)).is_err(),
                "{start} {end} {zone}"
            );
        }
    }

    fn any_minute() -> impl Strategy<Value = Time> {
        (0_i8..24, 0_i8..60).prop_map(|(hour, minute)| Time::new(hour, minute, 0, 0).unwrap())
    }

    proptest! {
        #[test]
        fn what_is_held_back_is_shown_within_a_day_and_two_hours(
            start in any_minute(),
            end in any_minute(),
            second in 1_700_000_000_i64..1_900_000_000,
            name in proptest::sample::select(&["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe"][..]),
        ) {
            let now = Timestamp::from_second(second).unwrap();
            if let Some(until) = (QuietHours { start, end }).end_after(&zone(name).unwrap(), now) {
                prop_assert!(until > now);
                prop_assert!(until.duration_since(now) <= SignedDuration::from_hours(26));
            }
        }

        #[test]
        fn at_noon_a_night_is_over(second in 1_700_000_000_i64..1_900_000_000) {
            let berlin = zone("Europe/Berlin").unwrap();
            let date = Timestamp::from_second(second).unwrap().to_zoned(berlin.clone()).date();
            let noon = instant(&berlin, date, minute("12:00").unwrap()).unwrap();
            prop_assert_eq!(hours("22:00", "07:00").end_after(&berlin, noon), None);
            let midnight = instant(&berlin, date, minute("00:00").unwrap()).unwrap();
            prop_assert!(hours("22:00", "07:00").end_after(&berlin, midnight).is_some());
        }
    }
}
