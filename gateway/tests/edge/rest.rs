//! REST requests and what becomes of them.

use serde_json::{Value, json};

use crate::rig::{error, rig};

#[tokio::test]
async fn a_rest_request_reaches_its_service_and_comes_back_as_json() {
    let person = rig().person();
    let expense = json!({
        "amount": {"amount": "12.50", "currency": "USD"}, "date": "2026-11-22", "source": "expense_source_voice",
    });
    let response = rig()
        .call(&person, "POST", "/api/v1/expenses")
        .json(&expense)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["id"], "new");
    assert_eq!(body["amount"], expense["amount"]);
    assert_eq!(body["source"], "EXPENSE_SOURCE_VOICE");
    assert_eq!(body["categoryId"], "", "empty fields are printed");
}

#[tokio::test]
async fn list_filters_come_from_the_query() {
    let person = rig().person();
    let path = "/api/v1/expenses?pageSize=1&tags=a&tags=b&text=caf%C3%A9+au+lait";
    let response = rig().call(&person, "GET", path).send().await.unwrap();
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["expenses"][0]["tags"], json!(["a", "b"]));
    assert_eq!(body["expenses"][0]["description"], "café au lait");
}

#[tokio::test]
async fn custom_verbs_are_routed() {
    let person = rig().person();
    for path in [
        "/api/v1/notifications:markAllRead",
        "/api/v1/notifications/n1:markRead",
    ] {
        let response = rig()
            .call(&person, "POST", path)
            .json(&json!({}))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200, "{path}");
    }
}

#[tokio::test]
async fn a_command_without_a_body_needs_no_content_type() {
    let person = rig().person();
    let path = "/api/v1/notifications:markAllRead";
    assert_eq!(
        rig().call(&person, "POST", path).send().await.unwrap().status(),
        200
    );
    let unnamed = rig().call(&person, "POST", path).body("{}").send().await.unwrap();
    error(unnamed, 415, 3, "UNSUPPORTED_MEDIA_TYPE").await;
}

#[tokio::test]
async fn a_services_error_keeps_its_details() {
    let person = rig().person();
    let response = rig()
        .call(&person, "GET", "/api/v1/expenses/missing")
        .send()
        .await
        .unwrap();
    let body = error(response, 404, 5, "NOT_FOUND").await;
    assert_eq!(body["message"], "expense does not exist");
    assert_eq!(body["details"][0]["metadata"]["id"], "missing");
}

#[tokio::test]
async fn an_unknown_query_parameter_is_refused_by_name() {
    let person = rig().person();
    let response = rig()
        .call(&person, "GET", "/api/v1/expenses?colour=red")
        .send()
        .await
        .unwrap();
    let body = error(response, 400, 3, "INVALID_REQUEST").await;
    assert!(body["message"].as_str().unwrap().contains("colour"), "{body}");
}

#[tokio::test]
async fn malformed_json_is_refused() {
    let person = rig().person();
    for text in [
        "{",
        "[]",
        "{\"amount\": }",
        "not json",
        "{\"amount\": {\"amount\": [1]}}",
    ] {
        let request = rig().call(&person, "POST", "/api/v1/expenses");
        let response = request
            .header("content-type", "application/json")
            .body(text)
            .send()
            .await
            .unwrap();
        error(response, 400, 3, "INVALID_REQUEST").await;
    }
}

#[tokio::test]
async fn an_unknown_enum_value_is_refused_by_name() {
    let person = rig().person();
    let request = rig().call(&person, "POST", "/api/v1/expenses");
    let response = request
        .json(&json!({"source": "TELEPATHY"}))
        .send()
        .await
        .unwrap();
    let body = error(response, 400, 3, "INVALID_REQUEST").await;
    assert!(body["message"].as_str().unwrap().contains("TELEPATHY"), "{body}");
}

#[tokio::test]
async fn a_thousand_expenses_pass_and_ten_megabytes_do_not() {
    let person = rig().person();
    let expense = json!({
        "amount": {"amount": "12.50", "currency": "USD"}, "date": "2026-11-22", "description": "d".repeat(1000),
    });
    let batch = json!({"expenses": vec![expense; 1000]});
    let path = "/api/v1/expenses:batchCreate";
    let response = rig()
        .call(&person, "POST", path)
        .json(&batch)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["expenses"].as_array().unwrap().len(), 1000);

    let huge = json!({"description": "d".repeat(10_000_000)});
    let response = rig()
        .call(&person, "POST", "/api/v1/expenses")
        .json(&huge)
        .send()
        .await
        .unwrap();
    error(response, 413, 8, "REQUEST_TOO_LARGE").await;
}

#[tokio::test]
async fn a_component_is_uploaded_as_it_is() {
    let person = rig().person();
    let bytes = vec![7_u8; 64 << 20];
    let request = rig().call(&person, "POST", "/api/v1/automation/modules");
    let response = request
        .header("content-type", "application/wasm")
        .body(bytes)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200, "{}", response.text().await.unwrap());
    let body: Value = response.json().await.unwrap();
    assert_eq!(
        body["sizeBytes"],
        (64 << 20).to_string(),
        "int64 is printed as a string"
    );
    assert_eq!(body["name"], "application/wasm");
    assert_ne!(body["triggers"][0], "1", "it came in pieces");
    assert_eq!(
        body["version"], "false",
        "an upload has no deadline of the edge's"
    );

    let form = rig().call(&person, "POST", "/api/v1/automation/modules");
    let response = form
        .header("content-type", "multipart/form-data; boundary=x")
        .body("x")
        .send()
        .await
        .unwrap();
    error(response, 415, 3, "UNSUPPORTED_MEDIA_TYPE").await;
}

#[tokio::test]
async fn an_unknown_path_is_not_found() {
    let person = rig().person();
    for path in [
        "/",
        "/nowhere",
        "/api/v2/expenses",
        "/api/v1/expensesandmore",
        "/api/v1/expenses/a/b/c",
    ] {
        let response = rig().call(&person, "GET", path).send().await.unwrap();
        error(response, 404, 5, "NOT_FOUND").await;
    }
}

#[tokio::test]
async fn the_edge_is_healthy_and_documented() {
    assert_eq!(
        rig().request("GET", "/healthz").send().await.unwrap().status(),
        200
    );
    let document = rig().request("GET", "/openapi.json").send().await.unwrap();
    assert_eq!(document.status(), 200);
    assert!(
        document.json::<Value>().await.unwrap()["openapi"]
            .as_str()
            .unwrap()
            .starts_with("3.1")
    );
    let page = rig().request("GET", "/docs/").send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(
        page.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("default-src 'self'")
    );
}

#[tokio::test]
async fn the_keys_are_published() {
    let response = rig()
        .request("GET", "/.well-known/jwks.json")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.json::<Value>().await.unwrap()["keys"][0]["crv"],
        "Ed25519"
    );
}
