//! RabbitMQ goes away and comes back.

use pfms_tests::Fleet;

use crate::{descriptions, require_once_in_order, spend_together, until_notified};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_succeed_without_a_broker_and_their_events_arrive_in_order_afterwards() {
    let fleet = Fleet::start().await;
    let (one, other) = (fleet.person().await, fleet.person().await);
    for person in [&one, &other] {
        let _ = person.watch_expenses().await;
    }
    fleet.rabbitmq.cut();
    let expenses = descriptions("meanwhile", 30);
    for description in &expenses {
        let _ = one.spend(description).await;
        let _ = other.spend(description).await;
    }
    fleet.rabbitmq.restore();
    for person in [&one, &other] {
        require_once_in_order(person, &expenses).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_whose_confirms_and_acknowledgements_are_lost_take_effect_once() {
    let fleet = Fleet::start().await;
    let person = fleet.person().await;
    let _ = person.watch_expenses().await;
    let expenses = descriptions("flowing", 200);
    spend_together(&person, &expenses).await;
    for progress in [1, 80] {
        until_notified(&person, progress).await;
        // In the middle of the flow, in both directions at once.
        fleet.rabbitmq.cut();
        fleet.rabbitmq.restore();
    }
    require_once_in_order(&person, &expenses).await;
}
