//! A person who deletes the account is gone from everywhere.

use std::time::Duration;

use pfms_tests::{Mesh, Person, component, within};
use serde_json::json;
use uuid::Uuid;

const FIRST_NAME: &str = "Zerlinde";
const LAST_NAME: &str = "Quastenflosser";

/// Fills every service with something of one's own.
async fn settle_in(person: &Person) {
    let names = json!({"firstName": FIRST_NAME, "lastName": LAST_NAME, "phone": "+4915112345678"});
    let _ = person.put("/api/v1/user/profile", &names).await.ok();
    let target = json!({"savingsTarget": {"amount": "100.00", "currency": "EUR"}});
    let _ = person
        .put("/api/v1/user/preferences/financial", &target)
        .await
        .ok();
    let _ = person
        .upload(component::evaluating("global.get $empty"))
        .await
        .ok();
    let _ = person.watch_expenses().await;
    let _ = person.create("/api/v1/categories", &json!({"name": "Own"})).await;
    let spent = format!("for {LAST_NAME}");
    let _ = person.spend(&spent).await;
    let _ = person.notified(&spent).await;
}

#[tokio::test]
async fn after_an_erasure_nothing_is_found_of_the_person_anywhere() {
    let mesh = Mesh::shared();
    let person = Person::register_as(&mesh.url(), FIRST_NAME, LAST_NAME).await;
    settle_in(&person).await;
    let user_id = person.user_id.to_string();
    let traces = mesh.traces(&[user_id.as_str(), person.email(), FIRST_NAME, LAST_NAME]);
    // An event that notification cannot handle rests with its dead letters.
    let body = json!({
        "id": Uuid::now_v7(), "event": "notification.send", "occurredAt": "2026-01-01T00:00:00Z",
        "userId": user_id, "data": {"userId": user_id, "title": 7},
    });
    traces
        .sql(format!(
            "INSERT INTO expense.outbox (id, exchange, event, user_id, body, traceparent, correlation_id)
             VALUES ('{}', 'notification.events', 'notification.send', '{user_id}', '{body}', '', '')",
            Uuid::now_v7()
        ))
        .await;
    let places = within(Duration::from_secs(20), "a dead letter", || async {
        let places = traces.found().await;
        places
            .contains(&"notification.send.dead".to_owned())
            .then_some(places)
    })
    .await;
    for expected in [
        "auth.users",
        "auth.sessions",
        "auth.idempotency_keys",
        "automation.automation_rules",
        "automation.modules",
        "expense.expenses",
        "expense.expense_categories",
        "notification.notifications",
        "\"user\".user_profiles",
        "\"user\".financial_preferences",
        "redis",
    ] {
        assert!(
            places.iter().any(|place| place == expected),
            "{expected} is not among {places:?}"
        );
    }

    let bystander = mesh.person().await;
    let _ = bystander.spend("another's").await;
    let erasure = person.delete_account().await;
    let _ = person
        .get("/api/v1/expenses")
        .await
        .refused(401, "SESSION_REVOKED");
    traces.until_erased(erasure).await;
    traces.until_none().await;
    assert_eq!(bystander.holdings().await[0], 1);
}
