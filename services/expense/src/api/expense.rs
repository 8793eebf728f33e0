//! `ExpenseService`.

use std::collections::HashMap;

use pbjson_types::Empty;
use pfms_proto::expense::v1 as wire;
use pfms_proto::expense::v1::expense_service_server::ExpenseService;
use pfms_runtime::page_token::PageTokens;
use pfms_runtime::parse::{self, UpdateMask};
use pfms_runtime::sharing::{SharedArea, Sharing};
use pfms_runtime::{Begun, Call, Context, Database, Error, Violations, storage};
use pfms_types::{PageSize, UserId};
use prost::Message;
use sqlx::PgConnection;
use tonic::{Request, Response, Status, async_trait};

use super::repeated::Repeatable;
use super::wire as out;
use crate::category::CategoryId;
use crate::expense::{Details, Expense, ExpenseId, UPDATABLE};
use crate::filter::{Filter, Position};
use crate::store::create::Created;
use crate::{events, store};

/// Expenses that a batch holds at most.
const MAX_BATCH: usize = 1_000;
/// Faults after which a batch is not read on: an answer travels in headers, whose size clients limit.
const MAX_VIOLATIONS: usize = 20;

const NO_SUCH_CATEGORY: &str = "is not one of your categories";

/// Handlers of expenses.
#[derive(Clone)]
pub struct Expenses {
    pub(super) database: Database,
    pages: PageTokens,
    sharing: Sharing,
}

impl Expenses {
    /// On the service's own database.
    pub fn new(context: &Context, sharing: Sharing) -> Self {
        Self {
            database: context.database.clone(),
            pages: context.page_tokens.clone(),
            sharing,
        }
    }

    pub(super) fn record(&self, details: Details) -> Expense {
        let now = self.database.clock().now();
        Expense {
            id: ExpenseId::generate(),
            details,
            created_at: now,
            updated_at: now,
        }
    }
}

