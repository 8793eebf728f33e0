//! Personal access tokens.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use pfms_runtime::identity::Scopes;
use pfms_types::UserId;
use sqlx::{PgConnection, PgPool};

use crate::personal_token::{Grant, PersonalToken, PersonalTokenId};

/// How precisely the last use is kept: a write for each use would cost more than it tells.
const USE_NOTED_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// All of an account's tokens.
///
/// # Errors
/// When the database does not answer.
pub async fn ids(
    connection: &mut PgConnection,
    user_id: UserId,
) -> Result<Vec<PersonalTokenId>, sqlx::Error> {
    let ids = sqlx::query_scalar!(
        "SELECT id FROM personal_tokens WHERE user_id = $1",
        user_id.uuid()
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(PersonalTokenId::from).collect())
}

/// How many tokens of an account work, with the account locked against another one being added; nothing when there
/// is no such account.
///
/// # Errors
/// When the database does not answer.
pub async fn count(
    connection: &mut PgConnection,
    user_id: UserId,
    now: Timestamp,
) -> Result<Option<i64>, sqlx::Error> {
    let locked = sqlx::query!("SELECT id FROM users WHERE id = $1 FOR UPDATE", user_id.uuid())
        .fetch_optional(&mut *connection)
        .await?;
    if locked.is_none() {
        return Ok(None);
    }
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM personal_tokens WHERE user_id = $1 AND expires_at > $2"#,
        user_id.uuid(),
        now.to_sqlx() as _,
    )
    .fetch_one(connection)
    .await?;
    Ok(Some(count))
}

/// Stores a token.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    connection: &mut PgConnection,
    user_id: UserId,
    token: &PersonalToken,
    digest: &[u8; 32],
) -> Result<(), sqlx::Error> {
    let scopes: Vec<_> = token.grant.scopes.iter().map(str::to_owned).collect();
    sqlx::query!(
        "INSERT INTO personal_tokens (user_id, id, name, token_hash, scopes, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        user_id.uuid(),
        token.id.uuid(),
        token.name,
        &digest[..],
        &scopes,
        token.created_at.to_sqlx() as _,
        token.grant.expires_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// An account's tokens that work, the latest first; only the one with `id` where that is given.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    pool: &PgPool,
    user_id: UserId,
    id: Option<PersonalTokenId>,
    now: Timestamp,
) -> Result<Vec<PersonalToken>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT id, name, scopes, created_at AS "created_at: jiff_sqlx::Timestamp",
                  expires_at AS "expires_at: jiff_sqlx::Timestamp",
                  last_used_at AS "last_used_at: jiff_sqlx::Timestamp"
           FROM personal_tokens
           WHERE user_id = $1 AND expires_at > $2 AND ($3::uuid IS NULL OR id = $3)
           ORDER BY id DESC"#,
        user_id.uuid(),
        now.to_sqlx() as _,
        id.map(PersonalTokenId::uuid),
    )
    .fetch_all(pool)
    .await?;
    let tokens = rows.into_iter().map(|row| PersonalToken {
        id: row.id.into(),
        name: row.name,
        grant: grant(&row.scopes, row.expires_at.to_jiff()),
        created_at: row.created_at.to_jiff(),
        last_used_at: row.last_used_at.map(jiff_sqlx::Timestamp::to_jiff),
    });
    Ok(tokens.collect())
}

/// Removes a token, and gives its name when there was one.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(
    connection: &mut PgConnection,
    user_id: UserId,
    id: PersonalTokenId,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "DELETE FROM personal_tokens WHERE user_id = $1 AND id = $2 RETURNING name",
        user_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(connection)
    .await
}

/// What the text with this digest allows, which counts as a use; nothing where no such token works, or its account
/// may not sign in.
///
/// # Errors
/// When the database does not answer.
pub async fn use_now(
    pool: &PgPool,
    user_id: UserId,
    id: PersonalTokenId,
    digest: &[u8; 32],
    now: Timestamp,
) -> Result<Option<Grant>, sqlx::Error> {
    let noted_since = now - USE_NOTED_EVERY;
    let found = sqlx::query!(
        r#"SELECT t.token_hash, t.scopes, t.expires_at AS "expires_at: jiff_sqlx::Timestamp",
                  t.last_used_at IS NULL OR t.last_used_at <= $4 AS "unnoted!"
           FROM personal_tokens t JOIN users u ON u.id = t.user_id AND u.is_active
           WHERE t.user_id = $1 AND t.id = $2 AND t.expires_at > $3"#,
        user_id.uuid(),
        id.uuid(),
        now.to_sqlx() as _,
        noted_since.to_sqlx() as _,
    )
    .fetch_optional(pool)
    .await?;
    let Some(row) = found else { return Ok(None) };
    if aws_lc_rs::constant_time::verify_slices_are_equal(&row.token_hash, digest).is_err() {
        return Ok(None);
    }
    if row.unnoted {
        sqlx::query!(
            "UPDATE personal_tokens SET last_used_at = $3
             WHERE user_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at <= $4)",
            user_id.uuid(),
            id.uuid(),
            now.to_sqlx() as _,
            noted_since.to_sqlx() as _,
        )
        .execute(pool)
        .await?;
    }
    Ok(Some(grant(&row.scopes, row.expires_at.to_jiff())))
}

/// Removes tokens that have expired, and says how many.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_expired(pool: &PgPool, now: Timestamp) -> Result<u64, sqlx::Error> {
    let removed = sqlx::query!(
        "DELETE FROM personal_tokens WHERE expires_at <= $1",
        now.to_sqlx() as _
    )
    .execute(pool)
    .await?;
    Ok(removed.rows_affected())
}

fn grant(scopes: &[String], expires_at: Timestamp) -> Grant {
    Grant {
        scopes: Scopes::claimed(&scopes.join(" ")),
        expires_at,
    }
}
