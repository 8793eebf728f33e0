//! What a component answers, as the host's types.
//!
//! Includes nothing but what later versions have not changed so far: they compile this file against their own bindings.

use super::bindings::exports::pfms::rules::automation as exported;
use super::types as wit;
use super::values;
use crate::{
    Channel, Date, Description, Emission, EvaluateError, ExpenseFilter, FactRequest, Field, Instant, Money,
    NewExpense, Notification, Period, Priority, Saving, Value, WebhookCall,
};

/// Longest error message of a rule that is kept, in characters.
const MESSAGE_CHARS: usize = 1_000;

pub(super) fn description(description: exported::Description) -> Description {
    Description {
        name: description.name,
        version: description.version,
        summary: description.summary,
        config_schema: description.config_schema,
        triggers: description.triggers,
        facts: description.facts.into_iter().map(fact_request).collect(),
    }
}

fn fact_request(request: wit::FactRequest) -> FactRequest {
    match request {
        wit::FactRequest::RecentExpenses(request) => FactRequest::RecentExpenses {
            days: request.days,
            limit: request.limit,
            filter: match request.filter {
                wit::ExpenseFilter::Any => ExpenseFilter::Any,
                wit::ExpenseFilter::SameMerchant => ExpenseFilter::SameMerchant,
                wit::ExpenseFilter::SameCategory => ExpenseFilter::SameCategory,
            },
        },
        wit::FactRequest::Spending(request) => FactRequest::Spending {
            period: match request.period {
                wit::Period::Day => Period::Day,
                wit::Period::Week => Period::Week,
                wit::Period::Month => Period::Month,
                wit::Period::Year => Period::Year,
            },
            count: request.count,
        },
        wit::FactRequest::Budgets => FactRequest::Budgets,
        wit::FactRequest::Goals => FactRequest::Goals,
    }
}

pub(super) fn saving(saving: wit::Saving) -> Saving {
    Saving {
        goal_id: saving.goal_id,
        amount: money(saving.amount),
        note: saving.note,
    }
}

pub(super) fn new_expense(expense: wit::NewExpense) -> NewExpense {
    NewExpense {
        amount: money(expense.amount),
        category_id: expense.category_id,
        merchant: expense.merchant,
        description: expense.description,
        date: date(expense.date),
        tags: expense.tags,
    }
}

pub(super) fn emission(emission: wit::Emission) -> Emission {
    Emission {
        topic: emission.topic,
        fields: emission.fields.into_iter().map(field).collect(),
    }
}

pub(super) fn webhook_call(call: wit::WebhookCall) -> WebhookCall {
    WebhookCall {
        webhook_id: call.webhook_id,
        payload: call.payload,
    }
}

pub(super) fn notification(notification: wit::Notification) -> Notification {
    Notification {
        title: notification.title,
        body: notification.body,
        priority: match notification.priority {
            wit::Priority::Low => Priority::Low,
            wit::Priority::Medium => Priority::Medium,
            wit::Priority::High => Priority::High,
            wit::Priority::Urgent => Priority::Urgent,
        },
        channels: notification.channels.into_iter().map(channel).collect(),
    }
}

fn channel(channel: wit::Channel) -> Channel {
    match channel {
        wit::Channel::InApp => Channel::InApp,
        wit::Channel::Push => Channel::Push,
        wit::Channel::Email => Channel::Email,
        wit::Channel::Sms => Channel::Sms,
    }
}

fn field(field: wit::FieldResult) -> Field {
    Field {
        name: field.name,
        value: match field.value {
            wit::ValueResult::Text(text) => Value::Text(text),
            wit::ValueResult::Texts(texts) => Value::Texts(texts),
            wit::ValueResult::Whole(whole) => Value::Whole(whole),
            wit::ValueResult::Decimal(decimal) => Value::Decimal(decimal),
            wit::ValueResult::Flag(flag) => Value::Flag(flag),
            wit::ValueResult::Money(amount) => Value::Money(money(amount)),
            wit::ValueResult::Date(day) => Value::Date(date(day)),
            wit::ValueResult::Instant(point) => Value::Instant(Instant {
                seconds: point.seconds,
                nanoseconds: point.nanoseconds,
            }),
        },
    }
}

pub(super) fn rule_error(error: exported::RuleError) -> EvaluateError {
    let cut = |message: String| message.chars().take(MESSAGE_CHARS).collect();
    match error {
        exported::RuleError::InvalidConfig(message) => EvaluateError::InvalidConfig {
            message: cut(message),
        },
        exported::RuleError::Failed(message) => EvaluateError::RuleFailed {
            message: cut(message),
        },
    }
}

fn money(money: values::MoneyResult) -> Money {
    Money {
        minor: money.minor,
        currency: money.currency,
        exponent: money.exponent,
    }
}

pub(super) fn date(date: values::Date) -> Date {
    Date {
        year: date.year,
        month: date.month,
        day: date.day,
    }
}
