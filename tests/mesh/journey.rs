//! The main journey, by the program that shows it.
#![allow(clippy::disallowed_types, reason = "tests start programs")]

use std::path::Path;
use std::process::Command;

use pfms_tests::Mesh;
use pfms_tests::process::{pfms, target};

#[test]
fn the_demo_finds_every_step_as_it_should_be() {
    let component = target().join("plugins/habit-counter.wasm");
    assert!(
        component.is_file(),
        "{} is missing: run `make plugins`",
        component.display()
    );
    let buf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/npm/node_modules/.bin/buf");
    assert!(buf.is_file(), "{} is missing: run `make tools`", buf.display());
    let demo = Command::new(pfms())
        .args(["demo", "--url", &Mesh::shared().url()])
        .arg("--component")
        .arg(component)
        .arg("--buf")
        .arg(buf)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&demo.stdout);
    let errors = String::from_utf8_lossy(&demo.stderr);
    assert!(demo.status.success(), "{told}\n{errors}");
    // A journey that skipped its end would succeed too.
    assert!(told.contains("The session is over at once"), "{told}");
}
