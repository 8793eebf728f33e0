//! Signing keys.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

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
    /// Since when it signs no more.
    pub retired_at: Option<Timestamp>,
}

impl StoredKey {
    /// Whether it signs.
    #[must_use]
    pub fn signs(&self) -> bool {
        self.retired_at.is_none()
    }
}

/// The key that signs, and those that did so after `since`, the latest first.
///
/// # Errors
/// When the database does not answer.
pub async fn published(pool: &PgPool, since: Timestamp) -> Result<Vec<StoredKey>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT kid, public_key, private_key_sealed, created_at AS "created_at: jiff_sqlx::Timestamp",
                  retired_at AS "retired_at: jiff_sqlx::Timestamp"
           FROM signing_keys
           WHERE retired_at IS NULL OR retired_at > $1
           ORDER BY retired_at DESC NULLS FIRST"#,
        since.to_sqlx() as _,
    )
    .fetch_all(pool)
    .await?;
    let keys = rows.into_iter().map(|row| StoredKey {
        kid: row.kid,
        public_key: row.public_key,
        private_key_sealed: row.private_key_sealed,
        created_at: row.created_at.to_jiff(),
        retired_at: row.retired_at.map(jiff_sqlx::Timestamp::to_jiff),
    });
    Ok(keys.collect())
}

/// Stores a key that signs, unless there is one.
///
/// # Errors
/// When the database does not answer.
pub async fn insert_first(pool: &PgPool, key: &StoredKey) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO signing_keys (kid, public_key, private_key_sealed, created_at)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
        key.kid,
        key.public_key,
        key.private_key_sealed,
        key.created_at.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(())
}
