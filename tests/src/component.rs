//! Components of ill will.

use std::path::Path;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use wit_component::{ComponentEncoder, StringEncoding};

/// Where the text of a component finds a good description of itself.
const DESCRIPTION: &str = "(i32.const 1024)";
/// 200 pages; what grows beyond 32 MiB breaks the limit.
const MEMORY_PAGES: u32 = 200;

/// A component that can be stored, and fails when it runs in the way that `evaluate` says: an expression of type
/// i32 in WebAssembly text, where `$empty` is an answer without actions and `$spin` never ends.
#[must_use]
pub fn evaluating(evaluate: &str) -> Vec<u8> {
    component(DESCRIPTION, evaluate, "")
}

/// The same with further definitions.
#[must_use]
pub fn evaluating_with(evaluate: &str, definitions: &str) -> Vec<u8> {
    component(DESCRIPTION, evaluate, definitions)
}

/// A component that misbehaves when it is asked what it is.
#[must_use]
pub fn describing(describe: &str) -> Vec<u8> {
    component(describe, "global.get $empty", "")
}

/// The Ed25519 key of the publisher whose countries the meshes of the tests take, in hex.
#[must_use]
pub fn publisher_key() -> String {
    hex(publisher().public_key().as_ref())
}

/// That publisher's signature of a component, in hex.
#[must_use]
pub fn signature(content: &[u8]) -> String {
    hex(publisher().sign(content).as_ref())
}

fn publisher() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("32 bytes are a seed")
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A component in text that need not be a rule.
#[must_use]
pub fn of_text(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the text is WebAssembly")
}

/// A component whose one action holds so many bytes.
#[must_use]
pub fn returning(bytes: u32) -> Vec<u8> {
    // A result that is a success, with a list of one action at the next address that eight divides: a notification
    // whose body is long; the title is the name's.
    let answer = words(&[0, 5_016, 1, 0]) + &words(&[0, 0, 2_048, 7, 65_536, bytes, 1, 0, 0]);
    evaluating_with(
        "(i32.const 5000)",
        &format!(r#"(data (i32.const 5000) "{answer}")"#),
    )
}

fn component(describe: &str, evaluate: &str, definitions: &str) -> Vec<u8> {
    // Name, version, summary, schema: address and length each; then the lists of triggers and of facts.
    let description = words(&[2048, 7, 2057, 5, 2057, 0, 2055, 2, 2100, 1, 0, 0]);
    let triggers = words(&[2062, 15]);
    let core = of_text(&format!(
        r#"(module
            (memory (export "memory") {MEMORY_PAGES})
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
            {definitions})"#
    ));
    encode(core)
}

/// Little-endian words as a string of WebAssembly text.
fn words(words: &[u32]) -> String {
    use std::fmt::Write as _;
    let bytes = words.iter().flat_map(|word| word.to_le_bytes());
    bytes.fold(String::new(), |mut text, byte| {
        let _ = write!(text, "\\{byte:02x}");
        text
    })
}

fn encode(mut core: Vec<u8>) -> Vec<u8> {
    let mut resolve = wit_parser::Resolve::default();
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/wit");
    let (package, _) = resolve.push_path(&contract).expect("the contract can be read");
    let world = resolve
        .select_world(&[package], Some("automation-rule"))
        .expect("the contract has this world");
    wit_component::embed_component_metadata(&mut core, &resolve, world, StringEncoding::UTF8)
        .expect("the world fits");
    ComponentEncoder::default()
        .module(&core)
        .and_then(|encoder| encoder.validate(true).encode())
        .expect("the module is a component")
}
