//! The rule as plain Rust.
#![allow(clippy::panic, clippy::unwrap_used)]

use pfms_rules::testing::{Case, euros, expense};
use pfms_rules::{Action, Event, Expense, Goal, RuleError};
use round_up_saving::RoundUpSaving;

const CONFIG: &str = r#"{"goalId":"g","roundTo":{"amount":"1.00","currency":"EUR"}}"#;

fn goal(saved: i64) -> Goal {
    Goal {
        id: "g".into(),
        name: "Bicycle".into(),
        target: euros(100_000),
        saved: euros(saved),
        due: None,
    }
}

fn saved(cents: i64, config: &str, goal: Goal) -> Vec<i64> {
    let new = Expense {
        amount: euros(cents),
        ..expense(1, "")
    };
    let case = Case::new(Event::ExpenseCreated(new))
        .config(config)
        .goals(vec![goal]);
    let actions = case.run::<RoundUpSaving>().result.unwrap();
    actions
        .into_iter()
        .map(|action| match action {
            Action::Save(saving) => saving.amount.minor,
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn what_is_missing_to_the_next_whole_euro_is_saved() {
    for (cents, expected) in [
        (450, vec![50]),
        (401, vec![99]),
        (499, vec![1]),
        (500, vec![]),
        (1, vec![99]),
    ] {
        assert_eq!(saved(cents, CONFIG, goal(0)), expected, "{cents}");
    }
}

#[test]
fn saving_and_expense_make_a_multiple() {
    let config = r#"{"goalId":"g","roundTo":{"amount":"2.50","currency":"EUR"}}"#;
    for cents in 1..1_000 {
        let sum = cents + saved(cents, config, goal(0)).iter().sum::<i64>();
        assert!(sum % 250 == 0 && sum - cents < 250, "{cents}");
    }
}

#[test]
fn refunds_and_goals_that_are_reached_save_nothing() {
    assert!(saved(-450, CONFIG, goal(0)).is_empty());
    assert!(saved(450, CONFIG, goal(100_000)).is_empty());
    assert!(saved(450, CONFIG, goal(100_001)).is_empty());
    // The last cents, no more.
    assert_eq!(saved(450, CONFIG, goal(99_990)), [10]);
}

#[test]
fn the_difference_can_be_saved_several_times() {
    let config = r#"{"goalId":"g","roundTo":{"amount":"1.00","currency":"EUR"},"times":3}"#;
    assert_eq!(saved(450, config, goal(0)), [150]);
}

#[test]
fn other_currencies_are_left_out() {
    let config = r#"{"goalId":"g","roundTo":{"amount":"1.00","currency":"USD"}}"#;
    assert!(saved(450, config, goal(0)).is_empty());
}

#[test]
fn a_goal_that_is_gone_and_a_configuration_that_makes_no_sense_are_named() {
    let run = |config: &str| {
        Case::new(Event::ExpenseCreated(expense(1, "")))
            .config(config)
            .goals(vec![])
            .run::<RoundUpSaving>()
            .result
    };
    assert!(matches!(run(CONFIG), Err(RuleError::Failed(_))));
    for config in [
        r#"{"goalId":"g","roundTo":{"amount":"0.00","currency":"EUR"}}"#,
        r#"{"goalId":"g","roundTo":{"amount":"0.001","currency":"EUR"}}"#,
        r#"{"goalId":"g","roundTo":{"amount":"1.00","currency":"EUR"},"times":0}"#,
        r#"{"roundTo":{"amount":"1.00","currency":"EUR"}}"#,
    ] {
        assert!(
            matches!(run(config), Err(RuleError::InvalidConfig(_))),
            "{config}"
        );
    }
}
