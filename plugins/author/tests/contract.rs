//! What derives from the contract is in the tree as the contract gives it.
#![allow(clippy::unwrap_used)]

use pfms_plugin_author::contract::{generate, repository_root};

#[test]
fn generated_files_are_current() {
    let root = repository_root();
    let files = generate(&root).unwrap();
    let drifted: Vec<_> = files
        .iter()
        .filter(|file| !file.is_current(&root))
        .map(|file| &file.path)
        .collect();
    assert!(drifted.is_empty(), "run `make codegen` and commit: {drifted:?}");
}

#[test]
fn every_name_of_the_contract_is_in_the_reference() {
    let root = repository_root();
    let files = generate(&root).unwrap();
    let reference = &files
        .iter()
        .find(|file| file.path.ends_with("contract.md"))
        .unwrap()
        .text;
    for file in std::fs::read_dir(root.join("plugins/wit")).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with('/')) {
            let mut words = line.split([' ', ':', '(', ',']);
            let name = match words.next() {
                Some("record" | "variant" | "enum" | "interface" | "world") => words.next().unwrap(),
                Some(name) if line.ends_with(',') && !line.contains("use ") => name,
                _ => continue,
            };
            assert!(reference.contains(&format!("`{name}`")), "{name} is missing");
        }
    }
}
