//! An event, or a moment that a schedule named, for which rules run.

use jiff::Timestamp;
use pfms_runtime::Violations;
use pfms_runtime::events::Event;
use pfms_types::UserId;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::fact::Fact;
use crate::rule::RuleId;
use crate::schedule::Tick;
use crate::schema::Schema;

/// Most rules in a row that lead to each other: a rule does not run for an event that so many led to.
pub const MAX_CHAIN: usize = 5;

/// What rules run for.
#[derive(Clone, Debug, PartialEq)]
pub struct Occasion {
    /// The same however often the event is delivered.
    pub event_id: Uuid,
    /// Whose rules run.
    pub user_id: UserId,
    /// When it was committed; of a schedule: the moment that it named.
    pub occurred_at: Timestamp,
    /// What happened.
    pub fact: Fact,
    /// The same as the event's JSON has it.
    pub data: Json,
    /// The rules that led to it, the first one first.
    pub chain: Vec<Uuid>,
    /// The one rule that is meant; none: every rule that listens to it.
    pub only: Option<RuleId>,
    /// Whether it is looked at long afterwards, so that what was recorded for later days is not to be known.
    pub is_past: bool,
}

impl Occasion {
    /// From an event that rules may be triggered by.
    ///
    /// # Errors
    /// Names what is not as the event's message has it.
    pub fn of_event(event: &Event) -> Result<Self, Violations> {
        let Some(schema) = Schema::find(&event.name) else {
            let mut violations = Violations::default();
            violations.add("event", format!("{:.100} triggers no rules", event.name));
            return Err(violations);
        };
        Ok(Self {
            event_id: event.id,
            user_id: event.user(),
            occurred_at: event.occurred_at,
            fact: Fact::read(schema, &event.data)?,
            data: event.data.clone(),
            chain: event.rule_chain.clone(),
            only: None,
            is_past: false,
        })
    }

    /// The moment at which a rule came due.
    #[must_use]
    pub fn of_tick(tick: &Tick) -> Option<Self> {
        Some(Self {
            event_id: tick.event_id(),
            user_id: tick.user_id,
            occurred_at: tick.scheduled_for,
            fact: Fact::tick(tick.scheduled_for, tick.date, tick.minute)?,
            data: json!({
                "scheduledFor": tick.scheduled_for,
                "date": tick.date,
                "minute": tick.minute,
            }),
            chain: Vec::new(),
            only: Some(tick.rule_id),
            is_past: false,
        })
    }

    /// The event as it is told to webhooks.
    #[must_use]
    pub fn told(&self) -> Json {
        json!({
            "id": self.event_id,
            "event": self.fact.name(),
            "occurredAt": self.occurred_at,
            "data": self.data,
        })
    }

    /// The chain of what a rule does about it.
    #[must_use]
    pub fn chain_with(&self, rule_id: RuleId) -> Vec<Uuid> {
        let mut chain = self.chain.clone();
        chain.push(rule_id.uuid());
        chain
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    #[test]
    fn a_moment_is_told_on_the_owners_clock_and_means_one_rule() {
        let (user, rule) = (UserId::generate(), RuleId::generate());
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let at: Timestamp = "2025-12-31T23:30:00Z".parse().unwrap();
        let tick = Occasion::of_tick(&Tick::new(user, rule, at, &zone)).unwrap();
        assert_eq!(tick.fact.shown("date"), "2026-01-01");
        assert_eq!(tick.fact.shown("minute"), "30");
        assert_eq!(tick.data["date"], "2026-01-01");
        assert_eq!(tick.only, Some(rule));
        assert_eq!(tick.chain_with(rule), [rule.uuid()]);
    }
}
