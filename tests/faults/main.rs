//! What holds when a process is killed or a server goes away.
//!
//! Each test has a mesh in parts of its own. Whether something took effect more than once is seen after a last
//! expense of the same user: a user's events keep their order, so what was still to come has come before it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod broker;
mod database;
mod erasure;
mod kills;
mod redis;

use std::time::Duration;

use pfms_tests::client::expense;
use pfms_tests::{Person, within};
use serde_json::json;

/// How long all effects may take after a fault, pauses between attempts included.
const EFFECTS: Duration = Duration::from_mins(1);

/// Descriptions of so many expenses, in order.
fn descriptions(name: &str, count: usize) -> Vec<String> {
    (0..count).map(|number| format!("{name} {number:03}")).collect()
}

/// Records expenses one after the other.
async fn spend_each(person: &Person, descriptions: &[String]) {
    for description in descriptions {
        let _ = person.spend(description).await;
    }
}

/// Records expenses in one transaction.
async fn spend_together(person: &Person, descriptions: &[String]) {
    let expenses: Vec<_> = descriptions.iter().map(|text| expense(text)).collect();
    let batch = json!({"expenses": expenses});
    let _ = person.post("/api/v1/expenses:batchCreate", &batch).await.ok();
}

/// Waits until there are at least so many notifications.
async fn until_notified(person: &Person, count: usize) {
    within(EFFECTS, &format!("{count} notifications"), || async {
        let list = person.try_get("/api/v1/notifications?pageSize=500").await?.ok();
        (list["notifications"].as_array()?.len() >= count).then_some(())
    })
    .await;
}

/// Checks that each expense was notified once, in the order in which they were recorded.
async fn require_once_in_order(person: &Person, descriptions: &[String]) {
    until_notified(person, descriptions.len()).await;
    let _ = person.spend("the last").await;
    let _ = person.notified("the last").await;
    let mut expected = descriptions.to_vec();
    expected.push("the last".to_owned());
    assert_eq!(person.titles().await, expected);
}
