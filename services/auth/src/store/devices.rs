//! Devices that an account was used from.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use pfms_types::UserId;
use sqlx::{PgConnection, PgPool};

/// How long a device is remembered after its last sign-in.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 400);

/// Remembers a device; true when the account has been used before, and never from this one.
///
/// # Errors
/// When the database does not answer.
pub async fn note(
    connection: &mut PgConnection,
    user_id: UserId,
    device: &str,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    // The count is of before the statement: the first device of all is nobody's surprise.
    sqlx::query_scalar!(
        r#"WITH noted AS (
               INSERT INTO devices (user_id, device, last_seen_at) VALUES ($1, $2, $3)
               ON CONFLICT (user_id, device) DO UPDATE SET last_seen_at = $3)
           SELECT count(*) > 0 AND bool_and(device <> $2) AS "new!"
           FROM devices WHERE user_id = $1"#,
        user_id.uuid(),
        device,
        now.to_sqlx() as _,
    )
    .fetch_one(connection)
    .await
}

/// Forgets devices that have not been used for long, and says how many.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_old(pool: &PgPool, now: Timestamp) -> Result<u64, sqlx::Error> {
    let removed = sqlx::query!(
        "DELETE FROM devices WHERE last_seen_at < $1",
        (now - REMEMBERED).to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(removed.rows_affected())
}
