//! The rule as plain Rust.
#![allow(clippy::panic, clippy::unwrap_used)]

use budget_pace::{BudgetPace, State};
use pfms_rules::testing::{Case, euros, expense, tick};
use pfms_rules::{Action, Budget, Date, Event, Expense, RuleError};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// 300.00 for a month of 30 days.
fn budget(spent: i64) -> Budget {
    Budget {
        name: "Food".into(),
        category_id: Some("food".into()),
        limit: euros(30_000),
        spent: euros(spent),
        first_day: day("2025-11-01"),
        last_day: day("2025-11-30"),
    }
}

fn food(date: &str, cents: i64) -> Event {
    Event::ExpenseCreated(Expense {
        category_id: Some("food".into()),
        date: day(date),
        amount: euros(cents),
        ..expense(1, "")
    })
}

fn titles(event: Event, budget: Budget, config: &str) -> Vec<String> {
    let actions = Case::new(event)
        .budgets(vec![budget])
        .config(config)
        .run::<BudgetPace>()
        .result
        .unwrap();
    actions
        .into_iter()
        .map(|action| match action {
            Action::Notify(notification) => notification.title,
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn a_budget_is_ahead_from_the_percentage_on() {
    // On day 15 half of the time has passed: 60 % is 10 points ahead.
    let state = |spent| State::of(&budget(0), spent, day("2025-11-15"), 10);
    assert_eq!(state(17_999), Some(State::OnPace));
    assert_eq!(state(18_000), Some(State::Ahead));
    assert_eq!(state(30_000), Some(State::Ahead));
    assert_eq!(state(30_001), Some(State::Exceeded));
    assert_eq!(State::of(&budget(0), 1, day("2025-12-01"), 10), None);
}

#[test]
fn the_expense_that_crosses_is_told_of_and_the_next_is_not() {
    assert_eq!(
        titles(food("2025-11-15", 1_000), budget(18_500), "{}"),
        ["Budget Food is spent too fast"]
    );
    assert!(titles(food("2025-11-15", 1_000), budget(19_500), "{}").is_empty());
    assert!(titles(food("2025-11-15", 1_000), budget(17_000), "{}").is_empty());
}

#[test]
fn exceeding_the_limit_is_told_with_how_much() {
    assert_eq!(
        titles(food("2025-11-15", 1_000), budget(30_500), "{}"),
        ["Budget Food is exceeded by 5.00 EUR"]
    );
    assert!(titles(food("2025-11-15", 1_000), budget(31_500), "{}").is_empty());
}

#[test]
fn an_expense_that_a_budget_does_not_count_tells_nothing() {
    let mut other = budget(18_500);
    other.category_id = Some("travel".into());
    assert!(titles(food("2025-11-15", 1_000), other, "{}").is_empty());
    let mut dollars = budget(18_500);
    dollars.limit.currency = "USD".into();
    dollars.spent.currency = "USD".into();
    assert!(titles(food("2025-11-15", 1_000), dollars, "{}").is_empty());
    assert!(
        titles(
            food("2025-11-15", 1_000),
            budget(18_500),
            r#"{"budgets":["monthly"]}"#
        )
        .is_empty()
    );
    assert_eq!(
        titles(
            food("2025-11-15", 1_000),
            budget(18_500),
            r#"{"budgets":["FOOD"]}"#
        )
        .len(),
        1
    );
}

#[test]
fn a_schedule_tells_of_what_is_ahead() {
    assert_eq!(
        titles(tick(day("2025-11-15")), budget(20_000), "{}"),
        ["Budget Food is spent too fast"]
    );
    assert!(titles(tick(day("2025-11-15")), budget(10_000), "{}").is_empty());
}

#[test]
fn extremes_do_not_overflow() {
    let mut extreme = budget(i64::MIN);
    extreme.limit = euros(i64::MAX);
    assert!(titles(food("2025-11-15", i64::MAX), extreme.clone(), "{}").is_empty());
    extreme.spent = euros(i64::MAX);
    assert_eq!(titles(tick(day("2025-11-15")), extreme.clone(), "{}").len(), 1);
    extreme.limit = euros(0);
    assert!(titles(tick(day("2025-11-15")), extreme, "{}").is_empty());
}

#[test]
fn a_configuration_that_makes_no_sense_is_refused() {
    for config in [r#"{"ahead":0}"#, r#"{"ahead":101}"#, r#"{"pace":1}"#] {
        let outcome = Case::new(food("2025-11-15", 1))
            .config(config)
            .run::<BudgetPace>();
        assert!(
            matches!(outcome.result, Err(RuleError::InvalidConfig(_))),
            "{config}"
        );
    }
}