#[async_trait]
impl ExpenseService for Expenses {
    async fn create_expense(
        &self,
        request: Request<wire::CreateExpenseRequest>,
    ) -> Result<Response<wire::Expense>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(&Repeatable::from(request.get_ref()))?;
        let expense = self.record(parse_one(request.into_inner().expense)?);
        let event = events::created(user_id, &expense, "", expense.created_at)?;
        let response = out::expense(&expense);
        let stored = key.as_ref().map(|_| response.encode_to_vec()).unwrap_or_default();
        let database = &self.database;
        match store::create::create(database, user_id, &expense, &event, key.as_ref(), &stored).await? {
            Created::Stored => {
                database.wake_relay();
                Ok(Response::new(response))
            }
            Created::NoSuchCategory => Err(Error::invalid("categoryId", NO_SUCH_CATEGORY).into()),
            Created::KeyTaken => match key {
                Some(key) => Ok(Response::new(
                    storage::replay(database.pool(), user_id, &key).await?,
                )),
                None => Err(Error::internal("an expense was not stored").into()),
            },
        }
    }

    async fn batch_create_expenses(
        &self,
        request: Request<wire::BatchCreateExpensesRequest>,
    ) -> Result<Response<wire::BatchCreateExpensesResponse>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(&Repeatable::from(request.get_ref()))?;
        let expenses: Vec<Expense> = parse_batch(request.into_inner().expenses)?
            .into_iter()
            .map(|details| self.record(details))
            .collect();
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        let field = |index| format!("expenses[{index}].categoryId");
        let names = category_names(unit.connection(), user_id, &expenses, field).await?;
        store::create::create_all(unit.connection(), user_id, &expenses).await?;
        for expense in &expenses {
            let name = expense
                .details
                .category_id
                .and_then(|id| names.get(&id))
                .map_or("", String::as_str);
            unit.publish(events::created(user_id, expense, name, expense.created_at)?);
        }
        let answer = wire::BatchCreateExpensesResponse {
            expenses: expenses.iter().map(out::expense).collect(),
        };
        Ok(Response::new(unit.commit(answer).await?))
    }

    async fn get_expense(
        &self,
        request: Request<wire::GetExpenseRequest>,
    ) -> Result<Response<wire::Expense>, Status> {
        let call = Call::of(&request)?;
        let request = request.into_inner();
        let owner = self
            .sharing
            .owner(&call, &request.owner_user_id, SharedArea::Expenses)
            .await?;
        let id = parse_id(&request.id)?;
        let expense = store::expense::get(self.database.pool(), owner, id).await?;
        Ok(Response::new(out::expense(
            &expense.ok_or(Error::NotFound("the expense"))?,
        )))
    }

    async fn list_expenses(
        &self,
        request: Request<wire::ListExpensesRequest>,
    ) -> Result<Response<wire::ListExpensesResponse>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let request = request.into_inner();
        let owner = self
            .sharing
            .owner(&call, &request.owner_user_id, SharedArea::Expenses)
            .await?;
        let mut violations = Violations::default();
        let filter = Filter::parse(&request, &mut violations);
        let size = violations
            .keep("pageSize", PageSize::parse(request.page_size))
            .unwrap_or(PageSize::DEFAULT);
        if !violations.is_empty() {
            return Err(Error::from(violations).into());
        }
        let scope = (
            "ListExpenses",
            user_id.uuid(),
            owner.uuid(),
            format!("{filter:?}"),
        );
        let after: Option<Position> = self.pages.open(&request.page_token, &scope)?;
        let limit = size.limit_with_lookahead();
        let mut expenses = store::list::list(self.database.pool(), owner, &filter, after, limit).await?;
        let more = expenses.len() > size.rows();
        expenses.truncate(size.rows());
        let next_page_token = match expenses.last().filter(|_| more) {
            Some(last) => self.pages.seal(
                &Position {
                    date: last.details.date,
                    id: last.id.uuid(),
                },
                &scope,
            )?,
            None => String::new(),
        };
        let expenses = expenses.iter().map(out::expense).collect();
        Ok(Response::new(wire::ListExpensesResponse {
            expenses,
            next_page_token,
        }))
    }

    async fn update_expense(
        &self,
        request: Request<wire::UpdateExpenseRequest>,
    ) -> Result<Response<wire::Expense>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(&Repeatable::from(request.get_ref()))?;
        let request = request.into_inner();
        let (id, change, mask) = parse_change(request)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        let before = store::expense::lock(unit.connection(), user_id, id)
            .await?
            .ok_or(Error::NotFound("the expense"))?;
        let details = parse_one(Some(overlay(out::expense(&before), change, &mask)))?;
        let after = Expense {
            details,
            updated_at: self.database.clock().now(),
            ..before.clone()
        };
        let category = category_name(unit.connection(), user_id, &after).await?;
        store::expense::update(unit.connection(), user_id, &after).await?;
        unit.publish(events::updated(
            user_id,
            &before,
            &after,
            &category,
            after.updated_at,
        )?);
        Ok(Response::new(unit.commit(out::expense(&after)).await?))
    }

    async fn delete_expense(
        &self,
        request: Request<wire::DeleteExpenseRequest>,
    ) -> Result<Response<Empty>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let id = parse_id(&request.get_ref().id)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        let expense = store::expense::lock(unit.connection(), user_id, id)
            .await?
            .ok_or(Error::NotFound("the expense"))?;
        let category = category_name(unit.connection(), user_id, &expense).await?;
        store::expense::delete(unit.connection(), user_id, id).await?;
        unit.publish(events::deleted(
            user_id,
            &expense,
            &category,
            self.database.clock().now(),
        )?);
        Ok(Response::new(unit.commit(Empty {}).await?))
    }
}

fn parse_id(text: &str) -> Result<ExpenseId, Error> {
    text.parse().map_err(|error| Error::invalid("id", error))
}

fn parse_one(expense: Option<wire::Expense>) -> Result<Details, Error> {
    let mut violations = Violations::default();
    Details::parse(expense.unwrap_or_default(), &mut violations).ok_or(Error::Invalid(violations))
}

