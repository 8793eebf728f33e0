//! What a rule listens to.

use pfms_proto::automation::v1 as wire;
use pfms_runtime::Violations;

use crate::schedule::Schedule;
use crate::schema::{self, Schema};

/// What a rule listens to.
#[derive(Clone, Debug, PartialEq)]
pub struct Trigger {
    /// The event, or "time".
    pub schema: &'static Schema,
    /// Only with this topic; empty: any.
    pub topic: String,
    /// When; of "time" only.
    pub schedule: Option<Schedule>,
}

impl Trigger {
    /// The event's name, or "time".
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.schema.name()
    }

    /// Reads a trigger; violations name `trigger.event` and its neighbours.
    pub fn parse(violations: &mut Violations, trigger: Option<&wire::Trigger>) -> Option<Self> {
        let Some(trigger) = trigger else {
            violations.add("trigger", "is required");
            return None;
        };
        let known = Schema::find(&trigger.event).ok_or_else(|| {
            let names: Vec<_> = Schema::all().iter().map(Schema::name).collect();
            format!("must be one of {}", names.join(", "))
        });
        let schema = violations.keep("trigger.event", known)?;
        let is_time = schema.name() == schema::TIME;
        let schedule = match &trigger.schedule {
            Some(schedule) if is_time => {
                Some(Schedule::parse(violations, "trigger.schedule", schedule.clone())?)
            }
            Some(_) => {
                violations.add("trigger.schedule", "must be absent but for the event time");
                None
            }
            None if is_time => {
                violations.add("trigger.schedule", "is required for the event time");
                None
            }
            None => None,
        };
        if !trigger.topic.is_empty() {
            if schema.name() == schema::TRIGGER {
                violations.keep("trigger.topic", topic(&trigger.topic));
            } else {
                let event = schema::TRIGGER;
                violations.add(
                    "trigger.topic",
                    format!("must be empty but for the event {event}"),
                );
            }
        }
        Some(Self {
            schema,
            topic: trigger.topic.clone(),
            schedule,
        })
    }

    /// As it goes out.
    #[must_use]
    pub fn wire(&self) -> wire::Trigger {
        wire::Trigger {
            event: self.name().to_owned(),
            topic: self.topic.clone(),
            schedule: self.schedule.as_ref().map(Schedule::wire),
        }
    }
}

/// A topic: lower case words joined by dots or hyphens, 1 to 64 characters.
///
/// # Errors
/// Says what it must be.
pub fn topic(text: &str) -> Result<&str, &'static str> {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if text.len() <= 64 && text.split(['.', '-']).all(is_word) {
        Ok(text)
    } else {
        Err("must be lower case words joined by dots or hyphens, 1 to 64 characters, for example habit.kept")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_words() {
        for good in ["habit", "habit.kept", "a-b.c-1", &"x".repeat(64)] {
            assert!(topic(good).is_ok(), "{good}");
        }
        for bad in ["", "Habit", "a..b", ".a", "a-", "a b", "é", &"x".repeat(65)] {
            assert!(topic(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_topic_is_of_one_event_only() {
        let parse = |event: &str, topic: &str| {
            let mut violations = Violations::default();
            let trigger = wire::Trigger {
                event: event.into(),
                topic: topic.into(),
                schedule: None,
            };
            Trigger::parse(&mut violations, Some(&trigger));
            violations
                .iter()
                .map(|(field, _)| field.to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(parse("automation.trigger", "habit.kept"), Vec::<String>::new());
        assert_eq!(parse("automation.trigger", "Habit"), ["trigger.topic"]);
        assert_eq!(parse("income.received", "habit"), ["trigger.topic"]);
        assert_eq!(parse("expense.eaten", ""), ["trigger.event"]);
        assert_eq!(parse("time", ""), ["trigger.schedule"]);
    }
}
