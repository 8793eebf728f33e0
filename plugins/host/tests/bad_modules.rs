//! What is not accepted as a module, and why.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use pfms_plugin_host::{Host, Limits, LoadError};
use support::{component, component_with, habit_counter, host, limits, words};

fn refusal(bytes: &[u8]) -> LoadError {
    host().load(bytes).unwrap_err()
}

fn text(component: &str) -> Vec<u8> {
    wat::parse_str(component).unwrap()
}

#[test]
fn fifty_megabytes_are_refused_before_they_are_read() {
    let mut bytes = vec![0xff; 50_000_000];
    assert_eq!(
        refusal(&bytes),
        LoadError::TooLarge {
            size: 50_000_000,
            limit: 2 << 20
        }
    );
    bytes[..8].copy_from_slice(&[0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]);
    assert_eq!(refusal(&bytes).reason(), "MODULE_TOO_LARGE");
}

#[test]
fn what_is_not_wasm_is_named_so() {
    for bytes in [
        &b""[..],
        b"\0as",
        b"hello, world",
        b"(component)",
        b"PK\x03\x04",
        &[0; 64],
    ] {
        assert_eq!(refusal(bytes).reason(), "NOT_WASM");
    }
}

#[test]
fn a_core_module_is_not_a_component() {
    assert_eq!(refusal(&text("(module)")).reason(), "NOT_A_COMPONENT");
}

#[test]
fn a_wasi_import_is_named() {
    let bytes =
        text(r#"(component (import "wasi:cli/stdout@0.2.0" (instance (export "get" (func (result u32))))))"#);
    let error = refusal(&bytes);
    assert_eq!(
        error,
        LoadError::ForbiddenImport {
            import: "wasi:cli/stdout@0.2.0".into()
        }
    );
    assert!(error.to_string().contains("wasi:cli/stdout@0.2.0"));
}

#[test]
fn an_import_of_ours_that_the_version_lacks_is_refused() {
    let bytes = text(
        r#"(component
            (import "pfms:rules/clock@1.0.0" (instance (export "now" (func (result u64)))))
            (instance $empty)
            (export "pfms:rules/automation@1.0.0" (instance $empty)))"#,
    );
    assert_eq!(refusal(&bytes).reason(), "FORBIDDEN_IMPORT");
}

#[test]
fn another_world_or_version_is_refused() {
    let export = |name: &str| {
        text(&format!(
            r#"(component (instance $i) (export "{name}" (instance $i)))"#
        ))
    };
    let none = refusal(&text("(component)"));
    assert_eq!(none.reason(), "WRONG_WORLD");
    assert!(none.to_string().contains("pfms:rules/automation@1.0.0"), "{none}");
    let later = refusal(&export("pfms:rules/automation@2.0.0"));
    assert_eq!(later.reason(), "WRONG_WORLD");
    assert!(
        later.to_string().contains("2.0.0") && later.to_string().contains("automation@1.0.0"),
        "{later}"
    );
    let hollow = refusal(&export("pfms:rules/automation@1.0.0"));
    assert_eq!(hollow.reason(), "WRONG_WORLD");
}

#[test]
fn what_would_take_long_to_compile_is_refused() {
    let function = |body: &str| component_with("(i32.const 1024)", "global.get $empty", body);
    let long = function(&format!("(func {})", "nop ".repeat(200_000)));
    let error = refusal(&long);
    assert_eq!(error.reason(), "COMPILE_LIMIT");
    assert!(error.to_string().contains("bytes in one function"), "{error}");
    let locals = function(&format!("(func (local {}))", "i64 ".repeat(6_000)));
    assert_eq!(refusal(&locals).reason(), "COMPILE_LIMIT");
    let many = function(&"(func)".repeat(10_001));
    assert_eq!(refusal(&many).reason(), "COMPILE_LIMIT");
    let modules = text(&format!("(component {})", "(core module)".repeat(11)));
    assert_eq!(refusal(&modules).reason(), "COMPILE_LIMIT");
}

#[test]
fn deep_nesting_does_not_harm_the_compiler() {
    let depth = 30_000;
    let body = format!("(func {}{})", "(block ".repeat(depth), ")".repeat(depth));
    // Either answer is well; that there is one is the point.
    let _ = host().load(&component_with("(i32.const 1024)", "global.get $empty", &body));
}

#[test]
fn a_description_of_no_use_is_refused() {
    // A trigger that cannot be the name of an event: "1.0.0".
    let triggers = format!(
        r#"(data (i32.const 3000) "{}") (data (i32.const 3100) "{}")"#,
        words(&[2048, 7, 2057, 5, 2057, 0, 2055, 2, 3100, 1, 0, 0]),
        words(&[2057, 5])
    );
    let error = refusal(&component_with(
        "(i32.const 3000)",
        "global.get $empty",
        &triggers,
    ));
    assert_eq!(error.reason(), "INVALID_DESCRIPTION");
    assert!(error.to_string().contains("triggers"), "{error}");
}

#[test]
fn more_memory_than_allowed_at_the_start_is_refused() {
    let host = Host::new(
        Limits {
            memory_bytes: 8 << 20,
            ..limits()
        },
        None,
    )
    .unwrap();
    let error = host.load(&component("global.get $empty")).unwrap_err();
    assert_eq!(error.reason(), "MEMORY_LIMIT", "{error}");
}

#[test]
fn truncated_components_are_refused() {
    let whole = habit_counter();
    for length in (0..200).chain((200..whole.len()).step_by(whole.len() / 100)) {
        assert!(
            host().load(&whole[..length]).is_err(),
            "accepted the first {length} bytes"
        );
    }
}

#[test]
fn damaged_components_never_panic() {
    let whole = component("global.get $empty");
    let mut accepted = 0;
    for position in (8..whole.len()).step_by(whole.len() / 150) {
        let mut bytes = whole.clone();
        bytes[position] ^= 1 << (position % 8);
        // A flipped bit may leave a good component, for instance in a name nobody reads.
        accepted += u32::from(host().load(&bytes).is_ok());
    }
    assert!(
        accepted < 100,
        "nearly every damaged component was accepted: {accepted}"
    );
}
