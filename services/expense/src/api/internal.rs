//! `ExpenseInternalService`.

use std::collections::HashMap;

use pfms_proto::expense::v1 as wire;
use pfms_proto::expense::v1::expense_internal_service_server::ExpenseInternalService;
use pfms_runtime::call::IdempotencyKey;
use pfms_runtime::parse::wire_money;
use pfms_runtime::{Begun, Call, Error, Violations};
use pfms_types::{Currency, Money};
use tonic::{Request, Response, Status, async_trait};

use super::Expenses;
use super::expense::category_name;
use super::repeated::Repeatable;
use crate::expense::{Details, Expense, MAX_TAGS};
use crate::internal::{Cause, Change, History, Queries, Spending};
use crate::store::facts::{self, Known, Sum};
use crate::{events, store};

#[async_trait]
impl ExpenseInternalService for Expenses {
    async fn gather_facts(
        &self,
        request: Request<wire::GatherFactsRequest>,
    ) -> Result<Response<wire::GatherFactsResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let queries = Queries::parse(request.into_inner()).map_err(Error::from)?;
        let mut connection = self.database.pool().acquire().await.map_err(Error::from)?;
        let mut answer = wire::GatherFactsResponse::default();
        for query in &queries.recent {
            let known = facts::recent(&mut connection, user_id, &query.selection, query.limit).await?;
            let expenses = known.into_iter().map(fact).collect::<Result<_, Error>>()?;
            answer.recent.push(wire::RecentExpenses { expenses });
        }
        for query in &queries.spending {
            let sums = facts::spending(&mut connection, user_id, query).await?;
            answer.spending.push(spending(query, sums)?);
        }
        for query in &queries.averages {
            let (total, count) = facts::average(&mut connection, user_id, query).await?;
            answer.averages.push(wire::Average {
                total: Some(wire_money(Money::from_minor(total, query.currency))),
                count,
            });
        }
        Ok(Response::new(answer))
    }

    async fn list_history(
        &self,
        request: Request<wire::ListHistoryRequest>,
    ) -> Result<Response<wire::ListHistoryResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let page = History::parse(request.get_ref()).map_err(Error::from)?;
        let known = facts::history(self.database.pool(), user_id, &page).await?;
        let expenses = known.into_iter().map(fact).collect::<Result<_, Error>>()?;
        let total = if request.get_ref().count {
            facts::count_history(self.database.pool(), user_id, &page).await?
        } else {
            0
        };
        Ok(Response::new(wire::ListHistoryResponse { expenses, total }))
    }

    async fn apply_rule_actions(
        &self,
        request: Request<wire::ApplyRuleActionsRequest>,
    ) -> Result<Response<wire::ApplyRuleActionsResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let change = Change::parse(request.get_ref()).map_err(Error::from)?;
        let key = key(&change.cause, "ApplyRuleActions", request.get_ref())?;
        let mut unit = match self.database.begin(user_id, Some(key)).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        let before = store::expense::lock(unit.connection(), user_id, change.expense_id)
            .await?
            .ok_or(Error::NotFound("the expense"))?;
        let after = applied(&before, &change)?;
        if after.details == before.details {
            let answer = wire::ApplyRuleActionsResponse { changed: false };
            return Ok(Response::new(unit.commit(answer).await?));
        }
        let after = Expense {
            updated_at: self.database.clock().now(),
            ..after
        };
        let category = category_name(unit.connection(), user_id, &after).await?;
        store::expense::update(unit.connection(), user_id, &after).await?;
        let event = events::updated(user_id, &before, &after, &category, after.updated_at)?;
        unit.publish(event.caused_by(&change.cause.chain));
        let answer = wire::ApplyRuleActionsResponse { changed: true };
        Ok(Response::new(unit.commit(answer).await?))
    }

    async fn create_for_rule(
        &self,
        request: Request<wire::CreateForRuleRequest>,
    ) -> Result<Response<wire::CreateForRuleResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let mut violations = Violations::default();
        let wanted = wire::Expense {
            source: wire::ExpenseSource::Auto.into(),
            ..request.get_ref().expense.clone().unwrap_or_default()
        };
        let mut inner = Violations::default();
        let details = Details::parse(wanted, &mut inner);
        violations.nest("expense", inner);
        let (chain, effect_id) = (&request.get_ref().rule_chain, &request.get_ref().effect_id);
        let cause = Cause::parse(&mut violations, chain, effect_id);
        let Some((details, cause)) = details.zip(cause).filter(|_| violations.is_empty()) else {
            return Err(Error::from(violations).into());
        };
        let key = key(&cause, "CreateForRule", &Repeatable::from(request.get_ref()))?;
        let mut unit = match self.database.begin(user_id, Some(key)).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        let expense = self.record(details);
        let category = category_name(unit.connection(), user_id, &expense).await?;
        store::create::create_all(unit.connection(), user_id, std::slice::from_ref(&expense)).await?;
        let event = events::created(user_id, &expense, &category, expense.created_at)?;
        unit.publish(event.caused_by(&cause.chain));
        let answer = wire::CreateForRuleResponse {
            expense_id: expense.id.to_string(),
        };
        Ok(Response::new(unit.commit(answer).await?))
    }
}

/// The key under which an effect is repeated. No client's key holds a space, so that none can be in its way.
fn key<M: prost::Message>(cause: &Cause, method: &str, request: &M) -> Result<IdempotencyKey, Error> {
    let mut key = IdempotencyKey::new(&cause.effect_id.to_string(), method, request)?;
    key.key = format!("effect {}", cause.effect_id);
    Ok(key)
}

/// The expense as the rule wants it.
fn applied(before: &Expense, change: &Change) -> Result<Expense, Error> {
    let mut after = before.clone();
    if change.category_id.is_some() {
        after.details.category_id = change.category_id;
    }
    for tag in &change.tags {
        if !after.details.tags.contains(tag) {
            after.details.tags.push(tag.clone());
        }
    }
    if after.details.tags.len() > MAX_TAGS {
        return Err(Error::invalid(
            "addTags",
            format!("would give the expense more than {MAX_TAGS} tags"),
        ));
    }
    Ok(after)
}

fn currency(code: &str) -> Result<Currency, Error> {
    code.parse().map_err(Error::internal)
}

fn fact(known: Known) -> Result<wire::RecentExpense, Error> {
    Ok(wire::RecentExpense {
        id: known.id.to_string(),
        amount: Some(wire_money(Money::from_minor(
            known.amount_minor,
            currency(&known.currency)?,
        ))),
        category_id: known.category_id.map(|id| id.to_string()).unwrap_or_default(),
        category: known.category.unwrap_or_default(),
        description: known.description,
        merchant: known.merchant,
        date: known.date.to_jiff().to_string(),
        tags: known.tags,
    })
}

fn spending(query: &Spending, sums: Vec<Sum>) -> Result<wire::Spending, Error> {
    let mut by_period: HashMap<_, Vec<_>> = HashMap::new();
    for sum in sums {
        let total = Money::from_minor(sum.total, currency(&sum.currency)?);
        let category = wire::CategorySpending {
            category_id: sum.category_id.map(|id| id.to_string()).unwrap_or_default(),
            category: sum.category.unwrap_or_default(),
            total: Some(wire_money(total)),
            count: sum.count,
        };
        by_period.entry(sum.first.to_jiff()).or_default().push(category);
    }
    let periods = query.periods.iter().map(|(first, last)| wire::PeriodSpending {
        first_date: first.to_string(),
        last_date: last.to_string(),
        categories: by_period.remove(first).unwrap_or_default(),
    });
    Ok(wire::Spending {
        periods: periods.collect(),
    })
}
