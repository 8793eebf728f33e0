//! What is wrong gets an answer that names it, and leaves nothing behind.

use pfms_tests::client::expense;
use pfms_tests::{Mesh, Person};
use serde_json::{Value, json};

/// Sends each body to a path, and checks that the field is named and nothing was stored.
async fn refuse(person: &Person, path: &str, cases: &[(Value, &str)]) {
    let before = person.holdings().await;
    for (body, field) in cases {
        let answer = person.post(path, body).await;
        assert_eq!(answer.status, 400, "{body}: {}", answer.text);
        let refusal = answer.refused(400, "INVALID_ARGUMENT");
        assert_eq!(refusal.fields(), [*field], "{body}");
    }
    assert_eq!(person.holdings().await, before);
}

fn with(field: &str, value: Value) -> Value {
    let mut body = expense("bad");
    body[field] = value;
    body
}

fn costing(amount: &str, currency: &str) -> Value {
    with("amount", json!({"amount": amount, "currency": currency}))
}

#[tokio::test]
async fn amounts_that_are_no_amounts() {
    let person = Mesh::shared().person().await;
    let mut cases: Vec<_> = [
        "1e3",
        "12.345",
        "-5.00",
        "-0.01",
        "0",
        "0.00",
        "NaN",
        "Infinity",
        "",
        " 1",
        "1 ",
        "1,000.00",
        "+1",
        "0x10",
        "1.",
        ".",
        "١٢",
        "99999999999999999999.99",
    ]
    .into_iter()
    .map(|amount| (costing(amount, "USD"), "amount.amount"))
    .collect();
    cases.push((costing(&"9".repeat(40), "USD"), "amount.amount"));
    cases.push((costing("1.5", "JPY"), "amount.amount"));
    refuse(&person, "/api/v1/expenses", &cases).await;
}

#[tokio::test]
async fn currencies_and_dates_that_are_none() {
    let person = Mesh::shared().person().await;
    let mut cases: Vec<_> = ["XXX1", "XX", "usd", "ZZZ", "", "US$"]
        .into_iter()
        .map(|currency| (costing("1.00", currency), "amount.currency"))
        .collect();
    for date in [
        "2025-02-30",
        "2025-13-01",
        "30.01.2025",
        "2025-1-1",
        "20250101",
        "2025-01-01T00:00:00Z",
        "",
        "0000-00-00",
    ] {
        cases.push((with("date", json!(date)), "date"));
    }
    cases.push((with("time", json!("24:01")), "time"));
    refuse(&person, "/api/v1/expenses", &cases).await;
}

#[tokio::test]
async fn what_is_missing_too_long_or_no_id() {
    let person = Mesh::shared().person().await;
    let missing = json!({"date": "2026-01-31"});
    let cases = [
        (missing, "amount"),
        (with("description", json!("d".repeat(1_001))), "description"),
        (with("merchant", json!("a\u{0}b")), "merchant"),
        (with("categoryId", json!("1; DROP TABLE expenses")), "categoryId"),
        (with("tags", json!([""])), "tags[0]"),
    ];
    refuse(&person, "/api/v1/expenses", &cases).await;
    let path = "/api/v1/expenses/not-an-id";
    assert_eq!(
        person.get(path).await.refused(400, "INVALID_ARGUMENT").fields(),
        ["id"]
    );
}

#[tokio::test]
async fn one_bad_expense_keeps_its_whole_batch_out() {
    let person = Mesh::shared().person().await;
    let mut batch = vec![expense("good"); 20];
    batch[13] = costing("1e3", "USD");
    let none: [Value; 0] = [];
    let many = vec![expense("good"); 1_001];
    let cases = [
        (json!({"expenses": batch}), "expenses[13].amount.amount"),
        (json!({"expenses": none}), "expenses"),
        (json!({"expenses": many}), "expenses"),
    ];
    refuse(&person, "/api/v1/expenses:batchCreate", &cases).await;
}

#[tokio::test]
async fn json_that_is_none_and_values_of_no_enum() {
    let person = Mesh::shared().person().await;
    let before = person.holdings().await;
    for text in [
        "{",
        "[]",
        "{\"amount\": }",
        "not json",
        "{\"amount\": {\"amount\": [1]}}",
        "\u{fffd}",
    ] {
        let request = person.request("POST", "/api/v1/expenses");
        let request = request.header("content-type", "application/json").body(text);
        let _ = person.send(request).await.refused(400, "INVALID_REQUEST");
    }
    let answer = person
        .post("/api/v1/expenses", &with("source", json!("TELEPATHY")))
        .await;
    let refusal = answer.refused(400, "INVALID_REQUEST");
    assert!(refusal.message().contains("TELEPATHY"), "{refusal:?}");
    // A number that no value of the enum has reaches the service.
    let answer = person.post("/api/v1/expenses", &with("source", json!(99))).await;
    let refusal = answer.error();
    assert!(
        refusal.fields() == ["source"] || refusal.message().contains("source"),
        "{refusal:?}"
    );
    assert_eq!(person.holdings().await, before);
}

#[tokio::test]
async fn query_parameters_that_are_unknown_or_malformed() {
    let person = Mesh::shared().person().await;
    let refusal = person
        .get("/api/v1/expenses?colour=red")
        .await
        .refused(400, "INVALID_REQUEST");
    assert!(refusal.message().contains("colour"), "{refusal:?}");
    let _ = person
        .get("/api/v1/expenses?pageSize=many")
        .await
        .refused(400, "INVALID_REQUEST");
    for (query, field) in [
        ("pageSize=-1", "pageSize"),
        ("startDate=2025-02-30", "startDate"),
        ("minAmount=1e3&currency=USD", "minAmount"),
        ("minAmount=1.00", "currency"),
        ("currency=XXX1", "currency"),
        ("categoryId=food", "categoryId"),
    ] {
        let answer = person.get(&format!("/api/v1/expenses?{query}")).await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.text);
        assert_eq!(
            answer.refused(400, "INVALID_ARGUMENT").fields(),
            [field],
            "{query}"
        );
    }
}

