//! Sign-ins that wait for a second factor.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_types::UserId;
use sqlx::{PgConnection, PgPool};

use crate::challenge::{Challenge, LIFETIME, WINDOW};
use crate::session::Digest;

/// Challenges that one statement removes.
const BATCH: i64 = 5_000;

/// A challenge and what belongs to it.
pub struct Stored {
    /// Its state.
    pub challenge: Challenge,
    /// What was proven before.
    pub proof: String,
    /// What the account's address is found by.
    pub email_lookup: [u8; 32],
    /// What a passkey is to sign, sealed.
    pub ceremony: Option<Vec<u8>>,
}

/// Stores a challenge.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    connection: &mut PgConnection,
    user_id: UserId,
    token: &Digest,
    proof: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO mfa_challenges (user_id, token_hash, proof, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5)",
        user_id.uuid(),
        &token[..],
        proof,
        now.to_sqlx() as _,
        (now + LIFETIME).to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A challenge of an account that may sign in. Nobody else answers one of the account's challenges until the
/// transaction ends, so that no two answers are held against one count.
///
/// # Errors
/// When the database does not answer.
pub async fn lock(
    connection: &mut PgConnection,
    user_id: UserId,
    token: &Digest,
    now: Timestamp,
) -> Result<Option<Stored>, sqlx::Error> {
    let account = sqlx::query!(
        "SELECT email_lookup FROM users WHERE id = $1 AND is_active FOR UPDATE",
        user_id.uuid()
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(account) = account else {
        return Ok(None);
    };
    let email_lookup: [u8; 32] = account
        .email_lookup
        .try_into()
        .map_err(|_| sqlx::Error::Decode("the lookup of an address has the wrong length".into()))?;
    let row = sqlx::query!(
        r#"SELECT proof, tries, ceremony, used_at IS NOT NULL AS "used!",
                  expires_at AS "expires_at: jiff_sqlx::Timestamp",
                  (SELECT coalesce(sum(tries), 0) FROM mfa_challenges
                   WHERE user_id = $1 AND created_at > $3) AS "tries_of_account!"
           FROM mfa_challenges WHERE user_id = $1 AND token_hash = $2"#,
        user_id.uuid(),
        &token[..],
        (now - WINDOW).to_sqlx() as _,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Stored {
        challenge: Challenge {
            tries: row.tries.unsigned_abs(),
            expires_at: row.expires_at.to_jiff(),
            used: row.used,
            tries_of_account: row.tries_of_account.unsigned_abs(),
        },
        proof: row.proof,
        email_lookup,
        ceremony: row.ceremony,
    }))
}

/// Counts a wrong answer; what a passkey was to sign is not signed again.
///
/// # Errors
/// When the database does not answer.
pub async fn count_try(
    connection: &mut PgConnection,
    user_id: UserId,
    token: &Digest,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE mfa_challenges SET tries = tries + 1, ceremony = NULL WHERE user_id = $1 AND token_hash = $2",
        user_id.uuid(),
        &token[..],
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends a challenge that was answered, and the account's others with it.
///
/// # Errors
/// When the database does not answer.
pub async fn use_up(
    connection: &mut PgConnection,
    user_id: UserId,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE mfa_challenges SET used_at = $2, ceremony = NULL WHERE user_id = $1 AND used_at IS NULL",
        user_id.uuid(),
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps what a passkey is to sign.
///
/// # Errors
/// When the database does not answer.
pub async fn set_ceremony(
    connection: &mut PgConnection,
    user_id: UserId,
    token: &Digest,
    sealed: &[u8],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE mfa_challenges SET ceremony = $3 WHERE user_id = $1 AND token_hash = $2",
        user_id.uuid(),
        &token[..],
        sealed,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes challenges that no longer count for anything, and says how many.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_expired(pool: &PgPool, now: Timestamp) -> Result<u64, sqlx::Error> {
    let removed = sqlx::query!(
        "DELETE FROM mfa_challenges WHERE (user_id, token_hash) IN
             (SELECT user_id, token_hash FROM mfa_challenges WHERE expires_at <= $1 LIMIT $2)",
        (now - WINDOW).to_sqlx() as _,
        BATCH,
    )
    .execute(pool)
    .await?;
    Ok(removed.rows_affected())
}
