//! From an expense's event to notifications and the log.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pfms_automation::run::replay;
use pfms_plugin_host::{Host, Limits};
use pfms_proto::automation::v1 as wire;
use pfms_proto::automation::v1::ExecutionStatus;
use pfms_proto::events::v1::{ExpenseCreated, ExpenseDeleted, UserUpdated};
use pfms_runtime::events::Outgoing;
use pfms_types::UserId;
use serde_json::{Value, json};
use support::components::{component, habit_counter, notifying};
use support::{Mesh, expense, recent};

fn notify_always(name: &str) -> Value {
    json!({"name": name, "actions": [{"notify": {}}]})
}

#[tokio::test]
async fn a_matching_expense_notifies_and_is_logged() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let rule = mesh
        .create_rule(
            user,
            json!({
                "name": "Large food bill",
                "condition": {"all": {"conditions": [
                    {"compare": {"field": "category", "operator": "OPERATOR_EQUALS", "text": "food"}},
                    {"compare": {"field": "amount", "operator": "OPERATOR_GREATER_THAN",
                                 "money": {"amount": "100.00", "currency": "USD"}}},
                ]}},
                "actions": [{"notify": {"title": "{{ amount }}", "priority": "PRIORITY_HIGH"}}],
            }),
        )
        .await
        .unwrap();
    let small = ExpenseCreated {
        amount: Some(pfms_proto::types::v1::Money {
            amount: "100.00".into(),
            currency: "USD".into(),
        }),
        ..expense()
    };
    mesh.publish(user, &small).await;
    let large = expense();
    let event_id = mesh.publish(user, &large).await;

    let sent = &mesh.notifications(user, 1).await[0];
    assert_eq!(sent.category, "rule");
    assert_eq!(sent.title, "{{ amount }}");
    assert_eq!(sent.template_key, "rule.matched");
    assert_eq!(sent.priority, "high");
    let variable = |name: &str| sent.variables[name].as_str();
    assert_eq!(variable("rule"), "Large food bill");
    assert_eq!(variable("amount"), "120.00 USD");
    assert_eq!(variable("merchant"), "Roastery");
    assert_eq!(variable("date"), "2025-12-11");
    let refers = serde_json::to_value(sent.data.clone().unwrap()).unwrap();
    assert_eq!(refers, json!({"ruleId": rule.id, "expenseId": large.expense_id}));

    let executions = mesh.executions(user, 1).await;
    assert_eq!(executions.len(), 1, "the small expense does not match");
    assert_eq!(executions[0].status(), ExecutionStatus::Succeeded);
    assert_eq!(executions[0].event_id, event_id);
    assert_eq!(executions[0].rule_id, rule.id);
    assert_eq!(executions[0].action_count, 1);
    let request = wire::GetRuleRequest { id: rule.id };
    let rule = mesh.rules(user).get_rule(request).await.unwrap().into_inner();
    assert_eq!(rule.execution_count, 1);
    assert!(rule.last_execution_time.is_some());
    mesh.harness.stop().await;
}

#[tokio::test]
async fn an_event_takes_effect_once_and_only_on_its_owners_active_rules_for_it() {
    let mesh = Mesh::start().await;
    let (user, other) = (UserId::generate(), UserId::generate());
    mesh.create_rule(user, notify_always("mine")).await.unwrap();
    mesh.create_rule(other, notify_always("theirs")).await.unwrap();
    let mut inactive = notify_always("inactive");
    inactive["active"] = json!(false);
    mesh.create_rule(user, inactive).await.unwrap();
    let mut deleted = notify_always("on deletion");
    deleted["trigger"] = json!("expense.deleted");
    mesh.create_rule(user, deleted).await.unwrap();

    let now = pfms_runtime::Clock::system().now();
    let event = Outgoing::new(user, now, &expense()).unwrap();
    mesh.publish_again(event.clone()).await;
    mesh.publish_again(event).await;
    let gone = expense();
    let gone = ExpenseDeleted {
        user_id: gone.user_id,
        expense_id: gone.expense_id,
        amount: gone.amount,
        category: gone.category,
        category_id: gone.category_id,
        description: gone.description,
        merchant: gone.merchant,
        date: gone.date,
        tags: gone.tags,
    };
    // One user's events are handled in their order, so when this one was, the others were.
    mesh.publish(user, &gone).await;
    let sent = mesh.notifications(user, 2).await;
    let rules: Vec<&str> = sent.iter().map(|one| one.variables["rule"].as_str()).collect();
    assert_eq!(rules, ["mine", "on deletion"]);
    assert_eq!(mesh.executions(user, 2).await.len(), 2);
    assert!(mesh.executions(other, 0).await.is_empty());
    mesh.harness.stop().await;
}

