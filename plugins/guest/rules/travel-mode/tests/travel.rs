//! The rule as plain Rust.
#![allow(clippy::panic, clippy::unwrap_used)]

use pfms_rules::testing::{Case, euros, expense};
use pfms_rules::{Action, Event, Expense, Money, RuleError};
use travel_mode::TravelMode;

const DAYS: &str = r#"{"tag":"lisbon","from":"2025-12-10","to":"2025-12-12"}"#;
const ALLOWANCE: &str = r#"{"tag":"lisbon","from":"2025-12-10","to":"2025-12-12",
    "dailyAllowance":{"amount":"50.00","currency":"EUR"}}"#;

fn spent(number: u32, date: &str, cents: i64) -> Expense {
    Expense {
        date: date.parse().unwrap(),
        amount: euros(cents),
        ..expense(number, "")
    }
}

fn dollars(number: u32) -> Expense {
    Expense {
        amount: Money {
            currency: "USD".into(),
            ..euros(1000)
        },
        ..expense(number, "")
    }
}

fn run(new: Expense, recent: Vec<Expense>, config: &str) -> Vec<Action> {
    let mut case = Case::new(Event::ExpenseCreated(new))
        .recent_expenses(recent)
        .config(config);
    case.input.context.user.currency = "EUR".into();
    case.run::<TravelMode>().result.unwrap()
}

fn notified(actions: &[Action]) -> Vec<&str> {
    actions
        .iter()
        .filter_map(|action| match action {
            Action::Notify(notification) => Some(notification.title.as_str()),
            _ => None,
        })
        .collect()
}

#[test]
fn the_days_of_the_journey_are_tagged() {
    for (date, tagged) in [
        ("2025-12-09", false),
        ("2025-12-10", true),
        ("2025-12-12", true),
        ("2025-12-13", false),
    ] {
        let actions = run(spent(1, date, 100), vec![], DAYS);
        let expected = if tagged {
            vec![Action::Tag(vec!["lisbon".into()])]
        } else {
            vec![]
        };
        assert_eq!(actions, expected, "{date}");
    }
}

#[test]
fn what_is_tagged_already_is_not_tagged_again() {
    let tagged = Expense {
        tags: vec!["lisbon".into()],
        ..spent(1, "2025-12-11", 100)
    };
    assert!(run(tagged, vec![], DAYS).is_empty());
}

#[test]
fn without_days_foreign_currencies_make_the_journey() {
    let config = r#"{"tag":"abroad"}"#;
    assert!(run(spent(1, "2025-12-11", 100), vec![], config).is_empty());
    assert_eq!(
        run(dollars(1), vec![], config),
        [Action::Tag(vec!["abroad".into()])]
    );
    let foreign = r#"{"tag":"lisbon","from":"2025-12-10","to":"2025-12-12","onlyForeign":true}"#;
    assert!(run(spent(1, "2025-12-11", 100), vec![], foreign).is_empty());
    assert_eq!(run(dollars(1), vec![], foreign).len(), 1);
}

#[test]
fn the_allowance_of_a_day_is_told_of_once() {
    let recent = vec![spent(2, "2025-12-11", 2000), spent(1, "2025-12-11", 3000)];
    let over = run(spent(3, "2025-12-11", 150), recent.clone(), ALLOWANCE);
    assert_eq!(notified(&over), ["1.50 EUR over the allowance for 2025-12-11"]);
    // Exactly the allowance is within it, and what comes after is not told again.
    assert!(
        notified(&run(
            spent(2, "2025-12-11", 2000),
            recent[1..].to_vec(),
            ALLOWANCE
        ))
        .is_empty()
    );
    let again: Vec<Expense> = [vec![spent(3, "2025-12-11", 150)], recent].concat();
    assert!(notified(&run(spent(4, "2025-12-11", 100), again, ALLOWANCE)).is_empty());
}

#[test]
fn other_currencies_and_other_days_do_not_count() {
    let recent = vec![dollars(2), spent(1, "2025-12-10", 4000)];
    assert!(notified(&run(spent(3, "2025-12-11", 2000), recent, ALLOWANCE)).is_empty());
}

#[test]
fn a_configuration_that_makes_no_sense_is_refused() {
    for config in [
        r#"{"tag":" "}"#,
        r#"{"tag":"x","from":"2025-12-10"}"#,
        r#"{"tag":"x","from":"2025-12-10","to":"2025-12-09"}"#,
        r#"{"tag":"x","from":"2025-02-30","to":"2025-12-09"}"#,
        r#"{"tag":"x","dailyAllowance":{"amount":"0","currency":"EUR"}}"#,
        "{}",
    ] {
        let outcome = Case::new(Event::ExpenseCreated(expense(1, "")))
            .config(config)
            .run::<TravelMode>();
        assert!(
            matches!(outcome.result, Err(RuleError::InvalidConfig(_))),
            "{config}"
        );
    }
}
