//! Personal access tokens, from their creation to their end.

use pfms_proto::METHODS;
use pfms_proto::method::{Access, scopes};
use pfms_tests::client::{Client, expense, personal_token};
use pfms_tests::{Mesh, Person, grpc};
use serde_json::{Value, json};
use tonic::Code;
use tonic_types::StatusExt;
use uuid::Uuid;

const TOKENS: &str = "/api/v1/auth/personal-tokens";

/// A new token: its id, and a client that sends it.
async fn token(person: &Person, scopes: &[&str]) -> (String, Client) {
    let created = person.post(TOKENS, &personal_token(scopes)).await.ok();
    let id = created["id"].as_str().unwrap().to_owned();
    (id, person.with_token(created["token"].as_str()))
}

async fn listed(person: &Person, id: &str) -> Value {
    person.get(&format!("{TOKENS}/{id}")).await.ok()
}

#[tokio::test]
async fn a_program_does_what_its_token_allows_until_it_is_revoked() {
    let mesh = Mesh::shared();
    let person = mesh.person().await;
    let (id, program) = token(&person, &["expense:read", "expense:write"]).await;
    assert!(listed(&person, &id).await["lastUseTime"].is_null());

    let spent = program
        .post("/api/v1/expenses", &expense("by a program"))
        .await
        .ok();
    assert_eq!(spent["description"], "by a program");
    let seen = person
        .get(&format!("/api/v1/expenses/{}", spent["id"].as_str().unwrap()))
        .await;
    assert_eq!(seen.ok()["description"], "by a program");
    let channel = grpc::connect(&mesh.url()).await;
    let list = "/pfms.expense.v1.ExpenseService/ListExpenses";
    assert!(
        grpc::call(&channel, list, program.token(), Vec::new())
            .await
            .is_ok()
    );
    assert!(listed(&person, &id).await["lastUseTime"].is_string());

    let refusal = program
        .get("/api/v1/user/profile")
        .await
        .refused(403, "SCOPE_REQUIRED");
    assert!(refusal.message().contains("user:read"), "{refusal:?}");
    let _ = program.get(TOKENS).await.refused(403, "SESSION_REQUIRED");
    let _ = program
        .post("/api/v1/auth/sign-out", &json!({}))
        .await
        .refused(403, "SESSION_REQUIRED");

    let _ = person
        .call("DELETE", &format!("{TOKENS}/{id}"), &json!({}))
        .await
        .ok();
    let _ = program
        .get("/api/v1/expenses")
        .await
        .refused(401, "UNAUTHENTICATED");
    let status = grpc::call(&channel, list, program.token(), Vec::new())
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    let _ = person.get("/api/v1/expenses").await.ok();
}

/// Every method through the edge, with a token of every scope but the one that it asks for.
#[tokio::test]
async fn no_method_answers_a_token_without_its_scope() {
    let mesh = Mesh::shared();
    let person = mesh.person().await;
    let channel = grpc::connect(&mesh.url()).await;
    let all: Vec<_> = scopes().collect();
    for wanted in all.iter().copied().map(Some).chain([None]) {
        let held: Vec<_> = all
            .iter()
            .copied()
            .filter(|scope| Some(*scope) != wanted)
            .collect();
        let (_, program) = token(&person, &held).await;
        let methods = METHODS
            .iter()
            .filter(|method| method.access == Access::User && method.scope == wanted);
        for method in methods {
            let why = if wanted.is_some() {
                "SCOPE_REQUIRED"
            } else {
                "SESSION_REQUIRED"
            };
            let status = grpc::call(&channel, method.path, program.token(), Vec::new())
                .await
                .unwrap_err();
            assert_eq!(status.code(), Code::PermissionDenied, "{}", method.path);
            let info = status.get_details_error_info().unwrap();
            assert_eq!(info.reason, why, "{}", method.path);
            assert_eq!(
                info.metadata.get("scope").map(String::as_str),
                wanted,
                "{}",
                method.path
            );
            for (verb, template) in method.http {
                let path = template
                    .replace("{id}", &Uuid::now_v7().to_string())
                    .replace("{year}", "2025");
                let mut answer = program.call(verb, &path, &json!({})).await;
                if answer.status == 415 {
                    let request = program
                        .request(verb, &path)
                        .header("content-type", "application/wasm");
                    answer = program.send(request.body("\0asm")).await;
                }
                let _ = answer.refused(403, why);
            }
        }
    }
}
