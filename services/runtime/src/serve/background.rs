//! What runs beside the requests: relays, consumers, schedules.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use crate::error::chain;
use crate::service::Schedule;

/// How often what has expired is removed.
pub(super) const PURGE_EVERY: Duration = Duration::from_mins(30);

/// Runs a schedule until it is stopped.
pub(super) async fn run(schedule: Schedule, stop: CancellationToken) {
    // Registered before the task looks, so that what is committed meanwhile is not missed.
    let mut woken = woken(&schedule);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = woken => {}
            () = tokio::time::sleep(schedule.every) => {}
        }
        woken = self::woken(&schedule);
        if let Err(error) = (schedule.task)().await {
            tracing::warn!(schedule = schedule.name, error = %chain(&error), "will be tried again");
        }
    }
}

/// Ends when something wakes the schedule, counted from this call; never where nothing does.
fn woken(schedule: &Schedule) -> BoxFuture<'static, ()> {
    match &schedule.wakes {
        Some(wakes) => Box::pin(Arc::clone(wakes).notified_owned()),
        None => Box::pin(std::future::pending()),
    }
}
