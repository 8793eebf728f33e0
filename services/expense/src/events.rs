//! What the service publishes.

use jiff::Timestamp;
use pfms_proto::events::v1::{ExpenseCreated, ExpenseDeleted, ExpenseUpdated};
use pfms_runtime::parse::wire_money;
use pfms_runtime::{Error, events::Outgoing};
use pfms_types::UserId;

use crate::expense::Expense;

/// An expense was recorded. The category's name is filled in by the statement that stores the event.
pub fn created(user_id: UserId, expense: &Expense, category: &str, at: Timestamp) -> Result<Outgoing, Error> {
    let details = &expense.details;
    let data = ExpenseCreated {
        user_id: user_id.to_string(),
        expense_id: expense.id.to_string(),
        amount: Some(wire_money(details.amount)),
        category: category.to_owned(),
        category_id: details.category_id.map(|id| id.to_string()).unwrap_or_default(),
        description: details.description.clone(),
        merchant: details.merchant.clone(),
        date: details.date.to_string(),
        tags: details.tags.clone(),
    };
    Outgoing::new(user_id, at, &data)
}

/// An expense changed.
pub fn updated(
    user_id: UserId,
    before: &Expense,
    after: &Expense,
    category: &str,
    at: Timestamp,
) -> Result<Outgoing, Error> {
    let (old, new) = (&before.details, &after.details);
    let data = ExpenseUpdated {
        user_id: user_id.to_string(),
        expense_id: after.id.to_string(),
        amount: Some(wire_money(new.amount)),
        category: category.to_owned(),
        category_id: new.category_id.map(|id| id.to_string()).unwrap_or_default(),
        description: new.description.clone(),
        merchant: new.merchant.clone(),
        date: new.date.to_string(),
        tags: new.tags.clone(),
        previous_amount: Some(wire_money(old.amount)),
        previous_date: old.date.to_string(),
        previous_category_id: old.category_id.map(|id| id.to_string()).unwrap_or_default(),
    };
    Outgoing::new(user_id, at, &data)
}

/// An expense was deleted.
pub fn deleted(user_id: UserId, expense: &Expense, category: &str, at: Timestamp) -> Result<Outgoing, Error> {
    let details = &expense.details;
    let data = ExpenseDeleted {
        user_id: user_id.to_string(),
        expense_id: expense.id.to_string(),
        amount: Some(wire_money(details.amount)),
        category: category.to_owned(),
        category_id: details.category_id.map(|id| id.to_string()).unwrap_or_default(),
        description: details.description.clone(),
        merchant: details.merchant.clone(),
        date: details.date.to_string(),
        tags: details.tags.clone(),
    };
    Outgoing::new(user_id, at, &data)
}
