//! What auth removes by itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use jiff::{SignedDuration, Timestamp};
use pfms_runtime::Clock;
use pfms_runtime::testing::Harness;
use support::{ask, register, sign_in};

#[tokio::test]
async fn security_events_are_kept_for_as_long_as_the_setting_says() {
    let clock = Clock::fixed(Timestamp::constant(1_800_000_000, 0));
    let harness = Harness::start_with(vec![pfms_auth::service()], |settings| {
        settings.clock = clock.clone();
        settings.retention.security_event_days = 40;
    })
    .await;
    register(&harness).await;
    sign_in(&harness).await;
    let events = || ask(&harness, "SELECT count(*)::text FROM security_events");
    let before = events().await;
    assert_ne!(before, "0");
    clock.advance(SignedDuration::from_hours(24 * 40));
    harness.purge("auth").await;
    assert_eq!(events().await, before);
    clock.advance(SignedDuration::from_secs(1));
    harness.purge("auth").await;
    assert_eq!(events().await, "0");
    harness.stop().await;
}
