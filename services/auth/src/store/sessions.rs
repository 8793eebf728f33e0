//! Sessions.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_types::UserId;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::origin::Origin;
use crate::session::{Digest, Session, SessionId};

/// Sessions that one statement removes.
const BATCH: i64 = 5_000;

/// What a session's owner sees of it.
pub struct Listed {
    /// Its id.
    pub id: SessionId,
    /// Where it was opened.
    pub origin: Origin,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last refreshed.
    pub last_accessed: Timestamp,
    /// When its owner last proved who they are.
    pub authenticated_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

struct Row {
    id: Uuid,
    user_agent: Option<String>,
    ip: Option<String>,
    created_at: jiff_sqlx::Timestamp,
    last_accessed: jiff_sqlx::Timestamp,
    authenticated_at: jiff_sqlx::Timestamp,
    expires_at: jiff_sqlx::Timestamp,
}

impl From<Row> for Listed {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            origin: Origin {
                user_agent: row.user_agent,
                ip: row.ip.and_then(|ip| ip.parse().ok()),
            },
            created_at: row.created_at.to_jiff(),
            last_accessed: row.last_accessed.to_jiff(),
            authenticated_at: row.authenticated_at.to_jiff(),
            expires_at: row.expires_at.to_jiff(),
        }
    }
}

/// At most `limit` sessions that live and are older than the one named, the latest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    pool: &PgPool,
    user_id: UserId,
    before: Option<Uuid>,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Listed>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id, device_info->>'userAgent' AS user_agent, host(ip_address) AS ip, created_at AS "created_at: _",
                  last_accessed AS "last_accessed: _", authenticated_at AS "authenticated_at: _",
                  expires_at AS "expires_at: _"
           FROM sessions
           WHERE user_id = $1 AND id < $2 AND revoked_at IS NULL AND expires_at > $4
           ORDER BY id DESC LIMIT $3"#,
        user_id.uuid(),
        before.unwrap_or(Uuid::max()),
        limit,
        now.to_sqlx() as _,
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(Listed::from).collect())
}

/// A session that lives.
///
/// # Errors
/// When the database does not answer.
pub async fn find(
    pool: &PgPool,
    user_id: UserId,
    id: SessionId,
    now: Timestamp,
) -> Result<Option<Listed>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id, device_info->>'userAgent' AS user_agent, host(ip_address) AS ip, created_at AS "created_at: _",
                  last_accessed AS "last_accessed: _", authenticated_at AS "authenticated_at: _",
                  expires_at AS "expires_at: _"
           FROM sessions
           WHERE user_id = $1 AND id = $2 AND revoked_at IS NULL AND expires_at > $3"#,
        user_id.uuid(),
        id.uuid(),
        now.to_sqlx() as _,
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(Listed::from))
}

/// Stores a session that begins.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    connection: &mut PgConnection,
    user_id: UserId,
    id: SessionId,
    session: &Session,
    origin: &Origin,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO sessions (user_id, id, token_hash, rotated_at, device_info, ip_address,
                               expires_at, created_at, authenticated_at, last_accessed)
         VALUES ($1, $2, $3, $4, $5, $6::text::inet, $7, $8, $9, $8)",
        user_id.uuid(),
        id.uuid(),
        &session.token[..],
        session.rotated_at.to_sqlx() as _,
        serde_json::json!({ "userAgent": origin.user_agent }),
        origin.ip.map(|ip| ip.to_string()),
        session.expires_at.to_sqlx() as _,
        session.created_at.to_sqlx() as _,
        session.authenticated_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A session, which no one else reads for change until the transaction ends. An account that may not sign in has
/// none.
///
/// # Errors
/// When the database does not answer.
pub async fn lock(
    connection: &mut PgConnection,
    user_id: UserId,
    id: SessionId,
) -> Result<Option<Session>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT s.token_hash, s.previous_token_hash, s.rotated_at AS "rotated_at: jiff_sqlx::Timestamp",
                  s.created_at AS "created_at: jiff_sqlx::Timestamp",
                  s.authenticated_at AS "authenticated_at: jiff_sqlx::Timestamp",
                  s.expires_at AS "expires_at: jiff_sqlx::Timestamp", s.revoked_at IS NOT NULL AS "revoked!"
           FROM sessions s JOIN users u ON u.id = s.user_id AND u.is_active
           WHERE s.user_id = $1 AND s.id = $2
           FOR UPDATE OF s"#,
        user_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(Session {
            token: digest(&row.token_hash)?,
            previous: row.previous_token_hash.as_deref().map(digest).transpose()?,
            rotated_at: row.rotated_at.to_jiff(),
            created_at: row.created_at.to_jiff(),
            authenticated_at: row.authenticated_at.to_jiff(),
            expires_at: row.expires_at.to_jiff(),
            revoked: row.revoked,
        })
    })
    .transpose()
}

