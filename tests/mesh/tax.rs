//! Taxes, from a profile to what is owed, through the edge.

use std::time::Duration;

use pfms_tests::client::id_of;
use pfms_tests::component::{publisher_key, signature};
use pfms_tests::process::target;
use pfms_tests::{Answer, Mesh, Person, within};
use serde_json::{Value, json};

/// How long an expense may take to become a deduction.
const EFFECT: Duration = Duration::from_secs(20);

/// One of each that the tax service gives an id.
pub struct Taxes {
    pub calculation: String,
    pub deduction: String,
    pub income: String,
    pub mapping: String,
}

/// Fills the tax service with something of one's own.
pub async fn settle(person: &Person, category: &str) -> Taxes {
    let _ = person.put("/api/v1/tax/profiles/2025", &single()).await.ok();
    let income = person.create("/api/v1/tax/incomes", &wages("90000.00")).await;
    let deduction = person.create("/api/v1/tax/deductions", &gift("250.00")).await;
    let mapping = person.create("/api/v1/tax/mappings", &mapping(category)).await;
    let calculation = id_of(&calculate(person).await.ok());
    Taxes {
        calculation,
        deduction,
        income,
        mapping,
    }
}

pub fn wages(amount: &str) -> Value {
    json!({"country": "US", "kind": "wages", "amount": usd(amount), "date": "2025-03-31", "withheld": usd("12000.00")})
}

pub fn gift(amount: &str) -> Value {
    json!({"country": "US", "year": 2025, "category": "charity", "amount": usd(amount)})
}

fn mapping(category: &str) -> Value {
    json!({"country": "US", "source": "TAX_SOURCE_EXPENSE_CATEGORY", "from": category, "to": "charity"})
}

fn single() -> Value {
    json!({"country": "US", "fields": {"filing-status": {"choice": "single"}, "age": {"whole": 40}}})
}

fn usd(amount: &str) -> Value {
    json!({"amount": amount, "currency": "USD"})
}

async fn calculate(person: &Person) -> Answer {
    person
        .get("/api/v1/tax/calculate?year=2025&acceptUnverified=true")
        .await
}

#[tokio::test]
async fn from_a_profile_to_what_is_owed() {
    let mesh = Mesh::shared();
    let person = mesh.person().await;
    let states = person.get("/api/v1/tax/countries/US").await.ok();
    assert_eq!(states["currency"], "USD");
    let brackets = person
        .get("/api/v1/tax/countries/US/years/2025/brackets")
        .await
        .ok();
    assert!(!brackets["brackets"].as_array().unwrap().is_empty());

    // What is missing is asked for by name.
    let _ = calculate(&person).await.refused(400, "PROFILE_MISSING");
    let empty = json!({"country": "US"});
    let asked = person.put("/api/v1/tax/profiles/2025", &empty).await.ok();
    let names: Vec<_> = asked["missing"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["field"])
        .collect();
    assert_eq!(names, ["filing-status", "age"]);
    let refusal = calculate(&person).await.refused(400, "PROFILE_INCOMPLETE");
    assert!(
        refusal.message().contains("filing-status"),
        "{}",
        refusal.message()
    );
    let young =
        json!({"country": "US", "fields": {"age": {"whole": 3}, "filing-status": {"choice": "single"}}});
    let refusal = person.put("/api/v1/tax/profiles/2025", &young).await.error();
    assert_eq!(refusal.fields(), ["fields.age"]);
    let profile = person.put("/api/v1/tax/profiles/2025", &single()).await.ok();
    assert_eq!(profile["fields"]["age"], json!({"whole": "40"}));

    // An income, and an expense that becomes a deduction.
    let income = person.create("/api/v1/tax/incomes", &wages("100000.00")).await;
    let category = person
        .create("/api/v1/categories", &json!({"name": "Donations"}))
        .await;
    let _ = person.create("/api/v1/tax/mappings", &mapping(&category)).await;
    let spent = json!({"amount": usd("20000.00"), "date": "2025-06-01", "categoryId": category});
    let spent = person.create("/api/v1/expenses", &spent).await;
    let deduction = within(EFFECT, "a deduction", || async {
        let list = person.try_get("/api/v1/tax/deductions?year=2025").await?.ok();
        list["deductions"].as_array().unwrap().first().cloned()
    })
    .await;
    assert_eq!(deduction["expenseId"], spent);
    assert_eq!(deduction["amount"], usd("20000.00"));

    let first = calculate(&person).await.ok();
    assert_eq!(first["taxableIncome"], usd("80000.00"), "itemised: {first}");
    assert_eq!(first["paid"], usd("12000.00"));
    assert_eq!(calculate(&person).await.ok()["id"], first["id"]);
    let what_if = json!({
        "year": 2025, "acceptUnverified": true,
        "changes": {"incomes": [wages("10000.00")]},
    });
    let compared = person.post("/api/v1/tax/calculate:whatIf", &what_if).await.ok();
    assert_eq!(compared["owedDifference"], usd("2965.00"));
    assert!(!compared["differences"].as_array().unwrap().is_empty());

    // Stale after a change, and calculated anew.
    let path = format!("/api/v1/tax/calculations/{}", id_of(&first));
    assert_eq!(person.get(&path).await.ok()["stale"], false);
    let more = json!({"amount": usd("110000.00")});
    let _ = person
        .put(&format!("/api/v1/tax/incomes/{income}"), &more)
        .await
        .ok();
    assert_eq!(person.get(&path).await.ok()["stale"], true);
    let second = calculate(&person).await.ok();
    assert_ne!(second["id"], first["id"]);
    assert_eq!(second["taxableIncome"], usd("90000.00"));
    let verified = person.post(&format!("{path}:verify"), &json!({})).await.ok();
    assert_eq!(verified["matches"], true);
    let estimate = person
        .get("/api/v1/tax/estimate?year=2025&acceptUnverified=true")
        .await
        .ok();
    assert_eq!(estimate["projected"]["owed"], second["owed"]);
    let report = person
        .get("/api/v1/tax/reports/generate-full?year=2025&acceptUnverified=true")
        .await
        .ok();
    assert_eq!(report["calculation"]["id"], second["id"]);
    assert_eq!(report["deductions"][0]["id"], deduction["id"]);

    nobody_else_sees_it(&person, &category).await;
}

