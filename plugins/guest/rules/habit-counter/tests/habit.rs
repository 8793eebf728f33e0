//! The rule as plain Rust.
#![allow(clippy::panic)]

use habit_counter::HabitCounter;
use pfms_rules::testing::{Case, expense};
use pfms_rules::{Action, Date, Event, Expense, RuleError};

const COFFEE: &str = r#"{"keyword":"coffee","count":3}"#;

fn case(number: u32, recent: Vec<Expense>) -> Case {
    Case::new(Event::ExpenseCreated(expense(number, "Coffee")))
        .config(COFFEE)
        .recent_expenses(recent)
}

fn titles(case: &Case) -> Vec<String> {
    let actions = case
        .run::<HabitCounter>()
        .result
        .unwrap_or_else(|error| panic!("{error:?}"));
    actions
        .into_iter()
        .map(|action| match action {
            Action::Notify(notification) => notification.title,
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn the_third_of_a_day_notifies() {
    let recent = vec![expense(2, "black coffee"), expense(1, "COFFEE")];
    assert_eq!(titles(&case(3, recent)), ["3 × coffee in a day"]);
}

#[test]
fn the_second_and_the_fourth_do_not() {
    assert!(titles(&case(2, vec![expense(1, "coffee")])).is_empty());
    let three = vec![expense(3, "coffee"), expense(2, "coffee"), expense(1, "coffee")];
    assert!(titles(&case(4, three)).is_empty());
}

#[test]
fn other_days_and_other_things_do_not_count() {
    let yesterday = Expense {
        date: Date {
            year: 2025,
            month: 12,
            day: 10,
        },
        ..expense(1, "coffee")
    };
    assert!(titles(&case(3, vec![expense(2, "coffee"), yesterday])).is_empty());
    assert!(titles(&case(3, vec![expense(2, "coffee"), expense(1, "tea")])).is_empty());
}

#[test]
fn of_three_seen_at_once_only_the_last_recorded_notifies() {
    let all: Vec<Expense> = (1..=3).map(|number| expense(number, "coffee")).collect();
    let others = |number: u32| {
        all.iter()
            .filter(|other| other.id != expense(number, "").id)
            .cloned()
            .collect::<Vec<_>>()
    };
    let notified: Vec<u32> = (1..=3)
        .filter(|&n| !titles(&case(n, others(n))).is_empty())
        .collect();
    assert_eq!(notified, [3]);
}

#[test]
fn a_configuration_that_asks_for_nothing_is_refused() {
    for (config, field) in [
        (r#"{"count":3}"#, "keyword"),
        (r#"{"count":0,"keyword":"x"}"#, "count"),
        (r#"{"count":1,"keyword":" "}"#, "keyword"),
        (r#"{"count":1,"keyword":"x","colour":"red"}"#, "colour"),
        (r#"{"keyword":"x"}"#, "count"),
    ] {
        match case(1, vec![]).config(config).run::<HabitCounter>().result {
            Err(RuleError::InvalidConfig(message)) => assert!(message.contains(field), "{message}"),
            other => panic!("{config}: {other:?}"),
        }
    }
}