/// Stores a session whose token was exchanged.
///
/// # Errors
/// When the database does not answer.
pub async fn save(
    connection: &mut PgConnection,
    user_id: UserId,
    id: SessionId,
    session: &Session,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE sessions
         SET token_hash = $3, previous_token_hash = $4, rotated_at = $5, expires_at = $6, last_accessed = $7
         WHERE user_id = $1 AND id = $2",
        user_id.uuid(),
        id.uuid(),
        &session.token[..],
        session.previous.as_ref().map(|digest| &digest[..]),
        session.rotated_at.to_sqlx() as _,
        session.expires_at.to_sqlx() as _,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends a session; false when there is none that lives.
///
/// # Errors
/// When the database does not answer.
pub async fn revoke(
    connection: &mut PgConnection,
    user_id: UserId,
    id: SessionId,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let revoked = sqlx::query!(
        "UPDATE sessions SET revoked_at = $3
         WHERE user_id = $1 AND id = $2 AND revoked_at IS NULL AND expires_at > $3",
        user_id.uuid(),
        id.uuid(),
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(revoked.rows_affected() == 1)
}

/// Ends an account's sessions, all or all but one, and says which.
///
/// # Errors
/// When the database does not answer.
pub async fn revoke_all(
    connection: &mut PgConnection,
    user_id: UserId,
    but: Option<SessionId>,
    now: Timestamp,
) -> Result<Vec<SessionId>, sqlx::Error> {
    let ids = sqlx::query_scalar!(
        "UPDATE sessions SET revoked_at = $3
         WHERE user_id = $1 AND id IS DISTINCT FROM $2 AND revoked_at IS NULL AND expires_at > $3
         RETURNING id",
        user_id.uuid(),
        but.map(SessionId::uuid) as _,
        now.to_sqlx() as _,
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(SessionId::from).collect())
}

/// Notes that a session's owner proved again who they are; false when the session does not live.
///
/// # Errors
/// When the database does not answer.
pub async fn note_authentication(
    connection: &mut PgConnection,
    user_id: UserId,
    id: SessionId,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let noted = sqlx::query!(
        "UPDATE sessions SET authenticated_at = $3, last_accessed = $3
         WHERE user_id = $1 AND id = $2 AND revoked_at IS NULL AND expires_at > $3",
        user_id.uuid(),
        id.uuid(),
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(noted.rows_affected() == 1)
}

/// When a session that lives ends by itself; nothing for any other.
///
/// # Errors
/// When the database does not answer.
pub async fn lives_until(
    pool: &PgPool,
    user_id: UserId,
    id: SessionId,
    now: Timestamp,
) -> Result<Option<Timestamp>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT s.expires_at AS "expires_at: jiff_sqlx::Timestamp"
           FROM sessions s JOIN users u ON u.id = s.user_id AND u.is_active
           WHERE s.user_id = $1 AND s.id = $2 AND s.revoked_at IS NULL AND s.expires_at > $3"#,
        user_id.uuid(),
        id.uuid(),
        now.to_sqlx() as _,
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| row.expires_at.to_jiff()))
}

/// Removes sessions that have expired, and says how many.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_expired(pool: &PgPool, now: Timestamp) -> Result<u64, sqlx::Error> {
    let mut removed = 0;
    loop {
        let batch = sqlx::query!(
            "DELETE FROM sessions WHERE (user_id, id) IN
                 (SELECT user_id, id FROM sessions WHERE expires_at <= $1 LIMIT $2)",
            now.to_sqlx() as _,
            BATCH,
        )
        .execute(pool)
        .await?
        .rows_affected();
        removed += batch;
        if batch < BATCH.unsigned_abs() {
            return Ok(removed);
        }
    }
}

fn digest(bytes: &[u8]) -> Result<Digest, sqlx::Error> {
    bytes
        .try_into()
        .map_err(|error| sqlx::Error::Decode(Box::new(error)))
}
