//! What the running service does for the log.

use std::time::Duration;

use jiff::SignedDuration;
use pfms_runtime::erasure::Tombstones;
use pfms_runtime::{Context, Database, Error, Parts};

use super::{append, consumer};
use crate::store::audit_log;

/// How often the log takes in what arrived.
const APPEND_EVERY: Duration = Duration::from_secs(1);
/// How often the last row's place goes to the service's own log.
const ANCHOR_EVERY: Duration = Duration::from_hours(1);
/// How often what is personal and old is erased.
const ERASE_EVERY: Duration = Duration::from_hours(1);

/// Takes in what services tell, and appends it.
#[must_use]
pub fn attend(parts: Parts, context: &Context) -> Parts {
    let database = &context.database;
    let tombstones = Tombstones::new(&context.settings.master_key);
    let (appending, anchoring, erasing) = (database.clone(), database.clone(), database.clone());
    let days = context.settings.retention.audit_personal_days;
    parts
        .consumer(consumer())
        .every(APPEND_EVERY, "audit-log", move || {
            let (database, tombstones) = (appending.clone(), tombstones.clone());
            async move {
                append(&database, &tombstones).await?;
                Ok(())
            }
        })
        .every(ANCHOR_EVERY, "audit-anchor", move || {
            let database = anchoring.clone();
            async move { anchor(&database).await }
        })
        .every(ERASE_EVERY, "audit-personal", move || {
            let database = erasing.clone();
            async move {
                erase_old(&database, days).await?;
                Ok(())
            }
        })
}

/// Erases what is personal in rows that are older than this, and says in how many. The rows stay.
///
/// # Errors
/// When the database does not answer.
pub async fn erase_old(database: &Database, days: u16) -> Result<u64, Error> {
    let kept = SignedDuration::from_hours(24 * i64::from(days));
    let erased = audit_log::erase_personal(database.pool(), kept, database.clock().now()).await?;
    tracing::debug!(erased, "what was personal in the audit log");
    Ok(erased)
}

/// Writes the last row's place to the service's log, so that it is kept wherever logs are kept.
async fn anchor(database: &Database) -> Result<(), Error> {
    let head = audit_log::head(database.pool()).await?;
    tracing::info!(%head, "audit log");
    Ok(())
}
