//! `pfms audit verify`.

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

use pfms_auth::operator::{Anchor, verify_audit_log};
use pfms_runtime::Settings;

/// What to hold the log against.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A head that this command showed before and that was kept elsewhere, as <row>:<digest>; may be repeated. It shows
    /// that the log was cut or written anew
    #[arg(long = "anchor")]
    anchors: Vec<Anchor>,
    #[command(flatten)]
    settings: Settings,
}

/// Follows the log.
///
/// # Errors
/// When the database does not answer, or with the first row that is not as it was.
pub async fn run(args: Args) -> Result<ExitCode, Box<dyn Error>> {
    let database = super::database(&args.settings)?;
    let head = verify_audit_log(&database, &args.anchors)
        .await?
        .map_err(|broken| format!("the audit log is broken: {broken}"))?;
    let mut out = std::io::stdout();
    writeln!(out, "{} rows, unbroken", head.seq)?;
    writeln!(out, "{head}")?;
    Ok(ExitCode::SUCCESS)
}
