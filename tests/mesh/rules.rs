//! Rules as their owner uses them: tried, held against the past, applied to it, at work, learned, timed, switched off.

use std::time::Duration;

use pfms_proto::automation::v1 as wire;
use pfms_tests::client::id_of;
use pfms_tests::{Mesh, Person, grpc, within};
use prost::Message as _;
use serde_json::{Value, json};

use crate::receiver::Receiver;

const EFFECT: Duration = Duration::from_secs(30);
/// A rule that is due every minute runs at the next full one.
const MINUTE: Duration = Duration::from_secs(100);

/// One of each that rules leave beside themselves and their components.
pub struct Automation {
    pub execution: String,
    pub group: String,
    pub proposal: String,
    pub run: String,
    pub webhook: String,
}

/// Fills automation with something of one's own, for a person with a rule that acts for each new expense.
pub async fn settle(person: &Person, rule: &str) -> Automation {
    let group = person
        .create("/api/v1/automation/groups", &json!({"name": "Mine"}))
        .await;
    let webhook = json!({"name": "Mine", "url": "https://hooks.example.com/pfms"});
    let webhook = person.create("/api/v1/automation/webhooks", &webhook).await;
    let proposal = corrected(person, "Mine", &["Wrong", "Right"]).await;
    let execution = id_of(&executions(person, rule, 1).await[0]);
    let run = person
        .create("/api/v1/automation/backtests", &json!({"ruleId": rule}))
        .await;
    let _ = ended(person, &run).await;
    Automation {
        execution,
        group,
        proposal: id_of(&proposal),
        run,
        webhook,
    }
}

/// Leaves what is still to be done: a message for a receiver that is not there, and a rule that is due next year; and a
/// rule with this module.
pub async fn leave_waiting(person: &Person, module: &str) {
    let webhook = json!({"name": "Gone", "url": "http://127.0.0.1:9/"});
    let webhook = person.create("/api/v1/automation/webhooks", &webhook).await;
    let code =
        json!({"name": "Code", "trigger": {"event": "expense.created"}, "component": {"moduleId": module}});
    let calls = json!({
        "name": "Calls",
        "trigger": {"event": "expense.created"},
        "actions": [{"webhook": {"webhookId": webhook}}],
    });
    let waits = json!({
        "name": "Waits",
        "trigger": {"event": "time", "schedule": {"cron": "0 0 1 1 *"}},
        "actions": [{"notify": {}}],
    });
    for rule in [code, calls, waits] {
        let _ = person.create("/api/v1/automation/rules", &rule).await;
    }
    let _ = spend(person, "Anywhere", "2025-11-04", &json!({})).await;
    within(EFFECT, "a message is tried", || async {
        let path = format!("/api/v1/automation/webhooks/{webhook}/deliveries");
        let list = person.try_get(&path).await?.ok();
        list["deliveries"].as_array()?.first().cloned()
    })
    .await;
}

/// Puts an expense at a merchant from one new category into another, and gives what is proposed then.
async fn corrected(person: &Person, merchant: &str, categories: &[&str; 2]) -> Value {
    let [wrong, right] = [
        category(person, categories[0]).await,
        category(person, categories[1]).await,
    ];
    let spent = spend(person, merchant, "2025-11-03", &json!({"categoryId": wrong})).await;
    let path = format!("/api/v1/expenses/{spent}");
    let _ = person.put(&path, &json!({"categoryId": right})).await.ok();
    let proposal = within(EFFECT, "a proposal", || async {
        let list = person.try_get("/api/v1/automation/proposals").await?.ok();
        list["proposals"].as_array()?.first().cloned()
    })
    .await;
    assert_eq!(proposal["categoryId"], right);
    proposal
}

async fn category(person: &Person, name: &str) -> String {
    person.create("/api/v1/categories", &json!({"name": name})).await
}

/// Records an expense of 4.20 EUR with further fields, and gives its id.
async fn spend(person: &Person, merchant: &str, date: &str, further: &Value) -> String {
    let mut expense =
        json!({"amount": {"amount": "4.20", "currency": "EUR"}, "merchant": merchant, "date": date});
    for (name, value) in further.as_object().expect("fields") {
        expense[name] = value.clone();
    }
    person.create("/api/v1/expenses", &expense).await
}

async fn expense(person: &Person, id: &str) -> Value {
    person.get(&format!("/api/v1/expenses/{id}")).await.ok()
}

/// The executions of a rule, once there are as many.
async fn executions(person: &Person, rule: &str, count: usize) -> Vec<Value> {
    let path = format!("/api/v1/automation/executions?ruleId={rule}");
    within(EFFECT, "the rule has run", || async {
        let list = person.try_get(&path).await?.ok();
        let list = list["executions"].as_array()?.clone();
        (list.len() >= count).then_some(list)
    })
    .await
}

