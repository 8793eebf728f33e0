//! Facts from the expense service.

use jiff::civil::Date;
use pfms_plugin_host as host;
use pfms_proto::events::v1::ExpenseCreated;
use pfms_proto::expense::v1::expense_internal_service_client::ExpenseInternalServiceClient;
use pfms_proto::expense::v1::{ListRecentExpensesRequest, RecentExpense};
use pfms_runtime::Error;
use pfms_runtime::client::MeshChannel;
use pfms_types::UserId;
use serde_json::{Value, json};

use crate::fact::Fact;

/// Longest answer that is accepted, in bytes: 501 expenses with every field at its longest.
const MAX_ANSWER_BYTES: usize = 16 << 20;

/// Asks the expense service.
pub struct Expenses {
    channel: MeshChannel,
}

impl Expenses {
    /// Over a channel to the expense service.
    pub fn new(channel: MeshChannel) -> Self {
        Self { channel }
    }

    /// At most `limit` expenses of a user on and after a day, the latest first.
    ///
    /// # Errors
    /// When the expense service does not answer, or its answer is not what it should be.
    pub async fn recent(
        &self,
        user_id: UserId,
        since: Date,
        limit: usize,
    ) -> Result<Vec<host::Expense>, Error> {
        let request = ListRecentExpensesRequest {
            start_date: since.to_string(),
            limit: i32::try_from(limit).unwrap_or(i32::MAX),
        };
        let answer = ExpenseInternalServiceClient::new(self.channel.acting_for(user_id))
            .max_decoding_message_size(MAX_ANSWER_BYTES)
            .list_recent_expenses(request)
            .await?;
        answer.into_inner().expenses.into_iter().map(expense).collect()
    }
}

fn expense(recent: RecentExpense) -> Result<host::Expense, Error> {
    let fact = Fact::try_from(ExpenseCreated {
        user_id: String::new(),
        expense_id: recent.id,
        amount: recent.amount,
        category: recent.category,
        category_id: recent.category_id,
        description: recent.description,
        merchant: recent.merchant,
        date: recent.date,
        tags: recent.tags,
    })
    .map_err(|violations| Error::internal(format!("an expense that is not one: {violations}")))?;
    Ok(shown(&fact))
}

/// An expense as components see it.
pub fn shown(fact: &Fact) -> host::Expense {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    host::Expense {
        id: fact.expense_id.to_string(),
        amount: host::Money {
            minor: fact.amount.minor(),
            currency: fact.amount.currency().code().to_owned(),
            exponent: fact.amount.currency().exponent(),
        },
        category_id: fact.category_id.map(|id| id.to_string()),
        category: given(&fact.category.written),
        merchant: given(&fact.merchant.written),
        description: given(&fact.description.written),
        date: day(fact.date),
        tags: fact.tags.iter().map(|tag| tag.written.clone()).collect(),
    }
}

/// A day as components see it.
pub fn day(date: Date) -> host::Date {
    host::Date {
        // Within 1900 to 2199, so that nothing is lost.
        year: date.year().unsigned_abs(),
        month: date.month().unsigned_abs(),
        day: date.day().unsigned_abs(),
    }
}

/// An expense for the log.
pub fn logged(expense: &host::Expense) -> Value {
    json!({
        "id": expense.id,
        "minor": expense.amount.minor,
        "currency": expense.amount.currency,
        "categoryId": expense.category_id,
        "category": expense.category,
        "merchant": expense.merchant,
        "description": expense.description,
        "date": written(expense.date),
        "tags": expense.tags,
    })
}

/// A day for comparisons and the log: ISO 8601.
pub fn written(date: host::Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
}
