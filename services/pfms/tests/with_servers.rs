//! `pfms with-servers` as its callers meet it.
#![allow(clippy::disallowed_types, reason = "tests start programs")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

fn with_servers(data_dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pfms"));
    command
        .args(["with-servers", "--data-dir"])
        .arg(data_dir)
        .arg("--");
    command
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Programs that run below a directory, whoever started them.
fn running_below(dir: &Path) -> Vec<String> {
    let dir = dir.canonicalize().unwrap();
    fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter(|process| fs::read_link(process.path().join("cwd")).is_ok_and(|cwd| cwd.starts_with(&dir)))
        .map(|process| fs::read_to_string(process.path().join("comm")).unwrap_or_default())
        .collect()
}

#[test]
fn the_command_gets_three_urls_and_its_exit_code_comes_back_also_the_second_time() {
    let data_dir = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let output = with_servers(data_dir.path())
            .args(["sh", "-c", "env | grep -E '^(DATABASE|REDIS|AMQP)_URL='; exit 7"])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(7), "{}", text(&output));
        let stdout = String::from_utf8(output.stdout).unwrap();
        for start in [
            "DATABASE_URL=postgres://",
            "REDIS_URL=redis://",
            "AMQP_URL=amqp://",
        ] {
            assert!(
                stdout.lines().any(|line| line.starts_with(start)),
                "{start} is missing in {stdout}"
            );
        }
        assert_eq!(running_below(data_dir.path()), Vec::<String>::new());
    }
}

#[test]
fn killed_it_takes_its_servers_and_the_command_with_it() {
    let data_dir = tempfile::tempdir().unwrap();
    let up = data_dir.path().join("up");
    let mut pfms = with_servers(data_dir.path())
        .args(["sh", "-c", r#"cd "$0" && touch up && exec sleep 600"#])
        .arg(data_dir.path())
        .spawn()
        .unwrap();
    await_that("the servers are up", || up.exists());
    assert!(
        running_below(data_dir.path())
            .iter()
            .any(|name| name.trim() == "beam.smp")
    );
    pfms.kill().unwrap();
    pfms.wait().unwrap();
    await_that("nothing is left", || running_below(data_dir.path()).is_empty());
}

#[test]
fn a_missing_program_is_named_with_what_to_do() {
    let data_dir = tempfile::tempdir().unwrap();
    let output = with_servers(data_dir.path())
        .arg("true")
        .env("PATH", "/nonexistent")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = text(&output);
    assert!(
        text.contains("is not installed") && text.contains("apt-get install"),
        "{text}"
    );
}

fn await_that(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(2);
    while !holds() {
        assert!(Instant::now() < deadline, "it did not come about that {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