fn parse_batch(expenses: Vec<wire::Expense>) -> Result<Vec<Details>, Error> {
    if expenses.is_empty() || expenses.len() > MAX_BATCH {
        return Err(Error::invalid("expenses", format!("must be 1 to {MAX_BATCH}")));
    }
    let mut all = Violations::default();
    let mut parsed = Vec::with_capacity(expenses.len());
    for (index, expense) in expenses.into_iter().enumerate() {
        let mut violations = Violations::default();
        parsed.extend(Details::parse(expense, &mut violations));
        all.nest(&format!("expenses[{index}]"), violations);
        if all.iter().count() >= MAX_VIOLATIONS {
            break;
        }
    }
    if all.is_empty() {
        Ok(parsed)
    } else {
        Err(all.into())
    }
}

fn parse_change(
    request: wire::UpdateExpenseRequest,
) -> Result<(ExpenseId, wire::Expense, UpdateMask), Error> {
    let mut violations = Violations::default();
    let id = parse::id(&mut violations, "id", &request.id);
    let mask = UpdateMask::parse(&mut violations, request.update_mask, UPDATABLE);
    let expense = request.expense.unwrap_or_default();
    if !expense.id.is_empty() && expense.id != request.id {
        violations.add("expense.id", "must be absent or the id in the path");
    }
    match id.filter(|_| violations.is_empty()) {
        Some(id) => Ok((id, expense, mask)),
        None => Err(violations.into()),
    }
}

/// What the expense becomes: the fields that the mask touches from `change`, the others as they are.
fn overlay(current: wire::Expense, change: wire::Expense, mask: &UpdateMask) -> wire::Expense {
    macro_rules! pick {
        ($field:ident, $populated:expr) => {
            if mask.touches(stringify!($field), $populated) {
                change.$field
            } else {
                current.$field
            }
        };
    }
    wire::Expense {
        id: current.id,
        amount: pick!(amount, change.amount.is_some()),
        category_id: pick!(category_id, !change.category_id.is_empty()),
        description: pick!(description, !change.description.is_empty()),
        merchant: pick!(merchant, !change.merchant.is_empty()),
        date: pick!(date, !change.date.is_empty()),
        time: pick!(time, !change.time.is_empty()),
        location: pick!(location, change.location.is_some()),
        payment_method: pick!(payment_method, !change.payment_method.is_empty()),
        tags: pick!(tags, !change.tags.is_empty()),
        attachments: pick!(attachments, !change.attachments.is_empty()),
        source: pick!(source, change.source != 0),
        metadata: pick!(metadata, change.metadata.is_some()),
        create_time: current.create_time,
        update_time: current.update_time,
    }
}

/// The name of the expense's category, which must be the user's; empty when it has none.
pub(super) async fn category_name(
    connection: &mut PgConnection,
    user_id: UserId,
    expense: &Expense,
) -> Result<String, Error> {
    let field = |_| "categoryId".to_owned();
    let names = category_names(connection, user_id, std::slice::from_ref(expense), field).await?;
    Ok(names.into_values().next().unwrap_or_default())
}

/// The names of the expenses' categories, all of which must be the user's. `field` names the one at an index.
async fn category_names(
    connection: &mut PgConnection,
    user_id: UserId,
    expenses: &[Expense],
    field: impl Fn(usize) -> String,
) -> Result<HashMap<CategoryId, String>, Error> {
    let mut wanted: Vec<_> = expenses
        .iter()
        .filter_map(|expense| expense.details.category_id)
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<_> = wanted.iter().map(|id| id.uuid()).collect();
    let names: HashMap<_, _> = store::category::names(connection, user_id, &ids)
        .await?
        .into_iter()
        .collect();
    let mut violations = Violations::default();
    let unknown = |expense: &Expense| {
        let id = expense.details.category_id;
        id.is_some_and(|id| !names.contains_key(&id))
    };
    let faults = expenses
        .iter()
        .enumerate()
        .filter(|(_, expense)| unknown(expense));
    for (index, _) in faults.take(MAX_VIOLATIONS) {
        violations.add(field(index), NO_SUCH_CATEGORY);
    }
    if violations.is_empty() {
        Ok(names)
    } else {
        Err(violations.into())
    }
}
