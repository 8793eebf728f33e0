//! Every first-party component is built, and all its cases hold in the sandbox.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use std::path::Path;
use std::time::Duration;

use pfms_plugin_author::run::{self, Report, Totals};
use pfms_plugin_build::{Layout, build};
use pfms_plugin_host::{Host, Limits};

/// The limits of a server, but for a deadline that a busy machine keeps: fuel gives the verdict.
fn limits() -> Limits {
    Limits {
        deadline: Duration::from_secs(30),
        patience: Duration::from_mins(1),
        ..Limits::default()
    }
}

#[test]
fn every_rule_has_cases_and_all_of_them_hold() {
    prove("rules", "");
}

#[test]
fn every_country_has_cases_and_all_of_them_hold() {
    prove("tax", "tax-");
}

/// Builds the components of a group, whose packages are named after their folders, and runs their cases.
fn prove(group: &str, prefix: &str) {
    let layout = Layout::of_repository();
    let host = Host::new(limits(), None).unwrap();
    let mut failed = Vec::new();
    let folders = folders(&layout.guest.join(group));
    assert!(!folders.is_empty(), "there is nothing in {group}");
    for folder in folders {
        let package = format!("{prefix}{folder}");
        let cases = layout.guest.join(group).join(&folder).join("cases");
        match build(&layout, std::slice::from_ref(&package)) {
            Ok(built) => failed.extend(failures(&host, &package, &built[0], &cases)),
            Err(error) => failed.push(format!("{package}: {error}")),
        }
    }
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

fn failures(host: &Host, package: &str, component: &Path, cases: &Path) -> Vec<String> {
    let bytes = std::fs::read(component).unwrap();
    match run::run(host, &bytes, cases, None) {
        Ok(reports) => {
            println!("{package}: {}", Totals::of(&reports));
            let failed = reports.iter().filter(|case| !case.passed());
            failed
                .map(|case| format!("{package}: {}", Report { case, base: cases }))
                .collect()
        }
        Err(error) => vec![format!("{package}: {error}")],
    }
}

fn folders(group: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(group)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut names: Vec<_> = entries
        .filter(|folder| folder.join("Cargo.toml").is_file())
        .map(|folder| folder.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}
