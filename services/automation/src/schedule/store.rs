//! SQL of schedules.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use jiff_sqlx::ToSqlx;
use pfms_proto::automation::v1 as wire;
use pfms_runtime::{Error, Violations};
use pfms_types::UserId;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{Schedule, zone};
use crate::rule::RuleId;

/// Sets when a rule comes due, counted from now in its owner's zone, or that it never does.
///
/// # Errors
/// When the database does not answer.
pub async fn set(
    connection: &mut PgConnection,
    user_id: UserId,
    rule_id: RuleId,
    schedule: &Schedule,
    owner_zone: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let Some(next) = schedule.next(now, &zone(owner_zone)) else {
        return unset(connection, user_id, rule_id).await;
    };
    sqlx::query!(
        "INSERT INTO schedules (user_id, rule_id, next_due_at, due_at) VALUES ($1, $2, $3, $3)
         ON CONFLICT (user_id, rule_id) DO UPDATE SET next_due_at = excluded.next_due_at, due_at = excluded.due_at",
        user_id.uuid(),
        rule_id.uuid(),
        next.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Lets a rule come due no more.
///
/// # Errors
/// When the database does not answer.
pub async fn unset(connection: &mut PgConnection, user_id: UserId, rule_id: RuleId) -> Result<(), Error> {
    sqlx::query!(
        "DELETE FROM schedules WHERE user_id = $1 AND rule_id = $2",
        user_id.uuid(),
        rule_id.uuid(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Computes anew when a user's rules come due, after the user moved to another zone.
///
/// # Errors
/// When the database does not answer.
pub async fn rezone(
    connection: &mut PgConnection,
    user_id: UserId,
    owner_zone: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let rows = sqlx::query!(
        r#"SELECT rule_id, rule.schedule AS "schedule: Json<wire::Schedule>"
           FROM schedules JOIN automation_rules rule ON rule.user_id = schedules.user_id AND rule.id = rule_id
           WHERE schedules.user_id = $1 FOR UPDATE OF schedules"#,
        user_id.uuid(),
    )
    .fetch_all(&mut *connection)
    .await?;
    let zone = zone(owner_zone);
    let (mut rules, mut moments) = (Vec::new(), Vec::new());
    for row in rows {
        let next = row
            .schedule
            .and_then(|schedule| stored(schedule.0))
            .and_then(|schedule| schedule.next(now, &zone));
        // One that never comes due any more, or cannot be read, is found by the worker.
        if let Some(next) = next {
            rules.push(row.rule_id);
            moments.push(next.to_sqlx());
        }
    }
    sqlx::query!(
        "UPDATE schedules SET next_due_at = moved.moment, due_at = moved.moment
         FROM unnest($2::uuid[], $3::timestamptz[]) AS moved (rule_id, moment)
         WHERE schedules.user_id = $1 AND schedules.rule_id = moved.rule_id",
        user_id.uuid(),
        &rules,
        &moments as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A rule that came due.
pub(super) struct Due {
    pub user_id: UserId,
    pub rule_id: RuleId,
    /// The moment that was next; it may be long past.
    pub moment: Timestamp,
    /// None when it cannot be read.
    pub schedule: Option<Schedule>,
    pub zone: TimeZone,
}

/// Takes rules that are due, for a time.
pub(super) async fn take(
    pool: &PgPool,
    now: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<Due>, Error> {
    let rows = sqlx::query!(
        r#"WITH taken AS (
             UPDATE schedules SET due_at = $2
             WHERE (user_id, rule_id) IN (SELECT user_id, rule_id FROM schedules WHERE due_at <= $1
                                          ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
             RETURNING user_id, rule_id, next_due_at
           )
           SELECT taken.user_id, taken.rule_id, taken.next_due_at AS "next_due_at: jiff_sqlx::Timestamp",
                  rule.schedule AS "schedule: Json<wire::Schedule>", people.time_zone AS "time_zone?"
           FROM taken
           JOIN automation_rules rule ON rule.user_id = taken.user_id AND rule.id = taken.rule_id
           LEFT JOIN people ON people.user_id = taken.user_id"#,
        now.to_sqlx() as _,
        until.to_sqlx() as _,
        limit,
    )
    .fetch_all(pool)
    .await?;
    let due = rows.into_iter().map(|row| Due {
        user_id: row.user_id.into(),
        rule_id: row.rule_id.into(),
        moment: row.next_due_at.to_jiff(),
        schedule: row.schedule.and_then(|schedule| stored(schedule.0)),
        zone: row.time_zone.map_or(TimeZone::UTC, |name| zone(&name)),
    });
    Ok(due.collect())
}

/// Steps from one moment of a rule to the next, or to none. Tells whether it did: another process may have, or the
/// rule may have got another schedule.
pub(super) async fn step(
    connection: &mut PgConnection,
    due: &Due,
    next: Option<Timestamp>,
) -> Result<bool, Error> {
    let (user_id, rule_id): (Uuid, Uuid) = (due.user_id.uuid(), due.rule_id.uuid());
    let stepped = match next {
        Some(next) => {
            sqlx::query!(
                "UPDATE schedules SET next_due_at = $4, due_at = $4 WHERE user_id = $1 AND rule_id = $2 AND next_due_at = $3",
                user_id,
                rule_id,
                due.moment.to_sqlx() as _,
                next.to_sqlx() as _,
            )
            .execute(connection)
            .await?
        }
        None => {
            sqlx::query!(
                "DELETE FROM schedules WHERE user_id = $1 AND rule_id = $2 AND next_due_at = $3",
                user_id,
                rule_id,
                due.moment.to_sqlx() as _,
            )
            .execute(connection)
            .await?
        }
    };
    Ok(stepped.rows_affected() == 1)
}

fn stored(schedule: wire::Schedule) -> Option<Schedule> {
    Schedule::parse(&mut Violations::default(), "schedule", schedule)
}
