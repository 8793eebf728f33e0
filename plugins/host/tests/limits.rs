//! Every limit with a component that runs into it. After each, another rule still works.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::{Duration, Instant};

use pfms_plugin_host::{Evaluation, Event, Facts, Host, Limits, LogLevel};
use support::{
    component, component_with, context, expense, habit_counter, host, limits, load, third_coffee, words,
};

fn evaluate_with(host: &Host, bytes: &[u8]) -> Evaluation {
    let module = host
        .load(bytes)
        .unwrap_or_else(|error| panic!("{}: {error}", error.reason()));
    let event = Event::ExpenseUpdated(expense(1, "coffee"));
    let facts = Facts {
        recent_expenses: Some(vec![expense(2, "tea")]),
        ..Facts::default()
    };
    host.evaluate(&module, &context(), &event, &facts, "{}")
}

/// Evaluates, and then another rule in the same host.
fn evaluate(bytes: &[u8]) -> Evaluation {
    let evaluation = evaluate_with(host(), bytes);
    let recent = vec![expense(2, "coffee"), expense(1, "coffee")];
    let other = third_coffee(host(), &load(habit_counter()), 3, recent);
    assert_eq!(other.outcome.expect("another rule").len(), 1);
    evaluation
}

fn reason(evaluation: Evaluation) -> &'static str {
    evaluation.outcome.unwrap_err().reason()
}

#[test]
fn a_rule_that_does_nothing_returns_nothing() {
    assert_eq!(evaluate(&component("global.get $empty")).outcome, Ok(vec![]));
}

#[test]
fn an_endless_loop_uses_up_its_fuel() {
    let evaluation = evaluate(&component("(call $spin) unreachable"));
    assert_eq!(evaluation.fuel, limits().fuel);
    assert_eq!(reason(evaluation), "FUEL_EXHAUSTED");
}

#[test]
fn the_deadline_stops_what_fuel_does_not() {
    let limits = Limits {
        fuel: u64::MAX / 2,
        deadline: Duration::from_millis(50),
        ..limits()
    };
    let host = Host::new(limits, None).unwrap();
    let start = Instant::now();
    let evaluation = evaluate_with(&host, &component("(call $spin) unreachable"));
    assert!(start.elapsed() < Duration::from_secs(20));
    let error = evaluation.outcome.unwrap_err();
    assert_eq!(error.reason(), "DEADLINE_EXCEEDED");
    assert!(error.is_transient());
}

#[test]
fn memory_without_end_is_refused() {
    let grow = "(loop $again (drop (memory.grow (i32.const 16))) (br $again)) unreachable";
    assert_eq!(reason(evaluate(&component(grow))), "MEMORY_LIMIT");
    assert_eq!(
        reason(evaluate(&component("(memory.grow (i32.const 60000))"))),
        "MEMORY_LIMIT"
    );
}

#[test]
fn tables_without_end_are_refused() {
    let grow =
        "(loop $again (drop (table.grow $t (ref.null func) (i32.const 1000))) (br $again)) unreachable";
    let bytes = component_with("(i32.const 1024)", grow, "(table $t 1 funcref)");
    assert_eq!(reason(evaluate(&bytes)), "MEMORY_LIMIT");
}

#[test]
fn recursion_without_end_overflows_the_stack() {
    let recurse = "(func $deep (param i32) (result i32)
        (i32.add (i32.const 1) (call $deep (i32.add (i32.const 1) (local.get 0)))))";
    let bytes = component_with("(i32.const 1024)", "(call $deep (i32.const 0))", recurse);
    assert_eq!(reason(evaluate(&bytes)), "STACK_OVERFLOW");
}

#[test]
fn ten_megabytes_of_actions_are_refused() {
    // A result and its list of one action, whose body is 10 MB; then 100,000 actions of which each takes 80 bytes.
    // What an action holds is aligned to 8 bytes.
    let one = words(&[0, 5_016, 1, 0]) + &words(&[0, 0, 2_048, 7, 65_536, 10_000_000, 1, 0, 0]);
    let bytes = component_with(
        "(i32.const 1024)",
        "(i32.const 5000)",
        &format!("(data (i32.const 5000) \"{one}\")"),
    );
    assert_eq!(reason(evaluate(&bytes)), "OUTPUT_LIMIT");

    let many = words(&[0, 65_536, 100_000]);
    let bytes = component_with(
        "(i32.const 1024)",
        "(i32.const 5000)",
        &format!("(data (i32.const 5000) \"{many}\")"),
    );
    assert_eq!(reason(evaluate(&bytes)), "OUTPUT_LIMIT");
}

#[test]
fn logging_without_end_is_stopped_and_the_first_lines_are_kept() {
    let shout =
        "(loop $again (call $log (i32.const 2) (i32.const 2048) (i32.const 7)) (br $again)) unreachable";
    let evaluation = evaluate(&component(shout));
    assert!(!evaluation.logs.is_empty());
    assert!(
        evaluation
            .logs
            .iter()
            .map(|line| line.message.len())
            .sum::<usize>()
            <= limits().log_bytes
    );
    assert_eq!(
        (evaluation.logs[0].level, evaluation.logs[0].message.as_str()),
        (LogLevel::Warn, "hostile")
    );
    assert_eq!(reason(evaluation), "LOG_LIMIT");
}

#[test]
fn empty_lines_count_too() {
    let shout = "(loop $again (call $log (i32.const 0) (i32.const 0) (i32.const 0)) (br $again)) unreachable";
    assert_eq!(reason(evaluate(&component(shout))), "LOG_LIMIT");
}

#[test]
fn a_crash_is_classified() {
    for crash in [
        "unreachable",
        "(i32.div_u (i32.const 1) (i32.const 0))",
        "(i32.load (i32.const -4))",
        // A result outside of memory, and one that is not text.
        "(i32.const -16)",
        "(call $log (i32.const 9) (i32.const 0) (i32.const 0)) (i32.const 4096)",
    ] {
        let evaluation = evaluate(&component(crash));
        assert_eq!(
            evaluation.outcome.as_ref().unwrap_err().reason(),
            "TRAPPED",
            "{crash}: {evaluation:?}"
        );
    }
}

#[test]
fn describing_is_limited_too() {
    let load = |bytes: &[u8]| host().load(bytes).unwrap_err().reason();
    assert_eq!(
        load(&component_with(
            "(call $spin) unreachable",
            "global.get $empty",
            ""
        )),
        "FUEL_EXHAUSTED"
    );
    assert_eq!(
        load(&component_with("unreachable", "global.get $empty", "")),
        "TRAPPED"
    );
}

#[test]
fn the_start_of_an_instance_is_limited_too() {
    let bytes = component_with("(i32.const 1024)", "global.get $empty", "(start $spin)");
    assert_eq!(host().load(&bytes).unwrap_err().reason(), "FUEL_EXHAUSTED");
}

#[test]
fn a_module_of_another_host_is_not_run() {
    let other = Host::new(limits(), None).unwrap();
    let module = other.load(&component("global.get $empty")).unwrap();
    let evaluation = third_coffee(host(), &module, 1, vec![]);
    assert_eq!(reason(evaluation), "FOREIGN_MODULE");
}
