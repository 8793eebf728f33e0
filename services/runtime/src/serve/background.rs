//! What runs beside the requests: relays, consumers, schedules.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::error::chain;
use crate::service::Schedule;

/// How often what has expired is removed.
pub(super) const PURGE_EVERY: Duration = Duration::from_mins(30);

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
