//! The edge itself: documents, headers, limits, reflection.

use std::collections::BTreeSet;

use pfms_proto::METHODS;
use pfms_proto::method::Access;
use pfms_tests::{Mesh, grpc};
use serde_json::json;
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;

#[tokio::test]
async fn the_documents_are_served_to_anyone() {
    let client = Mesh::shared().anonymous();
    let document = client.get("/openapi.json").await;
    assert_eq!(document.headers["content-type"], "application/json");
    assert!(document.ok()["openapi"].as_str().unwrap().starts_with("3.1"));
    let page = client.get("/docs/").await;
    assert_eq!(page.status, 200);
    assert!(
        page.headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'self'"), "{policy}");
    for other_host in ["src=\"http", "href=\"http", "src=\"//", "href=\"//"] {
        assert!(!page.text.contains(other_host), "{}", page.text);
    }
    assert_eq!(client.get("/docs/swagger-ui.css").await.status, 200);
}

#[tokio::test]
async fn every_answer_has_security_headers() {
    let mesh = Mesh::shared();
    let person = mesh.person().await;
    let anonymous = mesh.anonymous();
    for answer in [
        person.get("/api/v1/user/profile").await,
        person.get("/api/v1/expenses/unknown").await,
        anonymous.get("/api/v1/expenses").await,
        anonymous.get("/nowhere").await,
        anonymous.get("/openapi.json").await,
        anonymous.get("/.well-known/jwks.json").await,
    ] {
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(answer.headers[name], value, "{answer:?}");
        }
        assert!(
            answer.headers.contains_key("content-security-policy"),
            "{answer:?}"
        );
        assert!(!answer.headers.contains_key("server") || answer.headers["server"] != "envoy");
    }
}

#[tokio::test]
async fn headers_that_only_the_mesh_may_set_change_nothing() {
    let mesh = Mesh::shared();
    let (person, other) = (mesh.person().await, mesh.person().await);
    let request = person
        .request("GET", "/api/v1/user/profile")
        .header("x-user-id", other.user_id.to_string())
        .header("x-session-id", other.session_id.to_string());
    let profile = person.send(request).await.ok();
    assert_eq!(profile["userId"], person.user_id.to_string());
    let request = mesh
        .anonymous()
        .request("GET", "/api/v1/user/profile")
        .header("x-user-id", other.user_id.to_string());
    let _ = person.send(request).await.refused(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn the_hundred_and_first_request_of_a_minute_is_refused() {
    let mesh = Mesh::start(&[("PFMS_RATE_LIMIT_PER_MINUTE", "100")]).await;
    let (person, other) = (mesh.person().await, mesh.person().await);
    for count in 1..=100 {
        let answer = person.get("/api/v1/user/preferences/financial").await;
        assert_eq!(answer.headers["ratelimit-remaining"], (100 - count).to_string());
        assert_ne!(answer.status, 429);
    }
    let answer = person.get("/api/v1/expenses").await;
    let wait: u32 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait));
    let _ = answer.refused(429, "RATE_LIMITED");
    let _ = other.get("/api/v1/expenses").await.ok();
}

#[tokio::test]
async fn reflection_lists_what_can_be_called() {
    let mesh = Mesh::shared();
    let request = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let mut client = ServerReflectionClient::new(grpc::connect(&mesh.url()).await);
    let mut answers = client
        .server_reflection_info(tokio_stream::once(request))
        .await
        .unwrap()
        .into_inner();
    let answer = answers.message().await.unwrap().unwrap().message_response;
    let Some(MessageResponse::ListServicesResponse(list)) = answer else {
        panic!("no list: {answer:?}")
    };
    let listed: BTreeSet<_> = list.service.into_iter().map(|service| service.name).collect();
    for method in METHODS.iter().filter(|method| method.access != Access::Mesh) {
        assert!(
            listed.contains(method.service()),
            "{} {listed:?}",
            method.service()
        );
    }
}

#[tokio::test]
async fn browsers_of_other_origins_get_no_permission() {
    let mesh = Mesh::shared();
    let person = mesh.person().await;
    let request = person
        .request("OPTIONS", "/api/v1/expenses")
        .header("origin", "https://evil.example.com")
        .header("access-control-request-method", "POST");
    let answer = person.send(request).await;
    assert!(
        !answer.headers.contains_key("access-control-allow-origin"),
        "{answer:?}"
    );
    // Neither do forms, which need no permission: what they can send is not taken for JSON.
    let request = person
        .request("POST", "/api/v1/expenses")
        .header("content-type", "text/plain")
        .body(json!({"amount": {"amount": "1.00", "currency": "EUR"}, "date": "2026-01-31"}).to_string());
    let _ = person.send(request).await.refused(415, "UNSUPPORTED_MEDIA_TYPE");
    assert_eq!(person.holdings().await[0], 0);
}
