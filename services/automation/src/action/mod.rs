//! What a rule does.

mod component;
mod deed;
mod parse;
mod resolve;

use jiff::civil::Date;
use pfms_proto::automation::v1 as wire;
use pfms_types::Money;
use uuid::Uuid;

pub use component::of_component;
pub use deed::{Deed, NO_SAVINGS, Notice, Planned, Refusal, Standing, UNAVAILABLE};
pub use parse::fields;
pub(crate) use resolve::refuse;
pub use resolve::{Scene, resolve};

use crate::config::Config;
use crate::rule::Component;

/// Most actions of a rule, and of one answer of a component.
pub const MAX_ACTIONS: usize = 10;
/// Longest title of a notification, in characters.
pub const MAX_TITLE: usize = 200;
/// Longest body of a notification, in characters.
pub const MAX_BODY: usize = 2_000;
/// Longest line that is kept, in characters.
pub const MAX_LOG: usize = 1_000;
/// Longest text in an event that a rule emits, in characters.
pub const MAX_FIELD_TEXT: usize = 1_000;
/// Most fields of an event that a rule emits.
pub const MAX_FIELDS: usize = 32;
/// Most tags of an expense.
const MAX_TAGS: usize = 50;
/// Longest tag, in characters.
const MAX_TAG: usize = 50;
/// Longest note of what is saved, in characters.
const MAX_NOTE: usize = 200;
/// Longest name of who is paid, in characters.
const MAX_MERCHANT: usize = 200;
/// Longest description of an expense, in characters.
const MAX_DESCRIPTION: usize = 500;

/// Something to do, as a rule says it. Texts may hold variables of the event.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Notify the rule's owner. Where the title or the body is empty, the template's is used.
    Notify(Notify),
    /// Put the event's expense into a category.
    Categorize(Uuid),
    /// Add tags to the event's expense.
    Tag(Vec<String>),
    /// Put money aside.
    Save(Save),
    /// Keep a line with the execution.
    Log(String),
    /// Record an expense.
    CreateExpense(NewExpense),
    /// Trigger other rules.
    Emit {
        /// What it is about.
        topic: String,
        /// Its fields.
        fields: Config,
    },
    /// Call a webhook.
    Webhook {
        /// One of the owner's webhooks.
        webhook_id: Uuid,
        /// What is sent; none: the rule and the event.
        payload: Option<Config>,
    },
    /// Run a component, and do what it answers.
    Run(Component),
}

/// A notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notify {
    /// The title.
    pub title: String,
    /// The body.
    pub body: String,
    /// How urgent it is.
    pub priority: Priority,
    /// The ways to take; empty: all that the owner allows.
    pub channels: Vec<Channel>,
}

/// Money to put aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Save {
    /// The goal.
    pub goal_id: Uuid,
    /// How much.
    pub quantity: Quantity,
    /// What it is for.
    pub note: String,
}

/// How much is put aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// This much.
    Amount(Money),
    /// A share of the event's amount, in ten-thousandths of a percent.
    Percent(i64),
}

/// An expense to record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewExpense {
    /// More than zero.
    pub amount: Money,
    /// None: not categorised.
    pub category_id: Option<Uuid>,
    /// May be empty.
    pub merchant: String,
    /// May be empty.
    pub description: String,
    /// None: the event's day.
    pub date: Option<Date>,
    /// Its tags.
    pub tags: Vec<String>,
}

/// How urgent a notification is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Priority {
    /// May wait.
    Low,
    /// Usual.
    #[default]
    Medium,
    /// Soon.
    High,
    /// Now.
    Urgent,
}

/// A way to reach a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

impl Priority {
    /// As notifications call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    const fn wire(self) -> wire::Priority {
        match self {
            Self::Low => wire::Priority::Low,
            Self::Medium => wire::Priority::Medium,
            Self::High => wire::Priority::High,
            Self::Urgent => wire::Priority::Urgent,
        }
    }
}

impl Channel {
    /// As notifications call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InApp => "in_app",
            Self::Push => "push",
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }

    const fn wire(self) -> wire::Channel {
        match self {
            Self::InApp => wire::Channel::InApp,
            Self::Push => wire::Channel::Push,
            Self::Email => wire::Channel::Email,
            Self::Sms => wire::Channel::Sms,
        }
    }
}

impl Action {
    /// The kind's name, as results have it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Notify(_) => "notify",
            Self::Categorize(_) => "categorize",
            Self::Tag(_) => "tag",
            Self::Save(_) => "save",
            Self::Log(_) => "log",
            Self::CreateExpense(_) => "create_expense",
            Self::Emit { .. } => "emit",
            Self::Webhook { .. } => "webhook",
            Self::Run(_) => "run",
        }
    }

    /// As it goes out.
    #[must_use]
    pub fn wire(&self) -> wire::Action {
        use wire::action::Kind;

        let kind = match self {
            Self::Notify(notify) => Kind::Notify(wire::Notify {
                title: notify.title.clone(),
                body: notify.body.clone(),
                priority: notify.priority.wire().into(),
                channels: notify
                    .channels
                    .iter()
                    .map(|channel| channel.wire().into())
                    .collect(),
            }),
            Self::Categorize(id) => Kind::Categorize(wire::Categorize {
                category_id: id.to_string(),
            }),
            Self::Tag(tags) => Kind::Tag(wire::AddTags { tags: tags.clone() }),
            Self::Save(save) => Kind::Save(wire::Save {
                goal_id: save.goal_id.to_string(),
                quantity: Some(match save.quantity {
                    Quantity::Amount(amount) => {
                        wire::save::Quantity::Amount(pfms_runtime::parse::wire_money(amount))
                    }
                    Quantity::Percent(percent) => {
                        let percent = rust_decimal::Decimal::new(percent, 4).normalize();
                        wire::save::Quantity::Percent(percent.to_string())
                    }
                }),
                note: save.note.clone(),
            }),
            Self::Log(message) => Kind::Log(wire::WriteLog {
                message: message.clone(),
            }),
            Self::CreateExpense(expense) => Kind::CreateExpense(expense.wire()),
            Self::Emit { topic, fields } => Kind::Emit(wire::Emit {
                topic: topic.clone(),
                fields: fields.wire(),
            }),
            Self::Webhook { webhook_id, payload } => Kind::Webhook(wire::CallWebhook {
                webhook_id: webhook_id.to_string(),
                payload: payload.as_ref().map(|payload| payload.wire().unwrap_or_default()),
            }),
            Self::Run(component) => Kind::Run(component.wire()),
        };
        wire::Action { kind: Some(kind) }
    }
}

impl NewExpense {
    fn wire(&self) -> wire::CreateExpense {
        wire::CreateExpense {
            amount: Some(pfms_runtime::parse::wire_money(self.amount)),
            category_id: self.category_id.map(|id| id.to_string()).unwrap_or_default(),
            merchant: self.merchant.clone(),
            description: self.description.clone(),
            date: self.date.map(|date| date.to_string()).unwrap_or_default(),
            tags: self.tags.clone(),
        }
    }
}
