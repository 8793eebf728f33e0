//! Events of many people at once: their rules do what they would do if each came alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pfms_proto::automation::v1::ExecutionStatus;
use pfms_proto::events::v1::ExpenseCreated;
use pfms_proto::types::v1::Money;
use pfms_runtime::Clock;
use pfms_runtime::events::Outgoing;
use pfms_types::UserId;
use serde_json::{Value, json};
use support::components::component;
use support::{Mesh, expense};
use uuid::Uuid;

const PEOPLE: usize = 16;
const EVENTS: usize = 3;

/// People whose events are worked on by one task, so that those that wait are handled together.
fn neighbours() -> Vec<UserId> {
    let person = |_| {
        let mut bytes = *Uuid::now_v7().as_bytes();
        bytes[15] = 7;
        Uuid::from_bytes(bytes).into()
    };
    (0..PEOPLE).map(person).collect()
}

fn notify(name: &str, title: &str) -> Value {
    json!({"name": name, "actions": [{"notify": {"title": title}}]})
}

/// What each person has. Every fourth has a component too, so that what is made of an event takes its time, and fails.
async fn create_rules(mesh: &Mesh, place: usize, user: UserId) {
    let mut always = notify("always", "{{ amount }}");
    let merchant =
        json!({"field": "merchant", "operator": "OPERATOR_EQUALS", "text": format!("Shop {place}")});
    always["condition"] = json!({ "compare": merchant });
    mesh.create_rule(user, always).await.unwrap();
    let mut once = notify("once", "once");
    once["dailyCap"] = json!(1);
    mesh.create_rule(user, once).await.unwrap();
    if has_component(place) {
        let module = mesh.upload(user, &component("unreachable", "")).await.unwrap();
        let broken = json!({"name": "broken", "component": {"moduleId": module.id}, "failureLimit": 2});
        mesh.create_rule(user, broken).await.unwrap();
    }
}

fn has_component(place: usize) -> bool {
    place.is_multiple_of(4)
}

/// An expense in the person's own shop.
fn spent(place: usize, number: usize) -> ExpenseCreated {
    ExpenseCreated {
        amount: Some(Money {
            amount: format!("{}.00", number + 1),
            currency: "USD".into(),
        }),
        merchant: format!("Shop {place}"),
        ..expense()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_of_many_people_do_what_they_would_do_alone() {
    let mesh = Mesh::start().await;
    let people = neighbours();
    for (place, user) in people.iter().enumerate() {
        create_rules(&mesh, place, *user).await;
    }
    let mut events = Vec::new();
    for number in 0..EVENTS {
        for (place, user) in people.iter().enumerate() {
            events.push(Outgoing::new(*user, Clock::system().now(), &spent(place, number)).unwrap());
        }
    }
    // All once more.
    events.extend(events.clone());
    mesh.publish_all(&events).await;

    for (place, user) in people.iter().enumerate() {
        mesh.settled(*user).await;
        let sent = mesh.notifications(*user, 0).await;
        let of = |rule: &str| -> Vec<_> {
            let of_rule = sent.iter().filter(|one| one.variables["rule"] == rule);
            of_rule.map(|one| one.variables["amount"].as_str()).collect()
        };
        assert_eq!(of("always"), ["1.00 USD", "2.00 USD", "3.00 USD"]);
        assert_eq!(of("once"), ["1.00 USD"]);
        let executions = mesh.executions(*user, EVENTS).await;
        let count = |status| executions.iter().filter(|one| one.status() == status).count();
        // The last one is the fence's.
        assert_eq!(count(ExecutionStatus::Succeeded), EVENTS + 1 + 1);
        let failed = if has_component(place) { 2 } else { 0 };
        assert_eq!(count(ExecutionStatus::Failed), failed);
        let switched_off = sent
            .iter()
            .filter(|one| one.title == "{{ rule }} was switched off")
            .count();
        assert_eq!(switched_off, failed / 2);
    }
    mesh.harness.stop().await;
}
