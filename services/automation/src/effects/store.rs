//! SQL of effects.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_types::UserId;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{Effect, Status, Task};
use crate::execution::ExecutionId;

/// Effects that one look takes.
const BATCH: i64 = 32;
/// Effects of one user that one look takes: they are done one after the other, within their lease.
const BATCH_OF_USER: i64 = 3;
/// Effects that one look chooses from.
const LOOKED_AT: i64 = 256;

/// What became of an action so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The action's position.
    pub position: i32,
    /// How far it is.
    pub status: Status,
    /// Why it failed; `UPPER_SNAKE_CASE`, empty otherwise.
    pub reason: String,
    /// More about it in words: what failed, or what was done.
    pub detail: String,
    /// How often it was tried.
    pub attempts: i32,
    /// When this last changed.
    pub updated_at: Timestamp,
}

/// An effect that this process has to do.
pub(super) struct Taken {
    pub user_id: UserId,
    pub id: Uuid,
    pub execution_id: Option<Uuid>,
    pub rule_id: Option<Uuid>,
    pub rule_chain: Vec<Uuid>,
    pub task: Json<Task>,
    /// Tries, this one included.
    pub attempts: i32,
    pub created_at: Timestamp,
}

/// Writes effects in the transaction that writes their executions.
///
/// # Errors
/// When the database does not answer.
pub async fn enqueue(
    connection: &mut PgConnection,
    user_id: UserId,
    effects: &[Effect],
    now: Timestamp,
) -> Result<(), Error> {
    if effects.is_empty() {
        return Ok(());
    }
    let mut columns = Columns::default();
    for effect in effects {
        let earlier = effects
            .iter()
            .any(|other| other.execution_id == effect.execution_id && other.position < effect.position);
        columns.ids.push(Uuid::now_v7());
        columns.execution_ids.push(effect.execution_id.uuid());
        columns.rule_ids.push(effect.rule_id.uuid());
        columns
            .positions
            .push(i32::try_from(effect.position).unwrap_or(i32::MAX));
        columns
            .tasks
            .push(serde_json::to_value(&effect.task).map_err(Error::internal)?);
        // Arrays of arrays must be of one length in PostgreSQL.
        columns
            .chains
            .push(serde_json::to_value(&effect.rule_chain).map_err(Error::internal)?);
        columns.are_first.push(!earlier);
    }
    sqlx::query!(
        r#"INSERT INTO effects (user_id, id, execution_id, rule_id, position, task, rule_chain, due_at, created_at, updated_at)
           SELECT $1, id, execution_id, rule_id, position, task,
                  ARRAY(SELECT value::uuid FROM jsonb_array_elements_text(chain) WITH ORDINALITY AS link (value, place)
                        ORDER BY place),
                  CASE WHEN is_first THEN $9::timestamptz END, $9, $9
           FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::integer[], $6::jsonb[], $7::jsonb[], $8::boolean[])
                AS effect (id, execution_id, rule_id, position, task, chain, is_first)"#,
        user_id.uuid(),
        &columns.ids,
        &columns.execution_ids,
        &columns.rule_ids,
        &columns.positions,
        &columns.tasks,
        &columns.chains,
        &columns.are_first,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    execution_ids: Vec<Uuid>,
    rule_ids: Vec<Uuid>,
    positions: Vec<i32>,
    tasks: Vec<serde_json::Value>,
    chains: Vec<serde_json::Value>,
    are_first: Vec<bool>,
}

