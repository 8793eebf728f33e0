//! The log of what rules did.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_types::{PageSize, UserId};
use serde_json::Value;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::execution::{Execution, Logged, Outcome, Status};
use crate::rule::RuleId;

/// Writes executions of one event and counts them with their rules. Gives the rules that still exist: one that was
/// deleted meanwhile leaves nothing, and its actions are not to be taken.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    connection: &mut PgConnection,
    user_id: UserId,
    event: (Uuid, &str),
    executions: &[Execution],
    at: Timestamp,
) -> Result<Vec<RuleId>, Error> {
    let columns = Columns::of(executions);
    let (event_id, event) = event;
    let rules = sqlx::query_scalar!(
        "WITH alive AS (
             SELECT id FROM automation_rules WHERE user_id = $1 AND id = ANY ($4) ORDER BY id FOR NO KEY UPDATE
         ), counted AS (
             UPDATE automation_rules SET execution_count = execution_count + 1, last_executed_at = $14
             WHERE user_id = $1 AND id IN (SELECT id FROM alive) AND id = ANY ($15)
         )
         INSERT INTO rule_executions
             (user_id, event_id, event, executed_at, id, rule_id, status, error_reason, error_message,
              action_count, module_hash, fuel, duration_micros, trigger_data, action_result, logs)
         SELECT $1, $2::uuid, $16::text, $14::timestamptz, run.*
         FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::integer[], $9::text[],
                     $10::bigint[], $11::bigint[], $12::json[], $13::json[], $17::json[])
              AS run (id, rule_id, status, error_reason, error_message, action_count, module_hash, fuel,
                      duration_micros, trigger_data, action_result, logs)
         JOIN alive ON alive.id = run.rule_id
         RETURNING rule_id",
        user_id.uuid(),
        event_id,
        &columns.ids,
        &columns.rule_ids,
        &columns.statuses,
        &columns.reasons,
        &columns.messages,
        &columns.action_counts,
        &columns.hashes,
        &columns.fuel,
        &columns.micros,
        &columns.inputs,
        &columns.outputs,
        at.to_sqlx() as _,
        &columns.succeeded,
        event,
        &columns.logs,
    )
    .fetch_all(connection)
    .await?;
    Ok(rules.into_iter().map(RuleId::from).collect())
}

#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    rule_ids: Vec<Uuid>,
    statuses: Vec<String>,
    reasons: Vec<String>,
    messages: Vec<String>,
    action_counts: Vec<i32>,
    hashes: Vec<String>,
    fuel: Vec<i64>,
    micros: Vec<i64>,
    inputs: Vec<Value>,
    outputs: Vec<Value>,
    logs: Vec<Value>,
    succeeded: Vec<Uuid>,
}

impl Columns {
    fn of(executions: &[Execution]) -> Self {
        let mut columns = Self::default();
        for execution in executions {
            let actions = execution.outcome.actions();
            let (reason, message) = match &execution.outcome {
                Outcome::Failed { reason, message } => ((*reason).to_owned(), message.clone()),
                Outcome::Succeeded(_) | Outcome::NoAction => (String::new(), String::new()),
            };
            columns.ids.push(execution.id.uuid());
            columns.rule_ids.push(execution.rule_id.uuid());
            columns
                .statuses
                .push(execution.outcome.status().name().to_owned());
            columns.reasons.push(reason);
            columns.messages.push(message);
            columns
                .action_counts
                .push(i32::try_from(actions.len()).unwrap_or(i32::MAX));
            columns.hashes.push(execution.module_hash.clone());
            columns
                .fuel
                .push(i64::try_from(execution.fuel).unwrap_or(i64::MAX));
            columns
                .micros
                .push(i64::try_from(execution.duration.as_micros()).unwrap_or(i64::MAX));
            columns.inputs.push(execution.input.clone());
            columns.outputs.push(
                actions
                    .iter()
                    .map(|action| serde_json::to_value(action.wire()).unwrap_or_default())
                    .collect(),
            );
            columns.logs.push(execution.logs.clone());
            if execution.outcome.status() == Status::Succeeded {
                columns.succeeded.push(execution.rule_id.uuid());
            }
        }
        columns
    }
}

struct Row {
    id: Uuid,
    rule_id: Uuid,
    event_id: Uuid,
    event: String,
    status: String,
    error_reason: String,
    error_message: String,
    action_count: i32,
    module_hash: String,
    fuel: i64,
    duration_micros: i64,
    executed_at: jiff_sqlx::Timestamp,
}

impl From<Row> for Logged {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            rule_id: row.rule_id.into(),
            event_id: row.event_id,
            event: row.event,
            status: row.status,
            error_reason: row.error_reason,
            error_message: row.error_message,
            action_count: row.action_count,
            module_hash: row.module_hash,
            fuel: row.fuel,
            duration_micros: row.duration_micros,
            executed_at: row.executed_at.to_jiff(),
        }
    }
}

/// Executions below an id, the latest first; one more than the page holds when there is a next page.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    pool: &PgPool,
    user_id: UserId,
    rule_id: Option<RuleId>,
    before: Option<Uuid>,
    size: PageSize,
) -> Result<Vec<Logged>, Error> {
    let before = before.unwrap_or(Uuid::max());
    // Two texts, so that each has the one index that it walks in order.
    let rows = match rule_id {
        Some(rule_id) => {
            sqlx::query_as!(
                Row,
                r#"SELECT id, rule_id, event_id, event, status, error_reason, error_message, action_count,
                          module_hash, fuel, duration_micros, executed_at as "executed_at: jiff_sqlx::Timestamp"
                   FROM rule_executions WHERE user_id = $1 AND rule_id = $2 AND id < $3
                   ORDER BY id DESC LIMIT $4"#,
                user_id.uuid(),
                rule_id.uuid(),
                before,
                size.limit_with_lookahead(),
            )
            .fetch_all(pool)
            .await?
        }
        None => {
            sqlx::query_as!(
                Row,
                r#"SELECT id, rule_id, event_id, event, status, error_reason, error_message, action_count,
                          module_hash, fuel, duration_micros, executed_at as "executed_at: jiff_sqlx::Timestamp"
                   FROM rule_executions WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"#,
                user_id.uuid(),
                before,
                size.limit_with_lookahead(),
            )
            .fetch_all(pool)
            .await?
        }
    };
    Ok(rows.into_iter().map(Logged::from).collect())
}
