//! What browsers ask for.

use crate::rig::{ORIGIN, rig};

fn preflight(origin: &str) -> reqwest::RequestBuilder {
    rig()
        .request("OPTIONS", "/api/v1/expenses")
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "authorization,content-type,idempotency-key",
        )
}

#[tokio::test]
async fn pages_of_an_allowed_origin_may_call() {
    let answer = preflight(ORIGIN).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let headers = answer.headers();
    assert_eq!(headers["access-control-allow-origin"], ORIGIN);
    assert!(
        headers["access-control-allow-headers"]
            .to_str()
            .unwrap()
            .contains("idempotency-key")
    );
    assert!(
        headers["access-control-allow-methods"]
            .to_str()
            .unwrap()
            .contains("PATCH")
    );
    assert!(!headers.contains_key("access-control-allow-credentials"));
    let person = rig().person();
    let answer = rig()
        .call(&person, "GET", "/api/v1/expenses/1")
        .header("origin", ORIGIN)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], ORIGIN);
    assert!(
        answer.headers()["access-control-expose-headers"]
            .to_str()
            .unwrap()
            .contains("retry-after")
    );
    let refused = rig()
        .request("GET", "/api/v1/expenses/1")
        .header("origin", ORIGIN)
        .send()
        .await
        .unwrap();
    assert_eq!(
        refused.headers()["access-control-allow-origin"],
        ORIGIN,
        "errors can be read too"
    );
}

#[tokio::test]
async fn pages_of_other_origins_may_not() {
    for origin in [
        "https://evil.example.com",
        "https://app.example.com.evil.example",
        "null",
    ] {
        let answer = preflight(origin).send().await.unwrap();
        assert!(
            !answer.headers().contains_key("access-control-allow-origin"),
            "{origin}"
        );
        let person = rig().person();
        let answer = rig()
            .call(&person, "GET", "/api/v1/expenses/1")
            .header("origin", origin)
            .send()
            .await
            .unwrap();
        assert!(
            !answer.headers().contains_key("access-control-allow-origin"),
            "{origin}"
        );
    }
}

#[tokio::test]
async fn large_answers_are_compressed_and_small_ones_are_not() {
    let person = rig().person();
    for (accepted, used) in [("br, gzip", "br"), ("gzip", "gzip")] {
        let request = rig()
            .call(&person, "GET", "/api/v1/expenses?pageSize=200")
            .header("accept-encoding", accepted);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.headers()["content-encoding"], used);
        assert!(answer.bytes().await.unwrap().len() < 5_000);
    }
    let request = rig()
        .call(&person, "GET", "/api/v1/notifications")
        .header("accept-encoding", "br");
    assert!(
        !request
            .send()
            .await
            .unwrap()
            .headers()
            .contains_key("content-encoding")
    );
}

#[tokio::test]
async fn a_trace_is_kept_or_begun() {
    let person = rig().person();
    let given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    for sent in [Some(given), None] {
        let mut request = rig().call(&person, "GET", "/api/v1/expenses/1");
        if let Some(sent) = sent {
            request = request.header("traceparent", sent);
        }
        let answer = request.send().await.unwrap();
        let returned = answer.headers()["traceparent"].to_str().unwrap().to_owned();
        let body: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(body["metadata"]["traceparent"], returned);
        assert_eq!(returned.len(), given.len());
        assert_eq!(returned == given, sent.is_some());
    }
}
