//! Trying rules, and what there is to write them with.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pfms_proto::automation::v1 as wire;
use pfms_proto::automation::v1::dry_run_rule_request::{Tried, With};
use pfms_proto::automation::v1::{ActionStatus, ExecutionStatus, FieldType, Operator};
use pfms_runtime::testing::{invalid_fields, reason};
use pfms_types::{Id, UserId};
use serde_json::{Value, json};
use support::components::habit_counter;
use support::{Mesh, expense, recent, rule_of};
use tonic::Status;

async fn try_rule(
    mesh: &Mesh,
    user: UserId,
    tried: Tried,
    with: Option<With>,
) -> Result<wire::DryRunRuleResponse, Status> {
    let request = wire::DryRunRuleRequest {
        tried: Some(tried),
        with,
    };
    Ok(mesh.rules(user).dry_run_rule(request).await?.into_inner())
}

fn event(data: Value) -> With {
    With::Event(wire::SampleEvent {
        data: Some(serde_json::from_value(data).unwrap()),
        ..wire::SampleEvent::default()
    })
}

fn expense_data() -> Value {
    let mut data = serde_json::to_value(expense()).unwrap();
    data["amount"] = json!({"amount": "120.00", "currency": "USD"});
    data
}

/// How many rows there are of what a run would leave.
async fn traces(mesh: &Mesh) -> i64 {
    let database = mesh.harness.database("automation");
    let query = "SELECT (SELECT count(*) FROM rule_executions) + (SELECT count(*) FROM effects)
                      + (SELECT count(*) FROM outbox) + (SELECT count(*) FROM inbox)
                      + (SELECT coalesce(sum(execution_count + consecutive_failures + acted_count), 0)::bigint
                         FROM automation_rules)";
    sqlx::query_scalar(query)
        .fetch_one(database.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_dry_run_says_everything_and_writes_nothing() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let goal = Id::<()>::generate().to_string();
    let rule = json!({
        "condition": {"any": {"conditions": [
            {"compare": {"field": "merchant", "operator": "OPERATOR_EQUALS", "text": "Landlord"}},
            {"compare": {"field": "amount", "operator": "OPERATOR_BETWEEN",
                         "range": {"from": "100", "to": "200", "currency": "USD"}}},
        ]}},
        "actions": [
            {"notify": {"title": "{{ amount }} at {{ merchant }}"}},
            {"tag": {"tags": ["large"]}},
            {"emit": {"topic": "large.expense", "fields": {"merchant": "{{ merchant }}"}}},
            {"save": {"goalId": goal, "percent": "12.5"}},
        ],
    });
    let answer = try_rule(
        &mesh,
        user,
        Tried::Rule(rule_of(&rule)),
        Some(event(expense_data())),
    )
    .await
    .unwrap();
    assert!(answer.matched);
    let execution = answer.execution.unwrap();
    assert_eq!(execution.status(), ExecutionStatus::Succeeded);
    let held: Vec<_> = execution.conditions.iter().map(|one| one.held).collect();
    assert_eq!(held, [false, true]);
    let actions: Vec<_> = execution
        .action_results
        .iter()
        .map(|one| {
            (
                one.status(),
                serde_json::to_value(one.action.clone().unwrap()).unwrap(),
            )
        })
        .collect();
    let pending = ActionStatus::Pending;
    assert_eq!(actions[0].0, pending);
    assert_eq!(actions[0].1["notify"]["title"], "120.00 USD at Roastery");
    assert_eq!(actions[1], (pending, json!({"tag": {"tags": ["large"]}})));
    assert_eq!(actions[2].1["emit"]["fields"]["merchant"], "Roastery");
    assert_eq!(actions[3].0, ActionStatus::Failed, "nobody saves yet");
    assert_eq!(actions[3].1["save"]["amount"]["amount"], "15.00");
    assert_eq!(execution.action_results[3].reason, "ACTION_UNAVAILABLE");
    assert_eq!(traces(&mesh).await, 0);
    assert!(mesh.recent().changed.is_empty());
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_stored_rule_is_tried_with_an_expense_of_its_owner() {
    let mesh = Mesh::start().await;
    let (user, other) = (UserId::generate(), UserId::generate());
    let coffee = expense();
    mesh.recent().expenses = vec![recent(&coffee)];
    let module = mesh.upload(user, habit_counter()).await.unwrap();
    let component = json!({"moduleId": module.id, "config": {"keyword": "coffee", "count": 1}});
    let rule = json!({"name": "Coffee", "active": false, "component": component});
    let rule = mesh.create_rule(user, rule).await.unwrap();
    let id = || Tried::RuleId(rule.id.clone());
    let with = || Some(With::ExpenseId(coffee.expense_id.clone()));
    let answer = try_rule(&mesh, user, id(), with()).await.unwrap();
    assert!(answer.matched);
    let execution = answer.execution.unwrap();
    assert_eq!(execution.module_hash, module.hash);
    assert!(execution.fuel > 0);
    assert!(execution.limits.is_some());
    assert_eq!(execution.action_results[0].kind, "notify");
    // The same again takes the same fuel.
    let again = try_rule(&mesh, user, id(), with())
        .await
        .unwrap()
        .execution
        .unwrap();
    assert_eq!(again.fuel, execution.fuel);
    assert_eq!(traces(&mesh).await, 0);

    let refused = try_rule(&mesh, other, id(), with()).await.unwrap_err();
    assert_eq!(reason(&refused), "RULE_NOT_FOUND");
    let unknown = Some(With::ExpenseId(Id::<()>::generate().to_string()));
    let refused = try_rule(&mesh, user, id(), unknown).await.unwrap_err();
    assert_eq!(invalid_fields(&refused), ["expenseId"]);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn what_cannot_be_tried_is_named() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let income = rule_of(&json!({"trigger": "income.received", "actions": [{"notify": {}}]}));
    let tried = || Tried::Rule(income.clone());
    let fields = async |tried, with| invalid_fields(&try_rule(&mesh, user, tried, with).await.unwrap_err());
    let nothing = || Some(With::ExpenseId(Id::<()>::generate().to_string()));
    assert_eq!(fields(tried(), nothing()).await, ["expenseId"]);
    assert_eq!(fields(tried(), None).await, ["event"]);
    assert_eq!(
        fields(tried(), Some(event(json!({"date": "x"})))).await,
        ["event.data.date"]
    );
    let other = Some(With::Event(wire::SampleEvent {
        event: "expense.created".into(),
        ..wire::SampleEvent::default()
    }));
    assert_eq!(fields(tried(), other).await, ["event.event"]);
    let nameless = rule_of(&json!({"name": "", "actions": [{"notify": {}}]}));
    assert_eq!(
        fields(Tried::Rule(nameless), Some(event(expense_data()))).await,
        ["rule.name"]
    );
    let request = wire::DryRunRuleRequest::default();
    let refused = mesh.rules(user).dry_run_rule(request).await.unwrap_err();
    assert_eq!(invalid_fields(&refused), ["ruleId"]);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn triggers_are_listed_with_what_they_can_be_compared_by() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let answer = mesh
        .rules(user)
        .list_triggers(wire::ListTriggersRequest {})
        .await
        .unwrap()
        .into_inner();
    let find = |event: &str| answer.triggers.iter().find(|one| one.event == event).unwrap();
    let income = find("income.received");
    let amount = income.fields.iter().find(|field| field.name == "amount").unwrap();
    assert_eq!(amount.r#type(), FieldType::Money);
    let greater = amount
        .operators
        .iter()
        .find(|one| one.operator() == Operator::GreaterThan)
        .unwrap();
    assert_eq!(greater.operands, ["money", "relative"]);
    assert!(
        find("automation.trigger")
            .fields
            .iter()
            .any(|field| field.name == "data.*")
    );
    assert!(answer.triggers.iter().any(|one| one.event == "time"));
    // What is said to be allowed is allowed, for every field of every trigger.
    for trigger in answer.triggers.iter().filter(|one| one.event != "time") {
        for field in &trigger.fields {
            for allowed in &field.operators {
                let operands = if allowed.operands.is_empty() {
                    vec![""]
                } else {
                    allowed.operands.iter().map(String::as_str).collect()
                };
                for operand in operands {
                    let compare = comparison(field, allowed.operator(), operand);
                    let rule = json!({
                        "trigger": trigger.event,
                        "condition": {"compare": compare},
                        "actions": [{"log": {"message": "x"}}],
                    });
                    let answer = try_rule(
                        &mesh,
                        user,
                        Tried::Rule(rule_of(&rule)),
                        Some(event(sample(&trigger.event))),
                    )
                    .await;
                    let is_budget_only = operand == "relative" && !trigger.event.starts_with("expense.");
                    assert!(answer.is_ok() || is_budget_only, "{rule}: {answer:?}");
                }
            }
        }
    }
    mesh.harness.stop().await;
}

fn sample(event: &str) -> Value {
    if event.starts_with("expense.") {
        expense_data()
    } else {
        json!({})
    }
}

fn comparison(field: &wire::TriggerField, operator: Operator, operand: &str) -> Value {
    let id = "01890a5d-ac96-774b-bcce-b302099a8058";
    let text = match field.r#type() {
        FieldType::Date => "2025-12-11",
        FieldType::Instant => "2025-12-11T08:30:00Z",
        FieldType::Id => id,
        FieldType::Flag => "true",
        _ => "x",
    };
    let (from, currency) = match field.r#type() {
        _ if operator == Operator::DayOfMonth => ("1", ""),
        FieldType::Money => ("1", "USD"),
        FieldType::Date => ("2025-12-11", ""),
        FieldType::Instant => ("2025-12-11T08:30:00Z", ""),
        _ => ("1", ""),
    };
    let mut compare = json!({"field": field.name.replace('*', "name"), "operator": operator.as_str_name()});
    match operand {
        "money" => compare["money"] = json!({"amount": "1", "currency": "USD"}),
        "text" => compare["text"] = json!(text),
        "texts" => compare["texts"] = json!({"values": [text]}),
        "number" => compare["number"] = json!("1"),
        "range" => compare["range"] = json!({"from": from, "to": from, "currency": currency}),
        "relative" => compare["relative"] = json!({"percent": "10", "of": "MEASURE_AVERAGE"}),
        _ => {}
    }
    compare
}
