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
use crate::{rules, tax};

/// A copy of everything.
struct Archive(ZipArchive<Cursor<Vec<u8>>>);

impl Archive {
    async fn of(person: &Person) -> Self {
        let id = person.export().await;
        let archive = person.bytes(&format!("/api/v1/user/exports/{id}:download")).await;
        Self(ZipArchive::new(Cursor::new(archive)).unwrap())
    }

    fn read(&mut self, name: &str) -> String {
        let mut text = String::new();
        self.0
            .by_name(name)
            .unwrap_or_else(|error| panic!("{name}: {error}"))
            .read_to_string(&mut text)
            .unwrap();
        text
    }

    fn rows(&mut self, name: &str) -> Vec<Value> {
        serde_json::from_str(&self.read(name)).unwrap()
    }

    fn only(&mut self, name: &str) -> Value {
        let rows = self.rows(name);
        assert_eq!(rows.len(), 1, "{name}: {rows:?}");
        rows[0].clone()
    }
}

#[tokio::test]
async fn an_archive_holds_what_rules_and_taxes_keep() {
    let person = Mesh::shared().person().await;
    let rule = person.watch_expenses().await;
    let category = person.create("/api/v1/categories", &json!({"name": "Own"})).await;
    let automation = rules::settle(&person, &rule).await;
    let taxes = tax::settle(&person, &category).await;
    let mut archive = Archive::of(&person).await;
    let webhook = archive.only("automation/webhooks.json");
    assert_eq!(webhook["id"], automation.webhook);
    assert_eq!(webhook["url"], "https://hooks.example.com/pfms");
    for secret in ["secretSealed", "formerSecretSealed"] {
        assert!(webhook.get(secret).is_none(), "{webhook}");
    }
    assert_eq!(archive.only("automation/rule_groups.json")["name"], "Mine");
    assert_eq!(archive.only("automation/history_runs.json")["id"], automation.run);
    let proposal = archive.only("automation/proposals.json");
    assert_eq!(proposal["merchant"], "Mine");
    assert!(
        archive
            .rows("automation/rule_executions.json")
            .iter()
            .any(|one| one["id"] == automation.execution)
    );
    for (table, id) in [
        ("tax_calculations", taxes.calculation),
        ("tax_deductions", taxes.deduction),
        ("tax_incomes", taxes.income),
        ("tax_mappings", taxes.mapping),
    ] {
        assert_eq!(archive.only(&format!("tax/{table}.json"))["id"], id, "{table}");
    }
    assert_eq!(archive.only("tax/tax_profiles.json")["country"], "US");
}

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
    let mut archive = Archive::of(&person).await;
    let account = archive.only("auth/users.json");
    assert_eq!(account["email"], person.email());
    assert!(account.get("passwordHash").is_none(), "{account}");
    let session = archive.only("auth/sessions.json");
    assert!(session.get("tokenHash").is_none(), "{session}");
    let token = archive.only("auth/personal_tokens.json");
    assert_eq!(token["scopes"], json!(["expense:read"]));
    assert!(token.get("tokenHash").is_none(), "{token}");
    assert_eq!(archive.only("auth/passkeys.json")["name"], "Phone");
    assert!(
        archive
            .rows("auth/security_events.json")
            .iter()
            .any(|one| one["kind"] == "auth.passkey.added")
    );
    assert_eq!(
        archive.only("user/family_invitations.json")["address"],
        "guest@example.com"
    );
    assert_eq!(archive.only("user/family_shares.json")["area"], "expenses");
    let profile = archive.only("user/user_profiles.json");
    assert_eq!([&profile["firstName"], &profile["lastName"]], ["Ada", "Lovelace"]);
    let expense = archive.only("expense/expenses.json");
    assert_eq!(expense["description"], "to be exported");
    assert_eq!(expense["amount"], json!({"amount": "12.50", "currency": "EUR"}));
    assert!(
        archive
            .rows("expense/expense_categories.json")
            .iter()
            .any(|one| one["name"] == "Own")
    );
    assert!(
        archive
            .rows("notification/notifications.json")
            .iter()
            .any(|one| one["title"] == "to be exported")
    );
    assert_eq!(
        archive.only("automation/automation_rules.json")["name"],
        "Everything"
    );
    assert_eq!(
        archive.only("automation/rule_executions.json")["event"],
        "expense.created"
    );
    let stored = archive.only("automation/modules.json");
    let content = STANDARD.decode(stored["content"].as_str().unwrap());
    assert_eq!(content.unwrap(), module);
    assert!(archive.read("expense/expenses.csv").contains("to be exported"));
    assert!(archive.read("README.txt").contains(&person.user_id.to_string()));
    let _ = person.notified("Your data is ready for download").await;
}
