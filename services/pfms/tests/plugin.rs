//! The authors' commands, as an author calls them.
#![allow(clippy::disallowed_types, reason = "tests start programs")]
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use pfms_plugin_build::{Layout, build};

fn pfms(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pfms"))
        .arg("plugin")
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

/// The component and the cases of a first-party rule.
fn habit_counter() -> (PathBuf, PathBuf) {
    let layout = Layout::of_repository();
    let built = build(&layout, &["habit-counter".to_owned()]).unwrap();
    (built[0].clone(), layout.guest.join("rules/habit-counter/cases"))
}

#[test]
fn cases_that_hold_end_well_and_one_that_does_not_is_shown_with_its_line() {
    let (component, cases) = habit_counter();
    let folder = tempfile::tempdir().unwrap();
    let component = component.to_str().unwrap();
    let run = |cases: &Path, filter: &[&str]| {
        let named = [
            "test",
            "--component",
            component,
            "--cases",
            cases.to_str().unwrap(),
        ];
        pfms(folder.path(), &[&named, filter].concat())
    };
    let good = run(&cases, &[]);
    assert!(good.status.success(), "{}", text(&good));
    assert!(text(&good).contains("12 passed, 0 failed"), "{}", text(&good));

    let wrong = std::fs::read_to_string(cases.join("coffee.yaml")).unwrap();
    let wrong = wrong.replace("title: 3 × coffee in a day", "title: 4 × coffee in a day");
    std::fs::write(folder.path().join("coffee.yaml"), &wrong).unwrap();
    let line = 1 + wrong
        .lines()
        .position(|line| line.contains("title: 4 × coffee"))
        .unwrap();
    let bad = run(folder.path(), &["--filter", "third"]);
    assert_eq!(bad.status.code(), Some(1));
    let told = text(&bad);
    assert!(
        told.contains(&format!("coffee.yaml:{line}: actions[0].notify.title")),
        "{told}"
    );
    assert!(told.contains("0 passed, 1 failed"), "{told}");
    assert!(!run(&cases, &["--filter", "no such case"]).status.success());
}

#[test]
fn a_component_is_inspected_and_what_is_none_is_refused_with_the_reason() {
    let (component, _) = habit_counter();
    let folder = tempfile::tempdir().unwrap();
    let key = pfms(folder.path(), &["keygen", "key.pem"]);
    assert!(key.status.success(), "{}", text(&key));
    let seen = pfms(
        folder.path(),
        &["inspect", component.to_str().unwrap(), "--sign", "key.pem"],
    );
    assert!(seen.status.success(), "{}", text(&seen));
    for part in [
        "pfms:rules/log@1.0.0",
        "native",
        "habit-counter 1.0.0",
        "expense.created",
        "signature",
    ] {
        assert!(text(&seen).contains(part), "{part} is missing: {}", text(&seen));
    }
    std::fs::write(folder.path().join("text.wasm"), "no component").unwrap();
    assert!(!pfms(folder.path(), &["inspect", "text.wasm"]).status.success());
}

#[test]
fn a_project_is_made_once() {
    let folder = tempfile::tempdir().unwrap();
    let made = pfms(folder.path(), &["new", "weekly-visits", "--lang", "python"]);
    assert!(made.status.success(), "{}", text(&made));
    assert!(folder.path().join("weekly-visits/rule.py").is_file());
    assert!(!pfms(folder.path(), &["new", "weekly-visits"]).status.success());
    let elsewhere = pfms(folder.path(), &["test"]);
    assert!(
        text(&elsewhere).contains("pfms plugin new"),
        "{}",
        text(&elsewhere)
    );
}
