//! `pfms keys status`: what depends on which version of the master key.

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

use pfms_runtime::Settings;
use pfms_runtime::sealed::rewrap;
use serde_json::json;

use crate::commands::operator;
use crate::services;

/// Which installation.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    settings: Settings,
}

/// Shows it.
///
/// # Errors
/// When a database does not answer, or a version that is needed is not given.
pub async fn run(Args { settings }: Args) -> Result<ExitCode, Box<dyn Error>> {
    let mut out = std::io::stdout();
    for service in services::all() {
        if service.tables().is_none() {
            continue;
        }
        let database = operator::open(&settings, service.name())?;
        let columns = service.master_sealed_columns();
        let status = rewrap::status(database.pool(), &settings.master_key, columns).await?;
        let line = json!({
            "service": service.name(),
            "current": settings.master_key.current(),
            "dataKeys": status.data_keys,
            "secrets": status.secrets,
        });
        writeln!(out, "{line}")?;
    }
    Ok(ExitCode::SUCCESS)
}
