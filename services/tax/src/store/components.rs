//! Components with their bytes: those that users brought, and first-party ones that have calculated.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_types::UserId;
use sqlx::{PgConnection, PgPool};

use crate::component::Component;
use crate::country::Country;

struct Row {
    hash: String,
    size_bytes: i64,
    publisher_key: String,
    created_at: jiff_sqlx::Timestamp,
}

impl From<Row> for Component {
    fn from(row: Row) -> Self {
        Self {
            hash: row.hash,
            size_bytes: row.size_bytes,
            publisher_key: row.publisher_key,
            created_at: row.created_at.to_jiff(),
        }
    }
}

/// Adds a component; false when the user has these bytes already.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    connection: &mut PgConnection,
    user_id: UserId,
    component: &Component,
    country: &str,
    signature: &str,
    content: &[u8],
) -> Result<bool, Error> {
    let inserted = sqlx::query!(
        "INSERT INTO tax_components
             (user_id, hash, country, size_bytes, publisher_key, signature, content, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        user_id.uuid(),
        component.hash,
        country,
        component.size_bytes,
        component.publisher_key,
        signature,
        content,
        component.created_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// One component.
///
/// # Errors
/// When the database does not answer.
pub async fn find(
    connection: &mut PgConnection,
    user_id: UserId,
    hash: &str,
) -> Result<Option<Component>, Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT hash, size_bytes, publisher_key, created_at AS "created_at: _"
           FROM tax_components WHERE user_id = $1 AND hash = $2"#,
        user_id.uuid(),
        hash,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Into::into))
}

/// Every component of a user, by hash.
///
/// # Errors
/// When the database does not answer.
pub async fn list(pool: &PgPool, user_id: UserId) -> Result<Vec<Component>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT hash, size_bytes, publisher_key, created_at AS "created_at: _"
           FROM tax_components WHERE user_id = $1 ORDER BY hash"#,
        user_id.uuid(),
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Whether a user has a component.
///
/// # Errors
/// When the database does not answer.
pub async fn has(pool: &PgPool, user_id: UserId, hash: &str) -> Result<bool, Error> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM tax_components WHERE user_id = $1 AND hash = $2) AS "has!""#,
        user_id.uuid(),
        hash,
    )
    .fetch_one(pool)
    .await?)
}

/// The bytes of a user's component.
///
/// # Errors
/// When the database does not answer.
pub async fn content(pool: &PgPool, user_id: UserId, hash: &str) -> Result<Option<Vec<u8>>, Error> {
    Ok(sqlx::query_scalar!(
        "SELECT content FROM tax_components WHERE user_id = $1 AND hash = $2",
        user_id.uuid(),
        hash,
    )
    .fetch_optional(pool)
    .await?)
}

/// The hash of the latest component that a user brought for a country.
///
/// # Errors
/// When the database does not answer.
pub async fn latest_for(pool: &PgPool, user_id: UserId, country: &str) -> Result<Option<String>, Error> {
    Ok(sqlx::query_scalar!(
        "SELECT hash FROM tax_components WHERE user_id = $1 AND country = $2 ORDER BY created_at DESC, hash LIMIT 1",
        user_id.uuid(),
        country,
    )
    .fetch_optional(pool)
    .await?)
}

/// Deletes a component that no profile names; false when there is none.
///
/// # Errors
/// `COMPONENT_IN_USE`.
pub async fn delete(connection: &mut PgConnection, user_id: UserId, hash: &str) -> Result<bool, Error> {
    let deleted = sqlx::query!(
        "DELETE FROM tax_components WHERE user_id = $1 AND hash = $2",
        user_id.uuid(),
        hash,
    )
    .execute(connection)
    .await;
    match deleted {
        Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => {
            Err(Error::FailedPrecondition {
                reason: "COMPONENT_IN_USE",
                message: "a profile names this component; change or delete the profile first".to_owned(),
            })
        }
        deleted => Ok(deleted?.rows_affected() == 1),
    }
}

/// Keeps the bytes of a first-party component that has calculated.
///
/// # Errors
/// When the database does not answer.
pub async fn keep(
    connection: &mut PgConnection,
    country: &Country,
    content: &[u8],
    now: Timestamp,
) -> Result<(), Error> {
    sqlx::query!(
        "INSERT INTO tax_rules (hash, country, version, content, installed_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING",
        country.hash,
        country.code(),
        country.law.version,
        content,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The bytes of a first-party component that has calculated.
///
/// # Errors
/// When the database does not answer.
pub async fn kept(pool: &PgPool, hash: &str) -> Result<Option<Vec<u8>>, Error> {
    Ok(
        sqlx::query_scalar!("SELECT content FROM tax_rules WHERE hash = $1", hash)
            .fetch_optional(pool)
            .await?,
    )
}
