//! Authenticator apps.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_types::UserId;
use sqlx::PgConnection;

/// An authenticator app as it is stored.
pub struct StoredTotp {
    /// Its secret, sealed.
    pub secret_sealed: Vec<u8>,
    /// The latest step of which a code was accepted.
    pub last_step: u64,
    /// Whether sign-ins ask for it.
    pub confirmed: bool,
}

/// Stores a secret that is yet to be confirmed, in place of another such; false when one is confirmed.
///
/// # Errors
/// When the database does not answer.
pub async fn enrol(
    connection: &mut PgConnection,
    user_id: UserId,
    secret_sealed: &[u8],
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let stored = sqlx::query!(
        "INSERT INTO totp_factors (user_id, secret_sealed, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (user_id) DO UPDATE
             SET secret_sealed = excluded.secret_sealed, last_step = 0, created_at = excluded.created_at
             WHERE totp_factors.confirmed_at IS NULL",
        user_id.uuid(),
        secret_sealed,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(stored.rows_affected() == 1)
}

/// The account's app, which no one else reads for change until the transaction ends.
///
/// # Errors
/// When the database does not answer.
pub async fn lock(connection: &mut PgConnection, user_id: UserId) -> Result<Option<StoredTotp>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT secret_sealed, last_step, confirmed_at IS NOT NULL AS "confirmed!"
           FROM totp_factors WHERE user_id = $1 FOR UPDATE"#,
        user_id.uuid(),
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| StoredTotp {
        secret_sealed: row.secret_sealed,
        last_step: row.last_step.unsigned_abs(),
        confirmed: row.confirmed,
    }))
}

/// Notes that the code of a step was accepted; the first such confirms the app.
///
/// # Errors
/// When the database does not answer.
pub async fn accept(
    connection: &mut PgConnection,
    user_id: UserId,
    step: u64,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE totp_factors SET last_step = $2, confirmed_at = coalesce(confirmed_at, $3) WHERE user_id = $1",
        user_id.uuid(),
        i64::try_from(step).unwrap_or(i64::MAX),
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes the app; false when there is none that was confirmed.
///
/// # Errors
/// When the database does not answer.
pub async fn remove(connection: &mut PgConnection, user_id: UserId) -> Result<bool, sqlx::Error> {
    let removed = sqlx::query!(
        r#"DELETE FROM totp_factors WHERE user_id = $1 RETURNING confirmed_at IS NOT NULL AS "confirmed!""#,
        user_id.uuid(),
    )
    .fetch_optional(connection)
    .await?;
    Ok(removed.is_some_and(|row| row.confirmed))
}
