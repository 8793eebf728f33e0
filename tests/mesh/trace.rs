//! One trace leads from the REST call to the notification.

use std::time::Duration;

use pfms_tests::client::expense;
use pfms_tests::{Mesh, within};
use serde_json::Value;
use uuid::Uuid;

#[tokio::test]
async fn one_trace_id_is_on_the_call_and_on_both_consumers() {
    let mesh = Mesh::shared();
    let person = mesh.person().await;
    let _ = person.watch_expenses().await;
    let trace_id = Uuid::now_v7().simple().to_string();
    let request = person
        .request("POST", "/api/v1/expenses")
        .json(&expense("traced"));
    let request = request
        .header("traceparent", format!("00-{trace_id}-00f067aa0ba902b7-01"))
        .header("x-request-id", "the-request");
    let _ = person.send(request).await.ok();
    let _ = person.notified("traced").await;

    let log = mesh.log();
    let wanted = [
        ("method", "/pfms.expense.v1.ExpenseService/CreateExpense"),
        ("consumer", "automation"),
        ("consumer", "notification"),
    ];
    within(Duration::from_secs(20), "a line of each on the trace", || async {
        let spans = spans(&std::fs::read_to_string(&log).unwrap_or_default(), &trace_id);
        let found = |(key, start): &(&str, &str)| {
            spans
                .iter()
                .any(|span| span[*key].as_str().is_some_and(|value| value.starts_with(start)))
        };
        wanted.iter().all(found).then_some(())
    })
    .await;
    for span in spans(&std::fs::read_to_string(&log).unwrap(), &trace_id) {
        let correlation_id = span["correlation_id"].as_str().unwrap();
        assert!(!correlation_id.is_empty(), "{span}");
    }
}

#[tokio::test]
async fn a_call_without_a_trace_begins_one() {
    let mesh = Mesh::shared();
    let person = mesh.person().await;
    let _ = person.watch_expenses().await;
    let before = std::fs::read_to_string(mesh.log()).unwrap().len();
    let _ = person.spend("untraced").await;
    let _ = person.notified("untraced").await;
    let user = person.user_id.to_string();
    let log = mesh.log();
    let call = within(Duration::from_secs(20), "a line of the call", || async {
        let text = std::fs::read_to_string(&log).unwrap();
        lines(&text[before..])
            .map(|line| line["span"].clone())
            .find(|span| {
                span["user_id"] == user && span["method"] == "/pfms.expense.v1.ExpenseService/CreateExpense"
            })
    })
    .await;
    let trace_id = call["trace_id"].as_str().unwrap();
    assert!(
        trace_id.len() == 32 && trace_id.bytes().any(|byte| byte != b'0'),
        "{call}"
    );
}

fn lines(log: &str) -> impl Iterator<Item = Value> {
    // The last line may be half written.
    log.lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
}

/// The spans of the lines that belong to a trace.
fn spans(log: &str, trace_id: &str) -> Vec<Value> {
    lines(log)
        .map(|line| line["span"].clone())
        .filter(|span| span["trace_id"] == trace_id)
        .collect()
}
