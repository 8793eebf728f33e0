//! A new project builds as it is, outside this repository, and its cases hold. What npm and `PyPI` bring is for
//! `make authors`: it takes 400 MB.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

use pfms_plugin_author::project::{Kind, Language, NewProject, Project, create};
use pfms_plugin_author::run::{self, Report};
use pfms_plugin_host::{Host, Limits, Tier};

fn new(language: Language) -> NewProject {
    NewProject {
        name: "weekly-visits".into(),
        language,
        kind: Kind::Automation,
    }
}

fn country() -> NewProject {
    NewProject {
        name: "tax-xx".into(),
        language: Language::Rust,
        kind: Kind::Tax,
    }
}

/// Makes a project, builds it, and runs its cases with the limits of a server.
fn proven(new: &NewProject) {
    let folder = tempfile::tempdir().unwrap();
    create(folder.path(), new).unwrap();
    let project = Project::open(folder.path()).unwrap();
    let built = pfms_plugin_author::build::build(&project).unwrap();
    let bytes = std::fs::read(built.path).unwrap();
    let host = Host::new(Tier::of(&bytes, &Limits::native()).limits(), None).unwrap();
    let reports = run::run(&host, &bytes, &project.cases(), None).unwrap();
    assert_eq!(reports.len(), 4);
    for case in &reports {
        let base = folder.path();
        assert!(case.passed(), "{}", Report { case, base });
    }
}

#[test]
fn a_rust_project_builds_as_it_is_and_its_cases_hold() {
    proven(&new(Language::Rust));
}

#[test]
fn the_rules_of_a_new_country_build_as_they_are_and_their_cases_hold() {
    proven(&country());
}

#[test]
#[ignore = "installs packages from npm; `make authors` runs it"]
fn a_typescript_project_builds_as_it_is_and_its_cases_hold() {
    proven(&new(Language::TypeScript));
}

#[test]
#[ignore = "installs packages from PyPI; `make authors` runs it"]
fn a_python_project_builds_as_it_is_and_its_cases_hold() {
    proven(&new(Language::Python));
}

#[test]
fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mine.txt"), "mine").unwrap();
    assert!(create(folder.path(), &new(Language::Rust)).is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_name_is_words_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "",
        "Visits",
        "weekly_visits",
        "-a",
        "a--b",
        "../up",
        "1st",
        "a b",
        &"a".repeat(65),
    ] {
        let new = NewProject {
            name: name.into(),
            ..new(Language::Python)
        };
        assert!(create(&folder.path().join("new"), &new).is_err(), "{name}");
    }
    assert!(!folder.path().join("new").exists());
}

#[test]
fn every_language_brings_the_contract_and_pins_its_toolchain() {
    for (language, pins) in [
        (Language::Rust, "Cargo.lock"),
        (Language::TypeScript, "package-lock.json"),
        (Language::Python, "requirements.txt"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        create(folder.path(), &new(language)).unwrap();
        for file in [
            pins,
            "wit/automation.wit",
            "wit/types.wit",
            "cases/first.yaml",
            ".gitignore",
            "README.md",
        ] {
            assert!(folder.path().join(file).is_file(), "{language}: {file}");
        }
        assert!(!mentions_this_repository(folder.path()));
    }
}

/// A path that leads out of the project would break it elsewhere.
fn mentions_this_repository(folder: &Path) -> bool {
    let manifest = folder.join("Cargo.toml");
    let vendored = folder.join("vendor/pfms-rules/Cargo.toml");
    [manifest, vendored]
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .any(|text| text.contains("workspace = true") || text.contains("../"))
}
