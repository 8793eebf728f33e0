//! Templates, and events that cannot become a notification.
#![allow(clippy::unwrap_used, clippy::panic)]

mod mesh;

use mesh::Mesh;
use pfms_proto::notification::v1::Priority;
use pfms_runtime::events::{DeadEvent, DeadLetters};
use pfms_runtime::testing::eventually;
use pfms_types::UserId;

const CONSUMER: &str = "notification.send";

async fn dead(letters: &DeadLetters, count: usize) -> Vec<DeadEvent> {
    eventually("dead letters", || async {
        let events = letters.list(CONSUMER, 10).await.unwrap();
        (events.len() >= count).then_some(events)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_gives_what_the_event_does_not() {
    let mesh = Mesh::start().await;
    let user_id = UserId::generate();
    let from_template = |send: &mut pfms_proto::events::v1::NotificationSend| {
        send.title.clear();
        send.template_key = "rule.matched".into();
    };
    mesh.publish(&[
        mesh::event(user_id, from_template),
        mesh::event(user_id, |send| {
            from_template(send);
            send.variables.remove("merchant");
            send.body = "own {{ rule }}".into();
        }),
    ])
    .await;
    let stored = mesh.stored(user_id, 2).await;
    assert_eq!(stored[1].title, "Eating out: 12.50 USD");
    assert_eq!(stored[1].body, "12.50 USD at Fish & Chips in Food on 2026-11-22");
    assert_eq!(stored[1].priority(), Priority::Medium);
    assert_eq!(stored[0].title, "Eating out: 12.50 USD");
    assert_eq!(stored[0].body, "own Eating out");
    mesh.harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_events_rest_with_the_dead_letters_and_hold_up_nobody() {
    let mesh = Mesh::start().await;
    let user_id = UserId::generate();
    let mut not_json = mesh::event(user_id, |_| {});
    not_json.body = "{".into();
    let mut other_data = mesh::event(user_id, |_| {});
    other_data.body = other_data.body.replace("\"title\":", "\"headline\":");
    let events = [
        not_json,
        other_data,
        mesh::event(user_id, |send| send.priority = "soon".into()),
        mesh::event(user_id, |send| send.user_id = UserId::generate().to_string()),
        mesh::event(user_id, |send| send.title = "good".into()),
    ];
    mesh.publish(&events).await;
    assert_eq!(mesh.stored(user_id, 1).await[0].title, "good");
    let letters = DeadLetters::new(mesh.harness.broker());
    let mut resting = dead(&letters, 4).await;
    // Lanes run beside each other, so events that are not JSON may come before or after.
    resting.sort_by_key(|event| {
        events
            .iter()
            .position(|sent| sent.id.to_string() == event.event_id)
    });
    assert_eq!(resting.len(), 4);
    for (event, sent) in resting.iter().zip(&events) {
        assert_eq!(event.event_id, sent.id.to_string());
        assert_eq!(event.event, "notification.send");
        assert_eq!(event.consumer, CONSUMER);
        assert_eq!(event.body, sent.body);
    }
    for (event, cause) in resting
        .iter()
        .zip(["not an event", "title", "priority", "userId"])
    {
        assert!(event.cause.contains(cause), "{}", event.cause);
    }
    mesh.harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_letter_is_replayed_once_its_template_exists() {
    let mesh = Mesh::start().await;
    let user_id = UserId::generate();
    let event = mesh::event(user_id, |send| {
        send.title.clear();
        send.template_key = "later".into();
    });
    mesh.publish(std::slice::from_ref(&event)).await;
    let letters = DeadLetters::new(mesh.harness.broker());
    assert!(dead(&letters, 1).await[0].cause.contains("template"));

    let database = mesh.harness.database("notification");
    sqlx::query(
        "INSERT INTO notification_templates (category, channel, template_key, subject, body_template)
         VALUES ('rule', 'push', 'later', 'Late: {{ rule }}', '')",
    )
    .execute(database.pool())
    .await
    .unwrap();
    let id = event.id.to_string();
    let act =
        pfms_runtime::audit::act("operator", "replayed", CONSUMER, jiff::Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(letters.replay(CONSUMER, Some(&id), &act).await.unwrap(), 1);
    assert_eq!(mesh.stored(user_id, 1).await[0].title, "Late: Eating out");
    assert!(letters.list(CONSUMER, 10).await.unwrap().is_empty());
    mesh.harness.stop().await;
}
