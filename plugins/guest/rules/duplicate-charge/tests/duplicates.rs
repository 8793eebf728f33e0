//! The rule as plain Rust.
#![allow(clippy::panic, clippy::unwrap_used)]

use duplicate_charge::DuplicateCharge;
use pfms_rules::testing::{Case, euros, expense};
use pfms_rules::{Action, Event, Expense, RuleError};

fn charge(number: u32, date: &str, cents: i64) -> Expense {
    Expense {
        merchant: Some("Shop".into()),
        date: date.parse().unwrap(),
        amount: euros(cents),
        ..expense(number, "")
    }
}

fn titles(new: Expense, recent: Vec<Expense>, config: &str) -> Vec<String> {
    let case = Case::new(Event::ExpenseCreated(new))
        .recent_expenses(recent)
        .config(config);
    let actions = case.run::<DuplicateCharge>().result.unwrap();
    actions
        .into_iter()
        .map(|action| match action {
            Action::Notify(notification) => notification.title,
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn the_second_of_a_pair_is_told_and_the_first_is_not() {
    let (first, second) = (charge(1, "2025-12-11", 4200), charge(2, "2025-12-11", 4200));
    assert_eq!(
        titles(second.clone(), vec![first.clone()], "{}"),
        ["Shop charged 42.00 EUR twice"]
    );
    assert!(titles(first, vec![second], "{}").is_empty());
}

#[test]
fn three_are_counted() {
    let recent = vec![charge(2, "2025-12-11", 4200), charge(1, "2025-12-10", 4200)];
    let told = titles(charge(3, "2025-12-11", 4200), recent, "{}");
    assert_eq!(told, ["Shop charged 42.00 EUR 3 times"]);
}

#[test]
fn other_amounts_and_days_that_lie_apart_are_no_duplicates() {
    assert!(
        titles(
            charge(2, "2025-12-11", 4200),
            vec![charge(1, "2025-12-11", 4201)],
            "{}"
        )
        .is_empty()
    );
    let two_days = || vec![charge(1, "2025-12-09", 4200)];
    assert!(titles(charge(2, "2025-12-11", 4200), two_days(), "{}").is_empty());
    assert_eq!(
        titles(charge(2, "2025-12-11", 4200), two_days(), r#"{"days":2}"#).len(),
        1
    );
    // Recorded later for an earlier day.
    assert_eq!(titles(charge(2, "2025-12-08", 4200), two_days(), "{}").len(), 1);
}

#[test]
fn small_amounts_refunds_and_named_merchants_are_left_out() {
    let pair = |cents| {
        (
            charge(2, "2025-12-11", cents),
            vec![charge(1, "2025-12-11", cents)],
        )
    };
    let at_least = r#"{"atLeast":{"amount":"5.00","currency":"EUR"}}"#;
    let (new, recent) = pair(499);
    assert!(titles(new, recent, at_least).is_empty());
    let (new, recent) = pair(500);
    assert_eq!(titles(new, recent, at_least).len(), 1);
    let (new, recent) = pair(-500);
    assert!(titles(new, recent, "{}").is_empty());
    let (new, recent) = pair(500);
    assert!(titles(new, recent, r#"{"except":["SHOP"]}"#).is_empty());
}

#[test]
fn a_configuration_that_makes_no_sense_is_refused() {
    let new = charge(1, "2025-12-11", 500);
    for config in [
        r#"{"days":15}"#,
        r#"{"atLeast":{"amount":"5.001","currency":"EUR"}}"#,
        r#"{"atLeast":{"amount":5,"currency":"EUR"}}"#,
    ] {
        let outcome = Case::new(Event::ExpenseCreated(new.clone()))
            .config(config)
            .run::<DuplicateCharge>();
        assert!(
            matches!(outcome.result, Err(RuleError::InvalidConfig(_))),
            "{config}"
        );
    }
}
