//! Conditions: what is refused and where, what holds, and that the index never loses a match.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::needless_pass_by_value)]

use pfms_automation::condition::{Condition, Known, MAX_COMPARISONS, MAX_DEPTH, Measure, Share};
use pfms_automation::fact::Fact;
use pfms_automation::index;
use pfms_automation::schema::Schema;
use pfms_automation::trigger::Trigger;
use pfms_proto::automation::v1 as wire;
use pfms_runtime::Violations;
use pfms_types::{Currency, Money};
use proptest::prelude::*;
use serde_json::{Value, json};

fn wire(condition: Value) -> wire::Condition {
    serde_json::from_value(condition).expect("proto3 JSON")
}

fn parse(condition: Value) -> Result<Condition, Vec<String>> {
    parse_for("expense.created", condition)
}

fn parse_for(event: &str, condition: Value) -> Result<Condition, Vec<String>> {
    let mut violations = Violations::default();
    let schema = Schema::find(event).expect("triggers rules");
    let parsed = Condition::parse(&mut violations, "condition", schema, wire(condition));
    match parsed {
        Some(parsed) if violations.is_empty() => Ok(parsed),
        _ => Err(violations.iter().map(|(field, _)| field.to_owned()).collect()),
    }
}

fn entries(event: &str, condition: &Condition) -> Vec<index::Entry> {
    let trigger = Trigger {
        schema: Schema::find(event).expect("triggers rules"),
        topic: String::new(),
        schedule: None,
    };
    index::entries(&trigger, Some(condition.test()))
}

fn fields(condition: Value) -> Vec<String> {
    parse(condition).expect_err("is refused")
}

/// An object is an amount, unless it names the operand itself; null is none.
fn compare(field: &str, operator: &str, operand: Value) -> Value {
    let mut compare = json!({"field": field, "operator": format!("OPERATOR_{operator}")});
    match operand {
        Value::Null => {}
        Value::Object(operand) if operand.contains_key("amount") => compare["money"] = json!(operand),
        Value::Object(operand) => {
            for (name, value) in operand {
                compare[name] = value;
            }
        }
        text => compare["text"] = text,
    }
    json!({"compare": compare})
}

fn usd(amount: &str) -> Value {
    json!({"amount": amount, "currency": "USD"})
}

fn read(event: &str, data: Value) -> Fact {
    Fact::read(Schema::find(event).expect("triggers rules"), &data).unwrap()
}

fn fact() -> Fact {
    read(
        "expense.created",
        json!({
            "expenseId": "01890a5d-ac96-774b-bcce-b302099a8057",
            "amount": usd("120.00"),
            "category": "Food",
            "categoryId": "01890a5d-ac96-774b-bcce-b302099a8058",
            "description": "Weekly shopping",
            "merchant": "Straße 9",
            "date": "2025-12-11",
            "tags": ["Family"],
        }),
    )
}

fn holds(condition: Value) -> bool {
    parse(condition).unwrap().holds(&fact(), &Known::default())
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
        (compare("userId", "EQUALS", json!("1")), "field"),
    ];
    named(&cases);
}

#[test]
fn faults_of_operands_are_named_too() {
    let cases = [
        (compare("merchant", "MATCHES", json!("(")), "text"),
        (compare("merchant", "ONE_OF", json!("a")), "texts"),
        (
            compare("merchant", "ONE_OF", json!({"texts": {"values": []}})),
            "texts.values",
        ),
        (
            compare("categoryId", "ONE_OF", json!({"texts": {"values": ["x"]}})),
            "texts.values[0]",
        ),
        (compare("merchant", "IS_EMPTY", json!("")), "text"),
        (
            compare("amount", "BETWEEN", json!({"range": {"from": "1", "to": "2"}})),
            "range.currency",
        ),
        (
            compare(
                "amount",
                "BETWEEN",
                json!({"range": {"from": "3", "to": "2", "currency": "USD"}}),
            ),
            "range.to",
        ),
        (
            compare(
                "date",
                "BETWEEN",
                json!({"range": {"from": "x", "to": "2025-01-01"}}),
            ),
            "range.from",
        ),
        (compare("date", "DAY_OF_MONTH", json!({"number": "32"})), "number"),
        (compare("date", "DAY_OF_MONTH", json!({"number": "+5"})), "number"),
        (compare("date", "DAY_OF_MONTH", json!("5")), "number"),
        (compare("tags", "HAS_TAG", json!(" ")), "text"),
        (
            compare(
                "amount",
                "GREATER_THAN",
                json!({"relative": {"percent": "0", "of": "MEASURE_AVERAGE"}}),
            ),
            "relative.percent",
        ),
        (
            compare("amount", "GREATER_THAN", json!({"relative": {"percent": "5"}})),
            "relative.of",
        ),
        (
            compare(
                "amount",
                "GREATER_THAN",
                json!({"relative": {"percent": "5", "of": "MEASURE_AVERAGE", "days": 367}}),
            ),
            "relative.days",
        ),
        (
            compare(
                "amount",
                "EQUALS",
                json!({"relative": {"percent": "5", "of": "MEASURE_AVERAGE"}}),
            ),
            "money",
        ),
    ];
    named(&cases);
}

