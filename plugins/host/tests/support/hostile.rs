//! Components that mean harm, each with the host's answer. They are built here, so that what they do can be read.

use super::{component, component_with, encode_bytes, words};

/// A component that means harm.
pub struct Hostile {
    pub name: &'static str,
    pub bytes: Vec<u8>,
    /// The reason with which loading or evaluating it fails.
    pub verdict: &'static str,
}

fn hostile(name: &'static str, verdict: &'static str, bytes: Vec<u8>) -> Hostile {
    Hostile { name, bytes, verdict }
}

/// Those that are loaded, and misbehave when they are asked.
pub fn accepted() -> Vec<Hostile> {
    let huge = words(&[0, 5_016, 1, 0]) + &words(&[0, 0, 2_048, 7, 65_536, 10_000_000, 1, 0, 0]);
    let deep = "(func $deep (param i32) (result i32)
        (i32.add (i32.const 1) (call $deep (i32.add (i32.const 1) (local.get 0)))))";
    let grow_table =
        "(loop $again (drop (table.grow $t (ref.null func) (i32.const 1000))) (br $again)) unreachable";
    // Grows by a page and writes to each, so that all of it is real.
    let fill = "(local $page i32)
        (loop $again
            (local.set $page (memory.grow (i32.const 1)))
            (i32.store (i32.mul (local.get $page) (i32.const 65536)) (i32.const 1))
            (br $again))
        unreachable";
    let shout =
        "(loop $again (call $log (i32.const 2) (i32.const 2048) (i32.const 7)) (br $again)) unreachable";
    vec![
        hostile(
            "endless loop",
            "FUEL_EXHAUSTED",
            component("(call $spin) unreachable"),
        ),
        hostile(
            "memory bomb",
            "MEMORY_LIMIT",
            component("(memory.grow (i32.const 60000))"),
        ),
        hostile("memory that is written to", "MEMORY_LIMIT", component(fill)),
        hostile(
            "stack bomb",
            "STACK_OVERFLOW",
            component_with("(i32.const 1024)", "(call $deep (i32.const 0))", deep),
        ),
        hostile(
            "output bomb",
            "OUTPUT_LIMIT",
            component_with(
                "(i32.const 1024)",
                "(i32.const 5000)",
                &format!("(data (i32.const 5000) \"{huge}\")"),
            ),
        ),
        hostile("log bomb", "LOG_LIMIT", component(shout)),
        hostile(
            "table growth",
            "MEMORY_LIMIT",
            component_with("(i32.const 1024)", grow_table, "(table $t 1 funcref)"),
        ),
        hostile("trap", "TRAPPED", component("unreachable")),
        hostile(
            "answer outside of memory",
            "TRAPPED",
            component("(i32.const -16)"),
        ),
    ]
}

/// Those that are refused when they are loaded.
pub fn refused() -> Vec<Hostile> {
    let good = component("global.get $empty");
    let with = |definitions: &str| component_with("(i32.const 1024)", "global.get $empty", definitions);
    let text = |component: &str| encode_bytes(component);
    let nested: String = (0..5_000).fold("(component (type $t0 (list u8))".to_owned(), |text, depth| {
        text + &format!("(type $t{} (list $t{depth}))", depth + 1)
    });
    let exported = r#"(instance $i (export "t" (type $t5000)))
        (export "pfms:rules/automation@1.0.0" (instance $i)))"#;
    let many = "(component ".to_owned() + &"(type (list u8))".repeat(10_001) + ")";
    vec![
        hostile(
            "trap at the start",
            "TRAPPED",
            with("(func $trap unreachable) (start $trap)"),
        ),
        hostile("endless start", "FUEL_EXHAUSTED", with("(start $spin)")),
        hostile(
            "endless description",
            "FUEL_EXHAUSTED",
            component_with("(call $spin) unreachable", "global.get $empty", ""),
        ),
        hostile(
            "deeply nested types",
            "MALFORMED_COMPONENT",
            text(&(nested + exported)),
        ),
        hostile("ten thousand types", "COMPILE_LIMIT", text(&many)),
        hostile(
            "huge function",
            "COMPILE_LIMIT",
            with(&format!("(func {})", "nop ".repeat(200_000))),
        ),
        hostile(
            "function of many variables",
            "COMPILE_LIMIT",
            with(&format!("(func (local {}))", "i64 ".repeat(6_000))),
        ),
        hostile(
            "ten thousand functions",
            "COMPILE_LIMIT",
            with(&"(func)".repeat(10_001)),
        ),
        hostile(
            "cut in half",
            "MALFORMED_COMPONENT",
            good[..good.len() / 2].to_vec(),
        ),
        hostile("no component", "NOT_A_COMPONENT", text("(module)")),
        hostile("no WebAssembly", "NOT_WASM", b"MZ\x90\0".to_vec()),
        hostile("more than two megabytes", "MODULE_TOO_LARGE", vec![0; 3 << 20]),
        hostile("wrong world", "WRONG_WORLD", text("(component)")),
        hostile(
            "forbidden import",
            "FORBIDDEN_IMPORT",
            text(
                r#"(component (import "wasi:cli/environment@0.2.0" (instance (export "get" (func (result u32))))))"#,
            ),
        ),
    ]
}

/// A function at the edge of what is compiled: hard work for the compiler, and still accepted.
pub fn compile_bomb() -> Vec<u8> {
    // Nested branches over many values that are all alive, in a bit less than 128 kB.
    let locals = "(local i64 i64 i64 i64 i64 i64 i64 i64)";
    let step: String = (0..8).fold(String::new(), |text, local| {
        text + &format!(
            "(local.set {local} (i64.add (i64.mul (local.get {}) (local.get {})) (i64.const {local})))
             (br_if 0 (i64.eqz (local.get {local})))",
            (local + 1) % 8,
            (local + 3) % 8
        )
    });
    let body = format!("(block {})", step.repeat(800));
    component_with(
        "(i32.const 1024)",
        "global.get $empty",
        &format!("(func {locals} {body})"),
    )
}
