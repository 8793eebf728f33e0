//! An expense of the past as the event that it was.

use jiff::civil::time;
use pfms_plugin_host as host;
use pfms_proto::event::EventData as _;
use pfms_proto::events::v1::ExpenseCreated;
use pfms_runtime::Error;
use pfms_runtime::parse::wire_money;
use pfms_types::{Currency, Money, UserId};
use uuid::Uuid;

use crate::derived;
use crate::fact::Fact;
use crate::facts::civil;
use crate::occasion::Occasion;
use crate::schema::Schema;
use crate::store::people::Person;

/// The event that rules may run for over the past.
pub const EVENT: &str = ExpenseCreated::NAME;

/// The event of an expense, at noon of its day on its owner's clock.
pub fn occasion(user_id: UserId, person: &Person, expense: host::Expense) -> Result<Occasion, Error> {
    let wrong = || Error::internal("an expense of the past that is not one");
    let currency: Currency = expense.amount.currency.parse().map_err(Error::internal)?;
    let day = civil(expense.date).ok_or_else(wrong)?;
    let expense_id: Uuid = expense.id.parse().map_err(Error::internal)?;
    let noon = day.to_datetime(time(12, 0, 0, 0)).to_zoned(person.zone());
    let data = ExpenseCreated {
        user_id: user_id.to_string(),
        expense_id: expense.id,
        amount: Some(wire_money(Money::from_minor(expense.amount.minor, currency))),
        category: expense.category.unwrap_or_default(),
        category_id: expense.category_id.unwrap_or_default(),
        description: expense.description.unwrap_or_default(),
        merchant: expense.merchant.unwrap_or_default(),
        date: day.to_string(),
        tags: expense.tags,
    };
    let data = serde_json::to_value(&data).map_err(Error::internal)?;
    let schema = Schema::find(EVENT).ok_or_else(wrong)?;
    Ok(Occasion {
        event_id: derived::id(&[b"history event", expense_id.as_bytes()]),
        user_id,
        occurred_at: noon.map_err(Error::internal)?.timestamp(),
        fact: Fact::read(schema, &data).map_err(|violations| Error::internal(violations.to_string()))?,
        data,
        chain: Vec::new(),
        only: None,
        is_past: true,
    })
}
