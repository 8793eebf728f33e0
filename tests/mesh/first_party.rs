//! The rules that come with PFMS, each brought as anybody brings one.

use std::path::Path;

use pfms_tests::client::id_of;
use pfms_tests::process::target;
use pfms_tests::{Mesh, Person};
use serde_json::{Value, json};
use uuid::Uuid;

/// When the rules are tried.
const DAY: &str = "2025-12-11";

/// What a rule is told, which expense it is tried with, and the kinds of what it does then.
struct Trial {
    config: Value,
    merchant: &'static str,
    amount: &'static str,
    kinds: &'static [&'static str],
}

/// How a rule is tried; none for those that ask for the goals of a savings service, which is not there yet. A rule that
/// is new has to be added here.
fn trial(name: &str) -> Option<Trial> {
    let of = |config, merchant, amount, kinds| {
        Some(Trial {
            config,
            merchant,
            amount,
            kinds,
        })
    };
    match name {
        // It tells of the month that is, which the tried day is not in.
        "budget-pace" => of(json!({}), "Shop", "120.00", &[]),
        "duplicate-charge" => of(json!({}), "Shop", "42.00", &["notify"]),
        "habit-counter" => of(
            json!({"keyword": "café", "count": 3}),
            "Café",
            "12.00",
            &["notify"],
        ),
        "subscription-price-rise" => of(json!({}), "Streamer", "12.99", &["notify"]),
        "unusual-amount" => of(json!({"history": 3}), "Bakery", "36.00", &["notify"]),
        "travel-mode" => of(
            json!({"tag": "lisbon", "from": "2025-12-10", "to": "2025-12-14"}),
            "Pastelaria",
            "3.00",
            &["tag"],
        ),
        "payday-split" | "round-up-saving" => None,
        other => panic!("{other} is new: say here how it is tried"),
    }
}

fn expense(merchant: &str, amount: &str, date: &str) -> Value {
    json!({"amount": {"amount": amount, "currency": "EUR"}, "merchant": merchant, "date": date})
}

#[tokio::test]
async fn every_first_party_rule_is_brought_described_and_does_what_it_is_for() {
    let person = Mesh::shared().person().await;
    let limit = json!({"monthlyBudgetLimit": {"amount": "100.00", "currency": "EUR"}});
    let _ = person
        .put("/api/v1/user/preferences/financial", &limit)
        .await
        .ok();
    let earlier: Vec<_> = [
        ("Streamer", "9.99", "2025-10-11"),
        ("Streamer", "9.99", "2025-11-11"),
        ("Shop", "42.00", DAY),
        ("Café", "12.00", DAY),
        ("Café", "11.00", DAY),
        ("Bakery", "12.00", "2025-12-10"),
        ("Bakery", "11.00", "2025-12-09"),
        ("Bakery", "13.00", "2025-12-08"),
    ]
    .map(|(merchant, amount, date)| expense(merchant, amount, date))
    .into();
    let _ = person
        .post("/api/v1/expenses:batchCreate", &json!({"expenses": earlier}))
        .await
        .ok();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/guest/rules");
    let mut brought = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let path = target().join(format!("plugins/{name}.wasm"));
        let content = std::fs::read(path).expect("run `make plugins`");
        let module = person.upload(content.clone()).await.ok();
        assert_eq!(module["name"], *name);
        assert_eq!(module["tier"], "MODULE_TIER_NATIVE");
        assert_eq!(person.upload(content).await.ok()["id"], module["id"]);
        try_one(&person, &name, &module).await;
        brought += 1;
    }
    assert!(brought >= 8, "only {brought}");

    // At work, too.
    let today = pfms_runtime::Clock::system()
        .now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date();
    for (spent, told) in [
        (
            expense("Streamer", "12.99", DAY),
            "Streamer costs 12.99 EUR instead of 9.99 EUR",
        ),
        (
            expense("Shop", "150.00", &today.to_string()),
            "Budget monthly is exceeded by 50.00 EUR",
        ),
    ] {
        let _ = person.post("/api/v1/expenses", &spent).await.ok();
        let _ = person.notified(told).await;
    }
}

/// Makes a rule of a module, and runs it without doing anything.
async fn try_one(person: &Person, name: &str, module: &Value) {
    let trial = trial(name);
    let rule = json!({
        "name": name,
        "trigger": {"event": module["triggers"][0]},
        "component": {"moduleId": id_of(module), "config": trial.as_ref().map(|trial| &trial.config)},
    });
    let answer = person.post("/api/v1/automation/rules", &rule).await;
    let Some(trial) = trial else {
        let _ = answer.refused(400, "FACT_UNAVAILABLE");
        return;
    };
    let mut data = expense(trial.merchant, trial.amount, DAY);
    data["expenseId"] = json!(Uuid::now_v7());
    let tried = json!({"ruleId": id_of(&answer.ok()), "event": {"data": data}});
    let answer = person.post("/api/v1/automation/rules:dryRun", &tried).await.ok();
    let execution = &answer["execution"];
    assert_ne!(
        execution["status"], "EXECUTION_STATUS_FAILED",
        "{name}: {execution}"
    );
    let results = execution["actionResults"].as_array().unwrap();
    let kinds: Vec<_> = results.iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, trial.kinds, "{name}: {execution}");
}
