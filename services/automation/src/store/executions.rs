//! The log of what rules did.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_types::{PageSize, UserId};
use serde_json::Value;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::action::Planned;
use crate::execution::{Detail, Execution, ExecutionId, Logged};
use crate::occasion::Occasion;
use crate::rule::RuleId;

/// A run that was written.
pub struct Written {
    /// The rule that ran.
    pub rule_id: RuleId,
    /// How often it failed in a row, when that made it be switched off.
    pub switched_off_after: Option<i32>,
}

/// Writes executions of one event and counts them with their rules, those whose effects may still fail as neither failed
/// nor not. Gives those whose rules still exist and are active:
/// one that was deleted or switched off meanwhile leaves nothing, and its actions are not to be taken. `today` is the
/// day of the event in the owner's zone.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    connection: &mut PgConnection,
    occasion: &Occasion,
    executions: &[Execution],
    today: Date,
    at: Timestamp,
) -> Result<Vec<Written>, Error> {
    let columns = Columns::of(executions)?;
    let written = sqlx::query!(
        r#"WITH run AS (
             SELECT * FROM unnest($5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::text[], $10::integer[],
                                  $11::text[], $12::bigint[], $13::bigint[], $14::json[], $15::json[], $16::json[],
                                  $17::json[], $18::json[], $19::boolean[], $20::boolean[], $24::boolean[])
                  AS run (id, rule_id, status, error_reason, error_message, action_count, module_hash, fuel,
                          duration_micros, trigger_data, action_result, logs, conditions, limits, acts, fails,
                          is_undecided)
         ), alive AS (
             SELECT id FROM automation_rules WHERE user_id = $1 AND id = ANY ($6) AND is_active
             ORDER BY id FOR NO KEY UPDATE
         ), counted AS (
             UPDATE automation_rules rule SET
                 execution_count = execution_count + acts::integer,
                 last_executed_at = CASE WHEN acts THEN $4 ELSE last_executed_at END,
                 last_acted_at = CASE WHEN acts THEN greatest(last_acted_at, $21) ELSE last_acted_at END,
                 acted_count = CASE WHEN NOT acts THEN acted_count WHEN acted_on = $22 THEN acted_count + 1
                                    WHEN acted_on > $22 THEN acted_count ELSE 1 END,
                 acted_on = CASE WHEN acts THEN greatest(acted_on, $22) ELSE acted_on END,
                 consecutive_failures = CASE WHEN fails THEN consecutive_failures + 1
                                             WHEN is_undecided THEN consecutive_failures ELSE 0 END,
                 is_active = NOT (fails AND failure_limit > 0 AND consecutive_failures + 1 >= failure_limit),
                 disabled_reason = CASE WHEN fails AND failure_limit > 0 AND consecutive_failures + 1 >= failure_limit
                                        THEN 'FAILURE_LIMIT' ELSE '' END
             FROM run
             WHERE rule.user_id = $1 AND rule.id = run.rule_id AND rule.id IN (SELECT id FROM alive)
               AND run.status <> 'SKIPPED' AND (acts OR fails OR consecutive_failures > 0)
             RETURNING rule.id, is_active, consecutive_failures
         ), written AS (
             INSERT INTO rule_executions
                 (user_id, event_id, event, executed_at, id, rule_id, status, error_reason, error_message,
                  action_count, module_hash, fuel, duration_micros, trigger_data, action_result, logs, conditions,
                  limits, rule_chain)
             SELECT $1, $2, $3, $4, run.id, rule_id, status, error_reason, error_message, action_count, module_hash,
                    fuel, duration_micros, trigger_data, action_result, logs, conditions, limits, $23
             FROM run JOIN alive ON alive.id = run.rule_id
             RETURNING rule_id
         )
         SELECT written.rule_id as "rule_id!",
                CASE WHEN NOT counted.is_active THEN counted.consecutive_failures END as switched_off_after
         FROM written LEFT JOIN counted ON counted.id = written.rule_id"#,
        occasion.user_id.uuid(),
        occasion.event_id,
        occasion.fact.name(),
        at.to_sqlx() as _,
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
        &columns.logs,
        &columns.conditions,
        &columns.limits as _,
        &columns.acts,
        &columns.fails,
        occasion.occurred_at.to_sqlx() as _,
        today.to_sqlx() as _,
        &occasion.chain,
        &columns.are_undecided,
    )
    .fetch_all(connection)
    .await?;
    let written = written.into_iter().map(|row| Written {
        rule_id: row.rule_id.into(),
        switched_off_after: row.switched_off_after,
    });
    Ok(written.collect())
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
    conditions: Vec<Value>,
    limits: Vec<Option<Value>>,
    acts: Vec<bool>,
    fails: Vec<bool>,
    are_undecided: Vec<bool>,
}

impl Columns {
    fn of(executions: &[Execution]) -> Result<Self, Error> {
        let mut columns = Self::default();
        for execution in executions {
            let outcome = &execution.outcome;
            let actions = outcome.actions();
            let (reason, message) = outcome.problem();
            let micros = execution.duration.as_micros();
            columns.ids.push(execution.id.uuid());
            columns.rule_ids.push(execution.rule_id.uuid());
            columns.statuses.push(outcome.status().name().to_owned());
            columns.reasons.push(reason.to_owned());
            columns.messages.push(message.to_owned());
            columns
                .action_counts
                .push(i32::try_from(actions.len()).unwrap_or(i32::MAX));
            columns.hashes.push(execution.module_hash.clone());
            columns
                .fuel
                .push(i64::try_from(execution.fuel).unwrap_or(i64::MAX));
            columns.micros.push(i64::try_from(micros).unwrap_or(i64::MAX));
            columns.inputs.push(execution.input.clone());
            columns
                .outputs
                .push(actions.iter().map(Planned::result).collect());
            columns.logs.push(execution.logs.clone());
            columns
                .conditions
                .push(serde_json::to_value(&execution.conditions).map_err(Error::internal)?);
            columns.limits.push(execution.limits.clone());
            columns.acts.push(outcome.acts());
            columns.fails.push(outcome.is_failure());
            columns.are_undecided.push(outcome.is_undecided());
        }
        Ok(columns)
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

/// One execution with all that was kept of it.
///
/// # Errors
/// When the database does not answer.
pub async fn find(pool: &PgPool, user_id: UserId, id: ExecutionId) -> Result<Option<Detail>, Error> {
    let row = sqlx::query!(
        r#"SELECT id, rule_id, event_id, event, status, error_reason, error_message, action_count, module_hash, fuel,
                  duration_micros, executed_at as "executed_at: jiff_sqlx::Timestamp", trigger_data, action_result,
                  logs, conditions, limits, rule_chain
           FROM rule_executions WHERE user_id = $1 AND id = $2"#,
        user_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| Detail {
        logged: Row {
            id: row.id,
            rule_id: row.rule_id,
            event_id: row.event_id,
            event: row.event,
            status: row.status,
            error_reason: row.error_reason,
            error_message: row.error_message,
            action_count: row.action_count,
            module_hash: row.module_hash,
            fuel: row.fuel,
            duration_micros: row.duration_micros,
            executed_at: row.executed_at,
        }
        .into(),
        input: row.trigger_data,
        conditions: row.conditions,
        results: row.action_result,
        logs: row.logs,
        limits: row.limits,
        chain: row.rule_chain,
    }))
}
