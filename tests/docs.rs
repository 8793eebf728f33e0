//! What the documents say of the tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Folders that hold sources.
const SOURCES: [&str; 6] = ["services", "gateway", "plugins", "proto", "tests", "fuzz"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("target") {
                rust_files(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The functions of all sources.
fn functions() -> BTreeSet<String> {
    let mut files = Vec::new();
    for folder in SOURCES {
        rust_files(&root().join(folder), &mut files);
    }
    let mut names = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for part in text.split("fn ").skip(1) {
            let end = part
                .find(|char: char| !char.is_ascii_alphanumeric() && char != '_')
                .unwrap_or(part.len());
            names.insert(part[..end].to_owned());
        }
    }
    names
}

/// Words in code type with several underscores: what tests are called here.
fn named(document: &str) -> BTreeSet<String> {
    let code = document.split('`').skip(1).step_by(2);
    code.filter(|word| {
        word.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
            && word.matches('_').count() > 1
    })
    .map(str::to_owned)
    .collect()
}

#[test]
fn every_test_that_the_security_page_names_exists() {
    let document = std::fs::read_to_string(root().join("docs/security.md")).unwrap();
    let named = named(&document);
    assert!(named.len() > 50, "{named:?}");
    let functions = functions();
    let missing: Vec<_> = named.difference(&functions).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}
