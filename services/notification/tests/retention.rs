//! What notification removes by itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use jiff::{SignedDuration, Timestamp};
use pfms_runtime::Clock;
use pfms_runtime::testing::Harness;

const START: Timestamp = Timestamp::constant(1_800_000_000, 0);

/// A harness whose clock starts with one row in each table that is kept for days.
async fn start() -> (Harness, Clock) {
    let clock = Clock::fixed(START);
    let harness = Harness::start_with(vec![pfms_notification::service()], |settings| {
        settings.clock = clock.clone();
        settings.retention.notification_days = 10;
        settings.retention.inbox_days = 20;
    })
    .await;
    for statement in [
        "INSERT INTO notifications (user_id, id, category, title, body, priority, created_at)
         VALUES (gen_random_uuid(), gen_random_uuid(), 'rule', '', '', 'low', to_timestamp(1800000000))",
        "INSERT INTO inbox (consumer, event_id, received_at)
         VALUES ('test', gen_random_uuid(), to_timestamp(1800000000))",
    ] {
        sqlx::query(statement)
            .execute(harness.database("notification").pool())
            .await
            .unwrap();
    }
    (harness, clock)
}

async fn counts(harness: &Harness) -> (i64, i64) {
    sqlx::query_as("SELECT (SELECT count(*) FROM notifications), (SELECT count(*) FROM inbox)")
        .fetch_one(harness.database("notification").pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn notifications_and_handled_events_are_kept_for_as_long_as_the_settings_say() {
    let (harness, clock) = start().await;
    clock.advance(SignedDuration::from_hours(24 * 10));
    harness.purge("notification").await;
    assert_eq!(counts(&harness).await, (1, 1));
    clock.advance(SignedDuration::from_secs(1));
    harness.purge("notification").await;
    assert_eq!(counts(&harness).await, (0, 1));
    clock.advance(SignedDuration::from_hours(24 * 10));
    harness.purge("notification").await;
    assert_eq!(counts(&harness).await, (0, 0));
    harness.stop().await;
}
