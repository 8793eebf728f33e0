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

/// The documents for people.
fn documents() -> Vec<PathBuf> {
    let mut found: Vec<_> = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"]
        .map(|name| root().join(name))
        .into();
    let mut folders = vec![root().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found
}

/// What headings and named places are linked by.
fn anchors(document: &str) -> BTreeSet<String> {
    let named = document.split("<a id=\"").skip(1);
    let named = named.filter_map(|part| part.split('"').next().map(str::to_owned));
    let headings = document.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let text = line.trim_start_matches('#').trim().to_lowercase();
            text.chars()
                .filter(|char| char.is_alphanumeric() || matches!(char, ' ' | '-' | '_'))
                .map(|char| if char == ' ' { '-' } else { char })
                .collect()
        })
        .chain(named)
        .collect()
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    let mut broken = Vec::new();
    let mut count = 0;
    for document in documents() {
        let text = std::fs::read_to_string(&document).unwrap();
        for part in text.split("](").skip(1) {
            let link = part.split(')').next().unwrap();
            if link.starts_with("http") {
                continue;
            }
            count += 1;
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() {
                document.clone()
            } else {
                document.parent().unwrap().join(file)
            };
            let leads = std::fs::read_to_string(&target)
                .is_ok_and(|text| anchor.is_empty() || anchors(&text).contains(anchor));
            if !leads {
                broken.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert!(count > 30, "only {count} links");
    assert!(broken.is_empty(), "{broken:#?}");
}
