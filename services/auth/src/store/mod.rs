//! SQL, and nothing else.

pub mod accounts;
pub mod audit_log;
pub mod audit_subjects;
pub mod backup_codes;
pub mod challenges;
pub mod devices;
pub mod erasures;
pub mod factors;
pub mod identities;
pub mod limits;
pub mod mail_tokens;
pub mod mails;
pub mod passkeys;
pub mod personal_tokens;
pub mod security_events;
pub mod sessions;
pub mod signing_keys;
pub mod sms_codes;
pub mod sms_factors;
pub mod totp;

use jiff::Timestamp;
use sqlx::PgPool;

use crate::keys::PUBLISHED_AFTER;
use crate::sms;

/// Removes what has expired.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_expired(pool: &PgPool, now: Timestamp) -> Result<(), sqlx::Error> {
    let sessions = sessions::remove_expired(pool, now).await?;
    let devices = devices::remove_old(pool, now).await?;
    let challenges = challenges::remove_expired(pool, now).await?;
    let ceremonies = passkeys::remove_expired_ceremonies(pool, now).await?;
    let flows = identities::remove_expired_flows(pool, now).await?;
    tracing::debug!(
        challenges,
        ceremonies,
        flows,
        "challenges that had expired were removed"
    );
    let personal_tokens = personal_tokens::remove_expired(pool, now).await?;
    let signing_keys = signing_keys::remove_ended(pool, now - PUBLISHED_AFTER).await?;
    let mail_tokens = mail_tokens::remove_expired(pool, now).await?;
    let sms_codes = sms_codes::remove_expired(pool, now).await?;
    let numbers = sms_factors::remove_unconfirmed(pool, now - sms::LIFETIME).await?;
    tracing::debug!(
        sessions,
        devices,
        personal_tokens,
        signing_keys,
        mail_tokens,
        sms_codes,
        numbers,
        "what had expired was removed"
    );
    Ok(())
}
