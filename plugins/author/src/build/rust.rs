//! Rust: Cargo makes a core module, which carries the contract's types; it becomes a component here.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use pfms_plugin_build::INITIAL_HEAP;
use serde::Deserialize;

use super::{BuildError, at, tool};
use crate::project::Project;

const TARGET: &str = "wasm32-unknown-unknown";
const ADVICE: &str =
    "Rust comes from https://rustup.rs; if the target is missing: rustup target add wasm32-unknown-unknown";

/// What Cargo says of a file that it made.
#[derive(Deserialize)]
struct Message {
    reason: String,
    #[serde(default)]
    manifest_path: PathBuf,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

pub(super) fn build(project: &Project, path: &Path) -> Result<(), BuildError> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .current_dir(&project.folder)
        .args(["rustc", "--release", "--lib", "--target", TARGET])
        .args(["--message-format=json-render-diagnostics", "--", INITIAL_HEAP])
        // Flags for the machine's own architecture (coverage, sanitizers, CPU) do not fit WebAssembly.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET");
    let messages = tool::output(&mut command, ADVICE)?;
    let core = core_module(project, &messages).ok_or_else(|| {
        BuildError::Result(
            "Cargo made no .wasm: Cargo.toml must say crate-type = [\"cdylib\", \"rlib\"]".into(),
        )
    })?;
    let core = fs::read(&core).map_err(at(&core))?;
    let component = pfms_plugin_build::component_of(&core).map_err(|reason| {
        BuildError::Result(format!(
            "this is no component yet: {reason}. Does src/lib.rs hand its rule to the SDK's export macro, and does no dependency reach \
             for the operating system?"
        ))
    })?;
    fs::write(path, component).map_err(at(path))
}

/// The module of the project itself, among all that Cargo made.
fn core_module(project: &Project, messages: &[u8]) -> Option<PathBuf> {
    let folder = project.folder.canonicalize().ok()?;
    messages
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice::<Message>(line).ok())
        .filter(|message| message.reason == "compiler-artifact")
        .filter(|message| message.manifest_path.parent() == Some(&folder))
        .flat_map(|message| message.filenames)
        .find(|file| file.extension().is_some_and(|extension| extension == "wasm"))
}
