//! What rules do to expenses, as their owner sees it.

use std::time::Duration;

use pfms_tests::client::{Person, id_of};
use pfms_tests::{Mesh, within};
use serde_json::{Value, json};

const EFFECT: Duration = Duration::from_secs(30);

async fn add_rule(person: &Person, event: &str, actions: Value) -> String {
    let rule = json!({"name": event, "trigger": {"event": event}, "actions": actions});
    let created = person.post("/api/v1/automation/rules", &rule).await;
    id_of(&created.ok())
}

/// The executions of a rule, with the results of their actions, once there are as many and nothing is pending.
async fn executions(person: &Person, rule: &str, count: usize) -> Vec<Value> {
    within(EFFECT, "the rule's actions are done", || async {
        let page = person
            .get(&format!("/api/v1/automation/executions?ruleId={rule}"))
            .await
            .ok();
        let ids: Vec<_> = page["executions"].as_array()?.iter().map(id_of).collect();
        let mut found = Vec::new();
        for id in &ids {
            found.push(
                person
                    .get(&format!("/api/v1/automation/executions/{id}"))
                    .await
                    .ok(),
            );
        }
        let pending = found
            .iter()
            .any(|one| one["actionResults"].to_string().contains("ACTION_STATUS_PENDING"));
        (found.len() >= count && !pending).then_some(found)
    })
    .await
}

#[tokio::test]
async fn rules_categorise_tag_and_record_and_do_not_chase_each_other() {
    let person = Mesh::shared().person().await;
    let category = person
        .post("/api/v1/categories", &json!({"name": "Coffee"}))
        .await;
    let category = id_of(&category.ok());
    let first = add_rule(
        &person,
        "expense.created",
        json!([
            {"categorize": {"categoryId": category}},
            {"tag": {"tags": ["by a rule"]}},
            {"createExpense": {"amount": {"amount": "0.50", "currency": "EUR"}, "description": "Round-up"}},
        ]),
    )
    .await;
    // What the first one does is an event for the second, whose own change is one for nobody.
    let second = add_rule(&person, "expense.updated", json!([{"tag": {"tags": ["seen"]}}])).await;
    let expense =
        json!({"amount": {"amount": "3.50", "currency": "EUR"}, "date": "2026-03-10", "merchant": "Café"});
    let expense = id_of(&person.post("/api/v1/expenses", &expense).await.ok());

    let done = executions(&person, &first, 1).await;
    let results = done[0]["actionResults"].as_array().unwrap();
    let statuses: Vec<_> = results
        .iter()
        .map(|result| result["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["ACTION_STATUS_DONE"; 3], "{results:?}");
    let seen = within(EFFECT, "both rules have tagged it", || async {
        let expense = person.get(&format!("/api/v1/expenses/{expense}")).await.ok();
        // Which comes first is open: the second rule runs for each change of the first.
        let tags = expense["tags"].to_string();
        (tags.contains("\"by a rule\"") && tags.contains("\"seen\"")).then_some(expense)
    })
    .await;
    assert_eq!(seen["categoryId"], category);
    let all = person.get("/api/v1/expenses").await.ok();
    let recorded: Vec<_> = all["expenses"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["source"] == "EXPENSE_SOURCE_AUTO")
        .collect();
    assert_eq!(recorded.len(), 1, "{all}");
    assert_eq!(recorded[0]["description"], "Round-up");
    // Two changes of the first rule led the second to run; the expense that was recorded led the first to run no more.
    executions(&person, &second, 1).await;
    let acted: Vec<_> = executions(&person, &first, 1)
        .await
        .into_iter()
        .filter(|one| one["status"] == "EXECUTION_STATUS_SUCCEEDED")
        .collect();
    assert_eq!(acted.len(), 1, "{acted:?}");
}
