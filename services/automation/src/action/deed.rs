//! An action with the values of its event in it: what is to be done, or why it is not.

use jiff::civil::Date;
use pfms_proto::automation::v1 as wire;
use pfms_types::Money;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{Action, Channel, Priority};

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// Notify the rule's owner.
    Notify(Notice),
    /// Put an expense into a category.
    Categorize {
        /// The expense.
        expense_id: Uuid,
        /// The category.
        category_id: Uuid,
    },
    /// Add tags to an expense.
    Tag {
        /// The expense.
        expense_id: Uuid,
        /// The tags.
        tags: Vec<String>,
    },
    /// Keep a line with the execution.
    Log(String),
    /// Record an expense.
    CreateExpense {
        /// More than zero.
        amount: Money,
        /// None: not categorised.
        category_id: Option<Uuid>,
        /// May be empty.
        merchant: String,
        /// May be empty.
        description: String,
        /// The day.
        date: Date,
        /// Its tags.
        tags: Vec<String>,
    },
    /// Trigger other rules.
    Emit {
        /// What it is about.
        topic: String,
        /// An object of texts, numbers and truth values.
        fields: Json,
    },
    /// Call a webhook.
    Webhook {
        /// One of the owner's webhooks.
        webhook_id: Uuid,
        /// An object.
        payload: Json,
    },
}

/// A notification to the rule's owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The title, or a template of it.
    pub title: String,
    /// The body, or a template of it.
    pub body: String,
    /// Whether title and body are templates of an expense's notification, which the notification service fills in, and
    /// where they are empty, replaces by its own; or shown as they are.
    pub is_template: bool,
    /// How urgent it is.
    pub priority: Priority,
    /// The ways to take; empty: all that the owner allows.
    pub channels: Vec<Channel>,
}

/// An action of an execution, in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// The kind's name, as [`Action::kind`] has it.
    pub kind: &'static str,
    /// The action with the event's values, for the log.
    pub shown: wire::Action,
    /// What is to be done.
    pub standing: Standing,
}

/// Whether something is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// This.
    Due(Deed),
    /// It was done while the rule ran; says what.
    Done(String),
    /// It will not be done.
    Refused(Refusal),
}

/// Why an action is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// `UPPER_SNAKE_CASE`.
    pub reason: &'static str,
    /// In words, for the rule's owner.
    pub detail: String,
    /// Whether there was nothing to do, so that nothing failed.
    pub is_idle: bool,
}

impl Planned {
    /// An action that was resolved.
    #[must_use]
    pub fn new(action: &Action, standing: Standing) -> Self {
        Self {
            kind: action.kind(),
            shown: action.wire(),
            standing,
        }
    }

    /// Whether it failed.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        matches!(&self.standing, Standing::Refused(refusal) if !refusal.is_idle)
    }

    /// Whether others have to do it, after the transaction of the execution.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        match &self.standing {
            Standing::Due(deed) => !matches!(deed, Deed::Notify(_) | Deed::Emit { .. } | Deed::Log(_)),
            Standing::Done(_) | Standing::Refused(_) => false,
        }
    }

    /// Its first result: what is done in the transaction of the execution is done when that is written, what others
    /// have to do is pending.
    #[must_use]
    pub fn result(&self) -> Json {
        let (status, reason, detail) = match &self.standing {
            Standing::Due(Deed::Notify(_) | Deed::Emit { .. }) => ("DONE", "", ""),
            Standing::Due(Deed::Log(line)) => ("DONE", "", line.as_str()),
            Standing::Due(_) => ("PENDING", "", ""),
            Standing::Done(detail) => ("DONE", "", detail.as_str()),
            Standing::Refused(refusal) if refusal.is_idle => {
                ("SKIPPED", refusal.reason, refusal.detail.as_str())
            }
            Standing::Refused(refusal) => ("FAILED", refusal.reason, refusal.detail.as_str()),
        };
        json!({
            "kind": self.kind,
            "status": status,
            "reason": reason,
            "detail": detail,
            "action": serde_json::to_value(&self.shown).unwrap_or_default(),
        })
    }
}

/// The reason of actions that this mesh has no service for.
pub const UNAVAILABLE: &str = "ACTION_UNAVAILABLE";
/// The same in words.
pub const NO_SAVINGS: &str = "there is no savings service, so that nothing can be put aside";
