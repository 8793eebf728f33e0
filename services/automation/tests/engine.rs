//! Which rules run for an event, in which order, how often, and what ends them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pfms_proto::automation::v1 as wire;
use pfms_proto::automation::v1::{ActionStatus, ExecutionStatus};
use pfms_proto::events::v1::{AutomationTrigger, ExpenseCreated, IncomeReceived, UserUpdated};
use pfms_proto::types::v1::Money;
use pfms_runtime::Clock;
use pfms_runtime::events::Outgoing;
use pfms_runtime::testing::{eventually, invalid_fields, reason};
use pfms_types::{Id, UserId};
use serde_json::{Value, json};
use support::components::{component, habit_counter};
use support::{Mesh, expense, recent};

fn notify(name: &str) -> Value {
    json!({"name": name, "actions": [{"notify": {"title": name}}]})
}

fn with(mut rule: Value, name: &str, value: Value) -> Value {
    rule[name] = value;
    rule
}

fn income() -> IncomeReceived {
    IncomeReceived {
        income_id: Id::<()>::generate().to_string(),
        source: "Acme".into(),
        r#type: "salary".into(),
        amount: Some(Money {
            amount: "3000.00".into(),
            currency: "EUR".into(),
        }),
        date: "2025-12-01".into(),
        ..IncomeReceived::default()
    }
}

/// The names of the rules that ran for the latest event, in their order.
async fn ran(mesh: &Mesh, user: UserId, at_least: usize) -> Vec<String> {
    let sent = mesh.notifications(user, at_least).await;
    sent.iter().map(|one| one.variables["rule"].clone()).collect()
}

#[tokio::test]
async fn an_event_of_a_service_to_come_runs_rules() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let rule = json!({
        "name": "Payday",
        "trigger": "income.received",
        "condition": {"all": {"conditions": [
            {"compare": {"field": "type", "operator": "OPERATOR_EQUALS", "text": "Salary"}},
            {"compare": {"field": "amount", "operator": "OPERATOR_AT_LEAST",
                         "money": {"amount": "1000.00", "currency": "EUR"}}},
        ]}},
        "actions": [
            {"notify": {"title": "{{ amount }} from {{ source }}", "channels": ["CHANNEL_EMAIL"]}},
            {"log": {"message": "{{ type }} on {{ date }}"}},
        ],
    });
    mesh.create_rule(user, rule).await.unwrap();
    let small = IncomeReceived {
        amount: Some(Money {
            amount: "999.99".into(),
            currency: "EUR".into(),
        }),
        ..income()
    };
    mesh.publish(user, &small).await;
    let event_id = mesh.publish(user, &income()).await;

    let sent = &mesh.notifications(user, 1).await[0];
    assert_eq!(sent.variables["title"], "3000.00 EUR from Acme");
    // Without a body of its own the rule shows what the event says.
    assert!(sent.variables["body"].contains("amount: 3000.00 EUR"), "{sent:?}");
    assert_eq!(sent.channels, ["email"]);
    let executions = mesh.executions(user, 1).await;
    assert_eq!(executions.len(), 1, "the small one does not match");
    assert_eq!(executions[0].event_id, event_id);
    assert_eq!(executions[0].event, "income.received");
    let execution = mesh.execution(user, &executions[0].id).await;
    let results = execution.action_results;
    assert_eq!(results.len(), 2);
    assert_eq!(results[1].kind, "log");
    assert_eq!(results[1].detail, "salary on 2025-12-01");
    assert_eq!(results[1].status(), ActionStatus::Done);
    let held: Vec<_> = execution
        .conditions
        .iter()
        .map(|one| (one.path.as_str(), one.held))
        .collect();
    assert_eq!(
        held,
        [
            ("condition.all.conditions[0].compare", true),
            ("condition.all.conditions[1].compare", true)
        ]
    );
    let input = serde_json::to_value(execution.input.unwrap()).unwrap();
    assert_eq!(input["event"]["source"], "Acme");
    mesh.harness.stop().await;
}

