//! Runs the programs of a toolchain.

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
        program: command.get_program().to_string_lossy().into_owned(),
        advice,
        source,
    }
}

fn failed(command: &Command, status: std::process::ExitStatus, advice: &'static str) -> BuildError {
    let words = std::iter::once(command.get_program()).chain(command.get_args().take(2));
    BuildError::Failed {
        program: words
            .map(|word| word.to_string_lossy())
            .collect::<Vec<_>>()
            .join(" "),
        status,
        advice,
    }
}
