//! Events of several users that take effect together: each exactly once, whatever becomes of the others.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use pfms_runtime::events::{DeadLetters, Outgoing};
use pfms_runtime::telemetry::trace;
use pfms_types::UserId;
use support::effects::{CONSUMER, Effects, Fault, IDLE, MUCH, event};
use uuid::Uuid;

/// Users whose events are worked on by one task, so that what comes while it waits is handled together.
fn neighbours(count: usize) -> Vec<UserId> {
    let user = |_| {
        let mut bytes = *Uuid::now_v7().as_bytes();
        bytes[15] = 7;
        Uuid::from_bytes(bytes).into()
    };
    (0..count).map(user).collect()
}

/// Publishes events after one of another user that makes them wait, and waits until all have taken effect.
async fn publish_after_a_wait(effects: &Effects, events: &[Outgoing]) {
    let holds_up = neighbours(1)[0];
    effects.fail("holds up", &[Fault::Away, Fault::Away, Fault::Away]);
    let mut all = vec![event(holds_up, "holds up")];
    all.extend_from_slice(events);
    effects.publish(&all).await;
    assert_eq!(effects.of(holds_up, 1).await, ["holds up"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_many_users_take_effect_together_once_and_in_order() {
    let effects = Effects::start_joint(None).await;
    let users = neighbours(20);
    let mut events = Vec::new();
    for text in ["first", "second", "third"] {
        events.extend(users.iter().map(|user_id| event(*user_id, text)));
    }
    // All once more.
    events.extend(events.clone());
    events.extend(users.iter().map(|user_id| event(*user_id, IDLE)));
    events.extend(users.iter().map(|user_id| event(*user_id, "last")));
    publish_after_a_wait(&effects, &events).await;
    for user_id in &users {
        assert_eq!(
            effects.of(*user_id, 4).await,
            ["first", "second", "third", "last"]
        );
    }
    assert!(effects.most_together() > 1);
    // One event that held up the others, and what is idle is not noted.
    assert_eq!(effects.noted().await, 1 + 4 * 20);
    effects.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_fails_fails_alone() {
    let effects = Effects::start_joint(None).await;
    let users = neighbours(12);
    let text = |number: usize| format!("event {number}");
    // Together and alone; before it writes and after; for good.
    effects.fail(&text(3), &[Fault::FailedAfterWriting, Fault::FailedAfterWriting]);
    effects.fail(&text(5), &[Fault::Failed, Fault::Failed]);
    effects.fail(&text(7), &[Fault::Malformed, Fault::Malformed]);
    effects.fail(&text(9), &[Fault::Away, Fault::Away]);
    let events: Vec<_> = users
        .iter()
        .enumerate()
        .map(|(number, user_id)| event(*user_id, &text(number)))
        .collect();
    publish_after_a_wait(&effects, &events).await;
    for (number, user_id) in users.iter().enumerate() {
        if number != 7 {
            assert_eq!(effects.of(*user_id, 1).await, [text(number)]);
        }
    }
    let letters = DeadLetters::new(effects.harness.broker());
    let dead = letters.list(CONSUMER, 10).await.unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!(effects.noted().await, 12);
    effects.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_much_together_is_looked_up_one_by_one() {
    let effects = Effects::start_joint(None).await;
    let users = neighbours(5);
    let events: Vec<_> = users
        .iter()
        .enumerate()
        .map(|(number, user_id)| event(*user_id, if number == 2 { MUCH } else { "one" }))
        .collect();
    publish_after_a_wait(&effects, &events).await;
    for (number, user_id) in users.iter().enumerate() {
        let expected = if number == 2 { MUCH } else { "one" };
        assert_eq!(effects.of(*user_id, 1).await, [expected]);
    }
    effects.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_event_leads_to_belongs_to_its_own_request() {
    let effects = Effects::start_joint(None).await;
    let users = neighbours(8);
    let mut events = Vec::new();
    for (number, user_id) in users.iter().enumerate() {
        let request = format!("request-{number}");
        let made = async { event(*user_id, &number.to_string()) };
        events.push(trace::correlated(request.into(), made).await);
    }
    publish_after_a_wait(&effects, &events).await;
    for (number, user_id) in users.iter().enumerate() {
        let text = number.to_string();
        assert_eq!(effects.of(*user_id, 1).await, [text.as_str()]);
        assert_eq!(effects.correlation(&text), Some(format!("request-{number}")));
    }
    effects.stop().await;
}