#[tokio::test]
async fn rules_run_by_stage_position_and_age_until_one_ends_it() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let rule = |name: &str, stage: &str, position: i32| {
        with(
            with(notify(name), "stage", json!(stage)),
            "position",
            json!(position),
        )
    };
    mesh.create_rule(user, rule("last", "post", -5)).await.unwrap();
    mesh.create_rule(user, rule("fourth", "default", 0))
        .await
        .unwrap();
    mesh.create_rule(user, rule("fifth", "default", 0)).await.unwrap();
    mesh.create_rule(user, rule("third", "default", -1))
        .await
        .unwrap();
    mesh.create_rule(user, rule("second", "pre", 7)).await.unwrap();
    mesh.create_rule(user, rule("first", "pre", 3)).await.unwrap();
    mesh.publish(user, &expense()).await;
    let order = ["first", "second", "third", "fourth", "fifth", "last"];
    assert_eq!(ran(&mesh, user, 6).await, order);
    // The log lists them so too, the latest first.
    let executions = mesh.executions(user, 6).await;
    assert!(executions.is_sorted_by(|later, earlier| later.id > earlier.id));

    let other = UserId::generate();
    mesh.create_rule(other, notify("first")).await.unwrap();
    let ends = with(notify("ends"), "stopProcessing", json!(true));
    let only_rent =
        json!({"compare": {"field": "merchant", "operator": "OPERATOR_EQUALS", "text": "Landlord"}});
    let ends_not = with(
        with(ends.clone(), "condition", only_rent),
        "name",
        json!("ends not"),
    );
    mesh.create_rule(other, ends_not).await.unwrap();
    mesh.create_rule(other, ends).await.unwrap();
    mesh.create_rule(other, notify("left out")).await.unwrap();
    mesh.publish(other, &expense()).await;
    mesh.publish(other, &expense()).await;
    assert_eq!(ran(&mesh, other, 4).await, ["first", "ends", "first", "ends"]);
    assert_eq!(mesh.executions(other, 4).await.len(), 4);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn groups_are_switched_together() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let draft = |active: bool| wire::RuleGroup {
        name: "Travel".into(),
        active: Some(active),
        ..wire::RuleGroup::default()
    };
    let request = wire::CreateRuleGroupRequest {
        group: Some(draft(false)),
    };
    let group = mesh
        .groups(user)
        .create_rule_group(request)
        .await
        .unwrap()
        .into_inner();
    let grouped = with(notify("grouped"), "groupId", json!(group.id));
    mesh.create_rule(user, grouped.clone()).await.unwrap();
    mesh.create_rule(user, notify("alone")).await.unwrap();
    mesh.publish(user, &expense()).await;
    assert_eq!(ran(&mesh, user, 1).await, ["alone"]);
    let request = wire::UpdateRuleGroupRequest {
        id: group.id.clone(),
        group: Some(wire::RuleGroup {
            active: Some(true),
            ..wire::RuleGroup::default()
        }),
        update_mask: None,
    };
    let updated = mesh
        .groups(user)
        .update_rule_group(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!((updated.name.as_str(), updated.active), ("Travel", Some(true)));
    mesh.publish(user, &expense()).await;
    assert_eq!(ran(&mesh, user, 3).await, ["alone", "grouped", "alone"]);

    // Another user's group does not exist.
    let other = UserId::generate();
    let refused = mesh.create_rule(other, grouped).await.unwrap_err();
    assert_eq!(invalid_fields(&refused), ["groupId"]);
    let request = wire::DeleteRuleGroupRequest { id: group.id };
    let refused = mesh.groups(other).delete_rule_group(request.clone()).await;
    assert_eq!(reason(&refused.unwrap_err()), "GROUP_NOT_FOUND");
    // Rules stay when their group goes.
    mesh.groups(user).delete_rule_group(request).await.unwrap();
    let list = mesh
        .rules(user)
        .list_rules(wire::ListRulesRequest::default())
        .await
        .unwrap();
    let groups: Vec<_> = list
        .into_inner()
        .rules
        .into_iter()
        .map(|rule| rule.group_id)
        .collect();
    assert_eq!(groups, ["", ""]);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_rule_takes_part_on_its_days_only() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let today = Clock::system().now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let day = |days: i64| today.checked_add(jiff::ToSpan::days(days)).unwrap().to_string();
    let between = |name: &str, from: i64, until: i64| {
        with(
            with(notify(name), "activeFrom", json!(day(from))),
            "activeUntil",
            json!(day(until)),
        )
    };
    mesh.create_rule(user, between("over", -9, -2)).await.unwrap();
    mesh.create_rule(user, between("to come", 2, 9)).await.unwrap();
    mesh.create_rule(user, between("now", -2, 2)).await.unwrap();
    mesh.publish(user, &expense()).await;
    assert_eq!(ran(&mesh, user, 1).await, ["now"]);
    let refused = mesh.create_rule(user, between("never", 2, 1)).await.unwrap_err();
    assert_eq!(invalid_fields(&refused), ["activeUntil"]);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_rule_rests_and_has_enough_however_events_come() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    mesh.create_rule(user, with(notify("rests"), "cooldownSeconds", json!(3_600)))
        .await
        .unwrap();
    mesh.create_rule(user, with(notify("twice a day"), "dailyCap", json!(2)))
        .await
        .unwrap();
    let capped = with(
        with(notify("once, then ends"), "dailyCap", json!(1)),
        "stopProcessing",
        json!(true),
    );
    mesh.create_rule(user, capped).await.unwrap();
    mesh.create_rule(user, notify("last")).await.unwrap();

    // In event time, and delivered again and again.
    let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
    let times = [
        "2025-12-11T10:00:00Z",
        "2025-12-11T10:30:00Z",
        "2025-12-11T11:00:00Z",
        "2025-12-12T11:00:00Z",
    ];
    for time in times {
        let event = Outgoing::new(user, at(time), &expense()).unwrap();
        for _ in 0..3 {
            mesh.publish_again(event.clone()).await;
        }
    }
    mesh.settled(user).await;
    let names = ran(&mesh, user, 0).await;
    let count = |name: &str| names.iter().filter(|one| *one == name).count();
    assert_eq!(
        count("rests"),
        3,
        "at 10:00, at 11:00 and on the next day: {names:?}"
    );
    assert_eq!(
        count("twice a day"),
        3,
        "twice on the first day, once on the second: {names:?}"
    );
    assert_eq!(count("once, then ends"), 2, "{names:?}");
    // It is left out only where the rule before it acts.
    assert_eq!(count("last"), 2, "{names:?}");
    mesh.harness.stop().await;
}

