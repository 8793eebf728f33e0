//! PostgreSQL goes away and comes back.

use pfms_tests::client::expense;
use pfms_tests::{Fleet, Part};

use crate::{descriptions, require_once_in_order, spend_together, until_notified};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pools_recover_from_a_restart_of_postgresql_without_one_of_ours() {
    let mut fleet = Fleet::start().await;
    let person = fleet.person().await;
    let _ = person.watch_expenses().await;
    let expenses = descriptions("before", 100);
    spend_together(&person, &expenses).await;
    until_notified(&person, 1).await;

    fleet.postgres.cut();
    let refused = person.post("/api/v1/expenses", &expense("lost")).await;
    let _ = refused.refused(503, "UNAVAILABLE");
    let _ = person
        .get("/api/v1/notifications")
        .await
        .refused(503, "UNAVAILABLE");
    for part in [Part::Core, Part::Expense, Part::Workers] {
        fleet.until_not_ready(part).await;
    }

    fleet.postgres.restore();
    for part in [Part::Core, Part::Expense, Part::Workers] {
        fleet.until_ready(part).await;
    }
    // What was in flight took effect once, what was refused left nothing, and every connection is good again.
    require_once_in_order(&person, &expenses).await;
    for _ in 0..20 {
        let _ = person.get("/api/v1/expenses").await.ok();
    }
    let _ = fleet.person().await.spend("a new account's").await;
}
