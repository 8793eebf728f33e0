//! What rules do outside of this service: to expenses, and to web addresses.
//!
//! An effect is written in the transaction of its execution ([`enqueue`]) and done afterwards by a worker of any
//! process ([`worker`]), as often as it takes: an id that stays the same lets it happen once. Of one execution the
//! effects are done in the order of its actions, one after the other; one that fails for good does not keep the later
//! ones from being done.

mod expenses;
mod report;
mod store;
mod worker;

use pfms_types::{Currency, Money};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) use self::report::switched_off;
pub(crate) use self::store::enqueue_apart;
pub use self::store::{Settled, enqueue, results};
pub(crate) use self::worker::Outcome;
pub use self::worker::Worker;
use crate::execution::ExecutionId;
use crate::rule::RuleId;

/// Something to be done for an execution.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// The execution.
    pub execution_id: ExecutionId,
    /// The rule that ran.
    pub rule_id: RuleId,
    /// Which action of the execution it is; effects are done in this order, and no two have the same.
    pub position: usize,
    /// The rules that led to it, the first one first; the last one is `rule_id`.
    pub rule_chain: Vec<Uuid>,
    /// What is to be done.
    pub task: Task,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Change an expense.
    Apply(Change),
    /// Record an expense.
    Create(NewExpense),
    /// Call a webhook.
    Call(Message),
    /// Try a webhook.
    Ping {
        /// The webhook.
        webhook_id: Uuid,
    },
}

/// A change of an expense.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The expense.
    pub expense_id: Uuid,
    /// The category to put it into.
    pub category_id: Option<Uuid>,
    /// The tags to add.
    pub add_tags: Vec<String>,
}

/// An expense to record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewExpense {
    /// More than zero.
    pub amount: Amount,
    /// None: not categorised.
    pub category_id: Option<Uuid>,
    /// Empty: not said.
    pub merchant: String,
    /// Empty: not said.
    pub description: String,
    /// The day.
    pub date: jiff::civil::Date,
    /// Its tags.
    pub tags: Vec<String>,
}

/// Money, as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Amount {
    minor: i64,
    currency: String,
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self {
            minor: money.minor(),
            currency: money.currency().code().to_owned(),
        }
    }
}

impl Amount {
    fn money(&self) -> Option<Money> {
        let currency: Currency = self.currency.parse().ok()?;
        Some(Money::from_minor(self.minor, currency))
    }
}

/// A message to a webhook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// The webhook.
    pub webhook_id: Uuid,
    /// The JSON object that goes out as the message's data.
    pub payload: serde_json::Value,
}

/// How far an effect is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It will be tried, or tried again.
    Pending,
    /// It happened.
    Done,
    /// It will not happen.
    Failed,
}

impl Status {
    const fn name(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Done => "DONE",
            Self::Failed => "FAILED",
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "DONE" => Self::Done,
            "FAILED" => Self::Failed,
            _ => Self::Pending,
        }
    }
}
