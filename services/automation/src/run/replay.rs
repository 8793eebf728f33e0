//! From what an execution was given, as it is kept, to the same questions again.

use jiff::Timestamp;
use pfms_plugin_host as host;
use serde_json::Value;
use uuid::Uuid;

use super::shown;
use crate::fact::Fact;
use crate::sandbox::Question;
use crate::schema::Schema;

/// A component that an execution asked, and what it was asked.
pub struct Replay {
    /// SHA-256 of the component, in hex; empty for the one that decides, whose hash the execution has.
    pub module_hash: String,
    /// What it was asked.
    pub question: Question,
}

/// The questions of an execution, in their order, from its event's name and id, its rule's id and its input. Nothing
/// where the input is not one that this version wrote.
#[must_use]
pub fn questions(event: &str, event_id: Uuid, rule_id: Uuid, input: &Value) -> Option<Vec<Replay>> {
    let schema = Schema::find(event)?;
    let fact = Fact::read(schema, input.get("event")?).ok()?;
    let happened = shown::event(&fact);
    let occurred_at: Timestamp = serde_json::from_value(input.get("occurredAt")?.clone()).ok()?;
    let user: host::User = serde_json::from_value(input.get("user")?.clone()).ok()?;
    let ask = |part: &Value, module_hash: &str| {
        Some(Replay {
            module_hash: module_hash.to_owned(),
            question: Question {
                context: host::Context {
                    event_id: event_id.to_string(),
                    rule_id: rule_id.to_string(),
                    occurred_at: shown::instant(occurred_at),
                    user: user.clone(),
                },
                event: happened.clone(),
                facts: serde_json::from_value(part.get("facts")?.clone()).ok()?,
                config: part.get("config")?.to_string(),
            },
        })
    };
    let mut questions = Vec::new();
    if input.get("facts").is_some() {
        questions.push(ask(input, "")?);
    }
    for run in input.get("runs").and_then(Value::as_array).into_iter().flatten() {
        questions.push(ask(run, run.get("moduleHash")?.as_str()?)?);
    }
    Some(questions)
}
