//! Conditions: what is refused and where, what holds, and that the index never loses a match.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::needless_pass_by_value)]

use pfms_automation::condition::{Condition, MAX_COMPARISONS, MAX_DEPTH};
use pfms_automation::fact::Fact;
use pfms_automation::index;
use pfms_proto::automation::v1 as wire;
use pfms_proto::events::v1::ExpenseCreated;
use pfms_runtime::Violations;
use pfms_types::{Currency, Money};
use proptest::prelude::*;
use serde_json::{Value, json};

fn wire(condition: Value) -> wire::Condition {
    serde_json::from_value(condition).expect("proto3 JSON")
}

fn parse(condition: Value) -> Result<Condition, Vec<String>> {
    let mut violations = Violations::default();
    let parsed = Condition::parse(&mut violations, "condition", wire(condition));
    match parsed {
        Some(parsed) if violations.is_empty() => Ok(parsed),
        _ => Err(violations.iter().map(|(field, _)| field.to_owned()).collect()),
    }
}

fn fields(condition: Value) -> Vec<String> {
    parse(condition).expect_err("is refused")
}

fn compare(field: &str, operator: &str, operand: Value) -> Value {
    let name = if operand.is_object() { "money" } else { "text" };
    json!({"compare": {"field": field, "operator": format!("OPERATOR_{operator}"), name: operand}})
}

fn usd(amount: &str) -> Value {
    json!({"amount": amount, "currency": "USD"})
}

fn fact() -> Fact {
    Fact::try_from(ExpenseCreated {
        user_id: String::new(),
        expense_id: "01890a5d-ac96-774b-bcce-b302099a8057".into(),
        amount: Some(pfms_runtime::parse::wire_money(Money::from_minor(
            12_000,
            Currency::USD,
        ))),
        category: "Food".into(),
        category_id: "01890a5d-ac96-774b-bcce-b302099a8058".into(),
        description: "Weekly shopping".into(),
        merchant: "Straße 9".into(),
        date: "2025-12-11".into(),
        tags: vec!["Family".into()],
    })
    .unwrap()
}

fn holds(condition: Value) -> bool {
    parse(condition).unwrap().holds(&fact())
}

#[test]
fn faults_are_named_with_their_path() {
    let food = compare("category", "EQUALS", json!("Food"));
    assert_eq!(
        fields(json!({"all": {"conditions": [food, compare("amount", "GREATER_THAN", usd("1e3"))]}})),
        ["condition.all.conditions[1].compare.money.amount"]
    );
    assert_eq!(fields(json!({})), ["condition"]);
    assert_eq!(fields(json!({"any": {}})), ["condition.any.conditions"]);
    assert_eq!(fields(json!({"not": {}})), ["condition.not"]);
    let cases = [
        (compare("amount", "GREATER_THAN", usd("12.345")), "money.amount"),
        (
            compare(
                "amount",
                "GREATER_THAN",
                json!({"amount": "1", "currency": "XXX1"}),
            ),
            "money.currency",
        ),
        (compare("amount", "GREATER_THAN", json!("100.00")), "money"),
        (compare("amount", "CONTAINS", usd("1")), "operator"),
        (compare("amount", "UNSPECIFIED", usd("1")), "operator"),
        (compare("category", "GREATER_THAN", json!("Food")), "operator"),
        (compare("category", "CONTAINS", json!("  ")), "text"),
        (compare("merchant", "EQUALS", usd("1")), "text"),
        (compare("merchant", "EQUALS", json!("x".repeat(1_001))), "text"),
        (compare("merchant", "EQUALS", json!("nul \u{0}")), "text"),
        (compare("categoryId", "EQUALS", json!("7")), "text"),
        (compare("categoryId", "CONTAINS", json!("")), "operator"),
        (compare("date", "AT_LEAST", json!("2025-02-30")), "text"),
        (compare("tags", "EQUALS", json!("family")), "operator"),
        (compare("balance", "EQUALS", json!("1")), "field"),
    ];
    for (condition, field) in cases {
        assert_eq!(
            fields(condition.clone()),
            [format!("condition.compare.{field}")],
            "{condition}"
        );
    }
}

