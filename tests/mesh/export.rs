//! A person gets a copy of everything.

use std::io::{Cursor, Read};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pfms_tests::client::personal_token;
use pfms_tests::{Mesh, Person, component};
use serde_json::{Value, json};
use zip::ZipArchive;

use crate::authenticator::Authenticator;
use crate::factors::register_passkey;

#[tokio::test]
async fn an_archive_holds_what_every_service_keeps() {
    let mesh = Mesh::shared();
    let person = Person::register_as(&mesh.url(), "Ada", "Lovelace").await;
    let module = component::evaluating("global.get $empty");
    let _ = person.upload(module.clone()).await.ok();
    let _ = person.watch_expenses().await;
    let _ = person.create("/api/v1/categories", &json!({"name": "Own"})).await;
    let _ = person.spend("to be exported").await;
    let _ = person.notified("to be exported").await;
    let token = personal_token(&["expense:read"]);
    let _ = person.create("/api/v1/auth/personal-tokens", &token).await;
    let _ = register_passkey(&person, &mut Authenticator::new()).await;
    let invitee = json!({"email": "guest@example.com", "role": "FAMILY_ROLE_VIEWER"});
    let _ = person.post("/api/v1/user/family/invite", &invitee).await.ok();
    let sharing = json!({"shares": [{"area": "SHARED_AREA_EXPENSES", "everyone": true}]});
    let _ = person.put("/api/v1/user/family/sharing", &sharing).await.ok();
    let id = person.export().await;
    let archive = person.bytes(&format!("/api/v1/user/exports/{id}:download")).await;

    let mut zip = ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut read = |name: &str| {
        let mut text = String::new();
        zip.by_name(name)
            .unwrap_or_else(|error| panic!("{name}: {error}"))
            .read_to_string(&mut text)
            .unwrap();
        text
    };
    let mut rows = |name: &str| -> Vec<Value> { serde_json::from_str(&read(name)).unwrap() };
    let only = |rows: &[Value]| {
        assert_eq!(rows.len(), 1, "{rows:?}");
        rows[0].clone()
    };
    let account = only(&rows("auth/users.json"));
    assert_eq!(account["email"], person.email());
    assert!(account.get("passwordHash").is_none(), "{account}");
    let session = only(&rows("auth/sessions.json"));
    assert!(session.get("tokenHash").is_none(), "{session}");
    let token = only(&rows("auth/personal_tokens.json"));
    assert_eq!(token["scopes"], json!(["expense:read"]));
    assert!(token.get("tokenHash").is_none(), "{token}");
    assert_eq!(only(&rows("auth/passkeys.json"))["name"], "Phone");
    assert!(
        rows("auth/security_events.json")
            .iter()
            .any(|one| one["kind"] == "auth.passkey.added")
    );
    assert_eq!(
        only(&rows("user/family_invitations.json"))["address"],
        "guest@example.com"
    );
    assert_eq!(only(&rows("user/family_shares.json"))["area"], "expenses");
    let profile = only(&rows("user/user_profiles.json"));
    assert_eq!([&profile["firstName"], &profile["lastName"]], ["Ada", "Lovelace"]);
    let expense = only(&rows("expense/expenses.json"));
    assert_eq!(expense["description"], "to be exported");
    assert_eq!(expense["amount"], json!({"amount": "12.50", "currency": "EUR"}));
    assert!(
        rows("expense/expense_categories.json")
            .iter()
            .any(|one| one["name"] == "Own")
    );
    assert!(
        rows("notification/notifications.json")
            .iter()
            .any(|one| one["title"] == "to be exported")
    );
    assert_eq!(
        only(&rows("automation/automation_rules.json"))["name"],
        "Everything"
    );
    assert_eq!(
        only(&rows("automation/rule_executions.json"))["event"],
        "expense.created"
    );
    let stored = only(&rows("automation/modules.json"));
    let content = STANDARD.decode(stored["content"].as_str().unwrap());
    assert_eq!(content.unwrap(), module);
    assert!(read("expense/expenses.csv").contains("to be exported"));
    assert!(read("README.txt").contains(&person.user_id.to_string()));
    let _ = person.notified("Your data is ready for download").await;
}
