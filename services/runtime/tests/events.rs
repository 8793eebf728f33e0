//! Events: written with the fact, delivered at least once, in effect exactly once.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::time::Duration;

use pfms_proto::events::v1::{UserCreated, UserUpdated};
use pfms_runtime::events::{DeadLetters, Outgoing};
use pfms_types::UserId;
use support::effects::{CONSUMER, Effects, Fault, IDLE, IDLE_AT_A_GLANCE, UNCLEAR, event};
use support::wire::Wire;
use support::within;

/// What the audit log is told of a replay.
fn act() -> Outgoing {
    pfms_runtime::audit::act("operator", "replayed", CONSUMER, jiff::Timestamp::UNIX_EPOCH).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_delivered_twice_takes_effect_once() {
    let effects = Effects::start(None).await;
    let user_id = UserId::generate();
    let twice = event(user_id, "twice");
    effects
        .publish(&[
            twice.clone(),
            twice.clone(),
            event(user_id, "between"),
            twice,
            event(user_id, "last"),
        ])
        .await;
    // A user's events are handled one after the other, so that the last one's effect is the end.
    assert_eq!(effects.of(user_id, 3).await, ["twice", "between", "last"]);
    effects.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_a_user_keep_their_order() {
    let effects = Effects::start(None).await;
    let users: Vec<_> = (0..5).map(|_| UserId::generate()).collect();
    let texts: Vec<_> = (0..300).map(|n| n.to_string()).collect();
    let events: Vec<_> = texts
        .iter()
        .flat_map(|text| users.iter().map(move |user_id| event(*user_id, text)))
        .collect();
    // Several batches and transactions.
    for some in events.chunks(400) {
        effects.publish(some).await;
    }
    for user_id in users {
        assert_eq!(effects.of(user_id, texts.len()).await, texts);
    }
    effects.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_that_a_fanout_exchange_brings_unasked_are_passed_over() {
    let effects = Effects::start(None).await;
    let user_id = UserId::generate();
    let at = "2026-01-02T03:04:05Z".parse().unwrap();
    let unasked = UserUpdated {
        user_id: user_id.to_string(),
        ..UserUpdated::default()
    };
    let asked = UserCreated {
        user_id: user_id.to_string(),
        first_name: "Ada".into(),
        ..UserCreated::default()
    };
    effects
        .publish(&[
            Outgoing::new(user_id, at, &unasked).unwrap(),
            Outgoing::new(user_id, at, &asked).unwrap(),
        ])
        .await;
    assert_eq!(effects.of(user_id, 1).await, ["Ada"]);
    assert_eq!(effects.tries(""), 0);
    let letters = DeadLetters::new(effects.harness.broker());
    assert!(letters.list(CONSUMER, 10).await.unwrap().is_empty());
    effects.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_which_nothing_comes_is_handled_without_a_write() {
    let effects = Effects::start(None).await;
    let user_id = UserId::generate();
    effects
        .publish(&[event(user_id, IDLE), event(user_id, "last")])
        .await;
    // The second is handled after the first.
    assert_eq!(effects.of(user_id, 1).await, ["last"]);
    assert_eq!(effects.tries(IDLE), 1);
    assert_eq!(effects.noted().await, 1);
    let letters = DeadLetters::new(effects.harness.broker());
    assert!(letters.list(CONSUMER, 10).await.unwrap().is_empty());
    effects.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_idle_at_a_glance_is_not_planned() {
    let effects = Effects::start(None).await;
    let user_id = UserId::generate();
    effects
        .publish(&[
            event(user_id, "first"),
            event(user_id, IDLE_AT_A_GLANCE),
            event(user_id, "last"),
        ])
        .await;
    assert_eq!(effects.of(user_id, 2).await, ["first", "last"]);
    assert_eq!(effects.tries(IDLE_AT_A_GLANCE), 0);
    assert_eq!(effects.tries("last"), 1);
    effects.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_still_being_handled_comes_again_when_the_broker_is_lost_whatever_was_passed_over() {
    let wire = Wire::to(&pfms_runtime::testing::server("AMQP_URL")).await;
    let effects = Effects::start(Some(wire.url())).await;
    let (held_up, idle) = (UserId::generate(), UserId::generate());
    let tried = async |times: usize| {
        within(Duration::from_secs(20), "tries", || async {
            (effects.tries("held up") >= times).then_some(())
        })
        .await;
    };
    // Acknowledged together with what comes after it, it would be lost here.
    effects.fail("held up", &[Fault::Away; 20]);
    effects.publish(&[event(held_up, "held up")]).await;
    tried(1).await;
    let passed_over: Vec<_> = (0..50).map(|_| event(idle, IDLE_AT_A_GLANCE)).collect();
    effects.publish(&passed_over).await;
    effects.publish(&[event(idle, "passed over")]).await;
    assert_eq!(effects.of(idle, 1).await, ["passed over"]);
    assert_eq!(effects.tries(IDLE_AT_A_GLANCE), 0);
    wire.cut();
    wire.restore();
    effects.publish(&[event(idle, "over a new connection")]).await;
    assert_eq!(
        effects.of(idle, 2).await,
        ["passed over", "over a new connection"]
    );
    effects.fail("held up", &[]);
    assert_eq!(effects.of(held_up, 1).await, ["held up"]);
    effects.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_planned_when_the_glance_fails() {
    let effects = Effects::start(None).await;
    let user_id = UserId::generate();
    effects
        .publish(&[event(user_id, UNCLEAR), event(user_id, "last")])
        .await;
    assert_eq!(effects.of(user_id, 2).await, [UNCLEAR, "last"]);
    effects.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_needed_and_away_is_waited_for_in_order() {
    let effects = Effects::start(None).await;
    let user_id = UserId::generate();
    effects.fail("first", &[Fault::Away, Fault::Away, Fault::Away]);
    effects
        .publish(&[event(user_id, "first"), event(user_id, "second")])
        .await;
    assert_eq!(effects.of(user_id, 2).await, ["first", "second"]);
    assert_eq!(effects.tries("first"), 4);
    effects.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_fails_twice_succeeds_on_the_third_try() {
    let effects = Effects::start(None).await;
    let user_id = UserId::generate();
    effects.fail("fails", &[Fault::Failed, Fault::FailedAfterWriting]);
    effects
        .publish(&[event(user_id, "fails"), event(user_id, "does not")])
        .await;
    // It waits elsewhere, so it does not hold up what comes after it; what its second try wrote is gone.
    assert_eq!(effects.of(user_id, 2).await, ["does not", "fails"]);
    assert_eq!(effects.tries("fails"), 3);
    let letters = DeadLetters::new(effects.harness.broker());
    assert!(letters.list(CONSUMER, 10).await.unwrap().is_empty());
    effects.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_letters_can_be_listed_and_replayed() {
    let effects = Effects::start(None).await;
    let user_id = UserId::generate();
    let events: Vec<_> = ["a", "b", "c"].iter().map(|text| event(user_id, text)).collect();
    for text in ["a", "b", "c"] {
        effects.fail(text, &[Fault::Malformed]);
    }
    effects.publish(&events).await;
    let letters = DeadLetters::new(effects.harness.broker());
    let ids = |count: usize| {
        let letters = &letters;
        within(Duration::from_secs(20), "dead letters", move || async move {
            let dead = letters.list(CONSUMER, 10).await.unwrap();
            let ids: Vec<_> = dead.into_iter().map(|event| event.event_id).collect();
            (ids.len() == count).then_some(ids)
        })
    };
    let text_of = |id: &String| {
        let position = events.iter().position(|event| event.id.to_string() == *id);
        ["a", "b", "c"][position.unwrap()].to_owned()
    };
    // The broker puts what it gets back at the end, so looking at some of them changes places, but nothing else.
    ids(3).await;
    assert_eq!(letters.list(CONSUMER, 2).await.unwrap().len(), 2);
    let resting = ids(3).await;
    assert_eq!(ids(3).await, resting);
    let nothing = uuid::Uuid::now_v7().to_string();
    assert_eq!(letters.replay(CONSUMER, Some(&nothing), &act()).await.unwrap(), 0);
    assert_eq!(ids(3).await, resting);

    let mut expected = vec![text_of(&resting[1])];
    assert_eq!(
        letters.replay(CONSUMER, Some(&resting[1]), &act()).await.unwrap(),
        1
    );
    assert_eq!(effects.of(user_id, 1).await, expected);
    assert_eq!(ids(2).await, [resting[0].clone(), resting[2].clone()]);
    assert_eq!(letters.replay(CONSUMER, None, &act()).await.unwrap(), 2);
    expected.extend([text_of(&resting[0]), text_of(&resting[2])]);
    assert_eq!(effects.of(user_id, 3).await, expected);
    assert!(letters.list(CONSUMER, 10).await.unwrap().is_empty());
    effects.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replayed_event_that_fails_again_rests_again() {
    let effects = Effects::start(None).await;
    let user_id = UserId::generate();
    effects.fail("bad", &[Fault::Malformed, Fault::Malformed]);
    effects.publish(&[event(user_id, "bad")]).await;
    let letters = DeadLetters::new(effects.harness.broker());
    for tries in 1..=2 {
        let dead = within(Duration::from_secs(20), "a dead letter", || async {
            let dead = letters.list(CONSUMER, 10).await.unwrap();
            (dead.len() == 1).then_some(dead)
        });
        assert!(dead.await[0].cause.contains("as the test wants"));
        assert_eq!(effects.tries("bad"), tries);
        assert_eq!(letters.replay(CONSUMER, None, &act()).await.unwrap(), 1);
    }
    assert_eq!(effects.of(user_id, 1).await, ["bad"]);
    effects.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_written_without_the_broker_arrive_later_in_their_order() {
    let wire = Wire::to(&pfms_runtime::testing::server("AMQP_URL")).await;
    let effects = Effects::start(Some(wire.url())).await;
    let user_id = UserId::generate();
    effects.publish(&[event(user_id, "before")]).await;
    assert_eq!(effects.of(user_id, 1).await, ["before"]);

    wire.cut();
    let mut expected = vec!["before".to_owned()];
    for n in 0..20 {
        let text = n.to_string();
        effects.publish(&[event(user_id, &text)]).await;
        expected.push(text);
    }
    assert_eq!(effects.waiting().await, 20);
    wire.restore();
    assert_eq!(effects.of(user_id, expected.len()).await, expected);
    // The last one's effect may be there before the relay has heard that the broker has it.
    within(Duration::from_secs(10), "the outbox is empty", || async {
        (effects.waiting().await == 0).then_some(())
    })
    .await;
    effects.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_starts_without_the_broker_catches_up() {
    let wire = Wire::to(&pfms_runtime::testing::server("AMQP_URL")).await;
    wire.cut();
    let effects = Effects::start(Some(wire.url())).await;
    let user_id = UserId::generate();
    effects.publish(&[event(user_id, "a"), event(user_id, "b")]).await;
    assert_eq!(effects.waiting().await, 2);
    wire.restore();
    assert_eq!(effects.of(user_id, 2).await, ["a", "b"]);
    effects.stop().await;
}
