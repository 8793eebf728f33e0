//! What runs beside the requests: relays, consumers, schedules.

use std::time::Duration;

use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use tokio_util::sync::CancellationToken;

use crate::error::chain;
use crate::service::Schedule;
use crate::storage::purge_idempotency_keys;
use crate::{Database, Error};

/// How often what has expired is removed.
pub(super) const PURGE_EVERY: Duration = Duration::from_mins(30);
/// How long it is remembered that an event took effect: longer than any broker holds one back.
const INBOX_KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Runs a schedule until it is stopped.
pub(super) async fn run(schedule: Schedule, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(schedule.every) => {}
        }
        if let Err(error) = (schedule.task)().await {
            tracing::warn!(schedule = schedule.name, error = %chain(&error), "will be tried again");
        }
    }
}

/// Removes idempotency keys and inbox rows that have expired.
pub(super) async fn purge(database: Database) -> Result<(), Error> {
    let now = database.clock().now();
    purge_idempotency_keys(database.pool(), now).await?;
    sqlx::query!(
        "DELETE FROM inbox WHERE received_at < $1",
        (now - INBOX_KEPT).to_sqlx() as _
    )
    .execute(database.pool())
    .await?;
    Ok(())
}
