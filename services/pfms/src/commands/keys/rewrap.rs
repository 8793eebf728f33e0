//! `pfms keys rewrap`: everything that is wrapped, with the current version of the master key.

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

/// Does it, and says how much there was.
///
/// # Errors
/// When a database does not answer, or a version that is needed is not given.
pub async fn run(Args { settings }: Args) -> Result<ExitCode, Box<dyn Error>> {
    let mut out = std::io::stdout();
    let current = settings.master_key.current();
    let mut total = 0;
    for service in services::all() {
        if service.tables().is_none() {
            continue;
        }
        let database = operator::open(&settings, service.name())?;
        let columns = service.master_sealed_columns();
        let moved = rewrap::rewrap(database.pool(), &settings.master_key, columns).await?;
        total += moved.data_keys + moved.secrets;
        let line = json!({
            "service": service.name(),
            "current": current,
            "dataKeys": moved.data_keys,
            "secrets": moved.secrets,
        });
        writeln!(out, "{line}")?;
    }
    operator::record(
        &settings,
        "keys.rewrapped",
        &format!("version {current}: {total}"),
    )
    .await?;
    Ok(ExitCode::SUCCESS)
}
