//! What automation removes by itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use jiff::{SignedDuration, Timestamp};
use pfms_proto::automation::v1::ListExecutionsRequest;
use pfms_runtime::Clock;
use pfms_types::UserId;
use serde_json::json;
use support::{Mesh, expense};

#[tokio::test]
async fn executions_are_kept_for_as_long_as_the_setting_says() {
    let clock = Clock::fixed(Timestamp::constant(1_800_000_000, 0));
    let mesh = Mesh::start_with(|settings| {
        settings.clock = clock.clone();
        settings.retention.execution_days = 10;
    })
    .await;
    let user = UserId::generate();
    let rule = json!({"name": "Everything", "actions": [{"notify": {}}]});
    mesh.create_rule(user, rule).await.unwrap();
    mesh.publish(user, &expense()).await;
    mesh.executions(user, 1).await;
    clock.advance(SignedDuration::from_hours(24 * 10));
    mesh.harness.purge("automation").await;
    assert_eq!(listed(&mesh, user).await, 1);
    clock.advance(SignedDuration::from_secs(1));
    mesh.harness.purge("automation").await;
    assert_eq!(listed(&mesh, user).await, 0);
}

async fn listed(mesh: &Mesh, user: UserId) -> usize {
    // A token of its own time: those that were made before have expired.
    let request = ListExecutionsRequest::default();
    let page = mesh.rules(user).list_executions(request).await.unwrap();
    page.into_inner().executions.len()
}
