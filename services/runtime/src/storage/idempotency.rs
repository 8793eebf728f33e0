//! Answers that are kept for clients that repeat a write.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use pfms_types::UserId;
use sqlx::{PgConnection, PgPool};

use crate::Error;
use crate::call::IdempotencyKey;

/// How long an answer is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// Takes a key for this transaction; false when it is taken. Waits for another transaction that holds it.
pub(super) async fn claim(
    connection: &mut PgConnection,
    user_id: UserId,
    key: &IdempotencyKey,
    now: Timestamp,
) -> Result<bool, Error> {
    let claimed = sqlx::query!(
        "INSERT INTO idempotency_keys AS held (user_id, key, fingerprint, response, created_at)
         VALUES ($1, $2, $3, '', $4)
         ON CONFLICT (user_id, key) DO UPDATE
             SET fingerprint = excluded.fingerprint, response = '', created_at = excluded.created_at
             WHERE held.created_at < $5",
        user_id.uuid(),
        key.key,
        &key.fingerprint[..],
        now.to_sqlx() as _,
        (now - KEPT).to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(claimed.rows_affected() == 1)
}

pub(super) async fn store(
    connection: &mut PgConnection,
    user_id: UserId,
    key: &IdempotencyKey,
    response: &[u8],
) -> Result<(), Error> {
    sqlx::query!(
        "UPDATE idempotency_keys SET response = $3 WHERE user_id = $1 AND key = $2",
        user_id.uuid(),
        key.key,
        response,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The answer that the first request with this key got.
///
/// # Errors
/// When the key was used with another request.
pub async fn replay<M: prost::Message + Default>(
    pool: &PgPool,
    user_id: UserId,
    key: &IdempotencyKey,
) -> Result<M, Error> {
    let stored = sqlx::query!(
        "SELECT fingerprint, response FROM idempotency_keys WHERE user_id = $1 AND key = $2",
        user_id.uuid(),
        key.key,
    )
    .fetch_optional(pool)
    .await?;
    match stored {
        Some(stored) if stored.fingerprint == key.fingerprint => {
            M::decode(stored.response.as_slice()).map_err(Error::internal)
        }
        Some(_) => Err(Error::AlreadyExists {
            reason: "IDEMPOTENCY_KEY_REUSED",
            message: "this Idempotency-Key was used with another request; use a new key".into(),
        }),
        None => Err(Error::Unavailable {
            what: "the answer to repeat",
            cause: "the first request with this key did not commit".into(),
        }),
    }
}

/// Removes keys that are older than they are kept.
///
/// # Errors
/// When the database does not answer.
pub async fn purge(pool: &PgPool, now: Timestamp) -> Result<u64, Error> {
    let purged = sqlx::query!(
        "DELETE FROM idempotency_keys WHERE created_at < $1",
        (now - KEPT).to_sqlx() as _
    )
    .execute(pool)
    .await?;
    Ok(purged.rows_affected())
}
