//! `pfms keys`: the installation's keys.

mod rotate_signing;

use std::error::Error;
use std::process::ExitCode;

/// What to do with keys.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Debug, clap::Subcommand)]
enum Kind {
    /// Announce the next key that signs access tokens; running services take it over by themselves
    RotateSigning(rotate_signing::Args),
}

/// Does it.
///
/// # Errors
/// What went wrong and what to do.
pub async fn run(args: Args) -> Result<ExitCode, Box<dyn Error>> {
    match args.kind {
        Kind::RotateSigning(args) => rotate_signing::run(args).await,
    }
}
