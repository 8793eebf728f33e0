//! Hosts, components and inputs for the tests.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod hostile;

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use pfms_plugin_host::{
    Context, Date, Evaluation, Event, Expense, Facts, Host, Instant, Limits, Module, Money, User,
};
use wit_component::{ComponentEncoder, StringEncoding};

/// The default limits, but for a deadline that a busy machine keeps: the tests ask for the other verdicts.
pub fn limits() -> Limits {
    Limits {
        deadline: Duration::from_secs(30),
        patience: Duration::from_mins(1),
        ..Limits::default()
    }
}

pub fn host() -> &'static Host {
    static HOST: OnceLock<Host> = OnceLock::new();
    HOST.get_or_init(|| Host::new(limits(), None).unwrap())
}

/// The first-party rule, built from its sources.
pub fn habit_counter() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(|| {
        let layout = pfms_plugin_build::Layout::of_repository();
        let built = pfms_plugin_build::build_all(&layout).unwrap();
        let path = built
            .iter()
            .find(|path| path.ends_with("habit-counter.wasm"))
            .unwrap();
        std::fs::read(path).unwrap()
    })
}

/// A component whose `evaluate` is the given WebAssembly text, an expression of type i32. `$empty` returns no
/// actions; `$log` writes a line; `$spin` never ends.
pub fn component(evaluate: &str) -> Vec<u8> {
    component_with("(i32.const 1024)", evaluate, "")
}

/// The same with a `describe` of its own (1024 holds a good description), and further definitions.
pub fn component_with(describe: &str, evaluate: &str, definitions: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
            (import "pfms:rules/log@1.0.0" "log" (func $log (param i32 i32 i32)))
            (memory (export "memory") 200)
            (global $free (mut i32) (i32.const 11000000))
            (global $empty i32 (i32.const 4096))
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                (global.set $free (i32.and (i32.add (global.get $free) (i32.const 15)) (i32.const -16)))
                global.get $free
                (global.set $free (i32.add (global.get $free) (local.get 3))))
            (func $spin (loop $again (br $again)))
            (func (export "pfms:rules/automation@1.0.0#describe") (result i32) {describe})
            (func (export "pfms:rules/automation@1.0.0#evaluate") (param i32) (result i32) {evaluate})
            (data (i32.const 1024) "{description}")
            (data (i32.const 2048) "hostile{{}}1.0.0expense.created")
            (data (i32.const 2100) "{triggers}")
            {definitions})"#,
        // Name, version, summary, schema: address and length each; then the lists of triggers and facts.
        description = words(&[2048, 7, 2057, 5, 2057, 0, 2055, 2, 2100, 1, 0, 0]),
        triggers = words(&[2062, 15]),
    );
    encode(&wat::parse_str(text).unwrap())
}

/// The bytes of WebAssembly text.
pub fn encode_bytes(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap()
}

/// Little-endian words as a string of WebAssembly text.
pub fn words(words: &[u32]) -> String {
    words
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .fold(String::new(), |text, byte| text + &format!("\\{byte:02x}"))
}

fn encode(core: &[u8]) -> Vec<u8> {
    let mut resolve = wit_parser::Resolve::default();
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit");
    let (package, _) = resolve.push_path(&wit).unwrap();
    let world = resolve.select_world(&[package], Some("automation-rule")).unwrap();
    let mut core = core.to_vec();
    wit_component::embed_component_metadata(&mut core, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default()
        .module(&core)
        .unwrap()
        .validate(true)
        .encode()
        .unwrap()
}

pub fn load(bytes: &[u8]) -> Arc<Module> {
    host()
        .load(bytes)
        .unwrap_or_else(|error| panic!("{}: {error}", error.reason()))
}

pub fn expense(number: u32, description: &str) -> Expense {
    Expense {
        id: format!("01890000-0000-7000-8000-{number:012x}"),
        amount: Money {
            minor: 450,
            currency: "EUR".into(),
            exponent: 2,
        },
        category_id: Some("01890000-0000-7000-8000-00000000cafe".into()),
        category: Some("Food".into()),
        merchant: None,
        description: Some(description.into()),
        date: Date {
            year: 2025,
            month: 12,
            day: 11,
        },
        tags: vec!["morning".into(), "cash".into()],
    }
}

pub fn context() -> Context {
    Context {
        event_id: "01890000-0000-7000-8000-0000000000e1".into(),
        rule_id: "01890000-0000-7000-8000-0000000000f1".into(),
        occurred_at: Instant {
            seconds: 1_765_432_800,
            nanoseconds: 1,
        },
        user: User {
            currency: "EUR".into(),
            time_zone: "Europe/Berlin".into(),
            utc_offset_seconds: 3_600,
            today: Date {
                year: 2025,
                month: 12,
                day: 11,
            },
        },
    }
}

/// Evaluates a new coffee after recent expenses, for a habit of three.
pub fn third_coffee(host: &Host, module: &Module, number: u32, recent: Vec<Expense>) -> Evaluation {
    let event = Event::ExpenseCreated(expense(number, "Coffee"));
    let facts = Facts {
        recent_expenses: Some(recent),
        ..Facts::default()
    };
    host.evaluate(
        module,
        &context(),
        &event,
        &facts,
        r#"{"keyword":"coffee","count":3}"#,
    )
}
