//! What a rule asks for. The texts are as the component gave them: their lengths and the ids are for the caller
//! to check.

use serde::{Deserialize, Serialize};

use super::{Date, Field, Money};

/// How urgent a notification is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Priority {
    /// May wait.
    Low,
    /// Usual.
    Medium,
    /// Soon.
    High,
    /// Now.
    Urgent,
}

/// A way to reach a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// The list of notifications in the application.
    InApp,
    /// A message to a device.
    Push,
    /// E-mail.
    Email,
    /// A text message.
    Sms,
}

/// A message for the rule's owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// One line, 1 to 200 characters.
    pub title: String,
    /// Plain text, up to 2,000 characters.
    pub body: String,
    /// How urgent it is.
    pub priority: Priority,
    /// The ways to take; empty: all that the person allows.
    pub channels: Vec<Channel>,
}

/// Money to put aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Saving {
    /// The goal's id.
    pub goal_id: String,
    /// More than zero.
    pub amount: Money,
    /// Up to 200 characters.
    pub note: String,
}

/// An expense to record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewExpense {
    /// More than zero.
    pub amount: Money,
    /// None: not categorised.
    pub category_id: Option<String>,
    /// Up to 200 characters.
    pub merchant: Option<String>,
    /// Up to 1,000 characters.
    pub description: Option<String>,
    /// The day.
    pub date: Date,
    /// Up to 50 tags of 1 to 50 characters.
    pub tags: Vec<String>,
}

/// An event that other rules may be triggered by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emission {
    /// Lower case words joined by dots or hyphens, 1 to 64 characters.
    pub topic: String,
    /// Up to 32, of which texts hold up to 1,000 characters.
    pub fields: Vec<Field>,
}

/// A call of a web address that the person registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WebhookCall {
    /// The webhook's id.
    pub webhook_id: String,
    /// A JSON object of up to 16,000 bytes.
    pub payload: String,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Tell the rule's owner.
    Notify(Notification),
    /// Put the event's expense into the category with this id.
    Categorize(String),
    /// Add these tags to the event's expense.
    Tag(Vec<String>),
    /// Put money aside for a goal.
    Save(Saving),
    /// Keep this line with the execution; up to 1,000 characters.
    Log(String),
    /// Record an expense.
    CreateExpense(NewExpense),
    /// Publish an event.
    Emit(Emission),
    /// Call a webhook.
    Webhook(WebhookCall),
}

impl Action {
    /// The action's kind as the contract calls it, for example "create-expense".
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Notify(_) => "notify",
            Self::Categorize(_) => "categorize",
            Self::Tag(_) => "tag",
            Self::Save(_) => "save",
            Self::Log(_) => "log",
            Self::CreateExpense(_) => "create-expense",
            Self::Emit(_) => "emit",
            Self::Webhook(_) => "webhook",
        }
    }
}
