//! SQL, and nothing else.

pub mod accounts;
pub mod audit_log;
pub mod audit_subjects;
pub mod devices;
pub mod mail_tokens;
pub mod mails;
pub mod security_events;
pub mod sessions;
pub mod signing_keys;

use jiff::Timestamp;
use sqlx::PgPool;

use crate::keys::PUBLISHED_AFTER;

/// Removes what has expired.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_expired(pool: &PgPool, now: Timestamp) -> Result<(), sqlx::Error> {
    let sessions = sessions::remove_expired(pool, now).await?;
    let devices = devices::remove_old(pool, now).await?;
    let signing_keys = signing_keys::remove_ended(pool, now - PUBLISHED_AFTER).await?;
    let mail_tokens = mail_tokens::remove_expired(pool, now).await?;
    tracing::debug!(
        sessions,
        devices,
        signing_keys,
        mail_tokens,
        "what had expired was removed"
    );
    Ok(())
}
