//! Compiled components survive a restart, and only if they are whole.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use pfms_plugin_host::{Host, HostError};
use support::{component, expense, habit_counter, limits, third_coffee};

fn start(directory: &Path) -> Host {
    Host::new(limits(), Some(directory)).unwrap()
}

fn files(directory: &Path) -> Vec<PathBuf> {
    fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect()
}

#[test]
fn a_second_host_compiles_nothing_and_answers_the_same() {
    let directory = tempfile::tempdir().unwrap();
    let run = |host: &Host| {
        let module = host.load(habit_counter()).unwrap();
        let evaluation = third_coffee(host, &module, 3, vec![expense(2, "coffee"), expense(1, "coffee")]);
        (
            module.from_cache(),
            host.compilations(),
            evaluation.outcome,
            evaluation.fuel,
        )
    };
    let (from_cache, compilations, outcome, fuel) = run(&start(directory.path()));
    assert_eq!((from_cache, compilations), (false, 1));
    assert_eq!(files(directory.path()).len(), 1);
    assert_eq!(run(&start(directory.path())), (true, 0, outcome, fuel));
}

#[test]
fn a_tampered_file_is_not_executed() {
    let directory = tempfile::tempdir().unwrap();
    let bytes = component("global.get $empty");
    start(directory.path()).load(&bytes).unwrap();
    let file = files(directory.path()).remove(0);
    let whole = fs::read(&file).unwrap();
    let tamper = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut content = whole.clone();
        change(&mut content);
        fs::write(&file, content).unwrap();
        let host = start(directory.path());
        assert!(!host.load(&bytes).unwrap().from_cache());
        assert_eq!(host.compilations(), 1);
        assert_eq!(fs::read(&file).unwrap(), whole, "the file is made good");
    };
    tamper(&|content| content[40] ^= 1);
    tamper(&|content| content[0] ^= 1);
    tamper(&|content| {
        content.pop();
    });
    tamper(&|content| content.truncate(10));
    tamper(&Vec::clear);
}

#[test]
fn a_file_under_another_modules_name_is_not_executed() {
    let directory = tempfile::tempdir().unwrap();
    let (first, second) = (component("global.get $empty"), component("unreachable"));
    let host = start(directory.path());
    host.load(&first).unwrap();
    let first_file = files(directory.path()).remove(0);
    host.load(&second).unwrap();
    let second_file = files(directory.path())
        .into_iter()
        .find(|file| *file != first_file)
        .unwrap();
    fs::copy(&second_file, &first_file).unwrap();
    assert!(!start(directory.path()).load(&first).unwrap().from_cache());
}

#[cfg(unix)]
#[test]
fn a_directory_that_others_may_write_to_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o777)).unwrap();
    match Host::new(limits(), Some(directory.path())) {
        Err(HostError::CacheDirectory { path, .. }) => assert_eq!(path, directory.path()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_directory_that_is_missing_is_made() {
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("a/b");
    start(&directory).load(&component("global.get $empty")).unwrap();
    assert_eq!(files(&directory).len(), 1);
}
