//! Processes that end without warning.

use pfms_tests::{Fleet, Part};

use crate::{descriptions, require_once_in_order, spend_each, spend_together, until_notified};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_of_a_process_killed_between_commit_and_publish_take_effect_once() {
    let mut fleet = Fleet::start().await;
    let person = fleet.person().await;
    let _ = person.watch_expenses().await;
    fleet.rabbitmq.cut();
    let expenses = descriptions("committed", 40);
    spend_each(&person, &expenses).await;
    // Committed and answered, and nothing of it can have been published.
    fleet.kill(Part::Expense);
    fleet.rabbitmq.restore();
    fleet.restart(Part::Expense).await;
    require_once_in_order(&person, &expenses).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_of_consumers_killed_before_they_acknowledge_take_effect_once() {
    let mut fleet = Fleet::start().await;
    let person = fleet.person().await;
    let _ = person.watch_expenses().await;
    let expenses = descriptions("consumed", 300);
    spend_together(&person, &expenses).await;
    // The consumers are in the middle: hundreds of events are handed out to them, a few have taken effect.
    for progress in [1, 100] {
        until_notified(&person, progress).await;
        fleet.kill(Part::Workers);
        fleet.restart(Part::Workers).await;
    }
    require_once_in_order(&person, &expenses).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_publisher_killed_while_it_publishes_repeats_itself_without_harm() {
    let mut fleet = Fleet::start().await;
    let person = fleet.person().await;
    let _ = person.watch_expenses().await;
    let mut all = Vec::new();
    for round in ["first", "second", "third"] {
        let expenses = descriptions(round, 100);
        spend_together(&person, &expenses).await;
        // At once: the batch is on its way, and not yet forgotten by the outbox.
        fleet.kill(Part::Expense);
        fleet.restart(Part::Expense).await;
        all.extend(expenses);
    }
    require_once_in_order(&person, &all).await;
}
