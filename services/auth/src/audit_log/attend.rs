//! What the running service does for the log.

use std::time::Duration;

use pfms_runtime::{Database, Error, Parts};

use super::{append, consumer};
use crate::store::audit_log;

/// How often the log takes in what arrived.
const APPEND_EVERY: Duration = Duration::from_secs(1);
/// How often the last row's place goes to the service's own log.
const ANCHOR_EVERY: Duration = Duration::from_hours(1);

/// Takes in what services tell, and appends it.
#[must_use]
pub fn attend(parts: Parts, database: &Database) -> Parts {
    let (appending, anchoring) = (database.clone(), database.clone());
    parts
        .consumer(consumer())
        .every(APPEND_EVERY, "audit-log", move || {
            let database = appending.clone();
            async move {
                append(&database).await?;
                Ok(())
            }
        })
        .every(ANCHOR_EVERY, "audit-anchor", move || {
            let database = anchoring.clone();
            async move { anchor(&database).await }
        })
}

/// Writes the last row's place to the service's log, so that it is kept wherever logs are kept.
async fn anchor(database: &Database) -> Result<(), Error> {
    let head = audit_log::head(database.pool()).await?;
    tracing::info!(%head, "audit log");
    Ok(())
}
