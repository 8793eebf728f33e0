//! The rule as plain Rust.
#![allow(clippy::panic, clippy::unwrap_used)]

use pfms_rules::testing::{Case, euros, expense};
use pfms_rules::{Action, Event, Expense, RuleError};
use unusual_amount::{UnusualAmount, usual};

fn spent(number: u32, cents: i64) -> Expense {
    Expense {
        merchant: Some("Café".into()),
        amount: euros(cents),
        ..expense(number, "")
    }
}

fn earlier(amounts: &[i64]) -> Vec<Expense> {
    amounts
        .iter()
        .zip(1..)
        .map(|(cents, number)| spent(number, *cents))
        .collect()
}

fn bodies(cents: i64, recent: Vec<Expense>, config: &str) -> Vec<String> {
    let case = Case::new(Event::ExpenseCreated(spent(900, cents)))
        .recent_expenses(recent)
        .config(config);
    let actions = case.run::<UnusualAmount>().result.unwrap();
    actions
        .into_iter()
        .map(|action| match action {
            Action::Notify(notification) => format!("{}: {}", notification.title, notification.body),
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn twice_the_median_is_told() {
    let recent = || earlier(&[1000, 1200, 1100, 900, 5000]);
    assert_eq!(
        bodies(2200, recent(), "{}"),
        [
            "22.00 EUR at Café is unusual: 2.0 times the usual 11.00 EUR, the median of your last 5 expenses there."
        ]
    );
    assert!(bodies(2199, recent(), "{}").is_empty());
}

#[test]
fn a_short_history_tells_nothing() {
    assert!(bodies(99_999, earlier(&[1000; 4]), "{}").is_empty());
    assert_eq!(bodies(99_999, earlier(&[1000; 4]), r#"{"history":4}"#).len(), 1);
}

#[test]
fn what_was_recorded_later_or_in_another_currency_does_not_count() {
    let mut recent = earlier(&[1000; 4]);
    recent.push(spent(901, 1000));
    let mut dollars = spent(5, 1000);
    dollars.amount.currency = "USD".into();
    recent.push(dollars);
    assert!(bodies(99_999, recent, "{}").is_empty());
}

#[test]
fn the_difference_can_be_asked_for() {
    let config = r#"{"atLeastMore":{"amount":"20.00","currency":"EUR"}}"#;
    assert!(bodies(2_999, earlier(&[1000; 5]), config).is_empty());
    assert_eq!(bodies(3_000, earlier(&[1000; 5]), config).len(), 1);
}

#[test]
fn refunds_make_no_median_to_compare_with() {
    assert!(bodies(100, earlier(&[-100; 5]), "{}").is_empty());
    assert!(bodies(i64::MAX, earlier(&[0; 5]), "{}").is_empty());
    assert_eq!(bodies(i64::MAX, earlier(&[1; 5]), "{}").len(), 1);
}

#[test]
fn the_median_is_an_amount_that_was_spent() {
    let median = |amounts: &[i64]| usual(&spent(900, 0), &earlier(amounts));
    assert_eq!(median(&[]), None);
    assert_eq!(median(&[5]), Some((5, 1)));
    assert_eq!(median(&[9, 1]), Some((1, 2)));
    assert_eq!(median(&[9, 1, 5]), Some((5, 3)));
}

#[test]
fn a_configuration_that_makes_no_sense_is_refused() {
    for config in [
        r#"{"percent":100}"#,
        r#"{"percent":10001}"#,
        r#"{"history":2}"#,
        r#"{"history":101}"#,
    ] {
        let outcome = Case::new(Event::ExpenseCreated(spent(1, 1)))
            .config(config)
            .run::<UnusualAmount>();
        assert!(
            matches!(outcome.result, Err(RuleError::InvalidConfig(_))),
            "{config}"
        );
    }
}