#[test]
fn depth_and_number_are_limited() {
    let nested = |levels: usize| {
        (1..levels).fold(
            compare("category", "EQUALS", json!("Food")),
            |inner, _| json!({"not": inner}),
        )
    };
    assert!(parse(nested(MAX_DEPTH)).is_ok());
    assert!(fields(nested(MAX_DEPTH + 1))[0].starts_with("condition.not.not"));
    let many = |count: usize| {
        let one = compare("category", "EQUALS", json!("Food"));
        json!({"any": {"conditions": vec![one; count]}})
    };
    assert!(parse(many(MAX_COMPARISONS)).is_ok());
    assert_eq!(fields(many(MAX_COMPARISONS + 1)), ["condition"]);
    // However many faults there are, the answer stays small.
    assert!(fields(json!({"any": {"conditions": vec![json!({}); 5_000]}})).len() < 100);
}

#[test]
fn comparisons_hold_as_documented() {
    assert!(holds(compare("amount", "GREATER_THAN", usd("119.99"))));
    assert!(!holds(compare("amount", "GREATER_THAN", usd("120.00"))));
    assert!(holds(compare("amount", "AT_LEAST", usd("120"))));
    assert!(holds(compare("amount", "AT_MOST", usd("120"))));
    assert!(!holds(compare("amount", "LESS_THAN", usd("120"))));
    assert!(holds(compare("amount", "EQUALS", usd("120"))));
    let euros = json!({"amount": "1", "currency": "EUR"});
    assert!(!holds(compare("amount", "GREATER_THAN", euros)));
    assert!(holds(compare("category", "EQUALS", json!("fOOD"))));
    assert!(holds(compare("merchant", "STARTS_WITH", json!("STRAß"))));
    assert!(holds(compare("description", "CONTAINS", json!("SHOP"))));
    assert!(holds(compare("date", "LESS_THAN", json!("2025-12-12"))));
    assert!(holds(compare("tags", "CONTAINS", json!("family"))));
    assert!(!holds(compare("tags", "CONTAINS", json!("fam"))));
    assert!(!holds(compare("categoryId", "EQUALS", json!(""))));
    assert!(holds(json!({"not": compare("category", "EQUALS", json!(""))})));
}

#[test]
fn an_expense_meets_only_rules_that_can_match() {
    let candidate = |condition: Value| meets(&parse(condition).unwrap(), &fact());
    let over = |amount: &str| compare("amount", "GREATER_THAN", usd(amount));
    let category = |name: &str| compare("category", "EQUALS", json!(name));
    assert!(candidate(category("food")));
    assert!(!candidate(category("rent")));
    assert!(!candidate(over("500")));
    assert!(!candidate(compare("tags", "CONTAINS", json!("work"))));
    assert!(!candidate(
        json!({"all": {"conditions": [category("food"), over("500")]}})
    ));
    assert!(!candidate(
        json!({"any": {"conditions": [category("rent"), category("fun"), over("500")]}})
    ));
    assert!(candidate(
        json!({"any": {"conditions": [category("rent"), over("1")]}})
    ));
    // An amount is in one currency: no expense is a candidate at all.
    let both = json!({"all": {"conditions": [
        over("1"), compare("amount", "GREATER_THAN", json!({"amount": "1", "currency": "EUR"}))]}});
    assert!(index::entries(Some(parse(both).unwrap().test())).is_empty());
}

/// What the query of the index does.
fn meets(condition: &Condition, fact: &Fact) -> bool {
    let keys = index::keys(fact);
    index::entries(Some(condition.test())).iter().any(|entry| {
        keys.contains(&entry.key)
            && ["", fact.amount.currency().code()].contains(&entry.currency.as_str())
            && entry.min_minor <= fact.amount.minor()
            && entry.max_minor >= fact.amount.minor()
    })
}

