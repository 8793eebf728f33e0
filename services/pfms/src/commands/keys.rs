//! `pfms keys`: the keys that sign, versions of the master key, and what is wrapped with them.

mod rewrap;
mod rotate_signing;
mod status;

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
    /// Count what is wrapped with each version of the master key, one JSON object per service
    Status(status::Args),
    /// Wrap everything again with the current version; may be stopped and started again
    Rewrap(rewrap::Args),
}

/// Does it.
///
/// # Errors
/// What went wrong and what to do.
pub async fn run(args: Args) -> Result<ExitCode, Box<dyn Error>> {
    match args.kind {
        Kind::RotateSigning(args) => rotate_signing::run(args).await,
        Kind::Status(args) => status::run(args).await,
        Kind::Rewrap(args) => rewrap::run(args).await,
    }
}
