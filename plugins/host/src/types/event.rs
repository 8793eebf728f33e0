//! What happened, and to whom.

use serde::{Deserialize, Serialize};

use super::{Date, Instant, Money};

/// Money spent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Expense {
    /// UUIDv7 in lower case: ids order as the expenses were recorded.
    pub id: String,
    /// What was spent.
    pub amount: Money,
    /// None when not categorised.
    pub category_id: Option<String>,
    /// The category's name; none when not categorised.
    pub category: Option<String>,
    /// Who was paid.
    pub merchant: Option<String>,
    /// What it was for.
    pub description: Option<String>,
    /// The day in the person's own zone.
    pub date: Date,
    /// Without doubles.
    pub tags: Vec<String>,
}

/// The value of a field of an event that has no record of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Value {
    /// Text.
    Text(String),
    /// Several texts.
    Texts(Vec<String>),
    /// A whole number.
    Whole(i64),
    /// A number with a fraction, written exactly.
    Decimal(String),
    /// Yes or no.
    Flag(bool),
    /// An amount of money.
    Money(Money),
    /// A day.
    Date(Date),
    /// A point in time.
    Instant(Instant),
}

/// A named value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// As in the event's JSON; what is inside another object is joined by dots.
    pub name: String,
    /// What it is.
    pub value: Value,
}

/// An event that has no record of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedEvent {
    /// The event's name, for example "income.received".
    pub name: String,
    /// Its fields that are not empty.
    pub fields: Vec<Field>,
}

/// A moment that a rule's schedule named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tick {
    /// The moment that was named.
    pub scheduled_for: Instant,
    /// The day of that moment in the person's zone.
    pub date: Date,
    /// The minute of that day on the person's clock, 0 to 1439.
    pub minute: u16,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Event {
    /// `expense.created`.
    ExpenseCreated(Expense),
    /// `expense.updated`: the expense as it is now.
    ExpenseUpdated(Expense),
    /// `expense.deleted`: the expense as it was.
    ExpenseDeleted(Expense),
    /// `time`: the rule's schedule came due.
    Time(Tick),
    /// Any other event.
    Named(NamedEvent),
}

impl Event {
    /// The name under which rules are triggered by it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::ExpenseCreated(_) => "expense.created",
            Self::ExpenseUpdated(_) => "expense.updated",
            Self::ExpenseDeleted(_) => "expense.deleted",
            Self::Time(_) => "time",
            Self::Named(event) => &event.name,
        }
    }

    /// The expense that it is about, if it is about one.
    #[must_use]
    pub fn expense(&self) -> Option<&Expense> {
        match self {
            Self::ExpenseCreated(expense) | Self::ExpenseUpdated(expense) | Self::ExpenseDeleted(expense) => {
                Some(expense)
            }
            Self::Time(_) | Self::Named(_) => None,
        }
    }
}

/// The owner of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// ISO 4217 code of the preferred currency.
    pub currency: String,
    /// IANA zone name.
    pub time_zone: String,
    /// Offset of the zone from UTC at the time of the event, in seconds, positive to the east.
    pub utc_offset_seconds: i32,
    /// The day in the zone at the time of the event.
    pub today: Date,
}

/// What surrounds an evaluation. For a replay to agree it is to be derived from the event, not from the clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Context {
    /// The event's id.
    pub event_id: String,
    /// The rule's id.
    pub rule_id: String,
    /// When the event was committed.
    pub occurred_at: Instant,
    /// Whose rule it is.
    pub user: User,
}