#[tokio::test]
async fn parallel_events_cannot_exceed_a_cap() {
    // Two processes, which share the database and the queue.
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    mesh.create_rule(user, with(notify("capped"), "dailyCap", json!(5)))
        .await
        .unwrap();
    mesh.create_rule(user, with(notify("rests"), "cooldownSeconds", json!(86_400)))
        .await
        .unwrap();
    mesh.create_rule(user, notify("always")).await.unwrap();
    let second = mesh.second_process().await;
    let now = Clock::system().now();
    for _ in 0..40 {
        mesh.publish_again(Outgoing::new(user, now, &expense()).unwrap())
            .await;
    }
    let names = ran(&mesh, user, 46).await;
    let count = |name: &str| names.iter().filter(|one| *one == name).count();
    assert_eq!(
        (count("capped"), count("rests"), count("always")),
        (5, 1, 40),
        "{names:?}"
    );
    // The log says of each event what it left out.
    let left_out = eventually("all events are handled", || async {
        let query = "SELECT error_reason FROM rule_executions WHERE user_id = $1 AND status = 'SKIPPED'";
        let query = sqlx::query_scalar::<_, String>(query).bind(user.uuid());
        let database = mesh.harness.database("automation");
        let left_out = query.fetch_all(database.pool()).await.unwrap();
        (left_out.len() == 35 + 39).then_some(left_out)
    })
    .await;
    let rested = left_out.iter().filter(|reason| *reason == "COOLDOWN").count();
    assert_eq!(rested, 39, "{left_out:?}");
    second.stop().await;
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_rule_that_keeps_failing_is_switched_off_and_its_owner_told() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let module = mesh.upload(user, &component("unreachable", "")).await.unwrap();
    let rule = json!({"name": "Broken", "component": {"moduleId": module.id}, "failureLimit": 3});
    let rule = mesh.create_rule(user, rule).await.unwrap();
    for _ in 0..5 {
        mesh.publish(user, &expense()).await;
    }
    let sent = &mesh.notifications(user, 1).await[0];
    assert_eq!(sent.title, "{{ rule }} was switched off");
    assert_eq!(sent.variables["failures"], "3");
    assert!(!sent.variables["problem"].is_empty());
    let request = wire::GetRuleRequest { id: rule.id.clone() };
    let off = mesh.rules(user).get_rule(request).await.unwrap().into_inner();
    assert_eq!(off.active, Some(false));
    assert_eq!(off.disabled_reason, "FAILURE_LIMIT");
    assert_eq!(off.consecutive_failures, 3);
    assert_eq!(
        mesh.executions(user, 3).await.len(),
        3,
        "it does not run any more"
    );
    // Its owner may give it another chance.
    let request = wire::UpdateRuleRequest {
        id: rule.id,
        rule: Some(wire::Rule {
            active: Some(true),
            ..wire::Rule::default()
        }),
        update_mask: None,
    };
    let on = mesh.rules(user).update_rule(request).await.unwrap().into_inner();
    assert_eq!((on.disabled_reason.as_str(), on.consecutive_failures), ("", 0));
    mesh.publish(user, &expense()).await;
    assert_eq!(
        mesh.executions(user, 4).await[0].status(),
        ExecutionStatus::Failed
    );
    mesh.harness.stop().await;
}

