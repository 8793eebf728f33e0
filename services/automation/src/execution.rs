//! One run of a rule.

use std::time::Duration;

use jiff::Timestamp;
use pfms_plugin_host::EvaluateError;
use pfms_proto::automation::v1 as wire;
use pfms_runtime::parse::wire_time;
use pfms_types::Id;
use serde_json::Value;
use uuid::Uuid;

use crate::action::Action;
use crate::rule::RuleId;

/// Longest message that is kept, in characters.
const MAX_MESSAGE: usize = 2_000;

/// Never a value: it only tells ids apart.
#[derive(Debug)]
pub enum ExecutionMarker {}

/// The id of an execution.
pub type ExecutionId = Id<ExecutionMarker>;

/// What a rule made of an event, before it is written down.
#[derive(Clone, Debug, PartialEq)]
pub struct Execution {
    /// Its id.
    pub id: ExecutionId,
    /// The rule that ran.
    pub rule_id: RuleId,
    /// That rule's name.
    pub rule_name: String,
    /// How it ended.
    pub outcome: Outcome,
    /// SHA-256 of the component, in hex; empty for rules without code.
    pub module_hash: String,
    /// Fuel that the component used.
    pub fuel: u64,
    /// How long it took.
    pub duration: Duration,
    /// What it was given, for a replay.
    pub input: Value,
    /// The component's lines.
    pub logs: Value,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The actions are to be taken; at least one.
    Succeeded(Vec<Action>),
    /// The component chose to do nothing.
    NoAction,
    /// The component failed or broke a limit.
    Failed {
        /// `UPPER_SNAKE_CASE`.
        reason: &'static str,
        /// What failed, for the rule's owner.
        message: String,
    },
}

impl Outcome {
    /// A failure. What PostgreSQL cannot hold is taken out of the message, which may quote a component.
    #[must_use]
    pub fn failed(reason: &'static str, message: &str) -> Self {
        let message = message
            .chars()
            .filter(|&character| character != '\0')
            .take(MAX_MESSAGE)
            .collect();
        Self::Failed { reason, message }
    }

    /// As it is stored.
    #[must_use]
    pub fn status(&self) -> Status {
        match self {
            Self::Succeeded(_) => Status::Succeeded,
            Self::NoAction => Status::NoAction,
            Self::Failed { .. } => Status::Failed,
        }
    }

    /// What is to be done.
    #[must_use]
    pub fn actions(&self) -> &[Action] {
        match self {
            Self::Succeeded(actions) => actions,
            Self::NoAction | Self::Failed { .. } => &[],
        }
    }
}

impl From<EvaluateError> for Outcome {
    fn from(error: EvaluateError) -> Self {
        Self::failed(error.reason(), &error.to_string())
    }
}

/// How an execution ended, as a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The actions were handed on.
    Succeeded,
    /// The component chose to do nothing.
    NoAction,
    /// Nothing was done.
    Failed,
}

impl Status {
    /// As it is stored.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "SUCCEEDED",
            Self::NoAction => "NO_ACTION",
            Self::Failed => "FAILED",
        }
    }

    fn wire(name: &str) -> wire::ExecutionStatus {
        match name {
            "SUCCEEDED" => wire::ExecutionStatus::Succeeded,
            "NO_ACTION" => wire::ExecutionStatus::NoAction,
            "FAILED" => wire::ExecutionStatus::Failed,
            _ => wire::ExecutionStatus::Unspecified,
        }
    }
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The execution's id.
    pub id: ExecutionId,
    /// The rule that ran.
    pub rule_id: RuleId,
    /// The event that it ran for.
    pub event_id: Uuid,
    /// That event's name.
    pub event: String,
    /// [`Status::name`].
    pub status: String,
    /// `UPPER_SNAKE_CASE`; empty without failure.
    pub error_reason: String,
    /// Empty without failure.
    pub error_message: String,
    /// How many actions were handed on.
    pub action_count: i32,
    /// SHA-256 of the component, in hex; empty for rules without code.
    pub module_hash: String,
    /// Fuel that the component used.
    pub fuel: i64,
    /// How long it took, in microseconds.
    pub duration_micros: i64,
    /// When it ran.
    pub executed_at: Timestamp,
}

impl Logged {
    /// As it goes out.
    #[must_use]
    pub fn wire(self) -> wire::Execution {
        wire::Execution {
            id: self.id.to_string(),
            rule_id: self.rule_id.to_string(),
            event_id: self.event_id.to_string(),
            event: self.event,
            status: Status::wire(&self.status).into(),
            error_reason: self.error_reason,
            error_message: self.error_message,
            action_count: self.action_count,
            module_hash: self.module_hash,
            fuel: self.fuel,
            duration_micros: self.duration_micros,
            execute_time: Some(wire_time(self.executed_at)),
        }
    }
}
