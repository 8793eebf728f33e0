//! Runs the programs of a toolchain.

use std::path::Path;
use std::process::{Command, Stdio};

use super::BuildError;

/// Runs a program to its end; its output is the author's to read.
///
/// # Errors
/// When it is missing or fails; `advice` says what helps then.
pub(super) fn run(command: &mut Command, advice: &'static str) -> Result<(), BuildError> {
    let status = command
        .status()
        .map_err(|source| missing(command, advice, source))?;
    if status.success() {
        return Ok(());
    }
    Err(failed(command, status, advice))
}

/// Runs a program to its end and gives what it wrote to standard output.
pub(super) fn output(command: &mut Command, advice: &'static str) -> Result<Vec<u8>, BuildError> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| missing(command, advice, source))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(failed(command, output.status, advice))
}

fn missing(command: &Command, advice: &'static str, source: std::io::Error) -> BuildError {
    BuildError::Missing {
        program: name(command),
        advice,
        source,
    }
}

fn failed(command: &Command, status: std::process::ExitStatus, advice: &'static str) -> BuildError {
    BuildError::Failed {
        program: name(command),
        status,
        advice,
    }
}

/// For example "cargo build".
fn name(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let program = program
        .file_name()
        .unwrap_or(program.as_os_str())
        .to_string_lossy();
    match command.get_args().next() {
        Some(verb) if !verb.as_encoded_bytes().starts_with(b"-") => {
            format!("{program} {}", verb.to_string_lossy())
        }
        _ => program.into_owned(),
    }
}