/// Writes an effect that no execution led to.
pub(crate) async fn enqueue_apart(
    connection: &mut PgConnection,
    user_id: UserId,
    id: Uuid,
    task: &Task,
    now: Timestamp,
) -> Result<(), Error> {
    sqlx::query!(
        "INSERT INTO effects (user_id, id, position, task, rule_chain, due_at, created_at, updated_at)
         VALUES ($1, $2, 0, $3, '{}', $4, $4, $4)",
        user_id.uuid(),
        id,
        serde_json::to_value(task).map_err(Error::internal)?,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What became of the actions of an execution that are done outside of this service, by position.
///
/// # Errors
/// When the database does not answer.
pub async fn results(
    pool: &PgPool,
    user_id: UserId,
    execution_id: ExecutionId,
) -> Result<Vec<Settled>, Error> {
    let rows = sqlx::query!(
        r#"SELECT position, status, reason, detail, attempts, updated_at AS "updated_at: jiff_sqlx::Timestamp"
           FROM effects WHERE user_id = $1 AND execution_id = $2 ORDER BY position"#,
        user_id.uuid(),
        execution_id.uuid(),
    )
    .fetch_all(pool)
    .await?;
    let settled = rows.into_iter().map(|row| Settled {
        position: row.position,
        status: Status::named(&row.status),
        reason: row.reason,
        detail: row.detail,
        attempts: row.attempts,
        updated_at: row.updated_at.to_jiff(),
    });
    Ok(settled.collect())
}

/// Takes effects that are due, for a time; not those of users whom this process is busy with.
pub(super) async fn take(
    pool: &PgPool,
    busy: &[Uuid],
    now: Timestamp,
    until: Timestamp,
) -> Result<Vec<Taken>, Error> {
    let rows = sqlx::query!(
        r#"UPDATE effects SET due_at = $3, attempts = attempts + 1
           FROM (
             SELECT due.user_id, due.id FROM effects due
             JOIN (
               SELECT user_id, id, row_number() OVER (PARTITION BY user_id ORDER BY due_at, id) AS place
               FROM (SELECT user_id, id, due_at FROM effects WHERE due_at <= $2 AND user_id <> ALL ($1)
                     ORDER BY due_at LIMIT $4) AS earliest
             ) AS ranked USING (user_id, id)
             WHERE ranked.place <= $5 AND due.due_at <= $2
             ORDER BY due.due_at LIMIT $6 FOR UPDATE OF due SKIP LOCKED
           ) AS taken
           WHERE effects.user_id = taken.user_id AND effects.id = taken.id
           RETURNING effects.user_id, effects.id, execution_id, rule_id, rule_chain, task AS "task: Json<Task>", attempts,
                     created_at AS "created_at: jiff_sqlx::Timestamp""#,
        busy,
        now.to_sqlx() as _,
        until.to_sqlx() as _,
        LOOKED_AT,
        BATCH_OF_USER,
        BATCH,
    )
    .fetch_all(pool)
    .await?;
    let taken = rows.into_iter().map(|row| Taken {
        user_id: row.user_id.into(),
        id: row.id,
        execution_id: row.execution_id,
        rule_id: row.rule_id,
        rule_chain: row.rule_chain,
        task: row.task,
        attempts: row.attempts,
        created_at: row.created_at.to_jiff(),
    });
    Ok(taken.collect())
}

/// Makes an effect due again.
pub(super) async fn postpone(
    pool: &PgPool,
    taken: &Taken,
    (reason, detail): (&str, &str),
    due_at: Timestamp,
    now: Timestamp,
) -> Result<(), Error> {
    sqlx::query!(
        "UPDATE effects SET due_at = $3, reason = $4, detail = $5, updated_at = $6
         WHERE user_id = $1 AND id = $2 AND status = 'PENDING' AND attempts = $7",
        taken.user_id.uuid(),
        taken.id,
        due_at.to_sqlx() as _,
        reason,
        detail,
        now.to_sqlx() as _,
        taken.attempts,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Notes how an effect ended, and makes the next one of its execution due. Tells whether it was this try that ended
/// it: the lease of a try may have run out meanwhile, and another have settled it. What no execution led to is
/// forgotten.
pub(super) async fn settle(
    connection: &mut PgConnection,
    taken: &Taken,
    status: Status,
    (reason, detail): (&str, &str),
    now: Timestamp,
) -> Result<bool, Error> {
    let Some(execution_id) = taken.execution_id else {
        let removed = sqlx::query!(
            "DELETE FROM effects WHERE user_id = $1 AND id = $2",
            taken.user_id.uuid(),
            taken.id,
        )
        .execute(connection)
        .await?;
        return Ok(removed.rows_affected() == 1);
    };
    let settled = sqlx::query!(
        "UPDATE effects SET status = $3, reason = $4, detail = $5, due_at = NULL, updated_at = $6
         WHERE user_id = $1 AND id = $2 AND status = 'PENDING'",
        taken.user_id.uuid(),
        taken.id,
        status.name(),
        reason,
        detail,
        now.to_sqlx() as _,
    )
    .execute(&mut *connection)
    .await?;
    if settled.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "UPDATE effects SET due_at = $3 WHERE user_id = $1 AND id = (
           SELECT id FROM effects WHERE user_id = $1 AND execution_id = $2 AND status = 'PENDING'
           ORDER BY position LIMIT 1)",
        taken.user_id.uuid(),
        execution_id,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(true)
}

/// What a failed effect means for its rule.
pub(super) struct Judged {
    /// The rule's name.
    pub rule: String,
    /// How often it failed in a row, when that made it be switched off.
    pub switched_off_after: Option<i32>,
}

/// Counts the failure of an effect with its rule, once for each execution however many of its actions fail. Nothing when
/// the rule does not exist any more. It comes before [`settle`], as who deletes a rule reaches it before its effects.
pub(super) async fn count_failure(
    connection: &mut PgConnection,
    user_id: UserId,
    rule_id: Uuid,
    execution_id: Uuid,
) -> Result<Option<Judged>, Error> {
    let rule = sqlx::query_scalar!(
        "SELECT name FROM automation_rules WHERE user_id = $1 AND id = $2 FOR NO KEY UPDATE",
        user_id.uuid(),
        rule_id,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(rule) = rule else { return Ok(None) };
    let counted = sqlx::query!(
        "UPDATE automation_rules SET
             consecutive_failures = consecutive_failures + 1,
             is_active = NOT (failure_limit > 0 AND consecutive_failures + 1 >= failure_limit),
             disabled_reason = CASE WHEN failure_limit > 0 AND consecutive_failures + 1 >= failure_limit
                                    THEN 'FAILURE_LIMIT' ELSE '' END
         WHERE user_id = $1 AND id = $2 AND is_active
           AND NOT EXISTS (SELECT FROM effects WHERE user_id = $1 AND execution_id = $3 AND status = 'FAILED')
           AND NOT EXISTS (SELECT FROM rule_executions run, json_array_elements(run.action_result) AS result (value)
                           WHERE run.user_id = $1 AND run.id = $3 AND result.value->>'status' = 'FAILED')
         RETURNING is_active, consecutive_failures",
        user_id.uuid(),
        rule_id,
        execution_id,
    )
    .fetch_optional(connection)
    .await?;
    let off = counted.filter(|counted| !counted.is_active);
    Ok(Some(Judged {
        rule,
        switched_off_after: off.map(|off| off.consecutive_failures),
    }))
}

/// Forgets a rule's failures when an effect was the last one that an execution of it waited for, and none has failed.
/// It comes before [`settle`], as [`count_failure`] does.
pub(super) async fn forget_failures(
    connection: &mut PgConnection,
    taken: &Taken,
    rule_id: Uuid,
    execution_id: Uuid,
) -> Result<(), Error> {
    sqlx::query!(
        "UPDATE automation_rules SET consecutive_failures = 0
         WHERE user_id = $1 AND id = $2 AND is_active AND consecutive_failures > 0
           AND NOT EXISTS (SELECT FROM effects WHERE user_id = $1 AND execution_id = $3 AND id <> $4
                           AND status <> 'DONE')
           AND NOT EXISTS (SELECT FROM rule_executions run, json_array_elements(run.action_result) AS result (value)
                           WHERE run.user_id = $1 AND run.id = $3 AND result.value->>'status' = 'FAILED')",
        taken.user_id.uuid(),
        rule_id,
        execution_id,
        taken.id,
    )
    .execute(connection)
    .await?;
    Ok(())
}
