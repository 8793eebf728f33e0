//! `pfms privacy`: erasures of accounts.

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

use pfms_auth::erasure;
use pfms_runtime::Settings;
use uuid::Uuid;

use super::operator;
use crate::services;

/// What to do.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Debug, clap::Subcommand)]
enum Kind {
    /// Show the erasures that are not done and which services they wait for, one JSON object per line
    Erasures {
        #[command(flatten)]
        settings: Settings,
    },
    /// Take an erasure back before it has begun, so that the account works again
    Cancel {
        /// The erasure, as `pfms privacy erasures` shows it
        erasure_id: Uuid,
        #[command(flatten)]
        settings: Settings,
    },
}

/// Does it.
///
/// # Errors
/// When the database does not answer, or there is nothing to take back.
pub async fn run(args: Args) -> Result<ExitCode, Box<dyn Error>> {
    let mut out = std::io::stdout();
    match args.kind {
        Kind::Erasures { settings } => {
            let database = operator::open(&settings, "auth")?;
            for open in erasure::open(database.pool(), &services::holders()).await? {
                writeln!(out, "{}", serde_json::to_string(&open)?)?;
            }
        }
        Kind::Cancel { erasure_id, settings } => {
            let database = operator::open(&settings, "auth")?;
            if !erasure::cancel(database.pool(), erasure_id, database.clock().now()).await? {
                return Err("there is no such erasure, or it has begun and cannot be taken back".into());
            }
            operator::record(
                &settings,
                "auth.account.deletion_cancelled",
                &erasure_id.to_string(),
            )
            .await?;
            writeln!(out, "the account works again")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