async fn nobody_else_sees_it(person: &Person, category: &str) {
    let stranger = Mesh::shared().person().await;
    for (path, list) in [
        ("profiles", "profiles"),
        ("incomes", "incomes"),
        ("deductions", "deductions"),
        ("mappings", "mappings"),
        ("calculations", "calculations"),
    ] {
        let own = person.get(&format!("/api/v1/tax/{path}")).await.ok();
        assert!(!own[list].as_array().unwrap().is_empty(), "{path}");
        let theirs = stranger.get(&format!("/api/v1/tax/{path}")).await.ok();
        assert_eq!(theirs[list], json!([]), "{path}");
    }
    let _ = stranger
        .get("/api/v1/tax/profiles/2025")
        .await
        .refused(404, "PROFILE_NOT_FOUND");
    let _ = calculate(&stranger).await.refused(400, "PROFILE_MISSING");
    let refusal = stranger
        .post("/api/v1/tax/mappings", &mapping(category))
        .await
        .error();
    assert_eq!(refusal.fields(), ["from"]);
}

#[tokio::test]
async fn a_person_brings_a_country_that_an_allowed_publisher_signed() {
    let mesh = Mesh::shared();
    let (person, stranger) = (mesh.person().await, mesh.person().await);
    let content = std::fs::read(target().join("plugins/tax-us.wasm")).expect("run `make plugins`");
    let upload = |key: String, signature: String| {
        let path = format!("/api/v1/tax/components?publisherKey={key}&signature={signature}");
        let request = person.request("POST", &path);
        person.send(
            request
                .header("content-type", "application/wasm")
                .body(content.clone()),
        )
    };
    let refusal = upload(publisher_key(), "00".repeat(64)).await.error();
    assert_eq!(refusal.fields(), ["signature"]);
    let component = upload(publisher_key(), signature(&content)).await.ok();
    assert_eq!(component["description"]["country"], "US");
    let hash = component["hash"].as_str().unwrap();
    let path = format!("/api/v1/tax/components/{hash}");
    assert_eq!(person.get(&path).await.ok(), component);
    let mut profile = single();
    profile["componentHash"] = json!(hash);
    let _ = person.put("/api/v1/tax/profiles/2025", &profile).await.ok();
    let _ = person.create("/api/v1/tax/incomes", &wages("100000.00")).await;
    assert_eq!(calculate(&person).await.ok()["component"]["hash"], hash);

    let _ = stranger.get(&path).await.refused(404, "COMPONENT_NOT_FOUND");
    let refusal = stranger.put("/api/v1/tax/profiles/2025", &profile).await.error();
    assert_eq!(refusal.fields(), ["componentHash"]);
    let deletion = stranger.call("DELETE", &path, &json!({})).await;
    let _ = deletion.refused(404, "COMPONENT_NOT_FOUND");
    let deletion = person.call("DELETE", &path, &json!({})).await;
    let _ = deletion.refused(400, "COMPONENT_IN_USE");
}
