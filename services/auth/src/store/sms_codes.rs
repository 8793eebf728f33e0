//! Codes by SMS, and the messages that they go out with.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_types::UserId;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::session::Digest;
use crate::sms::Binding;

/// Wrong answers that one code bears.
const MAX_TRIES: i16 = 5;
/// Codes that one statement removes.
const BATCH: i64 = 5_000;

/// A code that is about to be stored.
pub struct NewCode {
    /// What it counts for.
    pub binding: Binding,
    /// What it is compared by.
    pub hash: Digest,
    /// The code, sealed, for the message.
    pub sealed: Vec<u8>,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// A code that is to be sent.
pub struct Due {
    /// Whom to.
    pub user_id: UserId,
    /// The message's id, `UUIDv7`.
    pub id: Uuid,
    /// The code, sealed.
    pub code_sealed: Vec<u8>,
    /// How often it was tried, this time included.
    pub attempts: i32,
    /// When it is of no use any more.
    pub expires_at: Timestamp,
}

/// Stores a code and queues its message, in place of the code before that counted for the same.
///
/// # Errors
/// When the database does not answer.
pub async fn put(
    connection: &mut PgConnection,
    user_id: UserId,
    code: &NewCode,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO sms_codes (user_id, bound_to, id, code_hash, code_sealed, due_at, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7)
         ON CONFLICT (user_id, bound_to) DO UPDATE
             SET id = excluded.id, code_hash = excluded.code_hash, code_sealed = excluded.code_sealed,
                 due_at = excluded.due_at, attempts = 0, tries = 0, created_at = excluded.created_at,
                 expires_at = excluded.expires_at",
        user_id.uuid(),
        &code.binding.as_bytes()[..],
        Uuid::now_v7(),
        &code.hash[..],
        code.sealed,
        now.to_sqlx() as _,
        code.expires_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The hash of the code that counts for this, while it is good. The caller holds the account's lock.
///
/// # Errors
/// When the database does not answer.
pub async fn find(
    connection: &mut PgConnection,
    user_id: UserId,
    binding: Binding,
    now: Timestamp,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT code_hash FROM sms_codes
         WHERE user_id = $1 AND bound_to = $2 AND expires_at > $3 AND tries < $4",
        user_id.uuid(),
        &binding.as_bytes()[..],
        now.to_sqlx() as _,
        MAX_TRIES,
    )
    .fetch_optional(connection)
    .await
}

/// Counts a wrong answer.
///
/// # Errors
/// When the database does not answer.
pub async fn count_try(
    connection: &mut PgConnection,
    user_id: UserId,
    binding: Binding,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE sms_codes SET tries = tries + 1 WHERE user_id = $1 AND bound_to = $2",
        user_id.uuid(),
        &binding.as_bytes()[..],
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Uses a code up.
///
/// # Errors
/// When the database does not answer.
pub async fn remove(
    connection: &mut PgConnection,
    user_id: UserId,
    binding: Binding,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM sms_codes WHERE user_id = $1 AND bound_to = $2",
        user_id.uuid(),
        &binding.as_bytes()[..],
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends all codes of an account.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_all(connection: &mut PgConnection, user_id: UserId) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM sms_codes WHERE user_id = $1", user_id.uuid())
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes a code that is to be sent, for until then: no other process takes it before.
///
/// # Errors
/// When the database does not answer.
pub async fn take(pool: &PgPool, now: Timestamp, until: Timestamp) -> Result<Option<Due>, sqlx::Error> {
    let row = sqlx::query!(
        r#"UPDATE sms_codes SET attempts = attempts + 1, due_at = $2
           WHERE (user_id, bound_to) = (SELECT user_id, bound_to FROM sms_codes
                                        WHERE due_at <= $1 AND expires_at > $1 ORDER BY due_at LIMIT 1
                                        FOR UPDATE SKIP LOCKED)
           RETURNING user_id, id, code_sealed AS "code_sealed!", attempts,
                     expires_at AS "expires_at: jiff_sqlx::Timestamp""#,
        now.to_sqlx() as _,
        until.to_sqlx() as _,
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| Due {
        user_id: row.user_id.into(),
        id: row.id,
        code_sealed: row.code_sealed,
        attempts: row.attempts,
        expires_at: row.expires_at.to_jiff(),
    }))
}

/// Notes that a message went out or never will: the code itself is not kept any longer.
///
/// # Errors
/// When the database does not answer.
pub async fn note_sent(pool: &PgPool, user_id: UserId, id: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE sms_codes SET code_sealed = NULL, due_at = NULL WHERE user_id = $1 AND id = $2",
        user_id.uuid(),
        id,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Makes a message due again.
///
/// # Errors
/// When the database does not answer.
pub async fn postpone(
    pool: &PgPool,
    user_id: UserId,
    id: Uuid,
    due_at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE sms_codes SET due_at = $3 WHERE user_id = $1 AND id = $2 AND due_at IS NOT NULL",
        user_id.uuid(),
        id,
        due_at.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Removes codes that have expired, and says how many.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_expired(pool: &PgPool, now: Timestamp) -> Result<u64, sqlx::Error> {
    let removed = sqlx::query!(
        "DELETE FROM sms_codes WHERE (user_id, bound_to) IN
             (SELECT user_id, bound_to FROM sms_codes WHERE expires_at <= $1 LIMIT $2)",
        now.to_sqlx() as _,
        BATCH,
    )
    .execute(pool)
    .await?;
    Ok(removed.rows_affected())
}
