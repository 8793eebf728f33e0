//! SQL, and nothing else.

pub mod accounts;
pub mod devices;
pub mod erasures;
pub mod mail_tokens;
pub mod mails;
pub mod security_events;
pub mod sessions;
pub mod signing_keys;

use jiff::Timestamp;
use sqlx::PgPool;

/// Removes what has expired.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_expired(pool: &PgPool, now: Timestamp) -> Result<(), sqlx::Error> {
    let sessions = sessions::remove_expired(pool, now).await?;
    let security_events = security_events::remove_old(pool, now).await?;
    let devices = devices::remove_old(pool, now).await?;
    let mail_tokens = mail_tokens::remove_expired(pool, now).await?;
    tracing::debug!(
        sessions,
        security_events,
        devices,
        mail_tokens,
        "what had expired was removed"
    );
    Ok(())
}
