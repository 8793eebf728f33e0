//! SQL of runs over the past.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_proto::automation::v1 as wire;
use pfms_runtime::Error;
use pfms_types::{PageSize, UserId};
use prost::Message as _;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{Kind, MAX_UNENDED, Progress, Run, RunId, State};
use crate::rule::RuleId;

struct Row {
    id: Uuid,
    kind: String,
    state: String,
    rule_id: Option<Uuid>,
    rule: Vec<u8>,
    start_date: Option<jiff_sqlx::Date>,
    end_date: Option<jiff_sqlx::Date>,
    progress: Json<Progress>,
    error_message: String,
    created_at: jiff_sqlx::Timestamp,
    ended_at: Option<jiff_sqlx::Timestamp>,
}

impl Row {
    fn run(self) -> Result<Run, Error> {
        let day = |date: Option<jiff_sqlx::Date>| date.map(jiff_sqlx::Date::to_jiff);
        Ok(Run {
            id: self.id.into(),
            kind: Kind::named(&self.kind),
            state: State::named(&self.state),
            rule_id: self.rule_id.map(RuleId::from),
            rule: wire::Rule::decode(self.rule.as_slice()).map_err(Error::internal)?,
            start: day(self.start_date),
            end: day(self.end_date),
            progress: self.progress.0,
            error_message: self.error_message,
            created_at: self.created_at.to_jiff(),
            ended_at: self.ended_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}

/// A run of which this process does a page.
pub(super) struct Taken {
    pub user_id: UserId,
    pub run: Run,
    /// The last expense that was looked at.
    pub after_id: Option<Uuid>,
    /// How often in a row a page could not be done.
    pub failures: i32,
}

/// Adds a run.
///
/// # Errors
/// `RUN_LIMIT` when the user has as many as are allowed that have not ended.
pub(super) async fn insert(connection: &mut PgConnection, user_id: UserId, run: &Run) -> Result<(), Error> {
    // The lock makes those who ask at the same time wait for each other's count.
    sqlx::query!(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 1))",
        user_id.to_string()
    )
    .execute(&mut *connection)
    .await?;
    let inserted = sqlx::query!(
        "INSERT INTO history_runs
             (user_id, id, kind, state, rule_id, rule, start_date, end_date, progress, due_at, created_at, updated_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $10
         WHERE (SELECT count(*) FROM history_runs WHERE user_id = $1 AND due_at IS NOT NULL) < $11",
        user_id.uuid(),
        run.id.uuid(),
        run.kind.name(),
        run.state.name(),
        run.rule_id.map(RuleId::uuid),
        run.rule.encode_to_vec(),
        run.start.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Date>,
        run.end.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Date>,
        serde_json::to_value(&run.progress).map_err(Error::internal)?,
        run.created_at.to_sqlx() as _,
        MAX_UNENDED,
    )
    .execute(connection)
    .await?;
    if inserted.rows_affected() == 1 {
        return Ok(());
    }
    Err(Error::ResourceExhausted {
        reason: "RUN_LIMIT",
        message: format!("you have {MAX_UNENDED} runs that have not ended: wait for one, or cancel it"),
    })
}

/// One run.
pub(super) async fn find(pool: &PgPool, user_id: UserId, id: RunId) -> Result<Option<Run>, Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id, kind, state, rule_id, rule, start_date AS "start_date: jiff_sqlx::Date",
                  end_date AS "end_date: jiff_sqlx::Date", progress AS "progress: Json<Progress>", error_message,
                  created_at AS "created_at: jiff_sqlx::Timestamp", ended_at AS "ended_at: jiff_sqlx::Timestamp"
           FROM history_runs WHERE user_id = $1 AND id = $2"#,
        user_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(pool)
    .await?;
    row.map(Row::run).transpose()
}

/// Runs below an id, the latest first; one more than the page holds when there is a next page.
pub(super) async fn list(
    pool: &PgPool,
    user_id: UserId,
    rule_id: Option<RuleId>,
    before: Option<Uuid>,
    size: PageSize,
) -> Result<Vec<Run>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id, kind, state, rule_id, rule, start_date AS "start_date: jiff_sqlx::Date",
                  end_date AS "end_date: jiff_sqlx::Date", progress AS "progress: Json<Progress>", error_message,
                  created_at AS "created_at: jiff_sqlx::Timestamp", ended_at AS "ended_at: jiff_sqlx::Timestamp"
           FROM history_runs WHERE user_id = $1 AND id < $2 AND ($3::uuid IS NULL OR rule_id = $3)
           ORDER BY id DESC LIMIT $4"#,
        user_id.uuid(),
        before.unwrap_or(Uuid::max()),
        rule_id.map(RuleId::uuid),
        size.limit_with_lookahead(),
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter().map(Row::run).collect()
}

