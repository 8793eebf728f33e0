//! The rule as plain Rust.
#![allow(clippy::panic, clippy::unwrap_used)]

use pfms_rules::testing::{Case, euros, expense};
use pfms_rules::{Action, Event, Expense, RuleError};
use subscription_price_rise::{Interval, SubscriptionPriceRise};

fn charge(number: u32, date: &str, cents: i64) -> Expense {
    Expense {
        merchant: Some("Streamer".into()),
        date: date.parse().unwrap(),
        amount: euros(cents),
        ..expense(number, "")
    }
}

fn case(new: Expense, recent: Vec<Expense>) -> Case {
    Case::new(Event::ExpenseCreated(new)).recent_expenses(recent)
}

fn told(case: &Case) -> Vec<(String, String)> {
    let actions = case.run::<SubscriptionPriceRise>().result.unwrap();
    actions
        .into_iter()
        .map(|action| match action {
            Action::Notify(notification) => (notification.title, notification.body),
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn a_monthly_subscription_that_rises_is_told_with_what_it_costs_a_year() {
    let recent = vec![charge(2, "2025-11-11", 999), charge(1, "2025-10-11", 999)];
    let told = told(&case(charge(3, "2025-12-11", 1299), recent));
    assert_eq!(
        told,
        [(
            "Streamer costs 12.99 EUR instead of 9.99 EUR".to_owned(),
            "3.00 EUR more each month, 36.00 EUR in a year: a rise of 30.0 %.".to_owned()
        )]
    );
}

#[test]
fn prices_that_fall_or_stay_are_not_told() {
    let recent = || vec![charge(2, "2025-11-11", 999), charge(1, "2025-10-11", 999)];
    assert!(told(&case(charge(3, "2025-12-11", 999), recent())).is_empty());
    assert!(told(&case(charge(3, "2025-12-11", 899), recent())).is_empty());
}

#[test]
fn the_charge_after_the_rise_is_not_told_again() {
    let recent = vec![
        charge(3, "2025-12-11", 1299),
        charge(2, "2025-11-11", 999),
        charge(1, "2025-10-11", 999),
    ];
    assert!(told(&case(charge(4, "2026-01-11", 1299), recent)).is_empty());
}

#[test]
fn irregular_or_varying_purchases_are_no_subscription() {
    let irregular = vec![charge(2, "2025-11-11", 999), charge(1, "2025-10-25", 999)];
    assert!(told(&case(charge(3, "2025-12-11", 1299), irregular)).is_empty());
    let varying = vec![charge(2, "2025-11-11", 999), charge(1, "2025-10-11", 1050)];
    assert!(told(&case(charge(3, "2025-12-11", 1299), varying)).is_empty());
    let single = vec![charge(2, "2025-11-11", 999)];
    assert!(told(&case(charge(3, "2025-12-11", 1299), single)).is_empty());
}

#[test]
fn a_rise_below_the_percentage_is_not_told() {
    let at = |percent: u32| {
        let recent = vec![charge(2, "2025-12-04", 1000), charge(1, "2025-11-27", 1000)];
        told(&case(charge(3, "2025-12-11", 1100), recent).config(format!(r#"{{"percent":{percent}}}"#)))
    };
    assert_eq!(at(10).len(), 1);
    assert!(at(11).is_empty());
}

#[test]
fn intervals_allow_for_weekends() {
    for (days, expected) in [
        (7, Some(Interval::Week)),
        (26, Some(Interval::Month)),
        (35, Some(Interval::Month)),
        (91, Some(Interval::Quarter)),
        (14, None),
        (0, None),
        (365, None),
    ] {
        assert_eq!(Interval::of_days(days), expected, "{days}");
    }
}

#[test]
fn a_configuration_that_makes_no_sense_is_refused() {
    for config in [
        r#"{"charges":1}"#,
        r#"{"charges":13}"#,
        r#"{"percent":-1}"#,
        r#"{"colour":1}"#,
    ] {
        let outcome = case(charge(1, "2025-12-11", 1), vec![])
            .config(config)
            .run::<SubscriptionPriceRise>();
        assert!(
            matches!(outcome.result, Err(RuleError::InvalidConfig(_))),
            "{config}"
        );
    }
}
