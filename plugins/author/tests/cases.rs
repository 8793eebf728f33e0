//! Cases are read as people write them, and what is wrong with one is told with its line.
#![allow(clippy::unwrap_used, clippy::panic)]

use pfms_plugin_author::case::automation::{AutomationCase, parse};
use pfms_plugin_author::case::tax;
use pfms_plugin_host::{Description, Event, ExpenseFilter, FactRequest, Value};

fn one(yaml: &str) -> AutomationCase {
    let mut cases = parse(yaml).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(cases.len(), 1);
    cases.remove(0)
}

/// A case about an event, which begins in line 3.
fn about(event: &str, rest: &str) -> String {
    format!("cases:\n  - name: a\n    event: {event}\n    {rest}\n    expect: {{actions: []}}\n")
}

const COFFEE: &str = "{name: expense.created, expense: {amount: 4.50 EUR, date: 2025-12-11}}";

fn asks_for(facts: Vec<FactRequest>) -> Description {
    Description {
        name: "a".into(),
        version: "1.0.0".into(),
        summary: String::new(),
        config_schema: "{}".into(),
        triggers: vec!["expense.created".into()],
        facts,
    }
}

#[test]
fn an_expense_and_what_surrounds_it() {
    let case = one(&about(
        COFFEE,
        "facts: {recentExpenses: [{amount: 3.00 EUR, date: 2025-12-10}, {id: 7, amount: 1.00 EUR, date: 2025-12-01}]}",
    ));
    let Event::ExpenseCreated(expense) = &case.event else {
        panic!("{case:?}")
    };
    assert_eq!(
        (expense.amount.minor, expense.date.to_string().as_str()),
        (450, "2025-12-11")
    );
    let recent = case.facts.recent_expenses.as_ref().unwrap();
    // The event's own was recorded last, then the latest of the facts.
    assert!(expense.id > recent[0].id && recent[0].id > "0".repeat(36));
    assert!(recent[1].id.ends_with("000000000007"));
    assert_eq!(
        (case.context.user.currency.as_str(), case.context.user.today),
        ("EUR", expense.date)
    );
    assert_eq!(case.config, "{}");
}

#[test]
fn a_time_is_one_of_the_persons_clock() {
    let case = one(&about(
        "{name: time, at: 2025-07-01T08:30}",
        "user: {timeZone: Europe/Berlin, currency: USD}",
    ));
    let Event::Time(tick) = &case.event else {
        panic!("{case:?}")
    };
    assert_eq!((tick.minute, tick.date.to_string().as_str()), (510, "2025-07-01"));
    // 06:30 in UTC, as summer time holds.
    assert_eq!(tick.scheduled_for.seconds % 86_400, 6 * 3600 + 30 * 60);
    assert_eq!(case.context.user.utc_offset_seconds, 7200);
}

#[test]
fn fields_are_what_they_look_like_unless_they_say() {
    let case = one(&about(
        "{name: income.received, fields: {amount: 10.00 EUR, date: 2025-12-01, count: 3, source: Salary, \
         recurring: true, tags: [a, b], at: \"2025-12-01T08:00:00Z\", note: {text: \"2025-12-01\"}, share: {decimal: \"0.125\"}}}",
        "user: {today: 2025-12-01}",
    ));
    let Event::Named(event) = &case.event else {
        panic!("{case:?}")
    };
    let kinds: Vec<_> = event
        .fields
        .iter()
        .map(|field| match &field.value {
            Value::Text(_) => "text",
            Value::Texts(_) => "texts",
            Value::Whole(_) => "whole",
            Value::Decimal(_) => "decimal",
            Value::Flag(_) => "flag",
            Value::Money(_) => "money",
            Value::Date(_) => "date",
            Value::Instant(_) => "instant",
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "money", "date", "whole", "text", "flag", "texts", "instant", "text", "decimal"
        ]
    );
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    for (yaml, line, words) in [
        (
            about(
                "{name: expense.created, expense: {amount: 4.505 EUR, date: 2025-12-11}}",
                "",
            ),
            3,
            "4.505",
        ),
        (
            about(
                "{name: expense.created, expense: {amount: 4.50 EUR, date: 2025-02-30}}",
                "",
            ),
            3,
            "2025-02-30",
        ),
        (
            about("{name: expense.created}", "user: {today: 2025-12-11}"),
            3,
            "needs `expense`",
        ),
        (about("{name: user.created}", ""), 3, "names no day"),
        (about(COFFEE, "colour: red"), 4, "colour"),
        (about(COFFEE, "user: {timeZone: Mars/Olympus}"), 4, "Mars/Olympus"),
        (about(COFFEE, "config: [1]"), 4, "named values"),
        (
            format!("cases:\n  - name: a\n    event: {COFFEE}\n    expect: {{}}\n"),
            4,
            "actions",
        ),
        (
            format!("cases:\n  - name: a\n    event: {COFFEE}\n    expect: {{error: FAILED}}\n"),
            4,
            "invalid-config",
        ),
        ("cases: []\n".into(), 1, "no case"),
    ] {
        let fault = parse(&yaml).unwrap_err();
        let position = fault.position.unwrap_or_else(|| panic!("{fault} has no place"));
        assert_eq!(position.line, line, "{fault}\n{yaml}");
        assert!(fault.message.contains(words), "{fault}");
    }
}

#[test]
fn a_component_is_shown_what_it_asks_for_and_nothing_else() {
    let with_facts = one(&about(COFFEE, "facts: {recentExpenses: []}"));
    let fault = with_facts.facts_for(&asks_for(vec![])).unwrap_err();
    assert_eq!(fault.position.unwrap().line, 4);
    let without = one(&about(COFFEE, ""));
    assert_eq!(
        without.facts_for(&asks_for(vec![])).unwrap().recent_expenses,
        None
    );
    let recent = FactRequest::RecentExpenses {
        days: 1,
        limit: 1,
        filter: ExpenseFilter::Any,
    };
    let facts = without
        .facts_for(&asks_for(vec![recent, FactRequest::Budgets]))
        .unwrap();
    assert_eq!(
        (facts.recent_expenses, facts.budgets, facts.goals),
        (Some(vec![]), Some(vec![]), None)
    );
    let other = one(&about("{name: time, at: 2025-07-01T08:30}", ""));
    assert!(
        other
            .facts_for(&asks_for(vec![]))
            .unwrap_err()
            .message
            .contains("does not listen")
    );
}

#[test]
fn a_tax_case_expects_figures_or_an_error() {
    for (expect, words) in [
        ("{}", "figures"),
        ("{owed: \"1.00\", error: unsupported-year}", "figures"),
        ("{error: UNSUPPORTED}", "unsupported-year"),
        ("{lines: {a: 1}}", "quotes"),
        ("{owd: \"1.00\"}", "owd"),
    ] {
        let yaml = format!("cases:\n  - name: a\n    year: 2025\n    expect: {expect}\n");
        let fault = tax::parse(&yaml).unwrap_err();
        assert_eq!(fault.position.unwrap().line, 4, "{fault}");
        assert!(fault.message.contains(words), "{fault}");
    }
}
