//! Telephone numbers that codes are sent to.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_types::UserId;
use sqlx::{PgConnection, PgPool};

/// A telephone number as it is stored.
pub struct StoredNumber {
    /// The number, sealed.
    pub number_sealed: Vec<u8>,
    /// Whether sign-ins ask for a code.
    pub confirmed: bool,
}

/// Stores a number that is yet to be confirmed, in place of another such; false when one is confirmed.
///
/// # Errors
/// When the database does not answer.
pub async fn enrol(
    connection: &mut PgConnection,
    user_id: UserId,
    number_sealed: &[u8],
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let stored = sqlx::query!(
        "INSERT INTO sms_factors (user_id, number_sealed, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (user_id) DO UPDATE
             SET number_sealed = excluded.number_sealed, created_at = excluded.created_at
             WHERE sms_factors.confirmed_at IS NULL",
        user_id.uuid(),
        number_sealed,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(stored.rows_affected() == 1)
}

/// The account's number.
///
/// # Errors
/// When the database does not answer.
pub async fn find(
    connection: &mut PgConnection,
    user_id: UserId,
) -> Result<Option<StoredNumber>, sqlx::Error> {
    sqlx::query_as!(
        StoredNumber,
        r#"SELECT number_sealed, confirmed_at IS NOT NULL AS "confirmed!" FROM sms_factors WHERE user_id = $1"#,
        user_id.uuid(),
    )
    .fetch_optional(connection)
    .await
}

/// Lets sign-ins ask for codes.
///
/// # Errors
/// When the database does not answer.
pub async fn confirm(
    connection: &mut PgConnection,
    user_id: UserId,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE sms_factors SET confirmed_at = coalesce(confirmed_at, $2) WHERE user_id = $1",
        user_id.uuid(),
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes numbers that were given before an instant and never confirmed, and says how many.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_unconfirmed(pool: &PgPool, before: Timestamp) -> Result<u64, sqlx::Error> {
    let removed = sqlx::query!(
        "DELETE FROM sms_factors WHERE confirmed_at IS NULL AND created_at < $1",
        before.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(removed.rows_affected())
}

/// Removes the number and every code that was sent to it; false when there is none that was confirmed.
///
/// # Errors
/// When the database does not answer.
pub async fn remove(connection: &mut PgConnection, user_id: UserId) -> Result<bool, sqlx::Error> {
    let removed = sqlx::query!(
        r#"WITH codes AS (DELETE FROM sms_codes WHERE user_id = $1)
           DELETE FROM sms_factors WHERE user_id = $1 RETURNING confirmed_at IS NOT NULL AS "confirmed!""#,
        user_id.uuid(),
    )
    .fetch_optional(connection)
    .await?;
    Ok(removed.is_some_and(|row| row.confirmed))
}
