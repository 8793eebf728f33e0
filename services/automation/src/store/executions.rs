//! The log of what rules did.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use pfms_runtime::events::{Claim, Outgoing, outbox};
use pfms_runtime::{Error, claiming};
use pfms_types::{PageSize, UserId};
use serde_json::Value;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::action::Planned;
use crate::execution::{Detail, Execution, ExecutionId, Logged};
use crate::occasion::Occasion;
use crate::rule::RuleId;

/// An execution that is to be written.
pub struct Due<'a> {
    /// What it ran for.
    pub occasion: &'a Occasion,
    /// The day of the event in the owner's zone.
    pub today: Date,
    /// What came of it.
    pub execution: &'a Execution,
}

/// An event that an execution leads to.
pub struct Consequence {
    /// The execution.
    pub execution_id: ExecutionId,
    /// The event.
    pub event: Outgoing,
}

/// What was written.
pub struct Written {
    /// The claimed events that had not taken effect before.
    pub first: HashSet<Uuid>,
    /// The executions. With each comes how often its rule failed in a row, when that made it be switched off.
    pub executions: HashMap<ExecutionId, Option<i32>>,
}

impl Written {
    /// From what the database answers: a claimed event, or an execution with its rule's failures.
    fn of(rows: impl Iterator<Item = (Option<Uuid>, Option<Uuid>, Option<i32>)>) -> Self {
        let mut written = Self {
            first: HashSet::new(),
            executions: HashMap::new(),
        };
        for (event_id, id, switched_off_after) in rows {
            written.first.extend(event_id);
            written
                .executions
                .extend(id.map(|id| (id.into(), switched_off_after)));
        }
        written
    }
}

