//! Tokens that links in mails carry.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_types::UserId;
use sqlx::{PgConnection, PgPool};

use crate::mail_token::{MailToken, Purpose};
use crate::session::SessionId;

/// Stores a token; those before it stay good until they expire, because mails overtake each other.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    connection: &mut PgConnection,
    token: &MailToken,
    purpose: Purpose,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO mail_tokens (user_id, purpose, token_hash, expires_at) VALUES ($1, $2, $3, $4)",
        token.user_id().uuid(),
        purpose.as_str(),
        &token.digest()[..],
        (now + purpose.lifetime()).to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Stores a token that gives its account an address, which is sealed, on behalf of a session.
///
/// # Errors
/// When the database does not answer.
pub async fn insert_change(
    connection: &mut PgConnection,
    token: &MailToken,
    email_sealed: &[u8],
    session_id: SessionId,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let purpose = Purpose::ChangeEmail;
    sqlx::query!(
        "INSERT INTO mail_tokens (user_id, purpose, token_hash, expires_at, email_sealed, session_id)
         VALUES ($1, $2, $3, $4, $5, $6)",
        token.user_id().uuid(),
        purpose.as_str(),
        &token.digest()[..],
        (now + purpose.lifetime()).to_sqlx() as _,
        email_sealed,
        session_id.uuid(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Uses such a token up; gives the address and the session, or nothing when it is not good.
///
/// # Errors
/// When the database does not answer.
pub async fn consume_change(
    connection: &mut PgConnection,
    token: &MailToken,
    now: Timestamp,
) -> Result<Option<(Vec<u8>, SessionId)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"DELETE FROM mail_tokens WHERE user_id = $1 AND purpose = $2 AND token_hash = $3 AND expires_at > $4
           RETURNING email_sealed AS "email_sealed!", session_id AS "session_id!""#,
        token.user_id().uuid(),
        Purpose::ChangeEmail.as_str(),
        &token.digest()[..],
        now.to_sqlx() as _,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (row.email_sealed, row.session_id.into())))
}

/// Removes an account's tokens, whatever they are for.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_every(connection: &mut PgConnection, user_id: UserId) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM mail_tokens WHERE user_id = $1", user_id.uuid())
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether a token is good. Using it up is what counts: see [`consume`].
///
/// # Errors
/// When the database does not answer.
pub async fn is_good(
    pool: &PgPool,
    token: &MailToken,
    purpose: Purpose,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM mail_tokens
                          WHERE user_id = $1 AND purpose = $2 AND token_hash = $3 AND expires_at > $4) AS "good!""#,
        token.user_id().uuid(),
        purpose.as_str(),
        &token.digest()[..],
        now.to_sqlx() as _,
    )
    .fetch_one(pool)
    .await
}

/// Uses a token up, and with it all of the account's for the same purpose; false when it is not good.
///
/// # Errors
/// When the database does not answer.
pub async fn consume(
    connection: &mut PgConnection,
    token: &MailToken,
    purpose: Purpose,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let consumed = sqlx::query!(
        "DELETE FROM mail_tokens WHERE user_id = $1 AND purpose = $2 AND token_hash = $3 AND expires_at > $4",
        token.user_id().uuid(),
        purpose.as_str(),
        &token.digest()[..],
        now.to_sqlx() as _,
    )
    .execute(&mut *connection)
    .await?;
    if consumed.rows_affected() == 0 {
        return Ok(false);
    }
    remove_all(connection, token.user_id(), purpose).await?;
    Ok(true)
}

/// Removes an account's tokens for a purpose.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_all(
    connection: &mut PgConnection,
    user_id: UserId,
    purpose: Purpose,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM mail_tokens WHERE user_id = $1 AND purpose = $2",
        user_id.uuid(),
        purpose.as_str(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes tokens that have expired, and says how many.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_expired(pool: &PgPool, now: Timestamp) -> Result<u64, sqlx::Error> {
    let removed = sqlx::query!(
        "DELETE FROM mail_tokens WHERE expires_at <= $1",
        now.to_sqlx() as _
    )
    .execute(pool)
    .await?;
    Ok(removed.rows_affected())
}