/// An execution with the results of its actions, once none is pending.
async fn settled(person: &Person, execution: &str) -> Value {
    within(EFFECT, "its actions are done", || async {
        let path = format!("/api/v1/automation/executions/{execution}");
        let one = person.try_get(&path).await?.ok();
        let pending = one["actionResults"].to_string().contains("ACTION_STATUS_PENDING");
        (!pending).then_some(one)
    })
    .await
}

/// A run over the past, once it has ended.
async fn ended(person: &Person, run: &str) -> Value {
    within(EFFECT, "the run ends", || async {
        let run = person
            .try_get(&format!("/api/v1/automation/runs/{run}"))
            .await?
            .ok();
        (!run["endTime"].is_null()).then_some(run)
    })
    .await
}

fn count(run: &Value, kind: &str) -> [String; 3] {
    let counts = run["actions"].as_array().expect("counts");
    let one = counts.iter().find(|one| one["kind"] == kind).expect("this kind");
    ["asked", "done", "skipped"].map(|name| one[name].as_str().expect("a number").to_owned())
}

/// Coffee, however it is written, unless it is paid back.
fn coffee(category: &str, webhook: &str) -> Value {
    let compare = |field: &str, operator: &str| json!({"compare": {"field": field, "operator": format!("OPERATOR_{operator}")}});
    let with = |mut compare: Value, operand: &str, value: Value| {
        compare["compare"][operand] = value;
        compare
    };
    json!({
        "name": "Coffee",
        "trigger": {"event": "expense.created"},
        "condition": {"all": {"conditions": [
            {"any": {"conditions": [
                with(compare("merchant", "STARTS_WITH"), "text", json!("roast")),
                with(compare("description", "MATCHES"), "text", json!(r"\bespresso\b")),
            ]}},
            {"not": with(compare("tags", "HAS_TAG"), "text", json!("refund"))},
            with(compare("amount", "BETWEEN"), "range", json!({"from": "1.00", "to": "20.00", "currency": "EUR"})),
        ]}},
        "actions": [
            {"categorize": {"categoryId": category}},
            {"tag": {"tags": ["coffee"]}},
            {"webhook": {"webhookId": webhook}},
            {"notify": {"title": "Coffee at {{ merchant }}", "body": "{{ amount }}", "priority": "PRIORITY_LOW"}},
        ],
    })
}

/// Tries a rule with what there is: everything is said, nothing is done.
async fn try_out(person: &Person, rule: &Value, earlier: &[String; 2], others: &[String; 2]) {
    for (expense, matches) in earlier
        .iter()
        .map(|one| (one, true))
        .chain(others.iter().map(|one| (one, false)))
    {
        let tried = json!({"rule": rule, "expenseId": expense});
        let answer = person.post("/api/v1/automation/rules:dryRun", &tried).await.ok();
        assert_eq!(answer["matched"], matches, "{answer}");
        if matches {
            let results = answer["execution"]["actionResults"].as_array().unwrap();
            let kinds: Vec<_> = results.iter().map(|one| one["kind"].as_str().unwrap()).collect();
            assert_eq!(kinds, ["categorize", "tag", "webhook", "notify"]);
        }
    }
    let backtest = person
        .create("/api/v1/automation/backtests", &json!({"rule": rule}))
        .await;
    let run = ended(person, &backtest).await;
    assert_eq!(run["state"], "HISTORY_RUN_STATE_SUCCEEDED", "{run}");
    assert_eq!(
        [&run["total"], &run["examined"], &run["matched"], &run["failed"]],
        ["4", "4", "2", "0"]
    );
    assert_eq!(count(&run, "categorize"), ["2", "0", "0"]);
    let examples = run["examples"].as_array().unwrap();
    assert!(
        examples
            .iter()
            .all(|one| earlier.contains(&one["expenseId"].as_str().unwrap().to_owned()))
    );
    assert_eq!(expense(person, &earlier[0]).await["tags"], json!([]));
}

