//! Passkeys, and what browsers are asked to do with them.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_types::UserId;
use serde_json::Value;
use sqlx::{PgConnection, PgPool};

use crate::passkey::{CEREMONY_LIFETIME, PasskeyId};
use crate::session::Digest;

/// Ceremonies that one statement removes.
const BATCH: i64 = 5_000;

/// A passkey as it is stored.
pub struct StoredPasskey {
    /// Its id.
    pub id: PasskeyId,
    /// The public key and what is known of its authenticator.
    pub credential: Value,
    /// For the owner to recognise it by.
    pub name: String,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it last signed someone in.
    pub last_used_at: Option<Timestamp>,
}

/// Stores a passkey; false when its credential is registered already, whoever has it.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    connection: &mut PgConnection,
    user_id: UserId,
    credential_id: &[u8],
    passkey: &StoredPasskey,
) -> Result<bool, sqlx::Error> {
    let inserted = sqlx::query!(
        "INSERT INTO passkeys (user_id, id, credential_id, credential, name, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (credential_id) DO NOTHING",
        user_id.uuid(),
        passkey.id.uuid(),
        credential_id,
        passkey.credential,
        passkey.name,
        passkey.created_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// The account's passkeys, the oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(connection: &mut PgConnection, user_id: UserId) -> Result<Vec<StoredPasskey>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT id, credential, name, created_at AS "created_at: jiff_sqlx::Timestamp",
                  last_used_at AS "last_used_at: jiff_sqlx::Timestamp"
           FROM passkeys WHERE user_id = $1 ORDER BY id"#,
        user_id.uuid(),
    )
    .fetch_all(connection)
    .await?;
    let passkeys = rows.into_iter().map(|row| StoredPasskey {
        id: row.id.into(),
        credential: row.credential,
        name: row.name,
        created_at: row.created_at.to_jiff(),
        last_used_at: row.last_used_at.map(jiff_sqlx::Timestamp::to_jiff),
    });
    Ok(passkeys.collect())
}

/// The passkey of a credential, which no one else reads for change until the transaction ends. An account that
/// may not sign in has none.
///
/// # Errors
/// When the database does not answer.
pub async fn lock(
    connection: &mut PgConnection,
    user_id: UserId,
    credential_id: &[u8],
) -> Result<Option<(PasskeyId, Value)>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT p.id, p.credential FROM passkeys p JOIN users u ON u.id = p.user_id AND u.is_active
         WHERE p.user_id = $1 AND p.credential_id = $2
         FOR UPDATE OF p",
        user_id.uuid(),
        credential_id,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (row.id.into(), row.credential)))
}

/// Stores what a use of the passkey told of its authenticator.
///
/// # Errors
/// When the database does not answer.
pub async fn note_use(
    connection: &mut PgConnection,
    user_id: UserId,
    id: PasskeyId,
    credential: &Value,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE passkeys SET credential = $3, last_used_at = $4 WHERE user_id = $1 AND id = $2",
        user_id.uuid(),
        id.uuid(),
        credential,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Renames a passkey; nothing when there is none.
///
/// # Errors
/// When the database does not answer.
pub async fn rename(
    connection: &mut PgConnection,
    user_id: UserId,
    id: PasskeyId,
    name: &str,
) -> Result<Option<StoredPasskey>, sqlx::Error> {
    let row = sqlx::query!(
        r#"UPDATE passkeys SET name = $3 WHERE user_id = $1 AND id = $2
           RETURNING id, credential, name, created_at AS "created_at: jiff_sqlx::Timestamp",
                     last_used_at AS "last_used_at: jiff_sqlx::Timestamp""#,
        user_id.uuid(),
        id.uuid(),
        name,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| StoredPasskey {
        id: row.id.into(),
        credential: row.credential,
        name: row.name,
        created_at: row.created_at.to_jiff(),
        last_used_at: row.last_used_at.map(jiff_sqlx::Timestamp::to_jiff),
    }))
}

/// Removes a passkey; false when there is none.
///
/// # Errors
/// When the database does not answer.
pub async fn remove(
    connection: &mut PgConnection,
    user_id: UserId,
    id: PasskeyId,
) -> Result<bool, sqlx::Error> {
    let removed = sqlx::query!(
        "DELETE FROM passkeys WHERE user_id = $1 AND id = $2",
        user_id.uuid(),
        id.uuid()
    )
    .execute(connection)
    .await?;
    Ok(removed.rows_affected() == 1)
}

/// Keeps the state of a ceremony. One without a user is a sign-in.
///
/// # Errors
/// When the database does not answer.
pub async fn begin_ceremony(
    connection: &mut PgConnection,
    token: &Digest,
    user_id: Option<UserId>,
    state_sealed: &[u8],
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO passkey_ceremonies (token_hash, user_id, state_sealed, expires_at) VALUES ($1, $2, $3, $4)",
        &token[..],
        user_id.map(UserId::uuid),
        state_sealed,
        (now + CEREMONY_LIFETIME).to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the state of a ceremony, which nobody gets twice; nothing when it has expired or is another user's.
///
/// # Errors
/// When the database does not answer.
pub async fn take_ceremony(
    connection: &mut PgConnection,
    token: &Digest,
    user_id: Option<UserId>,
    now: Timestamp,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let row = sqlx::query!(
        "DELETE FROM passkey_ceremonies
         WHERE token_hash = $1 AND user_id IS NOT DISTINCT FROM $2 AND expires_at > $3
         RETURNING state_sealed",
        &token[..],
        user_id.map(UserId::uuid),
        now.to_sqlx() as _,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| row.state_sealed))
}

/// Removes ceremonies that have expired, and says how many.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_expired_ceremonies(pool: &PgPool, now: Timestamp) -> Result<u64, sqlx::Error> {
    let removed = sqlx::query!(
        "DELETE FROM passkey_ceremonies WHERE token_hash IN
             (SELECT token_hash FROM passkey_ceremonies WHERE expires_at <= $1 LIMIT $2)",
        now.to_sqlx() as _,
        BATCH,
    )
    .execute(pool)
    .await?;
    Ok(removed.rows_affected())
}
