//! Builds the first-party rules in `plugins/guest/rules`, and the countries in `plugins/guest/tax`, into components.
//!
//! Cargo compiles each for `wasm32-unknown-unknown`; the core module that results carries the contract's
//! types in a custom section, from which the component is made. No adapter takes part, so that a rule that
//! reaches for the operating system does not become a component.
#![allow(clippy::disallowed_types, reason = "it starts cargo")]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use wit_component::ComponentEncoder;

const TARGET: &str = "wasm32-unknown-unknown";

/// For the compiler: half a MiB of the memory that a component begins with is there to allocate from. What a call needs
/// is less as a rule. Growing memory during a call would cost the host two changes of page protection, which all threads
/// of its process wait for.
pub const INITIAL_HEAP: &str = "-Clink-arg=--initial-heap=524288";

/// Why a component was not built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Cargo could not be run, or a file not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// What could not be run, read or written.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// Cargo failed; its own words precede on standard error.
    #[error(
        "cargo could not build the rules (if the target is missing: rustup target add wasm32-unknown-unknown)"
    )]
    Cargo,
    /// The core module cannot become a component.
    #[error("{rule} cannot be made a component: {reason}")]
    Component {
        /// The rule's name.
        rule: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// Where the sources are, and where the components go.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The Cargo workspace of the rules.
    pub guest: PathBuf,
    /// Target directory of that workspace.
    pub target: PathBuf,
    /// Receives `<rule>.wasm`.
    pub output: PathBuf,
}

impl Layout {
    /// This repository's: everything below the main target directory, `CARGO_TARGET_DIR` if set.
    #[must_use]
    pub fn of_repository() -> Self {
        // Where Cargo runs it from: what was compiled in may be another clone that shares the target directory.
        let package = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = package
            .ancestors()
            .find(|dir| dir.join("plugins/guest").is_dir())
            .unwrap_or(&package);
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir));
        Self {
            guest: root.join("plugins/guest"),
            target: target.join("guest"),
            output: target.join("plugins"),
        }
    }
}

/// Builds every automation rule and returns the components' paths, by name.
///
/// # Errors
/// When Cargo fails, a file cannot be read or written, or a module cannot become a component.
pub fn build_all(layout: &Layout) -> Result<Vec<PathBuf>, BuildError> {
    build(layout, &crates(&layout.guest.join("rules"))?)
}

/// Builds every country's tax rules and returns the components' paths, by name: `tax/us` is `tax-us`.
///
/// # Errors
/// When Cargo fails, a file cannot be read or written, or a module cannot become a component.
pub fn build_countries(layout: &Layout) -> Result<Vec<PathBuf>, BuildError> {
    let folders = crates(&layout.guest.join("tax"))?;
    let packages: Vec<_> = folders.iter().map(|folder| format!("tax-{folder}")).collect();
    build(layout, &packages)
}

/// Builds these packages of the rules' workspace and returns the components' paths, in the same order.
///
/// # Errors
/// When Cargo fails, a file cannot be read or written, or a module cannot become a component.
pub fn build(layout: &Layout, packages: &[String]) -> Result<Vec<PathBuf>, BuildError> {
    compile(layout, packages)?;
    fs::create_dir_all(&layout.output).map_err(at(&layout.output))?;
    packages
        .iter()
        .map(|package| componentize(layout, package))
        .collect()
}

/// Makes a component of a core module that carries the types of its world.
///
/// # Errors
/// When the module imports what the contract does not offer, or lacks an export.
pub fn component_of(core: &[u8]) -> Result<Vec<u8>, String> {
    ComponentEncoder::default()
        .module(core)
        .and_then(|encoder| encoder.validate(true).encode())
        .map_err(|error| format!("{error:#}"))
}

fn crates(folder: &Path) -> Result<Vec<String>, BuildError> {
    let entries = fs::read_dir(folder).map_err(at(folder))?;
    let mut crates = Vec::new();
    for entry in entries {
        let entry = entry.map_err(at(folder))?;
        if entry.path().join("Cargo.toml").is_file() {
            crates.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    crates.sort();
    Ok(crates)
}

fn compile(layout: &Layout, packages: &[String]) -> Result<(), BuildError> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsStr::new("cargo").to_owned());
    let status = Command::new(&cargo)
        .args([
            "build",
            "--quiet",
            "--locked",
            "--release",
            "--lib",
            "--target",
            TARGET,
        ])
        .args(packages.iter().flat_map(|package| ["--package", package]))
        .arg("--manifest-path")
        .arg(layout.guest.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&layout.target)
        .arg("--config")
        .arg(format!("target.{TARGET}.rustflags = [{INITIAL_HEAP:?}]"))
        // Flags for the machine's own architecture (coverage, sanitizers, CPU) do not fit WebAssembly.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET")
        .status()
        .map_err(at(Path::new(&cargo)))?;
    if status.success() {
        Ok(())
    } else {
        Err(BuildError::Cargo)
    }
}

fn componentize(layout: &Layout, rule: &str) -> Result<PathBuf, BuildError> {
    let core = layout
        .target
        .join(TARGET)
        .join("release")
        .join(format!("{}.wasm", rule.replace('-', "_")));
    let core = fs::read(&core).map_err(at(&core))?;
    let component = component_of(&core).map_err(|reason| BuildError::Component {
        rule: rule.to_owned(),
        reason,
    })?;
    let path = layout.output.join(format!("{rule}.wasm"));
    replace(&path, &component)?;
    Ok(path)
}

/// Readers see the old file or the new one, never a part: tests of several crates build at the same time.
fn replace(path: &Path, content: &[u8]) -> Result<(), BuildError> {
    if fs::read(path).is_ok_and(|present| present == content) {
        return Ok(());
    }
    let partial = path.with_extension(format!("{}.partial", std::process::id()));
    fs::write(&partial, content).map_err(at(&partial))?;
    fs::rename(&partial, path).map_err(at(path))
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> BuildError + use<> {
    let path = path.to_owned();
    move |source| BuildError::Io { path, source }
}
