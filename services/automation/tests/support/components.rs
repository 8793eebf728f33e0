//! Components: the first-party rule, and ones that misbehave.

use std::path::Path;
use std::sync::OnceLock;

use wit_component::{ComponentEncoder, StringEncoding};

/// The first-party rule, built from its sources.
pub fn habit_counter() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(|| {
        let layout = pfms_plugin_build::Layout::of_repository();
        let built = pfms_plugin_build::build_all(&layout).unwrap();
        let path = built.iter().find(|path| path.ends_with("habit-counter.wasm"));
        std::fs::read(path.unwrap()).unwrap()
    })
}

/// A component whose `evaluate` is this WebAssembly text, an expression of type i32; `definitions` go beside it.
/// `$empty` is the address of an empty answer, 1024 that of a description which asks for expense.created.
pub fn component(evaluate: &str, definitions: &str) -> Vec<u8> {
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
            (func (export "pfms:rules/automation@1.0.0#describe") (result i32) (i32.const 1024))
            (func (export "pfms:rules/automation@1.0.0#evaluate") (param i32) (result i32) {evaluate})
            (data (i32.const 1024) "{description}")
            (data (i32.const 2048) "fixture{{}}1.0.0expense.created")
            (data (i32.const 2100) "{triggers}")
            {definitions})"#,
        // Name, version, summary, schema: address and length each; then the lists of triggers and facts.
        description = words(&[2048, 7, 2057, 5, 2057, 0, 2055, 2, 2100, 1, 0, 0]),
        triggers = words(&[2062, 15]),
    );
    encode(&wat::parse_str(text).unwrap())
}

/// A component that asks for one notification with a title of so many bytes out of its memory.
pub fn notifying(title_bytes: u32, body_bytes: u32) -> Vec<u8> {
    // A result and its list of one action; what an action holds is aligned to 8 bytes.
    let answer = words(&[0, 5_016, 1, 0]) + &words(&[0, 0, 2_048, title_bytes, 65_536, body_bytes, 1, 0, 0]);
    component(
        "(i32.const 5000)",
        &format!("(data (i32.const 5000) \"{answer}\")"),
    )
}

/// Little-endian words as a string of WebAssembly text.
fn words(words: &[u32]) -> String {
    use std::fmt::Write;

    let bytes = words.iter().flat_map(|word| word.to_le_bytes());
    bytes.fold(String::new(), |mut text, byte| {
        write!(text, "\\{byte:02x}").unwrap();
        text
    })
}

fn encode(core: &[u8]) -> Vec<u8> {
    let mut resolve = wit_parser::Resolve::default();
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/wit");
    let (package, _) = resolve.push_path(&contract).unwrap();
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
