//! A person who deletes the account is gone from everywhere.

use std::time::Duration;

use pfms_tests::client::{id_of, personal_token};
use pfms_tests::{Mesh, Person, component, within};
use serde_json::json;
use uuid::Uuid;

use crate::authenticator::Authenticator;
use crate::factors::register_passkey;
use crate::{rules, tax};

const FIRST_NAME: &str = "Zerlinde";
const LAST_NAME: &str = "Quastenflosser";

/// Fills every service with something of one's own, and what is another's with one's name.
async fn settle_in(person: &Person, relative: &Person) {
    let names = json!({"firstName": FIRST_NAME, "lastName": LAST_NAME, "phone": "+4915112345678"});
    let _ = person.put("/api/v1/user/profile", &names).await.ok();
    let target = json!({"savingsTarget": {"amount": "100.00", "currency": "EUR"}});
    let _ = person
        .put("/api/v1/user/preferences/financial", &target)
        .await
        .ok();
    let module = person
        .upload(component::evaluating("global.get $empty"))
        .await
        .ok();
    let rule = person.watch_expenses().await;
    let category = person.create("/api/v1/categories", &json!({"name": "Own"})).await;
    let spent = format!("for {LAST_NAME}");
    let _ = person.spend(&spent).await;
    let _ = person.notified(&spent).await;
    let _ = rules::settle(person, &rule).await;
    rules::leave_waiting(person, &id_of(&module)).await;
    let _ = tax::settle(person, &category).await;
    let _ = register_passkey(person, &mut Authenticator::new()).await;
    let _ = person.post("/api/v1/auth/totp:enrol", &json!({})).await.ok();
    let private = json!({"profileVisibility": "PROFILE_VISIBILITY_FAMILY"});
    let _ = person
        .put("/api/v1/user/preferences/privacy", &private)
        .await
        .ok();
    let quiet = json!({"quietHours": {"start": "22:00", "end": "07:00"}});
    let _ = person
        .put("/api/v1/user/preferences/notifications", &quiet)
        .await
        .ok();
    found_family(person, relative).await;
    let _ = person.export().await;
}

/// A family of the two, with an open invitation and something shared each way.
async fn found_family(person: &Person, relative: &Person) {
    let adult = json!({"userId": relative.user_id, "role": "FAMILY_ROLE_ADULT"});
    let created = person.post("/api/v1/user/family/invite", &adult).await.ok();
    let _ = relative
        .notified(&format!("{FIRST_NAME} invites you to a family"))
        .await;
    let path = format!(
        "/api/v1/user/family/invitations/{}:accept",
        id_of(&created["invitation"])
    );
    let _ = relative.post(&path, &json!({})).await.ok();
    let guest = json!({"email": "guest@example.com", "role": "FAMILY_ROLE_VIEWER"});
    let _ = person.post("/api/v1/user/family/invite", &guest).await.ok();
    for (one, other) in [(person, relative), (relative, person)] {
        let sharing = json!({"shares": [{"area": "SHARED_AREA_EXPENSES", "memberIds": [other.user_id]}]});
        let _ = one.put("/api/v1/user/family/sharing", &sharing).await.ok();
    }
    // In the audit log of each of the two with the other as its target.
    let path = format!("/api/v1/user/family/members/{}:changeRole", relative.user_id);
    for role in ["FAMILY_ROLE_VIEWER", "FAMILY_ROLE_ADULT"] {
        let _ = person.post(&path, &json!({"role": role})).await.ok();
    }
}

#[tokio::test]
async fn after_an_erasure_nothing_is_found_of_the_person_anywhere() {
    let mesh = Mesh::shared();
    let person = Person::register_as(&mesh.url(), FIRST_NAME, LAST_NAME).await;
    let relative = mesh.person().await;
    settle_in(&person, &relative).await;
    let token = person
        .post("/api/v1/auth/personal-tokens", &personal_token(&["expense:read"]))
        .await
        .ok();
    let program = person.with_token(token["token"].as_str());
    let _ = program.get("/api/v1/expenses").await.ok();
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
        "auth.audit_log",
        "auth.audit_subjects",
        "auth.devices",
        "auth.idempotency_keys",
        "auth.mail_tokens",
        "auth.passkeys",
        "auth.personal_tokens",
        "auth.security_events",
        "auth.sessions",
        "auth.totp_factors",
        "auth.users",
        "automation.automation_rules",
        "automation.effects",
        "automation.history_runs",
        "automation.modules",
        "automation.proposals",
        "automation.quotas",
        "automation.rule_executions",
        "automation.rule_groups",
        "automation.rule_index",
        "automation.rule_modules",
        "automation.schedules",
        "automation.webhook_deliveries",
        "automation.webhooks",
        "expense.expenses",
        "expense.expense_categories",
        "notification.notifications",
        "notification.preferences",
        "tax.tax_calculations",
        "tax.tax_deductions",
        "tax.tax_incomes",
        "tax.tax_mappings",
        "tax.tax_profiles",
        "tax.tax_quotas",
        "\"user\".data_keys",
        "\"user\".exports",
        "\"user\".family_invitations",
        "\"user\".family_members",
        "\"user\".family_shares",
        "\"user\".financial_preferences",
        "\"user\".notification_settings",
        "\"user\".privacy_settings",
        "\"user\".user_profiles",
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
    let family = relative.get("/api/v1/user/family").await.ok();
    let members = family["members"].as_array().unwrap();
    assert_eq!(members.len(), 1, "{family}");
    assert_eq!(members[0]["id"], relative.user_id.to_string());
    assert_eq!(members[0]["role"], "FAMILY_ROLE_OWNER");
    let verified = mesh.command(&["audit", "verify"]);
    assert!(!verified.is_empty(), "{verified}");
}
