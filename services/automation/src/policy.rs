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

    /// Why the rule may not act for an event of this moment, which in its owner's zone is this day; nothing when it may.
    /// An event that comes late, after one for which the rule acted, counts as one in the time in which the rule rests,
    /// and one of a day before the latest on which it acted is not acted for: how often it acted on that day is not known
    /// any more.
    #[must_use]
    pub fn refuses(&self, at: Timestamp, today: Date) -> Option<LeftOut> {
        let rests = self.cooldown_seconds > 0
            && self.last_acted_at.is_some_and(|last| {
                at.duration_since(last) < jiff::SignedDuration::from_secs(self.cooldown_seconds.into())
            });
        let is_used_up = self.daily_cap > 0
            && self
                .acted_on
                .is_some_and(|day| today < day || (today == day && self.acted_count >= self.daily_cap));
        if rests {
            Some(LeftOut::Resting)
        } else {
            is_used_up.then_some(LeftOut::UsedUp)
        }
    }
}

/// What leaves a rule out for an event that it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// It acted not long ago.
    Resting,
    /// It acted as often on that day as it may.
    UsedUp,
    /// Its group is switched off.
    GroupOff,
}

impl LeftOut {
    /// `UPPER_SNAKE_CASE`.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Resting => "COOLDOWN",
            Self::UsedUp => "DAILY_CAP",
            Self::GroupOff => "GROUP_INACTIVE",
        }
    }

    /// In words, for the rule's owner.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Resting => "the rule acted not long ago and rests",
            Self::UsedUp => "the rule acted as often on that day as it may",
            Self::GroupOff => "the rule's group is switched off",
        }
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
        assert_eq!(
            policy.refuses(at("2025-12-11T10:59:59.999Z"), today),
            Some(LeftOut::Resting)
        );
        assert_eq!(policy.refuses(at("2025-12-11T11:00:00Z"), today), None);
        // One that comes late.
        assert_eq!(
            policy.refuses(at("2025-12-11T09:00:00Z"), today),
            Some(LeftOut::Resting)
        );
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
        assert_eq!(
            policy.refuses(at("2025-12-11T20:00:00Z"), day("2025-12-11")),
            Some(LeftOut::UsedUp)
        );
        assert_eq!(
            policy.refuses(at("2025-12-12T08:00:00Z"), day("2025-12-12")),
            None
        );
        assert_eq!(
            policy.refuses(at("2025-12-10T08:00:00Z"), day("2025-12-10")),
            Some(LeftOut::UsedUp)
        );
        let once = Policy {
            acted_count: 1,
            ..policy
        };
        assert_eq!(once.refuses(at("2025-12-11T20:00:00Z"), day("2025-12-11")), None);
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
        assert_eq!(
            policy.refuses(at("2025-12-11T10:00:00Z"), day("2025-12-11")),
            None
        );
    }
}
