//! Security events.

use std::net::IpAddr;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_types::UserId;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::origin::Origin;
use crate::security::SecurityEvent;

/// An event as it is stored.
pub struct StoredEvent {
    /// `UUIDv7`.
    pub id: Uuid,
    /// The kind's name.
    pub kind: String,
    /// What it happened to.
    pub target: String,
    /// What its owner calls that.
    pub label: String,
    /// Where it came from.
    pub origin: Origin,
    /// When it happened.
    pub created_at: Timestamp,
}

struct Row {
    id: Uuid,
    kind: String,
    target: String,
    label: String,
    user_agent: Option<String>,
    ip: Option<String>,
    created_at: jiff_sqlx::Timestamp,
}

impl From<Row> for StoredEvent {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            target: row.target,
            label: row.label,
            origin: Origin {
                user_agent: row.user_agent,
                ip: row.ip.and_then(|ip| ip.parse::<IpAddr>().ok()),
            },
            created_at: row.created_at.to_jiff(),
        }
    }
}

/// Stores an event.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    connection: &mut PgConnection,
    user_id: UserId,
    id: Uuid,
    event: &SecurityEvent,
    origin: &Origin,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO security_events (user_id, id, kind, target, label, user_agent, ip_address, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7::text::inet, $8)",
        user_id.uuid(),
        id,
        event.kind.name(),
        event.target,
        event.label,
        origin.user_agent,
        origin.ip.map(|ip| ip.to_string()),
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// At most `limit` events older than the one named, the latest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    pool: &PgPool,
    user_id: UserId,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<StoredEvent>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id, kind, target, label, user_agent, host(ip_address) AS ip, created_at AS "created_at: _"
           FROM security_events WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"#,
        user_id.uuid(),
        before.unwrap_or(Uuid::max()),
        limit,
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(StoredEvent::from).collect())
}

/// An event of an account.
///
/// # Errors
/// When the database does not answer.
pub async fn find(pool: &PgPool, user_id: UserId, id: Uuid) -> Result<Option<StoredEvent>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id, kind, target, label, user_agent, host(ip_address) AS ip, created_at AS "created_at: _"
           FROM security_events WHERE user_id = $1 AND id = $2"#,
        user_id.uuid(),
        id,
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(StoredEvent::from))
}
