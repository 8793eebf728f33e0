//! One run of a rule.

use std::time::Duration;

use jiff::Timestamp;
use pfms_plugin_host::EvaluateError;
use pfms_proto::automation::v1 as wire;
use pfms_proto::automation::v1::action::Kind;
use pfms_runtime::parse::wire_time;
use pfms_types::Id;
use serde_json::Value;
use uuid::Uuid;

use crate::action::Planned;
use crate::config;
use crate::policy::{LeftOut, Policy};
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
    /// The comparisons of the condition by their paths, and whether each held.
    pub conditions: Vec<(String, bool)>,
    /// What the component might use; none without code.
    pub limits: Option<Value>,
    /// Whether the later rules are left out where it acts.
    pub stop_processing: bool,
    /// How often the rule may act, as far as was known when it ran.
    pub policy: Policy,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The actions are to be taken; at least one.
    Succeeded(Vec<Planned>),
    /// The component chose to do nothing.
    NoAction,
    /// The rule was left out: for how often it may act, for its group, or to end a loop of rules.
    Skipped {
        /// `UPPER_SNAKE_CASE`.
        reason: &'static str,
        /// Why, for the rule's owner.
        message: String,
    },
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

    /// That the rule was left out.
    #[must_use]
    pub fn left_out(why: LeftOut) -> Self {
        Self::Skipped {
            reason: why.reason(),
            message: why.message().to_owned(),
        }
    }

    /// As it is stored.
    #[must_use]
    pub fn status(&self) -> Status {
        match self {
            Self::Succeeded(_) => Status::Succeeded,
            Self::NoAction => Status::NoAction,
            Self::Failed { .. } => Status::Failed,
            Self::Skipped { .. } => Status::Skipped,
        }
    }

    /// Whether the rule acted.
    #[must_use]
    pub const fn acts(&self) -> bool {
        matches!(self, Self::Succeeded(_))
    }

    /// Whether it counts among the failures after which a rule is switched off: it failed, or an action of it did.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        match self {
            Self::Failed { .. } => true,
            Self::Succeeded(actions) => actions.iter().any(Planned::is_failed),
            Self::NoAction | Self::Skipped { .. } => false,
        }
    }

    /// Whether that is not known yet: what others have to do for it may still fail.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        !self.is_failure() && self.actions().iter().any(Planned::is_pending)
    }

    /// Why it failed or was left out: the reason, and words for the rule's owner; empty otherwise.
    #[must_use]
    pub fn problem(&self) -> (&'static str, &str) {
        match self {
            Self::Failed { reason, message } | Self::Skipped { reason, message } => (reason, message),
            Self::Succeeded(_) | Self::NoAction => ("", ""),
        }
    }

    /// What is to be done.
    #[must_use]
    pub fn actions(&self) -> &[Planned] {
        match self {
            Self::Succeeded(actions) => actions,
            Self::NoAction | Self::Failed { .. } | Self::Skipped { .. } => &[],
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
    /// The rule was left out.
    Skipped,
}

impl Status {
    /// As it is stored.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "SUCCEEDED",
            Self::NoAction => "NO_ACTION",
            Self::Failed => "FAILED",
            Self::Skipped => "SKIPPED",
        }
    }

    /// From what is stored, as it goes out.
    #[must_use]
    pub fn wire(name: &str) -> wire::ExecutionStatus {
        match name {
            "SUCCEEDED" => wire::ExecutionStatus::Succeeded,
            "NO_ACTION" => wire::ExecutionStatus::NoAction,
            "FAILED" => wire::ExecutionStatus::Failed,
            "SKIPPED" => wire::ExecutionStatus::Skipped,
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
            ..wire::Execution::default()
        }
    }
}

/// A line of the log with all that was kept of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    /// What a list has.
    pub logged: Logged,
    /// What the rule was given.
    pub input: Value,
    /// The comparisons of the condition: `[[path, held], …]`.
    pub conditions: Value,
    /// The first result of each action, as [`Planned::result`] has it; of runs from before results were kept, the
    /// actions alone.
    pub results: Value,
    /// What the component wrote: `[{level, message}, …]`.
    pub logs: Value,
    /// What the component might use.
    pub limits: Option<Value>,
    /// The rules that led to the event, the first one first.
    pub chain: Vec<Uuid>,
}

impl Detail {
    /// As it goes out.
    #[must_use]
    pub fn wire(self) -> wire::Execution {
        let updated = self.logged.executed_at;
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let results = list(&self.results);
        wire::Execution {
            input: config::message(self.input),
            conditions: list(&self.conditions).iter().filter_map(condition).collect(),
            action_results: results.iter().map(|one| result(one, updated)).collect(),
            logs: list(&self.logs).iter().map(line).collect(),
            limits: self.limits.as_ref().map(limits),
            rule_chain: self.chain.iter().map(Uuid::to_string).collect(),
            ..self.logged.wire()
        }
    }
}

fn condition(pair: &Value) -> Option<wire::ConditionResult> {
    Some(wire::ConditionResult {
        path: pair.get(0)?.as_str()?.to_owned(),
        held: pair.get(1)?.as_bool()?,
    })
}

fn result(stored: &Value, updated: Timestamp) -> wire::ActionResult {
    let text = |name: &str| {
        stored
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let status = match text("status").as_str() {
        "PENDING" => wire::ActionStatus::Pending,
        "FAILED" => wire::ActionStatus::Failed,
        "SKIPPED" => wire::ActionStatus::Skipped,
        _ => wire::ActionStatus::Done,
    };
    let (kind, action) = match stored.get("action") {
        Some(action) => (text("kind"), action.clone()),
        // Until results were kept, all that a rule could do was to notify.
        None => ("notify".to_owned(), stored.clone()),
    };
    wire::ActionResult {
        kind,
        status: status.into(),
        reason: text("reason"),
        detail: text("detail"),
        attempts: i32::from(status != wire::ActionStatus::Pending),
        action: sent(action),
        update_time: Some(wire_time(updated)),
    }
}

fn sent(action: Value) -> Option<wire::Action> {
    let mut action: wire::Action = serde_json::from_value(action).ok()?;
    let object = match &mut action.kind {
        Some(Kind::Emit(emit)) => emit.fields.as_mut(),
        Some(Kind::Webhook(call)) => call.payload.as_mut(),
        Some(Kind::Run(component)) => component.config.as_mut(),
        _ => None,
    };
    if let Some(object) = object {
        config::keep_nulls(object);
    }
    Some(action)
}

fn line(stored: &Value) -> wire::LogLine {
    let text = |name: &str| {
        stored
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    wire::LogLine {
        level: text("level"),
        message: text("message"),
    }
}

fn limits(stored: &Value) -> wire::Limits {
    let number = |name: &str| stored.get(name).and_then(Value::as_i64).unwrap_or_default();
    wire::Limits {
        fuel: number("fuel"),
        memory_bytes: number("memoryBytes"),
        deadline_millis: number("deadlineMillis"),
        output_bytes: number("outputBytes"),
        log_bytes: number("logBytes"),
    }
}