/// Few values, so that conditions and expenses meet often.
fn texts() -> impl Strategy<Value = String> {
    let long = "x".repeat(70);
    prop::sample::select(vec![
        "food".to_owned(),
        "Food".into(),
        "İstanbul ΟΔΟΣ".into(),
        "οδος".into(),
        format!("{long}a"),
        format!("{long}b"),
    ])
}

fn amounts() -> impl Strategy<Value = Value> {
    let currencies = prop::sample::select(vec!["USD", "EUR"]);
    let amounts = prop::sample::select(vec![
        "0",
        "1.00",
        "2",
        "-1",
        "92233720368547758.07",
        "-92233720368547758.08",
    ]);
    (amounts, currencies).prop_map(|(amount, currency)| json!({"amount": amount, "currency": currency}))
}

const ORDERS: [&str; 5] = ["EQUALS", "GREATER_THAN", "AT_LEAST", "LESS_THAN", "AT_MOST"];

fn comparisons() -> impl Strategy<Value = Value> {
    let dates = prop::sample::select(vec!["2025-12-10", "2025-12-11", "2025-12-12"]);
    let fields = prop::sample::select(vec!["category", "merchant", "description"]);
    let matches = prop::sample::select(vec!["EQUALS", "EQUALS", "CONTAINS", "STARTS_WITH"]);
    let ids = prop::sample::select(vec!["", "01890a5d-ac96-774b-bcce-b302099a8058"]);
    prop_oneof![
        (prop::sample::select(&ORDERS[..]), amounts())
            .prop_map(|(order, money)| compare("amount", order, money)),
        (prop::sample::select(&ORDERS[..]), dates).prop_map(|(order, date)| compare(
            "date",
            order,
            json!(date)
        )),
        (fields, matches, texts()).prop_map(|(field, how, text)| compare(field, how, json!(text))),
        texts().prop_map(|text| compare("tags", "CONTAINS", json!(text))),
        ids.prop_map(|id| compare("categoryId", "EQUALS", json!(id))),
    ]
}

fn conditions() -> impl Strategy<Value = Value> {
    comparisons().prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..6)
                .prop_map(|conditions| json!({"all": {"conditions": conditions}})),
            prop::collection::vec(inner.clone(), 1..6)
                .prop_map(|conditions| json!({"any": {"conditions": conditions}})),
            inner.prop_map(|condition| json!({"not": condition})),
        ]
    })
}

prop_compose! {
    fn facts()(
        money in amounts(),
        category in texts(),
        known in any::<bool>(),
        description in texts(),
        merchant in texts(),
        date in prop::sample::select(vec!["2025-12-10", "2025-12-11"]),
        tags in prop::collection::vec(texts(), 0..3),
    ) -> Fact {
        let id = "01890a5d-ac96-774b-bcce-b302099a8058";
        Fact::try_from(ExpenseCreated {
            user_id: String::new(),
            expense_id: id.into(),
            amount: Some(serde_json::from_value(money).unwrap()),
            category: if known { category } else { String::new() },
            category_id: if known { id.into() } else { String::new() },
            description,
            merchant,
            date: date.into(),
            tags,
        })
        .unwrap()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn the_index_never_loses_a_match(condition in conditions(), fact in facts()) {
        if let Ok(condition) = parse(condition)
            && condition.holds(&fact)
        {
            prop_assert!(meets(&condition, &fact));
        }
    }

    #[test]
    fn a_condition_is_stored_as_it_was_sent(condition in conditions()) {
        let sent = wire(condition.clone());
        if let Ok(parsed) = parse(condition) {
            let stored = serde_json::to_value(parsed.wire()).unwrap();
            prop_assert_eq!(wire(stored), sent);
        }
    }
}
