//! Components that users upload.

use pfms_plugin_host::{Limits, precheck};

/// Component bytes: what can be told without compiling them.
pub fn module(data: &[u8]) {
    let _ = precheck(data, &Limits::default());
}

pub fn module_seeds() -> Vec<Vec<u8>> {
    let component = |text: &str| wat::parse_str(text).expect("a component");
    vec![
        component("(component)"),
        component(
            r#"(component
                 (core module $m (memory 1) (func (export "f") (result i32) i32.const 1))
                 (core instance $i (instantiate $m))
                 (func (export "f") (result u32) (canon lift (core func $i "f"))))"#,
        ),
        component(r#"(component (import "pfms:rules/log@1.0.0" (instance)))"#),
        component("(module)"),
    ]
}
