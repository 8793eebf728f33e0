//! Trying a rule with an event.

use jiff::Timestamp;
use pfms_proto::automation::v1 as wire;
use pfms_proto::automation::v1::dry_run_rule_request::With;
use pfms_proto::events::v1::ExpenseUpdated;
use pfms_proto::expense::v1::category_service_client::CategoryServiceClient;
use pfms_proto::expense::v1::expense_service_client::ExpenseServiceClient;
use pfms_proto::expense::v1::{GetCategoryRequest, GetExpenseRequest};
use pfms_runtime::client::MeshChannel;
use pfms_runtime::{Error, Violations};
use pfms_types::UserId;
use serde_json::{Value, json};
use tonic::Code;
use uuid::Uuid;

use crate::action::Planned;
use crate::config::Config;
use crate::execution::{Detail, Execution, Logged};
use crate::fact::Fact;
use crate::occasion::Occasion;
use crate::rule::Draft;
use crate::run::Trial;
use crate::schema::Schema;

/// A rule as it might be added; violations name what is below `rule`.
pub fn draft(rule: wire::Rule) -> Result<Draft, Error> {
    Draft::parse(rule).map_err(|inner| {
        let mut violations = Violations::default();
        violations.nest("rule", inner);
        violations.into()
    })
}

/// The event that a rule is tried with.
pub async fn occasion(
    expenses: &MeshChannel,
    user_id: UserId,
    draft: &Draft,
    with: Option<With>,
    now: Timestamp,
) -> Result<Occasion, Error> {
    let schema = draft.trigger.schema;
    let (data, occurred_at, field) = match with {
        None => return Err(Error::invalid("event", "is required, or expenseId")),
        Some(With::ExpenseId(id)) => {
            if !schema.is_of_expense() {
                let problem = format!("must be absent: the rule listens to {}", schema.name());
                return Err(Error::invalid("expenseId", problem));
            }
            (expense(expenses, user_id, &id).await?, now, "expenseId")
        }
        Some(With::Event(event)) => {
            if !event.event.is_empty() && event.event != schema.name() {
                let problem = format!("must be empty or {}, which the rule listens to", schema.name());
                return Err(Error::invalid("event.event", problem));
            }
            let data = Config::parse(event.data.as_ref())
                .map_err(|problem| Error::invalid("event.data", problem))?;
            let at = event
                .occur_time
                .map_or(Ok(now), |at| Timestamp::new(at.seconds, at.nanos));
            let at = at.map_err(|problem| Error::invalid("event.occurTime", problem))?;
            (data.json(), at, "event.data")
        }
    };
    let fact = fact(schema, &data, field)?;
    Ok(Occasion {
        event_id: Uuid::now_v7(),
        user_id,
        occurred_at,
        fact,
        data,
        chain: Vec::new(),
        only: None,
        is_past: false,
    })
}

fn fact(schema: &'static Schema, data: &Value, field: &str) -> Result<Fact, Error> {
    Fact::read(schema, data).map_err(|inner| {
        let mut violations = Violations::default();
        violations.nest(field, inner);
        violations.into()
    })
}

/// An expense of the user as an event about it has it.
async fn expense(channel: &MeshChannel, user_id: UserId, id: &str) -> Result<Value, Error> {
    let request = GetExpenseRequest {
        id: id.to_owned(),
        ..GetExpenseRequest::default()
    };
    let answer = ExpenseServiceClient::new(channel.acting_for(user_id))
        .get_expense(request)
        .await;
    let expense = match answer {
        Ok(answer) => answer.into_inner(),
        Err(status) if matches!(status.code(), Code::NotFound | Code::InvalidArgument) => {
            return Err(Error::invalid(
                "expenseId",
                "must be the id of one of your expenses",
            ));
        }
        Err(status) => return Err(status.into()),
    };
    let mut category = String::new();
    if !expense.category_id.is_empty() {
        let request = GetCategoryRequest {
            id: expense.category_id.clone(),
            ..GetCategoryRequest::default()
        };
        let answer = CategoryServiceClient::new(channel.acting_for(user_id))
            .get_category(request)
            .await;
        category = answer?.into_inner().name;
    }
    let data = ExpenseUpdated {
        user_id: user_id.to_string(),
        expense_id: expense.id,
        amount: expense.amount,
        category,
        category_id: expense.category_id,
        description: expense.description,
        merchant: expense.merchant,
        date: expense.date,
        tags: expense.tags,
        ..ExpenseUpdated::default()
    };
    serde_json::to_value(data).map_err(Error::internal)
}

/// What the rule would do, as the log would have it.
pub fn answer(occasion: &Occasion, trial: Trial, now: Timestamp) -> wire::DryRunRuleResponse {
    let matched = trial.holds && trial.execution.as_ref().is_some_and(|one| one.outcome.acts());
    wire::DryRunRuleResponse {
        matched,
        execution: trial.execution.map(|execution| shown(occasion, execution, now)),
    }
}

fn shown(occasion: &Occasion, execution: Execution, now: Timestamp) -> wire::Execution {
    let outcome = &execution.outcome;
    let (reason, message) = outcome.problem();
    let results: Vec<Value> = outcome.actions().iter().map(Planned::result).collect();
    let detail = Detail {
        logged: Logged {
            id: execution.id,
            rule_id: execution.rule_id,
            event_id: occasion.event_id,
            event: occasion.fact.name().to_owned(),
            status: outcome.status().name().to_owned(),
            error_reason: reason.to_owned(),
            error_message: message.to_owned(),
            action_count: i32::try_from(results.len()).unwrap_or(i32::MAX),
            module_hash: execution.module_hash,
            fuel: i64::try_from(execution.fuel).unwrap_or(i64::MAX),
            duration_micros: i64::try_from(execution.duration.as_micros()).unwrap_or(i64::MAX),
            executed_at: now,
        },
        conditions: json!(execution.conditions),
        results: Value::Array(results),
        input: execution.input,
        logs: execution.logs,
        limits: execution.limits,
        chain: Vec::new(),
    };
    let mut execution = detail.wire();
    execution.id.clear();
    execution.rule_id.clear();
    execution.event_id.clear();
    for result in &mut execution.action_results {
        // Nothing is done, so that what would be done is not done yet.
        if result.status() == wire::ActionStatus::Done && result.kind != "run" {
            result.set_status(wire::ActionStatus::Pending);
        }
        result.attempts = 0;
        result.update_time = None;
    }
    execution
}
