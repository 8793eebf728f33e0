//! The audit log, as the operator sees it.

use std::time::Duration;

use pfms_tests::{Mesh, within};
use serde_json::Value;

/// The rows of an action.
fn rows(mesh: &Mesh, action: &str) -> Vec<Value> {
    let printed = mesh.command(&["audit", "list", "--action", action, "--limit", "1000"]);
    printed
        .lines()
        .map(|line| serde_json::from_str(line).expect("a row is JSON"))
        .collect()
}

#[tokio::test]
async fn a_sign_in_through_the_edge_is_in_the_log_with_the_clients_address_and_the_chain_holds() {
    let mesh = Mesh::shared();
    let person = mesh.person().await;
    let session_id = person.session_id.to_string();
    let row = within(
        Duration::from_secs(20),
        "the sign-in in the audit log",
        || async {
            rows(mesh, "auth.sign_in.succeeded")
                .into_iter()
                .find(|row| row["target"] == session_id.as_str())
        },
    )
    .await;
    assert_eq!((&row["actor"], &row["succeeded"]), (&"user".into(), &true.into()));
    let address = row["ipAddress"].as_str().unwrap();
    assert!(address.starts_with("127."), "{row}");
    assert_eq!(row["subject"].as_str().unwrap().len(), 64);

    let verified = mesh.command(&["audit", "verify"]);
    let head = verified.lines().last().unwrap();
    let again = mesh.command(&["audit", "verify", "--anchor", head]);
    assert!(again.contains("unbroken"), "{again}");
}

#[tokio::test]
async fn the_migrations_of_every_service_are_in_the_log() {
    let mesh = Mesh::shared();
    let mut migrated = within(
        Duration::from_secs(20),
        "the migrations in the audit log",
        || async {
            let rows = rows(mesh, "operator.schema.migrated");
            (rows.len() >= 6).then_some(rows)
        },
    )
    .await;
    migrated.sort_by_key(|row| row["target"].to_string());
    let services: Vec<_> = migrated
        .iter()
        .map(|row| {
            row["target"]
                .as_str()
                .unwrap()
                .split(' ')
                .next()
                .unwrap()
                .to_owned()
        })
        .collect();
    for service in ["auth", "automation", "expense", "notification", "tax", "user"] {
        assert!(
            services.iter().any(|migrated| migrated == service),
            "{services:?}"
        );
    }
}
