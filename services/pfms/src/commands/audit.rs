//! `pfms audit`: the log of who did what, when, from where.

mod list;
mod verify;

use std::error::Error;
use std::process::ExitCode;

use pfms_runtime::{Database, Settings};

/// Connections that this needs.
const CONNECTIONS: u32 = 2;

/// What to do with the audit log.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Debug, clap::Subcommand)]
enum Kind {
    /// Follow the chain of digests from the first row to the last, and show the last; exits with 1 and names the first
    /// row that is not as it was appended
    Verify(verify::Args),
    /// Show rows, one JSON object per line
    List(list::Args),
}

/// Does it.
///
/// # Errors
/// When the database does not answer, or the chain is broken.
pub async fn run(args: Args) -> Result<ExitCode, Box<dyn Error>> {
    match args.kind {
        Kind::Verify(args) => verify::run(args).await,
        Kind::List(args) => list::run(args).await,
    }
}

fn database(settings: &Settings) -> Result<Database, Box<dyn Error>> {
    settings.validate()?;
    let url = settings.database_url_of("auth")?;
    Ok(Database::open(
        &url,
        "audit",
        CONNECTIONS,
        settings.clock.clone(),
    )?)
}
