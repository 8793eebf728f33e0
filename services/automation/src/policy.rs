//! How often a rule may act.

use jiff::Timestamp;
use jiff::civil::Date;

/// What a rule may do, and what it did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// For how many seconds it rests after it has acted.
    pub cooldown_seconds: i32,
    /// How often it may act on a day of its owner's zone; 0: as often as it wants.
    pub daily_cap: i32,
    /// When the latest event for which it acted happened.
    pub last_acted_at: Option<Timestamp>,
    /// The day of that event.
    pub acted_on: Option<Date>,
    /// How often it acted on that day.
    pub acted_count: i32,
}

impl Policy {
    /// Whether there is anything to keep to.
    #[must_use]
    pub const fn is_limited(&self) -> bool {
        self.cooldown_seconds > 0 || self.daily_cap > 0
    }

    /// Whether the rule may act for an event of this moment, which in its owner's zone is this day. An event that comes
    /// late, after one for which the rule acted, counts as one in the time in which the rule rests, and one of a day
    /// before the latest on which it acted is not acted for: how often it acted on that day is not known any more.
    #[must_use]
    pub fn allows(&self, at: Timestamp, today: Date) -> bool {
        let rests = self.cooldown_seconds > 0
            && self.last_acted_at.is_some_and(|last| {
                at.duration_since(last) < jiff::SignedDuration::from_secs(self.cooldown_seconds.into())
            });
        let is_used_up = self.daily_cap > 0
            && self
                .acted_on
                .is_some_and(|day| today < day || (today == day && self.acted_count >= self.daily_cap));
        !rests && !is_used_up
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_rule_rests_after_it_has_acted() {
        let policy = Policy {
            cooldown_seconds: 3_600,
            last_acted_at: Some(at("2025-12-11T10:00:00Z")),
            acted_on: Some(day("2025-12-11")),
            acted_count: 1,
            ..Policy::default()
        };
        let today = day("2025-12-11");
        assert!(!policy.allows(at("2025-12-11T10:59:59.999Z"), today));
        assert!(policy.allows(at("2025-12-11T11:00:00Z"), today));
        // One that comes late.
        assert!(!policy.allows(at("2025-12-11T09:00:00Z"), today));
    }

    #[test]
    fn a_rule_acts_so_often_a_day() {
        let policy = Policy {
            daily_cap: 2,
            last_acted_at: Some(at("2025-12-11T10:00:00Z")),
            acted_on: Some(day("2025-12-11")),
            acted_count: 2,
            ..Policy::default()
        };
        assert!(!policy.allows(at("2025-12-11T20:00:00Z"), day("2025-12-11")));
        assert!(policy.allows(at("2025-12-12T08:00:00Z"), day("2025-12-12")));
        assert!(!policy.allows(at("2025-12-10T08:00:00Z"), day("2025-12-10")));
        let once = Policy {
            acted_count: 1,
            ..policy
        };
        assert!(once.allows(at("2025-12-11T20:00:00Z"), day("2025-12-11")));
    }

    #[test]
    fn without_limits_a_rule_always_acts() {
        let policy = Policy {
            last_acted_at: Some(at("2025-12-11T10:00:00Z")),
            acted_on: Some(day("2025-12-11")),
            acted_count: 1_000,
            ..Policy::default()
        };
        assert!(!policy.is_limited());
        assert!(policy.allows(at("2025-12-11T10:00:00Z"), day("2025-12-11")));
    }
}
