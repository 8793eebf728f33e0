//! The hostile corpus: each component gets its verdict, and damaged ones never more than that.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use pfms_plugin_host::{Evaluation, Event, Facts, Module};
use proptest::prelude::*;
use support::hostile::{accepted, compile_bomb, refused};
use support::{component, context, expense, habit_counter, host, load, third_coffee};

/// All reasons with which a component is refused or fails. `COMPILE_FAILED` is not among them: it would mean that the
/// compiler crashed.
const REASONS: [&str; 18] = [
    "MODULE_TOO_LARGE",
    "NOT_WASM",
    "NOT_A_COMPONENT",
    "MALFORMED_COMPONENT",
    "COMPILE_LIMIT",
    "FORBIDDEN_IMPORT",
    "WRONG_WORLD",
    "INVALID_DESCRIPTION",
    "FUEL_EXHAUSTED",
    "DEADLINE_EXCEEDED",
    "MEMORY_LIMIT",
    "STACK_OVERFLOW",
    "OUTPUT_LIMIT",
    "LOG_LIMIT",
    "TRAPPED",
    "INVALID_CONFIG",
    "RULE_ERROR",
    "HOST_BUSY",
];

fn evaluate(module: &Module) -> Evaluation {
    let event = Event::ExpenseCreated(expense(1, "coffee"));
    host().evaluate(
        module,
        &context(),
        &event,
        &Facts::default(),
        r#"{"keyword":"coffee","count":3}"#,
    )
}

#[test]
fn each_gets_its_verdict_and_another_rule_works_after_it() {
    for hostile in refused() {
        let error = host().load(&hostile.bytes).unwrap_err();
        assert_eq!(error.reason(), hostile.verdict, "{}: {error}", hostile.name);
    }
    let honest = load(habit_counter());
    for hostile in accepted() {
        let module = load(&hostile.bytes);
        for _ in 0..3 {
            let error = evaluate(&module).outcome.unwrap_err();
            assert_eq!(error.reason(), hostile.verdict, "{}: {error}", hostile.name);
        }
        let recent = vec![expense(2, "coffee"), expense(1, "coffee")];
        let after = third_coffee(host(), &honest, 3, recent).outcome.unwrap();
        assert_eq!(after.len(), 1, "{}", hostile.name);
    }
}

#[test]
fn the_verdict_is_the_same_each_time_and_so_is_the_fuel() {
    for hostile in accepted() {
        let module = load(&hostile.bytes);
        let first = evaluate(&module);
        let second = evaluate(&module);
        assert_eq!(
            (first.outcome, first.fuel),
            (second.outcome, second.fuel),
            "{}",
            hostile.name
        );
    }
}

#[test]
fn the_hardest_function_that_is_accepted_is_compiled() {
    let module = load(&compile_bomb());
    assert_eq!(evaluate(&module).outcome, Ok(vec![]));
}

/// Loads what may be anything, and asks it if it loads.
fn check(bytes: &[u8]) -> Result<(), TestCaseError> {
    let reason = match host().load(bytes) {
        Ok(module) => match evaluate(&module).outcome {
            Ok(_) => return Ok(()),
            Err(error) => error.reason(),
        },
        Err(error) => error.reason(),
    };
    prop_assert!(REASONS.contains(&reason), "{reason}");
    Ok(())
}

fn small() -> &'static [u8] {
    static BYTES: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    BYTES.get_or_init(|| component("global.get $empty"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn flipped_bits_are_survived(flips in prop::collection::vec((any::<prop::sample::Index>(), 0..8_u8), 1..6)) {
        let mut bytes = small().to_vec();
        for (position, bit) in flips {
            let position = position.index(bytes.len());
            bytes[position] ^= 1 << bit;
        }
        check(&bytes)?;
    }

    #[test]
    fn cut_and_spliced_components_are_survived(
        cut in any::<prop::sample::Index>(),
        from in any::<prop::sample::Index>(),
        junk in prop::collection::vec(any::<u8>(), 0..16),
    ) {
        let whole = small();
        let (cut, from) = (cut.index(whole.len()), from.index(whole.len()));
        let spliced = [&whole[..cut], &junk, &whole[from..]].concat();
        check(&spliced)?;
        check(&whole[..cut])?;
    }

    #[test]
    fn a_real_rule_that_was_cut_or_damaged_is_survived(
        cut in any::<prop::sample::Index>(),
        position in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = habit_counter().to_vec();
        // In the first part, where types and definitions are: elsewhere a byte is mostly code or data.
        let position = position.index(4_096.min(bytes.len()));
        bytes[position] = byte;
        check(&bytes[..cut.index(bytes.len())])?;
    }
}
