//! Two versions of the contract side by side.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use wit_component::{ComponentEncoder, StringEncoding};

use crate::{
    Action, Context, Date, Evaluation, Event, Facts, Host, Instant, Limits, Module, NamedEvent, Priority,
    User, World,
};

/// Little-endian words as a string of WebAssembly text.
fn words(words: &[u32]) -> String {
    let bytes = words.iter().flat_map(|word| word.to_le_bytes());
    bytes.fold(String::new(), |mut text, byte| {
        write!(text, "\\{byte:02x}").unwrap();
        text
    })
}

/// A component of a version. Its `evaluate` is WebAssembly text of type i32, with the address of the arguments as
/// local 0.
fn component(version: &str, contract: &str, evaluate: &str, data: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
            (memory (export "memory") 2)
            (global $free (mut i32) (i32.const 65536))
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                (global.set $free (i32.and (i32.add (global.get $free) (i32.const 15)) (i32.const -16)))
                global.get $free
                (global.set $free (i32.add (global.get $free) (local.get 3))))
            (func (export "pfms:rules/automation@{version}#describe") (result i32) (i32.const 1024))
            (func (export "pfms:rules/automation@{version}#evaluate") (param i32) (result i32) {evaluate})
            (data (i32.const 1024) "{description}")
            (data (i32.const 2048) "fixture{{}}1.0.0time")
            (data (i32.const 2100) "{triggers}")
            {data})"#,
        description = words(&[2048, 7, 2057, 5, 2057, 0, 2055, 2, 2100, 1, 0, 0]),
        triggers = words(&[2062, 4]),
    );
    let mut resolve = wit_parser::Resolve::default();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(contract);
    let (package, _) = resolve.push_path(folder).unwrap();
    let world = resolve.select_world(&[package], Some("automation-rule")).unwrap();
    let mut core = wat::parse_str(text).unwrap();
    wit_component::embed_component_metadata(&mut core, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default()
        .module(&core)
        .unwrap()
        .validate(true)
        .encode()
        .unwrap()
}

/// Answers with the log action "1.0".
fn of_1_0() -> Vec<u8> {
    let data = format!(
        r#"(data (i32.const 4096) "{}") (data (i32.const 5000) "1.0")"#,
        words(&[0, 4112, 1, 0]) + &words(&[4, 0, 5000, 3])
    );
    component("1.0.0", "../wit", "(i32.const 4096)", &data)
}

/// Answers with an alert, an action of 1.1 only, that is as many characters long as the week has days so far: the
/// field `weekday` of 1.1 only is its length.
fn of_1_1() -> Vec<u8> {
    // The record of arguments begins with the context: two texts, an instant aligned to 8, and the user, whose two
    // texts, offset and day precede the weekday.
    let weekday_at = 16 + 16 + 8 + 8 + 4 + 4;
    let evaluate = format!(
        "(i32.store (i32.const 4124) (i32.load8_u offset={weekday_at} (local.get 0))) (i32.const 4096)"
    );
    let data = format!(
        r#"(data (i32.const 4096) "{}") (data (i32.const 5000) "1234567")"#,
        words(&[0, 4112, 1, 0]) + &words(&[8, 0, 5000, 0])
    );
    component("1.1.0", "tests/contract-1.1", &evaluate, &data)
}

fn evaluate(host: &Host, module: &Arc<Module>, day: u8) -> Evaluation {
    let context = Context {
        event_id: "e".into(),
        rule_id: "r".into(),
        occurred_at: Instant {
            seconds: 0,
            nanoseconds: 0,
        },
        user: User {
            currency: "EUR".into(),
            time_zone: "UTC".into(),
            utc_offset_seconds: 0,
            today: Date {
                year: 2026,
                month: 11,
                day,
            },
        },
    };
    let event = Event::Named(NamedEvent {
        name: "time".into(),
        fields: vec![],
    });
    host.evaluate(module, &context, &event, &Facts::default(), "{}")
}

#[test]
fn a_later_minor_version_runs_beside_the_first() {
    let host = Host::new(Limits::default(), None).unwrap();
    let first = host.load(&of_1_0()).unwrap();
    let later = host.load(&of_1_1()).unwrap();
    assert_eq!(first.world(), "pfms:rules/automation-rule@1.0.0");
    assert_eq!(later.world(), "pfms:rules/automation-rule@1.1.0");
    // 23 November 2026 is a Monday.
    for (day, alert) in [(23, "1"), (26, "1234"), (29, "1234567")] {
        assert_eq!(
            evaluate(&host, &first, day).outcome,
            Ok(vec![Action::Log("1.0".into())])
        );
        let outcome = evaluate(&host, &later, day).outcome;
        let Ok([Action::Notify(notification)]) = outcome.as_deref() else {
            panic!("{outcome:?}");
        };
        assert_eq!(
            (notification.title.as_str(), notification.priority),
            (alert, Priority::Urgent)
        );
    }
}

#[test]
fn a_component_gets_the_interfaces_of_its_own_version_only() {
    let later = super::Contract::Automation(super::AutomationVersion::V1_1);
    assert!(later.offers("pfms:rules/log@1.1.0"));
    assert!(!later.offers("pfms:rules/log@1.0.0") && !later.offers("pfms:rules/log@1.2.0"));
    assert!(!later.offers("pfms:rules/tax-types@1.1.0") && !later.offers("pfms:rules/log"));
}

#[test]
fn a_version_that_the_host_does_not_know_is_refused_with_those_it_does() {
    let exports = |name: &str| vec!["other:thing/run@1.0.0".to_owned(), name.to_owned()];
    let refused = |name: &str| {
        super::Contract::of_exports(&exports(name))
            .unwrap_err()
            .to_string()
    };
    let text = refused("pfms:rules/automation@1.2.0");
    assert!(
        text.contains("1.2.0") && text.contains("automation@1.0.0"),
        "{text}"
    );
    // A version is accepted for the world that has it.
    let text = refused("pfms:rules/tax@1.1.0");
    assert!(text.contains("accepted: pfms:rules/tax@1.0.0"), "{text}");
    let tax = super::Contract::of_exports(&exports("pfms:rules/tax@1.0.0")).unwrap();
    assert_eq!(tax.world(), World::TaxRules);
    assert_eq!(tax.automation().unwrap_err().reason(), "WRONG_WORLD");
}
