//! `pfms migrate`: roles, schemas, tables and queues.

use std::error::Error;
use std::process::ExitCode;

use pfms_runtime::Settings;

use crate::progress::Progress;
use crate::{mesh, services};

/// Which services, and with which settings.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Names of services; all of them when none is named
    services: Vec<String>,
    #[command(flatten)]
    settings: Settings,
}

/// Prepares the databases of services. What is prepared already stays as it is.
///
/// # Errors
/// What could not be applied.
pub async fn run(args: Args) -> Result<ExitCode, Box<dyn Error>> {
    args.settings.validate()?;
    let progress = Progress::stdout();
    mesh::migrate(&services::named(&args.services)?, &args.settings, &progress).await?;
    Ok(ExitCode::SUCCESS)
}