#[tokio::test]
async fn ten_megabytes_are_refused_and_a_thousand_expenses_are_not() {
    let person = Mesh::shared().person().await;
    let before = person.holdings().await;
    let huge = with("description", json!("d".repeat(10_000_000)));
    let _ = person
        .post("/api/v1/expenses", &huge)
        .await
        .refused(413, "REQUEST_TOO_LARGE");
    assert_eq!(person.holdings().await, before);
    let batch = json!({"expenses": vec![expense(&"d".repeat(1_000)); 1_000]});
    let stored = person.post("/api/v1/expenses:batchCreate", &batch).await.ok();
    assert_eq!(stored["expenses"].as_array().unwrap().len(), 1_000);
}

#[tokio::test]
async fn page_tokens_serve_their_own_list_only() {
    let mesh = Mesh::shared();
    let (person, other) = (mesh.person().await, mesh.person().await);
    for number in 0..3 {
        let _ = person.spend(&format!("expense {number}")).await;
        let _ = other.spend("another's").await;
    }
    let first = person.get("/api/v1/expenses?pageSize=2&text=expense").await.ok();
    let token = first["nextPageToken"].as_str().unwrap();
    let page = |token: &str, filter: &str| format!("/api/v1/expenses?pageSize=2{filter}&pageToken={token}");

    let rest = person.get(&page(token, "&text=expense")).await.ok();
    assert_eq!(rest["expenses"].as_array().unwrap().len(), 1);
    assert_eq!(rest["nextPageToken"], "");

    let mut altered = token.to_owned();
    altered.replace_range(0..1, if token.starts_with('A') { "B" } else { "A" });
    for (client, path) in [
        (&other, page(token, "&text=expense")),
        (&person, page(token, "&text=another")),
        (&person, page(token, "")),
        (&person, page(&token[..token.len() - 4], "&text=expense")),
        (&person, page(&altered, "&text=expense")),
        (&person, page("1", "&text=expense")),
        // Of another method.
        (&person, format!("/api/v1/categories?pageToken={token}")),
        (&person, format!("/api/v1/notifications?pageToken={token}")),
        (&person, format!("/api/v1/automation/rules?pageToken={token}")),
        (&person, format!("/api/v1/automation/modules?pageToken={token}")),
        (
            &person,
            format!("/api/v1/automation/executions?pageToken={token}"),
        ),
    ] {
        let answer = client.get(&path).await;
        assert_eq!(answer.status, 400, "{path}: {}", answer.text);
        assert_eq!(
            answer.refused(400, "INVALID_ARGUMENT").fields(),
            ["pageToken"],
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_key_gives_the_first_answer_again_and_refuses_another_request() {
    let mesh = Mesh::shared();
    let (person, other) = (mesh.person().await, mesh.person().await);
    let write = async |person: &Person, key: &str, body: &Value| {
        let request = person.request("POST", "/api/v1/expenses").json(body);
        person.send(request.header("idempotency-key", key)).await
    };
    let first = write(&person, "key-1", &expense("once")).await.ok();
    let again = write(&person, "key-1", &expense("once")).await.ok();
    assert_eq!(first, again);
    let _ = write(&person, "key-1", &expense("twice"))
        .await
        .refused(409, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(person.holdings().await[0], 1);
    // A key is its user's.
    let theirs = write(&other, "key-1", &expense("theirs")).await.ok();
    assert_ne!(theirs["id"], first["id"]);

    // Of requests at the same time one is done, and the others get its answer.
    let raced = expense("raced");
    let racing = futures::future::join_all((0..8).map(|_| write(&person, "key-2", &raced)));
    let ids: std::collections::BTreeSet<_> = racing
        .await
        .into_iter()
        .map(|answer| answer.ok()["id"].to_string())
        .collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(person.holdings().await[0], 2);

    let refusal = write(&person, &"k".repeat(256), &expense("long")).await.error();
    assert_eq!(refusal.fields(), ["Idempotency-Key"]);
    assert_eq!(person.holdings().await[0], 2);
}

#[tokio::test]
async fn rules_that_are_none() {
    let person = Mesh::shared().person().await;
    let rule = |change: &dyn Fn(&mut Value)| {
        let mut rule = pfms_tests::client::rule();
        change(&mut rule);
        rule
    };
    let compare = |field: &str, operator: &str, operand: (&str, Value)| json!({"compare": {"field": field, "operator": operator, operand.0: operand.1}});
    let money = json!({"amount": "1e3", "currency": "USD"});
    let cases = [
        (rule(&|rule| rule["name"] = json!("")), "name"),
        (
            rule(&|rule| rule["trigger"]["event"] = json!("moon.rose")),
            "trigger.event",
        ),
        (
            rule(&|rule| {
                rule["condition"] = compare("amount", "OPERATOR_GREATER_THAN", ("money", money.clone()));
            }),
            "condition.compare.money.amount",
        ),
        (
            rule(&|rule| rule["condition"] = compare("mood", "OPERATOR_EQUALS", ("text", json!("good")))),
            "condition.compare.field",
        ),
    ];
    refuse(&person, "/api/v1/automation/rules", &cases).await;
    let nested = (0..200).fold(
        compare("category", "OPERATOR_EQUALS", ("text", json!("x"))),
        |inner, _| json!({"not": inner}),
    );
    let answer = person
        .post(
            "/api/v1/automation/rules",
            &rule(&|rule| rule["condition"] = nested.clone()),
        )
        .await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    let _ = answer.error();
}