#[tokio::test]
async fn what_left_a_rule_out_is_in_the_log() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let request = wire::CreateRuleGroupRequest {
        group: Some(wire::RuleGroup {
            name: "Travel".into(),
            active: Some(false),
            ..wire::RuleGroup::default()
        }),
    };
    let group = mesh.groups(user).create_rule_group(request).await.unwrap();
    let group_id = group.into_inner().id;
    let at = |merchant: &str| json!({"compare": {"field": "merchant", "operator": "OPERATOR_EQUALS", "text": merchant}});
    let mut names = std::collections::HashMap::new();
    for (name, field, value, merchant) in [
        ("rests", "cooldownSeconds", json!(3_600), "Roastery"),
        ("capped", "dailyCap", json!(1), "Roastery"),
        ("grouped", "groupId", json!(group_id), "Roastery"),
        // What does not match is not left out.
        ("another", "groupId", json!(group_id), "Landlord"),
    ] {
        let rule = with(with(notify(name), field, value), "condition", at(merchant));
        let rule = mesh.create_rule(user, rule).await.unwrap();
        names.insert(rule.id, name);
    }
    let moment: jiff::Timestamp = "2025-12-11T10:00:00Z".parse().unwrap();
    for _ in 0..2 {
        mesh.publish_again(Outgoing::new(user, moment, &expense()).unwrap())
            .await;
    }
    let executions = mesh.executions(user, 6).await;
    let mut log: Vec<_> = executions
        .iter()
        .map(|one| (names[&one.rule_id], one.status(), one.error_reason.as_str()))
        .collect();
    log.sort_unstable();
    let (done, skipped) = (ExecutionStatus::Succeeded, ExecutionStatus::Skipped);
    assert_eq!(
        log,
        [
            ("capped", done, ""),
            ("capped", skipped, "DAILY_CAP"),
            ("grouped", skipped, "GROUP_INACTIVE"),
            ("grouped", skipped, "GROUP_INACTIVE"),
            ("rests", done, ""),
            ("rests", skipped, "COOLDOWN"),
        ]
    );
    let left_out = executions
        .iter()
        .find(|one| one.error_reason == "COOLDOWN")
        .unwrap();
    let left_out = mesh.execution(user, &left_out.id).await;
    assert_eq!(left_out.error_message, "the rule acted not long ago and rests");
    assert_eq!(left_out.conditions.len(), 1);
    assert!(left_out.conditions[0].held && left_out.action_results.is_empty());
    mesh.settled(user).await;
    assert_eq!(ran(&mesh, user, 3).await.len(), 3, "two rules and the fence");
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_rule_whose_actions_keep_failing_elsewhere_is_switched_off_too() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let rule = json!({
        "name": "Refused",
        "actions": [{"tag": {"tags": ["coffee"]}}, {"categorize": {"categoryId": support::FOOD}}],
        "failureLimit": 2,
    });
    let rule = mesh.create_rule(user, rule).await.unwrap();
    let mut count = 0;
    // What the rule is when all that an event leads to is settled, and so many actions were refused.
    let mut after = async |refusals: u32| {
        mesh.recent().refusals = refusals;
        mesh.publish(user, &expense()).await;
        count += 1;
        let executions = mesh.executions(user, count).await;
        eventually("the effects are settled", || async {
            let execution = mesh.execution(user, &executions[0].id).await;
            let is_pending = |one: &wire::ActionResult| one.status() == ActionStatus::Pending;
            (!execution.action_results.iter().any(is_pending)).then_some(())
        })
        .await;
        let request = wire::GetRuleRequest { id: rule.id.clone() };
        let rule = mesh.rules(user).get_rule(request).await.unwrap().into_inner();
        (rule.consecutive_failures, rule.active, rule.disabled_reason)
    };
    let on = |failures| (failures, Some(true), String::new());
    // However many of its actions fail, an execution fails once.
    assert_eq!(after(2).await, on(1));
    assert_eq!(after(0).await, on(0));
    assert_eq!(after(1).await, on(1));
    assert_eq!(after(1).await, (2, Some(false), "FAILURE_LIMIT".into()));
    let sent = mesh.notifications(user, 5).await;
    let off: Vec<_> = sent
        .iter()
        .filter(|one| one.title == "{{ rule }} was switched off")
        .collect();
    assert_eq!((off.len(), off[0].variables["failures"].as_str()), (1, "2"));
    assert_eq!(off[0].variables["problem"], "the expense does not exist");
    mesh.publish(user, &expense()).await;
    mesh.settled(user).await;
    assert_eq!(mesh.executions(user, 5).await.len(), 5, "four and the fence's");
    mesh.harness.stop().await;
}

