//! Signing keys.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_runtime::events::{Outgoing, outbox};
use sqlx::{PgConnection, PgPool};

use crate::keys::Term;

/// A key as it is stored.
pub struct StoredKey {
    /// Its RFC 7638 thumbprint.
    pub kid: String,
    /// 32 bytes.
    pub public_key: Vec<u8>,
    /// PKCS#8, sealed.
    pub private_key_sealed: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it signs.
    pub term: Term,
}

struct Row {
    kid: String,
    public_key: Vec<u8>,
    private_key_sealed: Vec<u8>,
    created_at: jiff_sqlx::Timestamp,
    signs_from: jiff_sqlx::Timestamp,
    retired_at: Option<jiff_sqlx::Timestamp>,
}

impl From<Row> for StoredKey {
    fn from(row: Row) -> Self {
        Self {
            kid: row.kid,
            public_key: row.public_key,
            private_key_sealed: row.private_key_sealed,
            created_at: row.created_at.to_jiff(),
            term: Term {
                from: row.signs_from.to_jiff(),
                until: row.retired_at.map(jiff_sqlx::Timestamp::to_jiff),
            },
        }
    }
}

/// Keys whose terms have not ended at `since`, the latest first.
///
/// # Errors
/// When the database does not answer.
pub async fn published(pool: &PgPool, since: Timestamp) -> Result<Vec<StoredKey>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT kid, public_key, private_key_sealed, created_at AS "created_at: _",
                  signs_from AS "signs_from: _", retired_at AS "retired_at: _"
           FROM signing_keys
           WHERE retired_at IS NULL OR retired_at > $1
           ORDER BY signs_from DESC"#,
        since.to_sqlx() as _,
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(StoredKey::from).collect())
}

/// The key without a successor.
///
/// # Errors
/// When the database does not answer.
pub async fn latest(pool: &PgPool) -> Result<Option<StoredKey>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT kid, public_key, private_key_sealed, created_at AS "created_at: _",
                  signs_from AS "signs_from: _", retired_at AS "retired_at: _"
           FROM signing_keys
           WHERE retired_at IS NULL"#,
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(StoredKey::from))
}

/// Stores a key, unless there is one without a successor.
///
/// # Errors
/// When the database does not answer.
pub async fn insert_first(pool: &PgPool, key: &StoredKey) -> Result<(), sqlx::Error> {
    let mut connection = pool.acquire().await?;
    insert(&mut connection, key).await?;
    Ok(())
}

/// Stores a key, ends its predecessor's term and publishes the act; false when that has another successor.
///
/// # Errors
/// When the database does not answer.
pub async fn succeed(
    pool: &PgPool,
    predecessor: &str,
    ended: Term,
    key: &StoredKey,
    act: Outgoing,
) -> Result<bool, Error> {
    let mut transaction = pool.begin().await?;
    // Another process that does the same waits here for the first one's outcome, and then finds nothing to end.
    let ended = sqlx::query!(
        "UPDATE signing_keys SET retired_at = $2 WHERE kid = $1 AND retired_at IS NULL",
        predecessor,
        ended.until.map(ToSqlx::to_sqlx) as _,
    )
    .execute(&mut *transaction)
    .await?
    .rows_affected();
    if ended == 0 || !insert(&mut transaction, key).await? {
        transaction.rollback().await?;
        return Ok(false);
    }
    outbox::insert(&mut transaction, &[act]).await?;
    transaction.commit().await?;
    Ok(true)
}

/// Ends the terms of all keys at `ended_at`, stores a new one and publishes the act.
///
/// # Errors
/// When the database does not answer.
pub async fn replace_all(
    pool: &PgPool,
    key: &StoredKey,
    ended_at: Timestamp,
    act: Outgoing,
) -> Result<(), Error> {
    let mut transaction = pool.begin().await?;
    // A key that another process is about to make must not escape.
    sqlx::query!("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE")
        .execute(&mut *transaction)
        .await?;
    sqlx::query!(
        "UPDATE signing_keys SET retired_at = $1 WHERE retired_at IS NULL OR retired_at > $1",
        ended_at.to_sqlx() as _,
    )
    .execute(&mut *transaction)
    .await?;
    insert(&mut transaction, key).await?;
    outbox::insert(&mut transaction, &[act]).await?;
    transaction.commit().await?;
    Ok(())
}

/// Removes keys whose terms had ended at `since`, and says how many.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_ended(pool: &PgPool, since: Timestamp) -> Result<u64, sqlx::Error> {
    let removed = sqlx::query!(
        "DELETE FROM signing_keys WHERE retired_at <= $1",
        since.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(removed.rows_affected())
}

/// False when there is a key without a successor.
async fn insert(connection: &mut PgConnection, key: &StoredKey) -> Result<bool, sqlx::Error> {
    let inserted = sqlx::query!(
        "INSERT INTO signing_keys (kid, public_key, private_key_sealed, created_at, signs_from)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING",
        key.kid,
        key.public_key,
        key.private_key_sealed,
        key.created_at.to_sqlx() as _,
        key.term.from.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}