/// Ends a run that has not ended; nothing when it has, or is not there.
pub(super) async fn cancel(
    connection: &mut PgConnection,
    user_id: UserId,
    id: RunId,
    now: Timestamp,
) -> Result<Option<Run>, Error> {
    let row = sqlx::query_as!(
        Row,
        r#"UPDATE history_runs SET state = 'CANCELLED', due_at = NULL, updated_at = $3, ended_at = $3
           WHERE user_id = $1 AND id = $2 AND due_at IS NOT NULL
           RETURNING id, kind, state, rule_id, rule, start_date AS "start_date: jiff_sqlx::Date",
                     end_date AS "end_date: jiff_sqlx::Date", progress AS "progress: Json<Progress>", error_message,
                     created_at AS "created_at: jiff_sqlx::Timestamp", ended_at AS "ended_at: jiff_sqlx::Timestamp""#,
        user_id.uuid(),
        id.uuid(),
        now.to_sqlx() as _,
    )
    .fetch_optional(connection)
    .await?;
    row.map(Row::run).transpose()
}

/// Takes the run that has waited longest, for a time.
pub(super) async fn take(pool: &PgPool, now: Timestamp, until: Timestamp) -> Result<Option<Taken>, Error> {
    let row = sqlx::query!(
        r#"UPDATE history_runs SET due_at = $2, state = 'RUNNING'
           FROM (SELECT user_id, id FROM history_runs WHERE due_at <= $1
                 ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED) AS due
           WHERE history_runs.user_id = due.user_id AND history_runs.id = due.id
           RETURNING history_runs.user_id, history_runs.id, kind, state, rule_id, rule,
                     start_date AS "start_date: jiff_sqlx::Date", end_date AS "end_date: jiff_sqlx::Date",
                     progress AS "progress: Json<Progress>", error_message,
                     created_at AS "created_at: jiff_sqlx::Timestamp", ended_at AS "ended_at: jiff_sqlx::Timestamp",
                     after_id, failures"#,
        now.to_sqlx() as _,
        until.to_sqlx() as _,
    )
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let (user_id, after_id, failures) = (row.user_id.into(), row.after_id, row.failures);
    let run = Row {
        id: row.id,
        kind: row.kind,
        state: row.state,
        rule_id: row.rule_id,
        rule: row.rule,
        start_date: row.start_date,
        end_date: row.end_date,
        progress: row.progress,
        error_message: row.error_message,
        created_at: row.created_at,
        ended_at: row.ended_at,
    };
    Ok(Some(Taken {
        user_id,
        run: run.run()?,
        after_id,
        failures,
    }))
}

/// Keeps what a page brought, and makes the next one due; or ends the run where there is none. A run that was cancelled
/// meanwhile stays as it is.
pub(super) async fn advance(
    pool: &PgPool,
    taken: &Taken,
    progress: &Progress,
    last: Option<Uuid>,
    has_ended: bool,
    now: Timestamp,
) -> Result<(), Error> {
    sqlx::query!(
        "UPDATE history_runs SET progress = $3, after_id = coalesce($4, after_id), failures = 0, updated_at = $6,
             state = CASE WHEN $5 THEN 'SUCCEEDED' ELSE state END,
             due_at = CASE WHEN $5 THEN NULL ELSE $6::timestamptz END,
             ended_at = CASE WHEN $5 THEN $6::timestamptz END
         WHERE user_id = $1 AND id = $2 AND due_at IS NOT NULL",
        taken.user_id.uuid(),
        taken.run.id.uuid(),
        serde_json::to_value(progress).map_err(Error::internal)?,
        last,
        has_ended,
        now.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Makes a page due again that could not be done.
pub(super) async fn postpone(pool: &PgPool, taken: &Taken, due_at: Timestamp) -> Result<(), Error> {
    sqlx::query!(
        "UPDATE history_runs SET due_at = $3, failures = failures + 1 WHERE user_id = $1 AND id = $2 AND due_at IS NOT NULL",
        taken.user_id.uuid(),
        taken.run.id.uuid(),
        due_at.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Gives a run up.
pub(super) async fn fail(pool: &PgPool, taken: &Taken, message: &str, now: Timestamp) -> Result<(), Error> {
    sqlx::query!(
        "UPDATE history_runs SET state = 'FAILED', error_message = $3, due_at = NULL, updated_at = $4, ended_at = $4
         WHERE user_id = $1 AND id = $2 AND due_at IS NOT NULL",
        taken.user_id.uuid(),
        taken.run.id.uuid(),
        message,
        now.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(())
}
