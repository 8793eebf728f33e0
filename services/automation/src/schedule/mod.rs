//! When rules with the trigger "time" come due.
//!
//! A schedule names minutes on the clock of the owner's zone ([`Schedule`]); which moments those are, the zone's rules
//! say ([`moments`]). The next moment of each rule is in a table. A worker of any process claims what is due and runs
//! the rule ([`Worker`]); the run and the step to the next moment commit together, so that each moment runs once.
//! After a time in which nothing could run, only the latest missed moment is made up for.

mod calendar;
mod cron;
pub mod moments;
mod store;
mod worker;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use pfms_proto::automation::v1 as wire;
use pfms_proto::automation::v1::schedule::Kind;
use pfms_runtime::Violations;
use pfms_types::UserId;
use uuid::Uuid;

pub use self::calendar::Calendar;
pub use self::cron::Cron;
pub use self::store::{rezone, set, unset};
pub use self::worker::{Runs, Worker};
use crate::derived;
use crate::rule::RuleId;

/// When a rule comes due.
#[derive(Clone, Debug, PartialEq)]
pub enum Schedule {
    /// By five fields.
    Cron(Box<Cron>),
    /// By the calendar.
    Calendar(Calendar),
}

impl Schedule {
    /// Reads a schedule; violations name what is below `path`.
    pub fn parse(violations: &mut Violations, path: &str, schedule: wire::Schedule) -> Option<Self> {
        match schedule.kind {
            Some(Kind::Cron(text)) => {
                let cron = Cron::parse(&text);
                violations
                    .keep(format!("{path}.cron"), cron)
                    .map(|cron| Self::Cron(Box::new(cron)))
            }
            Some(Kind::Calendar(rule)) => {
                let mut inner = Violations::default();
                let calendar = Calendar::parse(&mut inner, &rule);
                violations.nest(&format!("{path}.calendar"), inner);
                calendar.map(Self::Calendar)
            }
            None => {
                violations.add(path, "must be cron or calendar");
                None
            }
        }
    }

    /// As it goes out.
    #[must_use]
    pub fn wire(&self) -> wire::Schedule {
        let kind = match self {
            Self::Cron(cron) => Kind::Cron(cron.text().to_owned()),
            Self::Calendar(calendar) => Kind::Calendar(calendar.wire()),
        };
        wire::Schedule { kind: Some(kind) }
    }

    /// The first minute on the clock that it names after a point on the clock; none when there is none until the end
    /// of the calendar.
    #[must_use]
    pub fn next_on_clock(&self, after: DateTime) -> Option<DateTime> {
        match self {
            Self::Cron(cron) => cron.next_on_clock(after),
            Self::Calendar(calendar) => calendar.next_on_clock(after),
        }
    }

    /// The first moment after another at which the rule comes due in a zone; none when it never does again.
    #[must_use]
    pub fn next(&self, after: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        moments::next(after, zone, |clock| self.next_on_clock(clock))
    }

    /// The latest moment up to `now`, given one that is not later.
    #[must_use]
    pub fn latest(&self, from: Timestamp, now: Timestamp, zone: &TimeZone) -> Timestamp {
        moments::latest(from, now, |after| self.next(after, zone))
    }
}

/// A moment at which a rule came due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// The rule's owner.
    pub user_id: UserId,
    /// The rule.
    pub rule_id: RuleId,
    /// The moment.
    pub scheduled_for: Timestamp,
    /// The day of the moment on the owner's clock.
    pub date: Date,
    /// The minute of that day on the owner's clock, 0 to 1439.
    pub minute: u16,
}

impl Tick {
    /// A moment of a rule in its owner's zone.
    #[must_use]
    pub fn new(user_id: UserId, rule_id: RuleId, scheduled_for: Timestamp, zone: &TimeZone) -> Self {
        let clock: Zoned = scheduled_for.to_zoned(zone.clone());
        Self {
            user_id,
            rule_id,
            scheduled_for,
            date: clock.date(),
            minute: u16::from(clock.hour().unsigned_abs()) * 60 + u16::from(clock.minute().unsigned_abs()),
        }
    }

    /// The id of the event: of the same rule and moment always the same, so that whatever is kept by it is kept once.
    #[must_use]
    pub fn event_id(&self) -> Uuid {
        let moment = self.scheduled_for.as_second().to_be_bytes();
        derived::id(&[b"time", self.rule_id.uuid().as_bytes(), &moment])
    }
}

/// A zone by its name; UTC for a name that the database of zones does not have.
#[must_use]
pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}
