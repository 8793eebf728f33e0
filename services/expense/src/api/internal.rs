//! `ExpenseInternalService`.

use pfms_proto::expense::v1 as wire;
use pfms_proto::expense::v1::expense_internal_service_server::ExpenseInternalService;
use pfms_runtime::parse::{self, wire_money};
use pfms_runtime::{Call, Error, Violations};
use pfms_types::Money;
use tonic::{Request, Response, Status, async_trait};

use super::Expenses;
use crate::store;
use crate::store::list::Recent;

/// Facts that a rule gets at most.
const MAX_FACTS: i32 = 1_000;

#[async_trait]
impl ExpenseInternalService for Expenses {
    async fn list_recent_expenses(
        &self,
        request: Request<wire::ListRecentExpensesRequest>,
    ) -> Result<Response<wire::ListRecentExpensesResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let request = request.into_inner();
        let mut violations = Violations::default();
        let start = parse::date(&mut violations, "startDate", &request.start_date);
        if !(1..=MAX_FACTS).contains(&request.limit) {
            violations.add("limit", format!("must be 1 to {MAX_FACTS}"));
        }
        let Some(start) = start.filter(|_| violations.is_empty()) else {
            return Err(Error::from(violations).into());
        };
        let recent = store::list::recent(self.database.pool(), user_id, start, request.limit.into()).await?;
        let expenses = recent.into_iter().map(fact).collect::<Result<_, Error>>()?;
        Ok(Response::new(wire::ListRecentExpensesResponse { expenses }))
    }
}

fn fact(recent: Recent) -> Result<wire::RecentExpense, Error> {
    let currency = recent.currency.parse().map_err(Error::internal)?;
    Ok(wire::RecentExpense {
        id: recent.id.to_string(),
        amount: Some(wire_money(Money::from_minor(recent.amount_minor, currency))),
        category_id: recent.category_id.map(|id| id.to_string()).unwrap_or_default(),
        category: recent.category.unwrap_or_default(),
        description: recent.description,
        merchant: recent.merchant,
        date: recent.date.to_jiff().to_string(),
        tags: recent.tags,
    })
}