#[tokio::test]
async fn a_rule_is_tried_held_against_the_past_applied_to_it_and_then_acts_by_itself() {
    let person = Mesh::shared().person().await;
    let receiver = Receiver::start().await;
    let drinks = category(&person, "Drinks").await;
    let webhook = json!({"name": "Receiver", "url": receiver.url});
    let webhook = person.post("/api/v1/automation/webhooks", &webhook).await.ok();
    let earlier = [
        spend(&person, "Roastery", "2025-10-01", &json!({})).await,
        spend(
            &person,
            "Corner",
            "2025-10-02",
            &json!({"description": "double Espresso"}),
        )
        .await,
    ];
    let others = [
        spend(&person, "Roastery", "2025-10-03", &json!({"tags": ["Refund"]})).await,
        spend(
            &person,
            "Grocer",
            "2025-10-04",
            &json!({"description": "espressos"}),
        )
        .await,
    ];
    let rule = coffee(&drinks, webhook["id"].as_str().unwrap());

    try_out(&person, &rule, &earlier, &others).await;

    // Applied to the past: what concerns the expenses is done once, and nobody hears of what is long past.
    let rule = person.create("/api/v1/automation/rules", &rule).await;
    let path = format!("/api/v1/automation/rules/{rule}:applyToPast");
    let run = person.create(&path, &json!({})).await;
    let watched = person
        .get(&format!("/api/v1/automation/runs/{run}:watch"))
        .await
        .ok();
    let last = watched.as_array().expect("a stream is an array").last().unwrap();
    assert_eq!(last["run"]["state"], "HISTORY_RUN_STATE_SUCCEEDED", "{watched}");
    assert_eq!(count(&last["run"], "tag"), ["2", "2", "0"]);
    assert_eq!(count(&last["run"], "webhook"), ["2", "0", "2"]);
    for id in &earlier {
        let now = expense(&person, id).await;
        assert_eq!(
            (&now["categoryId"], &now["tags"]),
            (&json!(drinks), &json!(["coffee"]))
        );
    }
    assert_eq!(expense(&person, &others[0]).await["categoryId"], "");
    let again = person.create(&path, &json!({})).await;
    assert_eq!(count(&ended(&person, &again).await, "tag")[1], "0");
    assert_eq!(person.titles().await, Vec::<String>::new());

    // At work.
    let spent = spend(&person, "ROASTERY Mitte", "2025-11-01", &json!({})).await;
    let told = person.notified("Coffee at ROASTERY Mitte").await;
    assert_eq!(told["body"], "4.20 EUR");
    let execution = settled(&person, &id_of(&executions(&person, &rule, 1).await[0])).await;
    let results = execution["actionResults"].as_array().unwrap();
    assert!(
        results.iter().all(|one| one["status"] == "ACTION_STATUS_DONE"),
        "{results:?}"
    );
    assert_eq!(
        execution["conditions"].as_array().unwrap().len(),
        4,
        "{execution}"
    );
    let now = expense(&person, &spent).await;
    assert_eq!(
        (&now["categoryId"], &now["tags"]),
        (&json!(drinks), &json!(["coffee"]))
    );
    let message = &receiver.posted(1).await[0];
    assert!(message.is_signed_with(webhook["secret"].as_str().unwrap()));
    assert!(message.json().to_string().contains(&spent), "{}", message.json());
    let path = format!("/api/v1/automation/webhooks/{}/deliveries", id_of(&webhook));
    let deliveries = person.get(&path).await.ok();
    assert_eq!(deliveries["deliveries"][0]["succeeded"], true, "{deliveries}");
    assert_eq!(deliveries["deliveries"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_correction_becomes_a_proposal_and_an_accepted_one_a_rule() {
    let person = Mesh::shared().person().await;
    let proposal = corrected(&person, "Corner Shop", &["Odds and ends", "Provisions"]).await;
    assert_eq!((&proposal["right"], &proposal["wrong"]), (&json!(1), &json!(0)));
    assert_eq!(person.holdings().await[2], 0, "nothing is created unasked");
    let path = format!("/api/v1/automation/proposals/{}:accept", id_of(&proposal));
    let rule = person.post(&path, &json!({})).await.ok();
    let left = person.get("/api/v1/automation/proposals").await.ok();
    assert_eq!(left["proposals"], json!([]));
    let spent = spend(&person, "corner shop", "2025-11-05", &json!({})).await;
    let execution = id_of(&executions(&person, &id_of(&rule), 1).await[0]);
    let _ = settled(&person, &execution).await;
    assert_eq!(
        expense(&person, &spent).await["categoryId"],
        proposal["categoryId"]
    );
    // What a rule did is no correction.
    let left = person.get("/api/v1/automation/proposals").await.ok();
    assert_eq!(left["proposals"], json!([]));
}

#[tokio::test]
async fn a_rule_runs_when_it_is_due() {
    let person = Mesh::shared().person().await;
    let rule = json!({
        "name": "Every minute",
        "trigger": {"event": "time", "schedule": {"cron": "* * * * *"}},
        "actions": [{"notify": {"title": "A minute has passed"}}],
    });
    let rule = person.create("/api/v1/automation/rules", &rule).await;
    let path = format!("/api/v1/automation/executions?ruleId={rule}");
    let execution = within(MINUTE, "the rule is due", || async {
        let list = person.try_get(&path).await?.ok();
        list["executions"].as_array()?.last().cloned()
    })
    .await;
    assert_eq!(execution["event"], "time");
    assert_eq!(execution["status"], "EXECUTION_STATUS_SUCCEEDED", "{execution}");
    let _ = person.notified("A minute has passed").await;
}

#[tokio::test]
async fn a_group_is_switched_off_and_on_with_all_of_its_rules() {
    let person = Mesh::shared().person().await;
    let group = person
        .create("/api/v1/automation/groups", &json!({"name": "Holidays"}))
        .await;
    let mut grouped = Vec::new();
    for name in ["One", "Other"] {
        let rule = json!({
            "name": name,
            "groupId": group,
            "trigger": {"event": "expense.created"},
            "actions": [{"log": {"message": "{{ merchant }}"}}],
        });
        grouped.push(person.create("/api/v1/automation/rules", &rule).await);
    }
    // It is in no group, and shows when an event has been dealt with: all rules run in one transaction.
    let witness = person.watch_expenses().await;
    let switch = async |active: bool| {
        let path = format!("/api/v1/automation/groups/{group}");
        let _ = person.put(&path, &json!({"active": active})).await.ok();
    };
    for (turn, (active, ran)) in [(true, 1), (false, 1), (true, 2)].into_iter().enumerate() {
        switch(active).await;
        let _ = spend(
            &person,
            "Anywhere",
            "2025-11-06",
            &json!({"description": "on holiday"}),
        )
        .await;
        let _ = executions(&person, &witness, turn + 1).await;
        for rule in &grouped {
            let log = executions(&person, rule, 0).await;
            let (did, left_out): (Vec<_>, Vec<_>) = log
                .iter()
                .partition(|one| one["status"] == "EXECUTION_STATUS_SUCCEEDED");
            assert_eq!(did.len(), ran, "turn {turn}");
            assert!(
                left_out.iter().all(|one| one["errorReason"] == "GROUP_INACTIVE"),
                "{left_out:?}"
            );
        }
    }
}

#[tokio::test]
async fn nulls_in_what_is_free_in_form_come_back_as_nulls() {
    let mesh = Mesh::shared();
    let person = mesh.person().await;
    let webhook = json!({"name": "Mine", "url": "https://hooks.example.com/pfms"});
    let webhook = person.create("/api/v1/automation/webhooks", &webhook).await;
    let payload = json!({"nothing": null, "list": [null, {"deep": null}]});
    let rule = json!({
        "name": "Nulls",
        "trigger": {"event": "expense.created"},
        "actions": [{"webhook": {"webhookId": webhook, "payload": payload}}],
    });
    let created = person.post("/api/v1/automation/rules", &rule).await.ok();
    assert_eq!(created["actions"][0]["webhook"]["payload"], payload);

    // A value without a kind, which any client of gRPC may send, and which the edge would not survive.
    let fields = [("nothing".to_owned(), pbjson_types::Value { kind: None })].into();
    let call = wire::CallWebhook {
        webhook_id: webhook,
        payload: Some(pbjson_types::Struct { fields }),
    };
    let rule = wire::Rule {
        name: "Without a kind".to_owned(),
        trigger: Some(wire::Trigger {
            event: "expense.created".to_owned(),
            ..wire::Trigger::default()
        }),
        actions: vec![wire::Action {
            kind: Some(wire::action::Kind::Webhook(call)),
        }],
        ..wire::Rule::default()
    };
    let request = wire::CreateRuleRequest { rule: Some(rule) }.encode_to_vec();
    let channel = grpc::connect(&mesh.url()).await;
    let path = "/pfms.automation.v1.AutomationService/CreateRule";
    let answer = grpc::call(&channel, path, person.token(), request).await;
    let created = wire::Rule::decode(answer.unwrap()).unwrap();
    let path = format!("/api/v1/automation/rules/{}", created.id);
    let read = person.get(&path).await.ok();
    assert_eq!(read["actions"][0]["webhook"]["payload"], json!({"nothing": null}));
    let mut data = json!({"amount": {"amount": "4.20", "currency": "EUR"}, "date": "2025-11-07"});
    data["expenseId"] = json!(created.id);
    let tried = json!({"ruleId": created.id, "event": {"data": data}});
    let answer = person.post("/api/v1/automation/rules:dryRun", &tried).await.ok();
    let execution = &answer["execution"];
    assert_eq!(
        execution["actionResults"][0]["action"]["webhook"]["payload"],
        json!({"nothing": null})
    );
}
