//! The rule as plain Rust.
#![allow(clippy::panic, clippy::unwrap_used)]

use payday_split::PaydaySplit;
use pfms_rules::testing::{Case, euros};
use pfms_rules::{Action, Event, Field, Goal, NamedEvent, RuleError, Value};

fn income(cents: i64, source: &str) -> Event {
    Event::Named(NamedEvent {
        name: "income.received".into(),
        fields: vec![
            Field::new("amount", Value::Money(euros(cents))),
            Field::new("source", Value::Text(source.into())),
        ],
    })
}

fn goal(id: &str, target: i64, saved: i64) -> Goal {
    Goal {
        id: id.into(),
        name: id.into(),
        target: euros(target),
        saved: euros(saved),
        due: None,
    }
}

fn goals() -> Vec<Goal> {
    vec![
        goal("a", 1_000_000, 0),
        goal("b", 1_000_000, 0),
        goal("c", 1_000_000, 0),
    ]
}

fn run(event: Event, config: &str, goals: Vec<Goal>) -> Result<Vec<(String, i64)>, RuleError> {
    let outcome = Case::new(event).config(config).goals(goals).run::<PaydaySplit>();
    outcome.result.map(|actions| {
        actions
            .into_iter()
            .map(|action| match action {
                Action::Save(saving) => (saving.goal_id, saving.amount.minor),
                other => panic!("{other:?}"),
            })
            .collect()
    })
}

fn got(pairs: &[(&str, i64)]) -> Vec<(String, i64)> {
    pairs
        .iter()
        .map(|(id, minor)| ((*id).to_owned(), *minor))
        .collect()
}

#[test]
fn percentages_and_fixed_amounts_are_split_off() {
    let config = r#"{"shares":[
        {"goalId":"a","percent":10},
        {"goalId":"b","percent":2.5},
        {"goalId":"c","amount":{"amount":"50.00","currency":"EUR"}}]}"#;
    assert_eq!(
        run(income(200_001, "Work"), config, goals()),
        Ok(got(&[("a", 20_000), ("b", 5_000), ("c", 5_000)]))
    );
}

#[test]
fn all_shares_together_are_no_more_than_came_in() {
    let config = r#"{"shares":[
        {"goalId":"a","amount":{"amount":"60.00","currency":"EUR"}},
        {"goalId":"b","percent":100}]}"#;
    for cents in [1, 5_999, 6_000, 6_001, 99_999, i64::MAX] {
        let open = vec![goal("a", i64::MAX, 0), goal("b", i64::MAX, 0)];
        let parts = run(income(cents, "Work"), config, open).unwrap();
        assert_eq!(parts.iter().map(|(_, minor)| minor).sum::<i64>(), cents);
    }
}

#[test]
fn a_goal_gets_no_more_than_it_lacks() {
    let config = r#"{"shares":[{"goalId":"a","percent":50},{"goalId":"b","percent":50}]}"#;
    let goals = vec![goal("a", 10_000, 9_000), goal("b", 10_000, 10_000)];
    assert_eq!(
        run(income(100_000, "Work"), config, goals),
        Ok(got(&[("a", 1_000)]))
    );
}

#[test]
fn other_sources_small_incomes_and_corrections_are_left_alone() {
    let config = r#"{"shares":[{"goalId":"a","percent":10}],"source":"work",
        "atLeast":{"amount":"1000.00","currency":"EUR"}}"#;
    assert_eq!(
        run(income(100_000, "Work "), config, goals()),
        Ok(got(&[("a", 10_000)]))
    );
    assert_eq!(run(income(99_999, "Work"), config, goals()), Ok(got(&[])));
    assert_eq!(run(income(100_000, "Aunt"), config, goals()), Ok(got(&[])));
    let any = r#"{"shares":[{"goalId":"a","percent":10}]}"#;
    assert_eq!(run(income(-100_000, "Work"), any, goals()), Ok(got(&[])));
}

#[test]
fn a_goal_that_is_gone_is_named() {
    let config = r#"{"shares":[{"goalId":"a","percent":10},{"goalId":"gone","percent":10}]}"#;
    match run(income(100, "Work"), config, goals()) {
        Err(RuleError::Failed(message)) => assert!(message.contains("shares[1]"), "{message}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_configuration_that_makes_no_sense_is_refused() {
    for config in [
        r#"{"shares":[]}"#,
        r#"{"shares":[{"goalId":"a"}]}"#,
        r#"{"shares":[{"goalId":"a","percent":0}]}"#,
        r#"{"shares":[{"goalId":"a","percent":0.001}]}"#,
        r#"{"shares":[{"goalId":"a","percent":100.01}]}"#,
        r#"{"shares":[{"goalId":"a","percent":60},{"goalId":"b","percent":40.01}]}"#,
        r#"{"shares":[{"goalId":"a","percent":1},{"goalId":"a","percent":1}]}"#,
        r#"{"shares":[{"goalId":"a","percent":1,"amount":{"amount":"1","currency":"EUR"}}]}"#,
        r#"{"shares":[{"goalId":"a","amount":{"amount":"-1","currency":"EUR"}}]}"#,
        r#"{"shares":[{"goalId":"a","amount":{"amount":"0.001","currency":"EUR"}}]}"#,
    ] {
        let result = run(income(100, "Work"), config, goals());
        assert!(
            matches!(result, Err(RuleError::InvalidConfig(_))),
            "{config}: {result:?}"
        );
    }
}
