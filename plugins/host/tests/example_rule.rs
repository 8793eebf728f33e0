//! The first-party rule in the sandbox.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use pfms_plugin_host::{Action, Date, Event, Expense, ExpenseFilter, FactRequest, Facts, Priority};
use support::{context, expense, habit_counter, host, load, third_coffee};
use wasmparser::{Parser, Payload};

#[test]
fn a_module_says_what_it_is() {
    let module = load(habit_counter());
    assert_eq!(module.world(), "pfms:rules/automation-rule@1.0.0");
    assert_eq!(module.size(), habit_counter().len());
    assert_eq!(module.hash().len(), 64);
    let description = module.description();
    assert_eq!(
        (description.name.as_str(), description.version.as_str()),
        ("habit-counter", "1.0.0")
    );
    assert_eq!(description.triggers, ["expense.created"]);
    assert_eq!(
        description.facts,
        [FactRequest::RecentExpenses {
            days: 1,
            limit: 500,
            filter: ExpenseFilter::Any,
        }]
    );
}

#[test]
fn the_third_coffee_of_a_day_notifies() {
    let module = load(habit_counter());
    let evaluation = third_coffee(
        host(),
        &module,
        3,
        vec![expense(2, "coffee"), expense(1, "COFFEE to go")],
    );
    let [Action::Notify(notification)] = evaluation.outcome.as_deref().unwrap() else {
        panic!("{evaluation:?}");
    };
    assert_eq!(notification.title, "3 × coffee in a day");
    assert_eq!(
        notification.body,
        "4.50 EUR makes number 3 on 2025-12-11, 13.50 EUR in all."
    );
    assert_eq!(notification.priority, Priority::Medium);
    assert!(evaluation.fuel > 0);
    assert!(evaluation.logs.is_empty());
}

#[test]
fn the_second_coffee_and_other_days_do_not() {
    let module = load(habit_counter());
    assert_eq!(
        third_coffee(host(), &module, 2, vec![expense(1, "coffee")]).outcome,
        Ok(vec![])
    );
    let yesterday = Expense {
        date: Date {
            year: 2025,
            month: 12,
            day: 10,
        },
        ..expense(1, "coffee")
    };
    assert_eq!(
        third_coffee(host(), &module, 3, vec![expense(2, "coffee"), yesterday]).outcome,
        Ok(vec![])
    );
}

#[test]
fn the_events_own_expense_is_not_among_the_facts() {
    let module = load(habit_counter());
    let event = Event::ExpenseCreated(expense(2, "coffee"));
    let facts = Facts {
        recent_expenses: Some(vec![expense(2, "coffee"), expense(1, "coffee")]),
        ..Facts::default()
    };
    let config = r#"{"keyword":"coffee","count":2}"#;
    let evaluation = host().evaluate(&module, &context(), &event, &facts, config);
    assert_eq!(evaluation.outcome.unwrap().len(), 1);
}

#[test]
fn a_rule_refuses_a_configuration_in_its_own_words() {
    let module = load(habit_counter());
    let event = Event::ExpenseCreated(expense(1, "coffee"));
    let evaluation = host().evaluate(&module, &context(), &event, &Facts::default(), r#"{"count":3}"#);
    let error = evaluation.outcome.unwrap_err();
    assert_eq!(error.reason(), "INVALID_CONFIG");
    assert!(error.to_string().contains("keyword"), "{error}");
}

#[test]
fn the_same_input_takes_the_same_fuel_to_the_same_answer() {
    let module = load(habit_counter());
    let again = load(habit_counter());
    let run = |module| {
        let recent = (1..200).rev().map(|number| expense(number, "coffee")).collect();
        let evaluation = third_coffee(host(), module, 200, recent);
        (evaluation.outcome, evaluation.fuel, evaluation.logs)
    };
    let first = run(&module);
    for _ in 0..20 {
        assert_eq!(run(&module), first);
    }
    assert_eq!(run(&again), first);
}

#[test]
fn threads_share_a_host_and_a_module() {
    let module = load(habit_counter());
    let expected = third_coffee(host(), &module, 2, vec![]).fuel;
    std::thread::scope(|scope| {
        for _ in 0..64 {
            scope.spawn(|| assert_eq!(third_coffee(host(), &module, 2, vec![]).fuel, expected));
        }
    });
}

#[test]
fn all_the_facts_that_it_asks_for_fit_into_the_memory_that_it_begins_with() {
    let recent = (1..=500).map(|number| expense(number, "coffee")).collect();
    let evaluation = third_coffee(host(), &load(habit_counter()), 501, recent);
    assert!(evaluation.outcome.is_ok());
    // Growing would be a change of page protection, which all threads of the process wait for.
    assert_eq!(evaluation.memory_bytes, memory_at_first(habit_counter()));
}

fn memory_at_first(component: &[u8]) -> usize {
    let mut bytes = 0;
    for payload in Parser::new(0).parse_all(component) {
        if let Payload::MemorySection(memories) = payload.unwrap() {
            for memory in memories {
                bytes += usize::try_from(memory.unwrap().initial << 16).unwrap();
            }
        }
    }
    bytes
}