/// Writes executions with the events that they lead to, and counts them with their rules, each of which has one execution
/// at most; in the same statement it notes the events that they ran for. When the claim is for none, all of those take
/// effect for the first time. An execution whose rule was deleted or switched off meanwhile leaves nothing, and its
/// actions are not to be taken. One whose effects may still fail is counted as neither failed nor not: that is for who
/// settles them.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    connection: &mut PgConnection,
    claim: &Claim<'_>,
    due: &[Due<'_>],
    events: &[&Consequence],
    at: Timestamp,
) -> Result<Written, Error> {
    let columns = Columns::of(due)?;
    let causes: Vec<Uuid> = events.iter().map(|one| one.execution_id.uuid()).collect();
    let outgoing = outbox::Columns::of(events.iter().map(|one| &one.event));
    // Rules are locked in the order of their ids, also those of several users: who else locks some of them does so too.
    let rows = claiming!(
        claim,
        r#", run AS (
             SELECT * FROM unnest($5::uuid[], $6::uuid[], $7::text[], $8::timestamptz[], $9::date[], $10::text[],
                                  $11::uuid[], $12::uuid[], $13::text[], $14::text[], $15::text[], $16::integer[],
                                  $17::text[], $18::bigint[], $19::bigint[], $20::json[], $21::json[], $22::json[],
                                  $23::json[], $24::json[], $25::boolean[], $26::boolean[], $27::boolean[])
                  AS run (user_id, event_id, event, occurred_at, today, rule_chain, id, rule_id, status, error_reason,
                          error_message, action_count, module_hash, fuel, duration_micros, trigger_data, action_result,
                          logs, conditions, limits, acts, fails, is_undecided)
             WHERE cardinality($2::uuid[]) = 0 OR event_id IN (SELECT event_id FROM first)
         ), alive AS (
             SELECT rule.user_id, rule.id
             FROM (SELECT user_id, rule_id FROM run ORDER BY user_id, rule_id OFFSET 0) AS wanted
             CROSS JOIN LATERAL (SELECT user_id, id FROM automation_rules
                                 WHERE user_id = wanted.user_id AND id = wanted.rule_id AND is_active
                                 FOR NO KEY UPDATE) AS rule
         ), counted AS (
             UPDATE automation_rules rule SET
                 execution_count = execution_count + acts::integer,
                 last_executed_at = CASE WHEN acts THEN $4 ELSE last_executed_at END,
                 last_acted_at = CASE WHEN acts THEN greatest(last_acted_at, occurred_at) ELSE last_acted_at END,
                 acted_count = CASE WHEN NOT acts THEN acted_count WHEN acted_on = today THEN acted_count + 1
                                    WHEN acted_on > today THEN acted_count ELSE 1 END,
                 acted_on = CASE WHEN acts THEN greatest(acted_on, today) ELSE acted_on END,
                 consecutive_failures = CASE WHEN fails THEN consecutive_failures + 1
                                             WHEN is_undecided THEN consecutive_failures ELSE 0 END,
                 is_active = NOT (fails AND failure_limit > 0 AND consecutive_failures + 1 >= failure_limit),
                 disabled_reason = CASE WHEN fails AND failure_limit > 0 AND consecutive_failures + 1 >= failure_limit
                                        THEN 'FAILURE_LIMIT' ELSE '' END
             FROM run JOIN alive ON alive.user_id = run.user_id AND alive.id = run.rule_id
             WHERE rule.user_id = run.user_id AND rule.id = run.rule_id
               AND run.status <> 'SKIPPED' AND (acts OR fails OR consecutive_failures > 0)
             RETURNING run.id, is_active, consecutive_failures
         ), written AS (
             INSERT INTO rule_executions
                 (user_id, event_id, event, executed_at, id, rule_id, status, error_reason, error_message, action_count,
                  module_hash, fuel, duration_micros, trigger_data, action_result, logs, conditions, limits, rule_chain)
             SELECT run.user_id, event_id, event, $4, run.id, rule_id, status, error_reason, error_message, action_count,
                    module_hash, fuel, duration_micros, trigger_data, action_result, logs, conditions, limits,
                    rule_chain::uuid[]
             FROM run JOIN alive ON alive.user_id = run.user_id AND alive.id = run.rule_id
             RETURNING id
         ), published AS (
             INSERT INTO outbox (id, exchange, event, user_id, body, traceparent, correlation_id)
             SELECT outgoing.id, exchange, event, user_id, body, traceparent, correlation_id
             FROM unnest($28::uuid[], $29::uuid[], $30::text[], $31::text[], $32::uuid[], $33::text[], $34::text[],
                         $35::text[]) WITH ORDINALITY
                  AS outgoing (cause, id, exchange, event, user_id, body, traceparent, correlation_id, place)
             JOIN written ON written.id = outgoing.cause
             ORDER BY place
         )
         SELECT event_id AS "event_id?", NULL::uuid AS "id?", NULL::integer AS switched_off_after FROM first
         UNION ALL
         SELECT NULL, written.id, CASE WHEN NOT counted.is_active THEN counted.consecutive_failures END
         FROM written LEFT JOIN counted ON counted.id = written.id"#,
        at.to_sqlx() as _,
        &columns.user_ids,
        &columns.event_ids,
        &columns.events,
        &columns.occurred_at as _,
        &columns.days as _,
        &columns.chains,
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
        &columns.are_undecided,
        &causes,
        &outgoing.ids,
        &outgoing.exchanges,
        &outgoing.events,
        &outgoing.user_ids,
        &outgoing.bodies,
        &outgoing.traceparents,
        &outgoing.correlation_ids,
    )
    .fetch_all(connection)
    .await?;
    let rows = rows
        .into_iter()
        .map(|row| (row.event_id, row.id, row.switched_off_after));
    Ok(Written::of(rows))
}

#[derive(Default)]
struct Columns {
    user_ids: Vec<Uuid>,
    event_ids: Vec<Uuid>,
    events: Vec<String>,
    occurred_at: Vec<jiff_sqlx::Timestamp>,
    days: Vec<jiff_sqlx::Date>,
    chains: Vec<String>,
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
    fn of(due: &[Due<'_>]) -> Result<Self, Error> {
        let mut columns = Self::default();
        for Due {
            occasion,
            today,
            execution,
        } in due
        {
            let outcome = &execution.outcome;
            let actions = outcome.actions();
            let (reason, message) = outcome.problem();
            let micros = execution.duration.as_micros();
            columns.user_ids.push(occasion.user_id.uuid());
            columns.event_ids.push(occasion.event_id);
            columns.events.push(occasion.fact.name().to_owned());
            columns.occurred_at.push(occasion.occurred_at.to_sqlx());
            columns.days.push(today.to_sqlx());
            // As PostgreSQL writes it: its arrays of arrays must be of one length.
            let chain: Vec<String> = occasion.chain.iter().map(Uuid::to_string).collect();
            columns.chains.push(format!("{{{}}}", chain.join(",")));
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
