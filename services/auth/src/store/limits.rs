//! The table of limits.

use std::time::Duration;

use sqlx::{PgConnection, PgPool};

use crate::throttle::{Act, Limit, Subject};

/// Every limit, in order.
///
/// # Errors
/// When the database does not answer.
pub async fn all(pool: &PgPool) -> Result<Vec<(Act, Subject, Limit)>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT act, subject, free_tries, forget_seconds, first_delay_seconds, longest_delay_seconds
         FROM limits ORDER BY act, subject"
    )
    .fetch_all(pool)
    .await?;
    // An act that this version does not know belongs to a newer one, which runs beside it during an upgrade.
    let known = rows.into_iter().filter_map(|row| {
        let limit = Limit {
            free_tries: row.free_tries.unsigned_abs(),
            forget: seconds(row.forget_seconds),
            first_delay: seconds(row.first_delay_seconds),
            longest_delay: seconds(row.longest_delay_seconds),
        };
        Some((
            row.act.parse::<Act>().ok()?,
            row.subject.parse::<Subject>().ok()?,
            limit,
        ))
    });
    Ok(known.collect())
}

/// Sets a limit.
///
/// # Errors
/// When the database does not answer, or a number is out of its range.
pub async fn set(
    connection: &mut PgConnection,
    act: Act,
    subject: Subject,
    limit: Limit,
) -> Result<(), sqlx::Error> {
    let seconds = |duration: Duration| i32::try_from(duration.as_secs()).unwrap_or(i32::MAX);
    sqlx::query!(
        "INSERT INTO limits (act, subject, free_tries, forget_seconds, first_delay_seconds, longest_delay_seconds)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (act, subject) DO UPDATE
         SET free_tries = $3, forget_seconds = $4, first_delay_seconds = $5, longest_delay_seconds = $6",
        act.name(),
        subject.name(),
        i32::try_from(limit.free_tries).unwrap_or(i32::MAX),
        seconds(limit.forget),
        seconds(limit.first_delay),
        seconds(limit.longest_delay),
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn seconds(value: i32) -> Duration {
    Duration::from_secs(value.unsigned_abs().into())
}