#[tokio::test]
async fn the_third_coffee_of_a_day_is_counted_from_facts() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let module = mesh.upload(user, habit_counter()).await.unwrap();
    let rule = json!({
        "name": "Coffee",
        "component": {"moduleId": module.id, "config": {"keyword": "coffee", "count": 3}},
        "actions": [{"notify": {"title": "own"}}],
    });
    mesh.create_rule(user, rule).await.unwrap();
    mesh.recent().failures = 1;
    let mut last = String::new();
    for _ in 0..3 {
        let coffee = expense();
        mesh.recent().expenses.push(recent(&coffee));
        last = mesh.publish(user, &coffee).await;
    }
    let executions = mesh.executions(user, 3).await;
    let statuses: Vec<_> = executions.iter().map(wire::Execution::status).collect();
    assert_eq!(
        statuses,
        [
            ExecutionStatus::Succeeded,
            ExecutionStatus::NoAction,
            ExecutionStatus::NoAction
        ]
    );
    assert_eq!(executions[0].event_id, last);
    assert_eq!(executions[0].module_hash, module.hash);
    assert_eq!(executions[0].action_count, 2);
    assert!(executions[0].fuel > 0);
    // The rule's own action first, then the component's, whose words are shown as they are.
    let sent = mesh.notifications(user, 2).await;
    assert_eq!(sent[0].title, "own");
    assert_eq!(sent[1].title, "{{ title }}");
    assert_eq!(sent[1].variables["title"], "3 × coffee in a day");
    assert!(sent[1].variables["body"].contains("360.00 USD"), "{sent:?}");
    let (asked_for, asked) = mesh.recent().asked[0].clone();
    assert_eq!(asked_for, user);
    let query = &asked.recent[0];
    let selection = query.selection.clone().unwrap();
    assert_eq!((selection.start_date.as_str(), query.limit), ("2025-12-11", 500));
    mesh.harness.stop().await;
}

#[tokio::test]
async fn what_a_component_was_given_is_kept_for_a_replay() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let updated = UserUpdated {
        user_id: user.to_string(),
        currency: "EUR".into(),
        time_zone: "Europe/Berlin".into(),
        language: "de".into(),
        ..UserUpdated::default()
    };
    mesh.publish(user, &updated).await;
    let database = mesh.harness.database("automation");
    pfms_runtime::testing::eventually("the person is known", || async {
        let query = sqlx::query("SELECT FROM people WHERE user_id = $1").bind(user.uuid());
        query.fetch_optional(database.pool()).await.unwrap()
    })
    .await;
    let module = mesh.upload(user, habit_counter()).await.unwrap();
    let config = json!({"keyword": "coffee", "count": 3});
    let rule = json!({"component": {"moduleId": module.id, "config": config}});
    mesh.create_rule(user, rule).await.unwrap();
    let coffee = expense();
    let earlier = ExpenseCreated {
        expense_id: "01890000-0000-7000-8000-000000000001".into(),
        ..expense()
    };
    mesh.recent().expenses = vec![recent(&coffee), recent(&earlier)];
    mesh.publish(user, &coffee).await;
    mesh.executions(user, 1).await;

    let input: Value = sqlx::query_scalar("SELECT trigger_data FROM rule_executions WHERE user_id = $1")
        .bind(user.uuid())
        .fetch_one(database.pool())
        .await
        .unwrap();
    assert_eq!(input["config"], config);
    assert_eq!(input["event"]["expenseId"], coffee.expense_id);
    assert_eq!(input["user"]["currency"], "EUR");
    assert_eq!(input["user"]["timeZone"], "Europe/Berlin");
    let facts = input["facts"]["recentExpenses"].as_array().unwrap();
    assert_eq!(facts.len(), 1, "the event's own expense is not among the facts");
    assert_eq!(facts[0]["id"], earlier.expense_id);

    // Another host, to which the same is given, uses the same fuel and says the same.
    let execution = &mesh.executions(user, 1).await[0];
    let (event_id, rule_id) = (
        execution.event_id.parse().unwrap(),
        execution.rule_id.parse().unwrap(),
    );
    let questions = replay::questions(&execution.event, event_id, rule_id, &input).unwrap();
    let question = &questions[0].question;
    let host = Host::new(Limits::native(), None).unwrap();
    let loaded = host.load(habit_counter()).unwrap();
    let again = host.evaluate(
        &loaded,
        &question.context,
        &question.event,
        &question.facts,
        &question.config,
    );
    assert_eq!(i64::try_from(again.fuel).unwrap(), execution.fuel);
    assert!(again.outcome.unwrap().is_empty(), "two coffees are not three");
    mesh.harness.stop().await;
}