#[tokio::test]
async fn rules_trigger_each_other_but_never_in_circles() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let listens = |name: &str, topic: &str, emits: &str| {
        json!({
            "name": name,
            "trigger": {"event": "automation.trigger", "topic": topic},
            "actions": [{"notify": {"title": "{{ data.from }}"}}, {"emit": {"topic": emits, "fields": {"from": name}}}],
        })
    };
    mesh.create_rule(user, listens("ping", "ping", "pong"))
        .await
        .unwrap();
    mesh.create_rule(user, listens("pong", "pong", "ping"))
        .await
        .unwrap();
    let itself = mesh
        .create_rule(user, listens("itself", "itself", "itself"))
        .await
        .unwrap();
    let trigger = |topic: &str| wire::TriggerRequest {
        topic: topic.into(),
        data: Some(serde_json::from_value(json!({"from": "outside"})).unwrap()),
        rule_chain: Vec::new(),
    };
    let answer = mesh
        .internal(user)
        .trigger(trigger("ping"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(ran(&mesh, user, 2).await, ["ping", "pong"]);
    let executions = mesh.executions(user, 3).await;
    assert_eq!(executions.len(), 3);
    assert_eq!(executions[2].event_id, answer.event_id);
    let cut = mesh.execution(user, &executions[0].id).await;
    assert_eq!(cut.status(), ExecutionStatus::Skipped);
    assert_eq!(cut.error_reason, "RULE_LOOP");
    let led = [executions[2].rule_id.clone(), executions[1].rule_id.clone()];
    assert_eq!(cut.rule_chain, led);
    let sent = mesh.notifications(user, 2).await;
    assert_eq!(sent[1].variables["title"], "ping");

    // What a rule did itself does not trigger it again, and is not worth a line.
    mesh.internal(user).trigger(trigger("itself")).await.unwrap();
    ran(&mesh, user, 3).await;
    mesh.settled(user).await;
    let of_itself = mesh.executions(user, 4).await;
    assert_eq!(of_itself.iter().filter(|one| one.rule_id == itself.id).count(), 1);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn five_rules_in_a_row_are_the_most() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    for step in 1..=6 {
        let rule = json!({
            "name": format!("step {step}"),
            "trigger": {"event": "automation.trigger", "topic": format!("step.{step}")},
            "actions": [{"emit": {"topic": format!("step.{}", step + 1)}}],
        });
        mesh.create_rule(user, rule).await.unwrap();
    }
    let first = AutomationTrigger {
        topic: "step.1".into(),
        ..AutomationTrigger::default()
    };
    mesh.publish(user, &first).await;
    let executions = mesh.executions(user, 6).await;
    assert_eq!(executions[0].status(), ExecutionStatus::Skipped);
    assert_eq!(executions[0].error_reason, "CHAIN_TOO_LONG");
    assert!(
        executions[1..]
            .iter()
            .all(|one| one.status() == ExecutionStatus::Succeeded)
    );
    mesh.harness.stop().await;
}

#[tokio::test]
async fn each_action_of_a_rule_has_its_result() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let broken = mesh.upload(user, &component("unreachable", "")).await.unwrap();
    let habit = mesh.upload(user, habit_counter()).await.unwrap();
    let food = support::FOOD;
    let rule = json!({
        "name": "Everything",
        "actions": [
            {"categorize": {"categoryId": food}},
            {"tag": {"tags": ["coffee", "coffee"]}},
            {"createExpense": {"amount": {"amount": "1.00", "currency": "USD"}, "description": "Tip for {{ merchant }}"}},
            {"log": {"message": "spent {{ amount }}"}},
            {"run": {"moduleId": broken.id}},
            {"run": {"moduleId": habit.id, "config": {"keyword": "coffee", "count": 1}}},
            {"notify": {"title": "done"}},
        ],
    });
    mesh.create_rule(user, rule).await.unwrap();
    let coffee = expense();
    mesh.publish(user, &coffee).await;
    let executions = mesh.executions(user, 1).await;
    let id = &executions[0].id;
    let settled = eventually("the effects are done", || async {
        let execution = mesh.execution(user, id).await;
        let is_pending = |one: &wire::ActionResult| one.status() == ActionStatus::Pending;
        (!execution.action_results.iter().any(is_pending)).then_some(execution)
    })
    .await;
    let results: Vec<_> = settled
        .action_results
        .iter()
        .map(|one| (one.kind.as_str(), one.status(), one.reason.as_str()))
        .collect();
    let done = ActionStatus::Done;
    assert_eq!(
        results,
        [
            ("categorize", done, ""),
            ("tag", done, ""),
            ("create_expense", done, ""),
            ("log", done, ""),
            ("run", ActionStatus::Failed, "TRAPPED"),
            ("run", done, ""),
            ("notify", done, ""),
            ("notify", done, ""),
        ]
    );
    assert_eq!(settled.action_results[3].detail, "spent 120.00 USD");
    assert_eq!(settled.module_hash, broken.hash, "the first one that ran");
    assert!(settled.fuel > 0);
    assert_eq!(settled.limits.unwrap().fuel, 50_000_000);
    let changed = mesh.recent().changed.clone();
    assert_eq!(changed.len(), 2);
    assert!(
        changed
            .iter()
            .all(|(who, change)| *who == user && change.expense_id == coffee.expense_id)
    );
    assert_eq!(changed[0].1.category_id, food);
    assert_eq!(changed[1].1.add_tags, ["coffee"]);
    assert_eq!(changed[0].1.rule_chain, [executions[0].rule_id.clone()]);
    let recorded = mesh.recent().recorded.clone();
    let tip = recorded[0].1.expense.clone().unwrap();
    assert_eq!(
        (tip.description.as_str(), tip.date.as_str()),
        ("Tip for Roastery", "2025-12-11")
    );
    mesh.harness.stop().await;
}

