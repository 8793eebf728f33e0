//! The seven ways in which this edge would fail silently; each was seen to happen with plainer settings.

use serde_json::{Value, json};

use crate::rig::{error, rig};

/// 1. Routes by gRPC path alone leave REST calls without any check.
#[tokio::test]
async fn rest_calls_are_checked_like_grpc_calls() {
    let nobody = rig().request("GET", "/api/v1/expenses").send().await.unwrap();
    error(nobody, 401, 16, "UNAUTHENTICATED").await;
    let person = rig().person();
    rig()
        .state
        .ended
        .lock()
        .unwrap()
        .push(person.session_id.to_string());
    for (method, path) in [
        ("GET", "/api/v1/expenses"),
        ("GET", "/api/v1/expenses/1"),
        ("DELETE", "/api/v1/expenses/1"),
    ] {
        let response = rig().call(&person, method, path).send().await.unwrap();
        error(response, 401, 16, "SESSION_REVOKED").await;
    }
}

/// 2. Routes by service expose what is not meant for clients.
#[tokio::test]
async fn internal_services_are_not_routed() {
    let person = rig().person();
    for path in [
        "/pfms.auth.v1.AuthInternalService/CheckSession",
        "/pfms.expense.v1.ExpenseInternalService/GatherFacts",
        "/authorize",
        "/grpc.health.v1.Health/Check",
    ] {
        for kind in [
            "application/json",
            "application/grpc",
            "application/grpc-web+proto",
        ] {
            let request = rig().call(&person, "POST", path).header("content-type", kind);
            let response = request.body(vec![0; 5]).send().await.unwrap();
            if kind == "application/json" {
                error(response, 404, 5, "NOT_FOUND").await;
            } else {
                assert_eq!(response.headers()["grpc-status"], "12", "{path} {kind}");
            }
        }
    }
}

/// 3. A body field with a path parameter's name replaces it.
#[tokio::test]
async fn a_body_cannot_replace_what_the_path_names() {
    let person = rig().person();
    let path = "/api/v1/notifications/mine:markRead";
    let response = rig()
        .call(&person, "POST", path)
        .json(&json!({"id": "other"}))
        .send()
        .await
        .unwrap();
    error(response, 400, 3, "INVALID_REQUEST").await;
    let path = "/api/v1/expenses/mine";
    let body = json!({"id": "other", "description": "d"});
    let response = rig().call(&person, "PUT", path).json(&body).send().await.unwrap();
    // The body is the expense; its id is a field of its own that the service does not use.
    assert_eq!(response.status(), 200);
}

/// 4. Headers that the mesh believes come from clients too.
#[tokio::test]
async fn headers_of_the_mesh_are_stripped() {
    let person = rig().person();
    let request = rig()
        .call(&person, "GET", "/api/v1/expenses/1")
        .header("x-user-id", "somebody")
        .header("x-session-id", "something")
        .header("l5d-dst-override", "elsewhere:1")
        .header("x-envoy-upstream-rq-timeout-ms", "1")
        .header("x-envoy-original-path", "/elsewhere")
        .header("x-request-id", "chosen")
        .header("idempotency-key", "k-1");
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200, "{}", response.text().await.unwrap());
    let request_id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let body: Value = response.json().await.unwrap();
    let seen = body["metadata"].as_object().unwrap();
    for name in [
        "x-user-id",
        "x-session-id",
        "l5d-dst-override",
        "x-envoy-upstream-rq-timeout-ms",
    ] {
        assert!(!seen.contains_key(name), "{name}: {seen:?}");
    }
    assert_ne!(seen.get("x-envoy-original-path"), Some(&json!("/elsewhere")));
    assert_ne!(request_id, "chosen");
    assert_eq!(seen["x-request-id"], request_id);
    assert_eq!(seen["idempotency-key"], "k-1", "what services read passes");
    assert_eq!(seen["authorization"], format!("Bearer {}", person.token));
}

/// 5. Bodies that a form of any page can send are transcoded as if they were JSON.
#[tokio::test]
async fn only_json_is_read_as_json() {
    let person = rig().person();
    let body = json!({"email": "a@example.com", "password": "x"}).to_string();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "application/grpc-",
    ] {
        for path in [
            "/api/v1/auth/sign-in",
            "/api/v1/expenses",
            "/api/v1/notifications/1:markRead",
        ] {
            let request = rig().call(&person, "POST", path).header("content-type", kind);
            let response = request.body(body.clone()).send().await.unwrap();
            error(response, 415, 3, "UNSUPPORTED_MEDIA_TYPE").await;
        }
    }
    let unnamed = rig()
        .request("POST", "/api/v1/auth/sign-in")
        .body(body.clone())
        .send()
        .await
        .unwrap();
    error(unnamed, 415, 3, "UNSUPPORTED_MEDIA_TYPE").await;
    let empty = rig()
        .request("POST", "/api/v1/auth/sign-in")
        .send()
        .await
        .unwrap();
    error(empty, 415, 3, "UNSUPPORTED_MEDIA_TYPE").await;
    let named = rig()
        .request("POST", "/api/v1/auth/sign-in")
        .header("content-type", "application/json; charset=utf-8");
    assert_eq!(named.body(body).send().await.unwrap().status(), 200);
}

/// 6. Envoy's own answers miss the headers that routes add.
#[tokio::test]
async fn every_answer_has_the_security_headers() {
    let person = rig().person();
    let answers = [
        rig().request("GET", "/healthz"),
        rig().request("GET", "/nowhere"),
        rig().request("GET", "/api/v1/expenses"),
        rig().request("GET", "/api/v1/expenses%2Fescaped"),
        rig().call(&person, "GET", "/api/v1/expenses/1"),
        rig().call(&person, "GET", "/api/v1/expenses/missing"),
        rig()
            .call(&person, "POST", "/api/v1/expenses")
            .header("content-type", "text/plain")
            .body("x"),
        rig()
            .call(&person, "GET", "/api/v1/expenses")
            .header("x_underscore", "1"),
    ];
    for request in answers {
        let response = request.send().await.unwrap();
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            (
                "content-security-policy",
                "default-src 'none'; frame-ancestors 'none'",
            ),
            ("cache-control", "no-store"),
        ] {
            let found = response.headers().get_all(name).iter().collect::<Vec<_>>();
            assert_eq!(found, [value], "{} {}", response.status(), response.url());
        }
        assert!(!response.headers().contains_key("server"), "{}", response.url());
    }
}

/// 7. Envoy sends no deadline to services.
#[tokio::test]
async fn services_get_a_deadline_and_clients_an_answer() {
    let person = rig().person();
    let response = rig()
        .call(&person, "GET", "/api/v1/expenses/1")
        .send()
        .await
        .unwrap();
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["metadata"]["grpc-timeout"], "3S");
    let late = rig()
        .call(&person, "GET", "/api/v1/expenses/slow")
        .send()
        .await
        .unwrap();
    error(late, 504, 4, "DEADLINE_EXCEEDED").await;
}
