//! The one program of PFMS.

use std::io::{Write as _, stderr};
use std::process::ExitCode;

use clap::Parser as _;
use pfms::commands::{Cli, Command};
use pfms::infra::guard::become_supervised;

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        // Before the runtime: this changes the process itself, and must be its only thread.
        Command::Supervised(args) => Err(become_supervised(&args).into()),
        command => run(command),
    };
    outcome.unwrap_or_else(|error: Box<dyn std::error::Error>| {
        let _ = writeln!(stderr(), "\nerror: {error}");
        ExitCode::FAILURE
    })
}

fn run(command: Command) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(command.run())
}