#[tokio::test]
async fn what_a_rule_refers_to_is_checked_when_it_is_saved() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let nothing = Id::<()>::generate().to_string();
    let one = json!({"amount": "1.00", "currency": "USD"});
    let cases = [
        (
            json!({"categorize": {"categoryId": nothing}}),
            "categorize.categoryId",
        ),
        (
            json!({"createExpense": {"amount": one, "description": "x", "categoryId": nothing}}),
            "createExpense.categoryId",
        ),
        (json!({"webhook": {"webhookId": nothing}}), "webhook.webhookId"),
        (json!({"run": {"moduleId": nothing}}), "run.moduleId"),
        (json!({"tag": {"tags": []}}), "tag.tags"),
        (json!({"emit": {"topic": "Not a topic"}}), "emit.topic"),
        (
            json!({"emit": {"topic": "a", "fields": {"x": [1]}}}),
            "emit.fields",
        ),
        (
            json!({"emit": {"topic": "a", "fields": {"x": "{{ salary }}"}}}),
            "emit.fields.x",
        ),
        (json!({"log": {"message": ""}}), "log.message"),
        (
            json!({"notify": {"channels": ["CHANNEL_UNSPECIFIED"]}}),
            "notify.channels[0]",
        ),
        (
            json!({"createExpense": {"description": "x"}}),
            "createExpense.amount",
        ),
    ];
    for (action, field) in cases {
        let refused = mesh
            .create_rule(user, json!({"actions": [action]}))
            .await
            .unwrap_err();
        assert_eq!(
            invalid_fields(&refused),
            [format!("actions[0].{field}")],
            "{action}"
        );
    }
    let save = json!({"actions": [{"save": {"goalId": nothing, "percent": "10"}}]});
    let refused = mesh.create_rule(user, save).await.unwrap_err();
    assert_eq!(reason(&refused), "ACTION_UNAVAILABLE");
    let tag = json!({"trigger": "income.received", "actions": [{"tag": {"tags": ["x"]}}]});
    let refused = mesh.create_rule(user, tag).await.unwrap_err();
    assert_eq!(invalid_fields(&refused), ["actions[0].tag"]);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn amounts_are_measured_by_the_owners_own_history_and_limits() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let over = |name: &str, percent: &str, of: &str| {
        let relative = json!({"percent": percent, "of": of, "days": 30});
        let compare = json!({"field": "amount", "operator": "OPERATOR_GREATER_THAN", "relative": relative});
        with(notify(name), "condition", json!({"compare": compare}))
    };
    mesh.create_rule(user, over("dear", "150", "MEASURE_MERCHANT_AVERAGE"))
        .await
        .unwrap();
    mesh.create_rule(user, over("very dear", "400", "MEASURE_MERCHANT_AVERAGE"))
        .await
        .unwrap();
    mesh.create_rule(user, over("half the day", "50", "MEASURE_DAILY_BUDGET"))
        .await
        .unwrap();
    let limit = |amount: &str| {
        Some(Money {
            amount: amount.into(),
            currency: "USD".into(),
        })
    };
    let updated = UserUpdated {
        user_id: user.to_string(),
        currency: "USD".into(),
        time_zone: "UTC".into(),
        daily_budget_limit: limit("200.00"),
        ..UserUpdated::default()
    };
    mesh.publish(user, &updated).await;
    let database = mesh.harness.database("automation");
    eventually("the person is known", || async {
        let query = sqlx::query("SELECT FROM people WHERE user_id = $1").bind(user.uuid());
        query.fetch_optional(database.pool()).await.unwrap()
    })
    .await;
    let earlier = ExpenseCreated {
        amount: limit("40.00"),
        date: "2025-12-01".into(),
        ..expense()
    };
    let now = expense();
    mesh.recent().expenses = vec![recent(&earlier), recent(&now)];
    mesh.publish(user, &now).await;
    assert_eq!(ran(&mesh, user, 2).await, ["dear", "half the day"]);
    assert_eq!(
        mesh.recent().asked.len(),
        1,
        "both averages are one, asked for once"
    );
    mesh.harness.stop().await;
}