#[tokio::test]
async fn misbehaving_components_fail_visibly_and_harm_nobody() {
    let mesh = Mesh::start().await;
    let (hostile, bystander) = (UserId::generate(), UserId::generate());
    mesh.create_rule(bystander, notify_always("bystander"))
        .await
        .unwrap();
    let recurse = "(func $deep (param i32) (result i32)
        (i32.add (i32.const 1) (call $deep (i32.add (i32.const 1) (local.get 0)))))";
    let grow = "(loop $again (drop (memory.grow (i32.const 16))) (br $again)) unreachable";
    let shout =
        "(loop $again (call $log (i32.const 2) (i32.const 2048) (i32.const 7)) (br $again)) unreachable";
    let cases = [
        (
            component("(loop $again (br $again)) unreachable", ""),
            "FUEL_EXHAUSTED",
        ),
        (component(grow, ""), "MEMORY_LIMIT"),
        (component("(call $deep (i32.const 0))", recurse), "STACK_OVERFLOW"),
        (component("unreachable", ""), "TRAPPED"),
        (component(shout, ""), "LOG_LIMIT"),
        (notifying(7, 10_000_000), "OUTPUT_LIMIT"),
        (notifying(0, 0), "INVALID_ACTION"),
        (notifying(7, 2_001), "INVALID_ACTION"),
    ];
    let mut expected = Vec::new();
    for (bytes, reason) in cases {
        let module = mesh.upload(hostile, &bytes).await.unwrap();
        let rule = json!({"name": reason, "component": {"moduleId": module.id}, "actions": [{"notify": {}}]});
        mesh.create_rule(hostile, rule).await.unwrap();
        expected.push(reason);
    }
    mesh.create_rule(hostile, notify_always("well-behaved"))
        .await
        .unwrap();
    mesh.publish(hostile, &expense()).await;
    for _ in 0..3 {
        mesh.publish(bystander, &expense()).await;
    }
    assert_eq!(mesh.notifications(bystander, 3).await.len(), 3);

    let mut executions = mesh.executions(hostile, expected.len() + 1).await;
    // In the order of their rules.
    executions.reverse();
    assert_eq!(executions[expected.len()].status(), ExecutionStatus::Succeeded);
    let reasons: Vec<&str> = executions[..expected.len()]
        .iter()
        .map(|execution| {
            assert_eq!(execution.status(), ExecutionStatus::Failed);
            assert_eq!(execution.action_count, 0);
            assert!(!execution.error_message.is_empty());
            execution.error_reason.as_str()
        })
        .collect();
    // A loaded machine may reach the deadline before the fuel is used up.
    assert!(
        ["FUEL_EXHAUSTED", "DEADLINE_EXCEEDED"].contains(&reasons[0]),
        "{reasons:?}"
    );
    assert_eq!(reasons[1..], expected[1..]);
    // Only the rule that behaves was heard.
    let sent = mesh.notifications(hostile, 1).await;
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].variables["rule"], "well-behaved");
    mesh.harness.stop().await;
}

#[tokio::test]
async fn executions_are_listed_by_rule_in_pages() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let one = mesh.create_rule(user, notify_always("one")).await.unwrap();
    mesh.create_rule(user, notify_always("another")).await.unwrap();
    for _ in 0..3 {
        mesh.publish(user, &expense()).await;
    }
    mesh.executions(user, 6).await;
    let list = async |rule_id: &str, page_token: String| {
        let request = wire::ListExecutionsRequest {
            page_size: 2,
            page_token,
            rule_id: rule_id.to_owned(),
        };
        mesh.rules(user)
            .list_executions(request)
            .await
            .map(tonic::Response::into_inner)
    };
    let first = list(&one.id, String::new()).await.unwrap();
    let second = list(&one.id, first.next_page_token.clone()).await.unwrap();
    assert_eq!((first.executions.len(), second.executions.len()), (2, 1));
    assert!(second.next_page_token.is_empty());
    let all = [first.executions, second.executions].concat();
    assert!(all.iter().all(|execution| execution.rule_id == one.id));
    assert!(all.is_sorted_by(|earlier, later| earlier.id > later.id));
    // A token belongs to its filter.
    let status = list("", first.next_page_token).await.unwrap_err();
    assert_eq!(pfms_runtime::testing::invalid_fields(&status), ["pageToken"]);

    let request = wire::DeleteRuleRequest { id: one.id };
    mesh.rules(user).delete_rule(request).await.unwrap();
    let left = mesh.executions(user, 0).await;
    assert_eq!(left.len(), 3, "the log of a deleted rule goes with it");
    mesh.harness.stop().await;
}
