//! The expense service.

use jiff::Timestamp;
use pfms_proto::expense::v1::category_service_client::CategoryServiceClient;
use pfms_proto::expense::v1::expense_service_client::ExpenseServiceClient;
use pfms_proto::expense::v1::{Expense, GetCategoryRequest, ListExpensesRequest};
use pfms_runtime::client::MeshChannel;
use pfms_runtime::{Error, Violations, parse};
use pfms_types::UserId;
use tonic::Code;
use uuid::Uuid;

use crate::country::Year;
use crate::events::{News, first_of};
use crate::situation::MAX_INPUTS;
use crate::store::deductions::Spent;

/// Expenses that one answer holds.
const PAGE: i32 = 500;
/// Longest answer that is accepted, in bytes: a page of expenses with every field at its longest.
const MAX_ANSWER_BYTES: usize = 32 << 20;

/// Asks the expense service.
#[derive(Clone)]
pub struct Expenses {
    channel: MeshChannel,
}

impl Expenses {
    /// Over a channel to the expense service.
    pub fn new(channel: MeshChannel) -> Self {
        Self { channel }
    }

    /// Whether a category is a user's.
    ///
    /// # Errors
    /// When the expense service does not answer.
    pub async fn has_category(&self, user_id: UserId, category: Uuid) -> Result<bool, Error> {
        let request = GetCategoryRequest {
            id: category.to_string(),
            ..GetCategoryRequest::default()
        };
        let mut client = CategoryServiceClient::new(self.channel.acting_for(user_id));
        match client.get_category(request).await {
            Ok(_) => Ok(true),
            Err(status) if status.code() == Code::NotFound => Ok(false),
            Err(status) => Err(status.into()),
        }
    }

    /// A user's expenses of a category, without those below it, in a tax year, each with when it last changed.
    ///
    /// # Errors
    /// When the expense service does not answer, its answer is not what it should be, or `TOO_MANY_EXPENSES`.
    pub async fn of_category(
        &self,
        user_id: UserId,
        category: Uuid,
        year: &Year,
    ) -> Result<Vec<(News, Timestamp)>, Error> {
        let mut client = ExpenseServiceClient::new(self.channel.acting_for(user_id))
            .max_decoding_message_size(MAX_ANSWER_BYTES);
        let mut found = Vec::new();
        let mut page_token = String::new();
        loop {
            let request = ListExpensesRequest {
                page_size: PAGE,
                page_token,
                start_date: year.first_day.to_string(),
                end_date: year.last_day.to_string(),
                category_id: category.to_string(),
                ..ListExpensesRequest::default()
            };
            let page = client.list_expenses(request).await?.into_inner();
            for expense in page.expenses {
                if expense.category_id == category.to_string() {
                    found.push(listed(expense, category)?);
                }
            }
            if found.len() > MAX_INPUTS {
                return Err(Error::FailedPrecondition {
                    reason: "TOO_MANY_EXPENSES",
                    message: format!("the category has more than {MAX_INPUTS} expenses in the year"),
                });
            }
            if page.next_page_token.is_empty() {
                return Ok(found);
            }
            page_token = page.next_page_token;
        }
    }
}

fn listed(expense: Expense, category: Uuid) -> Result<(News, Timestamp), Error> {
    let mut violations = Violations::default();
    let id = parse::id::<()>(&mut violations, "id", &expense.id);
    let amount = parse::positive_money(&mut violations, "amount", expense.amount.as_ref());
    let date = parse::date(&mut violations, "date", &expense.date);
    let changed = expense
        .update_time
        .and_then(|time| Timestamp::new(time.seconds, time.nanos).ok());
    match (id, amount, date, changed) {
        (Some(id), Some(amount), Some(date), Some(changed)) => {
            let spent = Spent {
                expense_id: id.uuid(),
                amount,
                date,
                description: first_of([expense.description, expense.merchant]),
            };
            Ok((News::listed(Some(category), spent), changed))
        }
        _ => Err(Error::internal(format!(
            "the expense service lists what is no expense: {violations}"
        ))),
    }
}
