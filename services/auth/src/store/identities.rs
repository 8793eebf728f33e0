//! Identities at providers, and browsers on their way to one.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_types::UserId;
use sqlx::{PgConnection, PgPool};

use crate::provider::FLOW_LIFETIME;
use crate::session::Digest;

/// Flows that one statement removes.
const BATCH: i64 = 5_000;

/// An identity as it is stored.
pub struct StoredIdentity {
    /// The provider's name.
    pub provider: String,
    /// Its address there, sealed.
    pub email_sealed: Option<Vec<u8>>,
    /// When it was linked.
    pub created_at: Timestamp,
    /// When it last signed someone in.
    pub last_used_at: Option<Timestamp>,
}

/// Links an identity; false when it is linked already, whoever has it, or the account has another of its provider.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    connection: &mut PgConnection,
    user_id: UserId,
    lookup: &[u8; 32],
    identity: &StoredIdentity,
) -> Result<bool, sqlx::Error> {
    let inserted = sqlx::query!(
        "INSERT INTO identities (user_id, provider, lookup, email_sealed, created_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING",
        user_id.uuid(),
        identity.provider,
        &lookup[..],
        identity.email_sealed,
        identity.created_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// The account that an identity signs in to, and whether it may sign in; notes the use.
///
/// # Errors
/// When the database does not answer.
pub async fn use_one(
    connection: &mut PgConnection,
    lookup: &[u8; 32],
    now: Timestamp,
) -> Result<Option<(UserId, bool)>, sqlx::Error> {
    let row = sqlx::query!(
        "UPDATE identities i SET last_used_at = $2 FROM users u
         WHERE i.lookup = $1 AND u.id = i.user_id
         RETURNING i.user_id, u.is_active",
        &lookup[..],
        now.to_sqlx() as _,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (row.user_id.into(), row.is_active)))
}

/// The account's identities, by provider.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    connection: &mut PgConnection,
    user_id: UserId,
) -> Result<Vec<StoredIdentity>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT provider, email_sealed, created_at AS "created_at: jiff_sqlx::Timestamp",
                  last_used_at AS "last_used_at: jiff_sqlx::Timestamp"
           FROM identities WHERE user_id = $1 ORDER BY provider"#,
        user_id.uuid(),
    )
    .fetch_all(connection)
    .await?;
    let identities = rows.into_iter().map(|row| StoredIdentity {
        provider: row.provider,
        email_sealed: row.email_sealed,
        created_at: row.created_at.to_jiff(),
        last_used_at: row.last_used_at.map(jiff_sqlx::Timestamp::to_jiff),
    });
    Ok(identities.collect())
}

/// Unlinks the identity at a provider; false when there is none.
///
/// # Errors
/// When the database does not answer.
pub async fn remove(
    connection: &mut PgConnection,
    user_id: UserId,
    provider: &str,
) -> Result<bool, sqlx::Error> {
    let removed = sqlx::query!(
        "DELETE FROM identities WHERE user_id = $1 AND provider = $2",
        user_id.uuid(),
        provider,
    )
    .execute(connection)
    .await?;
    Ok(removed.rows_affected() == 1)
}

/// Notes that a hash is of no password.
///
/// # Errors
/// When the database does not answer.
pub async fn note_unusable_password(
    connection: &mut PgConnection,
    user_id: UserId,
    password_hash: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO unusable_passwords (user_id, password_hash) VALUES ($1, $2)",
        user_id.uuid(),
        password_hash,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether anything opens the account: a password, an identity or a passkey.
///
/// # Errors
/// When the database does not answer.
pub async fn has_way_in(connection: &mut PgConnection, user_id: UserId) -> Result<bool, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT NOT EXISTS (SELECT FROM unusable_passwords p
                              WHERE p.user_id = u.id AND p.password_hash = u.password_hash)
                  OR EXISTS (SELECT FROM identities WHERE user_id = u.id)
                  OR EXISTS (SELECT FROM passkeys WHERE user_id = u.id) AS "has!"
           FROM users u WHERE u.id = $1"#,
        user_id.uuid(),
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.is_some_and(|row| row.has))
}

/// A browser that was sent to a provider.
pub struct StoredFlow {
    /// SHA-256 of what ties it to who began.
    pub binding: Digest,
    /// Whose account an identity is to be linked to; nobody's for a sign-in.
    pub user_id: Option<UserId>,
    /// The nonce and the PKCE verifier.
    pub secrets_sealed: Vec<u8>,
}

/// Keeps a flow under the hash of its state.
///
/// # Errors
/// When the database does not answer.
pub async fn begin_flow(
    connection: &mut PgConnection,
    state: &Digest,
    provider: &str,
    flow: &StoredFlow,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO oauth_flows (state_hash, provider, binding_hash, user_id, secrets_sealed, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        &state[..],
        provider,
        &flow.binding[..],
        flow.user_id.map(UserId::uuid),
        flow.secrets_sealed,
        (now + FLOW_LIFETIME).to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes a flow, which nobody gets twice; nothing when it has expired or is another provider's.
///
/// # Errors
/// When the database does not answer.
pub async fn take_flow(
    connection: &mut PgConnection,
    state: &Digest,
    provider: &str,
    now: Timestamp,
) -> Result<Option<StoredFlow>, sqlx::Error> {
    let row = sqlx::query!(
        "DELETE FROM oauth_flows WHERE state_hash = $1 AND provider = $2 AND expires_at > $3
         RETURNING binding_hash, user_id, secrets_sealed",
        &state[..],
        provider,
        now.to_sqlx() as _,
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(StoredFlow {
            binding: row
                .binding_hash
                .try_into()
                .map_err(|_| sqlx::Error::Decode("a binding's hash has the wrong length".into()))?,
            user_id: row.user_id.map(UserId::from),
            secrets_sealed: row.secrets_sealed,
        })
    })
    .transpose()
}

/// Removes flows that have expired, and says how many.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_expired_flows(pool: &PgPool, now: Timestamp) -> Result<u64, sqlx::Error> {
    let removed = sqlx::query!(
        "DELETE FROM oauth_flows WHERE state_hash IN
             (SELECT state_hash FROM oauth_flows WHERE expires_at <= $1 LIMIT $2)",
        now.to_sqlx() as _,
        BATCH,
    )
    .execute(pool)
    .await?;
    Ok(removed.rows_affected())
}