fn named(cases: &[(Value, &str)]) {
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
fn every_operator_holds_as_documented() {
    assert!(holds(compare(
        "merchant",
        "ONE_OF",
        json!({"texts": {"values": ["Rewe", "STRAßE 9"]}})
    )));
    assert!(!holds(compare(
        "merchant",
        "ONE_OF",
        json!({"texts": {"values": ["Straße"]}})
    )));
    assert!(holds(compare("merchant", "MATCHES", json!("^STRA.E \\d$"))));
    assert!(!holds(compare("merchant", "MATCHES", json!("^9"))));
    assert!(holds(compare("tags", "HAS_TAG", json!("FAMILY"))));
    assert!(holds(compare(
        "tags",
        "ONE_OF",
        json!({"texts": {"values": ["work", "family"]}})
    )));
    assert!(!holds(compare("tags", "IS_EMPTY", json!(null))));
    assert!(!holds(compare("merchant", "IS_EMPTY", json!(null))));
    let range = |from: &str, to: &str, currency: &str| {
        compare(
            "amount",
            "BETWEEN",
            json!({"range": {"from": from, "to": to, "currency": currency}}),
        )
    };
    assert!(holds(range("120", "120.00", "USD")));
    assert!(!holds(range("100", "119.99", "USD")));
    assert!(!holds(range("1", "1000", "EUR")));
    let days = json!({"range": {"from": "2025-12-11", "to": "2025-12-12"}});
    assert!(holds(compare("date", "BETWEEN", days)));
    // A Thursday.
    assert!(!holds(compare("date", "IS_WEEKEND", json!(null))));
    assert!(holds(compare("date", "DAY_OF_MONTH", json!({"number": "11"}))));
    assert!(!holds(compare("date", "DAY_OF_MONTH", json!({"number": "-1"}))));
    assert!(holds(compare(
        "date",
        "DAY_OF_MONTH",
        json!({"range": {"from": "10", "to": "12"}})
    )));
    let ids = json!({"texts": {"values": ["01890a5d-ac96-774b-bcce-b302099a8058"]}});
    assert!(holds(compare("categoryId", "ONE_OF", ids)));
}

#[test]
fn the_last_day_of_a_month_and_the_weekend_are_the_calendars() {
    let on = |date: &str, operator: &str, operand: Value| {
        let mut fact = json!({"amount": usd("1"), "date": date});
        fact["expenseId"] = json!("01890a5d-ac96-774b-bcce-b302099a8057");
        let condition = parse(compare("date", operator, operand)).unwrap();
        condition.holds(&read("expense.created", fact), &Known::default())
    };
    let last = json!({"number": "-1"});
    assert!(on("2024-02-29", "DAY_OF_MONTH", last.clone()));
    assert!(!on("2024-02-28", "DAY_OF_MONTH", last.clone()));
    assert!(on("2025-02-28", "DAY_OF_MONTH", last));
    assert!(on("2025-12-13", "IS_WEEKEND", json!(null)));
    assert!(on("2025-12-14", "IS_WEEKEND", json!(null)));
    assert!(!on("2025-12-15", "IS_WEEKEND", json!(null)));
}

#[test]
fn amounts_are_measured_by_what_is_known_of_the_owner() {
    let condition = |percent: &str, of: &str| {
        let relative = json!({"relative": {"percent": percent, "of": of, "days": 30}});
        parse(compare("amount", "GREATER_THAN", relative)).unwrap()
    };
    let average = condition("150", "MEASURE_MERCHANT_AVERAGE");
    assert_eq!(average.measures(), [Measure::MerchantAverage(30)]);
    assert_eq!(
        average.decide(&fact(), &Known::default()),
        None,
        "it has not been asked for"
    );
    let knowing = |measure: Measure, total: Option<(i64, i64)>, currency: Currency| {
        let mut known = Known::default();
        let share = total.map(|(minor, count)| Share {
            total: Money::from_minor(minor, currency),
            count,
        });
        known.learn(measure, share);
        known
    };
    let decide =
        |total, currency| average.decide(&fact(), &knowing(Measure::MerchantAverage(30), total, currency));
    // 120.00 against one and a half times the average of three: 239.99 / 3 and 240.00 / 3.
    assert_eq!(decide(Some((23_999, 3)), Currency::USD), Some(true));
    assert_eq!(decide(Some((24_000, 3)), Currency::USD), Some(false));
    assert_eq!(
        decide(Some((1, 1)), Currency::EUR),
        Some(false),
        "another currency"
    );
    assert_eq!(decide(None, Currency::USD), Some(false), "no history");
    let budget = condition("50", "MEASURE_DAILY_BUDGET");
    let known = knowing(Measure::DailyBudget, Some((20_000, 1)), Currency::USD);
    assert!(budget.holds(&fact(), &known));
    // What is not known does not matter where the rest decides.
    let other = json!({"all": {"conditions": [
        compare("amount", "GREATER_THAN", json!({"relative": {"percent": "1", "of": "MEASURE_AVERAGE"}})),
        compare("merchant", "EQUALS", json!("another"))]}});
    assert_eq!(
        parse(other).unwrap().decide(&fact(), &Known::default()),
        Some(false)
    );
}

#[test]
fn conditions_are_checked_against_what_their_trigger_tells() {
    let cases = [
        (
            "income.received",
            compare("merchant", "EQUALS", json!("x")),
            "field",
        ),
        (
            "income.received",
            compare("source", "GREATER_THAN", json!("x")),
            "operator",
        ),
        (
            "income.received",
            compare("taxDeducted", "GREATER_THAN", json!("1")),
            "money",
        ),
        (
            "income.received",
            compare(
                "amount",
                "AT_LEAST",
                json!({"relative": {"percent": "5", "of": "MEASURE_AVERAGE"}}),
            ),
            "relative.of",
        ),
        (
            "investment.transaction",
            compare("quantity", "AT_LEAST", json!({"number": "1e3"})),
            "number",
        ),
        ("loan.payment", compare("loanId", "EQUALS", json!("x")), "text"),
        (
            "group.expense.created",
            compare("share", "MATCHES", json!("x")),
            "operator",
        ),
        ("user.updated", compare("timeZone", "ONE_OF", json!("x")), "texts"),
        (
            "user.family.invited",
            compare("invitationId", "LESS_THAN", json!("x")),
            "operator",
        ),
        (
            "automation.trigger",
            compare("data", "EQUALS", json!("x")),
            "field",
        ),
        (
            "automation.trigger",
            compare("data.days", "IS_WEEKEND", json!(null)),
            "operator",
        ),
        ("time", compare("minute", "EQUALS", json!("x")), "number"),
        ("time", compare("scheduledFor", "AT_LEAST", json!("now")), "text"),
    ];
    for (event, condition, field) in cases {
        let faults = parse_for(event, condition.clone()).expect_err(event);
        assert_eq!(
            faults,
            [format!("condition.compare.{field}")],
            "{event}: {condition}"
        );
    }
}

#[test]
fn events_of_every_kind_are_compared() {
    let holds = |event: &str, data: Value, condition: Value| {
        let condition = parse_for(event, condition).unwrap();
        condition.holds(&read(event, data), &Known::default())
    };
    let bought = json!({"symbol": "VWCE", "quantity": "0.50", "realisedGain": usd("-3.00")});
    let investment = |condition| holds("investment.transaction", bought.clone(), condition);
    assert!(investment(compare(
        "quantity",
        "EQUALS",
        json!({"number": "0.5"})
    )));
    assert!(investment(compare(
        "quantity",
        "BETWEEN",
        json!({"range": {"from": "0.1", "to": "0.5"}})
    )));
    assert!(investment(compare("realisedGain", "LESS_THAN", usd("0"))));
    assert!(investment(compare("tax", "IS_EMPTY", json!(null))));
    let data = json!({"topic": "habit.kept", "data": {"days": 3, "name": "Run", "first": true, "list": [1]}});
    let trigger = |condition| holds("automation.trigger", data.clone(), condition);
    assert!(trigger(compare("topic", "STARTS_WITH", json!("habit"))));
    assert!(trigger(compare("data.days", "AT_LEAST", json!({"number": "3"}))));
    assert!(!trigger(compare("data.name", "AT_LEAST", json!({"number": "3"}))));
    assert!(trigger(compare("data.name", "EQUALS", json!("run"))));
    assert!(trigger(compare("data.first", "EQUALS", json!("true"))));
    assert!(trigger(compare("data.none", "IS_EMPTY", json!(null))));
    assert!(!trigger(compare("data.list", "IS_EMPTY", json!(null))));
    assert!(!trigger(compare("data.list", "CONTAINS", json!("1"))));
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
    assert!(entries("expense.created", &parse(both).unwrap()).is_empty());
}

/// What the query of the index does.
fn meets(condition: &Condition, fact: &Fact) -> bool {
    let keys = index::keys(fact);
    let amount = fact.amount();
    let currency = amount.map_or_else(String::new, |amount| amount.currency().code().to_owned());
    let minor = amount.map_or(0, Money::minor);
    entries(fact.name(), condition).iter().any(|entry| {
        keys.contains(&entry.key)
            && ["", &currency].contains(&entry.currency.as_str())
            && entry.min_minor <= minor
            && entry.max_minor >= minor
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

fn lists() -> impl Strategy<Value = Value> {
    prop::collection::vec(texts(), 1..4).prop_map(|values| json!({"texts": {"values": values}}))
}

fn comparisons() -> impl Strategy<Value = Value> {
    let dates = prop::sample::select(vec!["2025-12-10", "2025-12-11", "2025-12-12"]);
    let fields = prop::sample::select(vec!["category", "merchant", "description"]);
    let matches = prop::sample::select(vec!["EQUALS", "EQUALS", "CONTAINS", "STARTS_WITH", "MATCHES"]);
    let ids = prop::sample::select(vec!["", "01890a5d-ac96-774b-bcce-b302099a8058"]);
    let all = prop::sample::select(vec![
        "category",
        "categoryId",
        "merchant",
        "description",
        "tags",
        "amount",
    ]);
    prop_oneof![
        (prop::sample::select(&ORDERS[..]), amounts())
            .prop_map(|(order, money)| compare("amount", order, money)),
        (amounts(), amounts()).prop_map(|(from, to)| compare(
            "amount",
            "BETWEEN",
            json!({"range": {"from": from["amount"], "to": to["amount"], "currency": from["currency"]}}),
        )),
        (prop::sample::select(&ORDERS[..]), dates).prop_map(|(order, date)| compare(
            "date",
            order,
            json!(date)
        )),
        (fields, matches, texts()).prop_map(|(field, how, text)| compare(field, how, json!(text))),
        (
            prop::sample::select(vec!["category", "merchant", "tags"]),
            lists()
        )
            .prop_map(|(field, list)| compare(field, "ONE_OF", list)),
        (prop::sample::select(vec!["CONTAINS", "HAS_TAG"]), texts()).prop_map(|(how, text)| compare(
            "tags",
            how,
            json!(text)
        )),
        all.prop_map(|field| compare(field, "IS_EMPTY", json!(null))),
        ids.prop_map(|id| compare("categoryId", "EQUALS", json!(id))),
        Just(compare("date", "IS_WEEKEND", json!(null))),
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
        read("expense.created", json!({
            "expenseId": id,
            "amount": money,
            "category": if known { &category } else { "" },
            "categoryId": if known { id } else { "" },
            "description": description,
            "merchant": merchant,
            "date": date,
            "tags": tags,
        }))
    }
}

/// Another event, whose service is yet to come.
fn incomes() -> impl Strategy<Value = Fact> {
    let some = prop::option::of(amounts());
    (some, texts(), prop::option::of(texts())).prop_map(|(amount, source, kind)| {
        let mut data = json!({"source": source});
        if let Some(amount) = amount {
            data["amount"] = amount;
        }
        if let Some(kind) = kind {
            data["type"] = json!(kind);
        }
        read("income.received", data)
    })
}

fn income_conditions() -> impl Strategy<Value = Value> {
    let fields = prop::sample::select(vec!["source", "type"]);
    let leaf = prop_oneof![
        (prop::sample::select(&ORDERS[..]), amounts())
            .prop_map(|(order, money)| compare("amount", order, money)),
        (fields.clone(), texts()).prop_map(|(field, text)| compare(field, "EQUALS", json!(text))),
        (fields.clone(), lists()).prop_map(|(field, list)| compare(field, "ONE_OF", list)),
        fields.prop_map(|field| compare(field, "IS_EMPTY", json!(null))),
        Just(compare("sourceId", "IS_EMPTY", json!(null))),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4)
                .prop_map(|conditions| json!({"all": {"conditions": conditions}})),
            prop::collection::vec(inner.clone(), 1..4)
                .prop_map(|conditions| json!({"any": {"conditions": conditions}})),
            inner.prop_map(|condition| json!({"not": condition})),
        ]
    })
}

/// Anything that a client may send as a comparison.
fn strangers() -> impl Strategy<Value = Value> {
    let fields = prop::sample::select(vec![
        "amount",
        "merchant",
        "categoryId",
        "date",
        "tags",
        "data.x",
        "",
        "x",
    ]);
    let operators = 0..16_i32;
    let operands = prop_oneof![
        Just(json!({})),
        ".{0,40}".prop_map(|text| json!({"text": text})),
        ".{0,20}".prop_map(|text| json!({"number": text})),
        prop::collection::vec(".{0,10}", 0..3).prop_map(|values| json!({"texts": {"values": values}})),
        (".{0,10}", ".{0,10}", "[A-Z]{0,3}").prop_map(|(from, to, currency)| json!(
            {"range": {"from": from, "to": to, "currency": currency}}
        )),
        (".{0,10}", 0..7_i32, any::<i32>()).prop_map(
            |(percent, of, days)| json!({"relative": {"percent": percent, "of": of, "days": days}})
        ),
    ];
    (fields, operators, operands).prop_map(|(field, operator, operand)| {
        let mut compare = operand;
        compare["field"] = json!(field);
        compare["operator"] = json!(operator);
        json!({"compare": compare})
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn the_index_never_loses_a_match(condition in conditions(), fact in facts()) {
        if let Ok(condition) = parse(condition)
            && condition.holds(&fact, &Known::default())
        {
            prop_assert!(meets(&condition, &fact));
        }
    }

    #[test]
    fn nor_does_it_for_other_events(condition in income_conditions(), fact in incomes()) {
        if let Ok(condition) = parse_for("income.received", condition)
            && condition.holds(&fact, &Known::default())
        {
            prop_assert!(meets(&condition, &fact));
        }
    }

    #[test]
    fn a_condition_is_taken_or_its_fault_named(condition in strangers(), fact in facts()) {
        let Ok(sent) = serde_json::from_value::<wire::Condition>(condition) else { return Ok(()) };
        let mut violations = Violations::default();
        let schema = Schema::find("expense.created").unwrap();
        let parsed = Condition::parse(&mut violations, "condition", schema, sent.clone());
        prop_assert_eq!(parsed.is_some(), violations.is_empty());
        prop_assert!(violations.iter().all(|(path, _)| path.starts_with("condition.compare.")));
        if let Some(parsed) = parsed {
            // Decided, unless it depends on what is not known.
            let relative = !parsed.measures().is_empty();
            prop_assert!(parsed.decide(&fact, &Known::default()).is_some() || relative);
            prop_assert_eq!(parsed.wire(), &sent);
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
