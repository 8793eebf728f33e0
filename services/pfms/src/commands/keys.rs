//! `pfms keys`: versions of the master key, and what is wrapped with them.

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

use pfms_proto::events::v1::AuditRecorded;
use pfms_runtime::events::{Outgoing, outbox};
use pfms_runtime::sealed::rewrap;
use pfms_runtime::{Clock, Database, Settings};
use serde_json::json;
use uuid::Uuid;

use crate::services;

/// What to do with keys.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Debug, clap::Subcommand)]
enum Kind {
    /// Count what is wrapped with each version of the master key, one JSON object per service
    Status {
        #[command(flatten)]
        settings: Settings,
    },
    /// Wrap everything again with the current version; may be stopped and started again
    Rewrap {
        #[command(flatten)]
        settings: Settings,
    },
}

/// Does it.
///
/// # Errors
/// When a database does not answer, or a version that is needed is not given.
pub async fn run(args: Args) -> Result<ExitCode, Box<dyn Error>> {
    match args.kind {
        Kind::Status { settings } => status(&settings).await?,
        Kind::Rewrap { settings } => rewrap(&settings).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn status(settings: &Settings) -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout();
    for service in services::all() {
        if service.tables().is_none() {
            continue;
        }
        let database = open(settings, service.name())?;
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
    Ok(())
}

async fn rewrap(settings: &Settings) -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout();
    let mut total = 0;
    for service in services::all() {
        if service.tables().is_none() {
            continue;
        }
        let database = open(settings, service.name())?;
        let columns = service.master_sealed_columns();
        let moved = rewrap::rewrap(database.pool(), &settings.master_key, columns).await?;
        total += moved.data_keys + moved.secrets;
        let line = json!({
            "service": service.name(),
            "current": settings.master_key.current(),
            "dataKeys": moved.data_keys,
            "secrets": moved.secrets,
        });
        writeln!(out, "{line}")?;
    }
    record(
        settings,
        "keys.rewrapped",
        &format!("version {}: {total}", settings.master_key.current()),
    )
    .await
}

/// Tells the audit log what an operator did; published by auth.
pub(super) async fn record(settings: &Settings, action: &str, target: &str) -> Result<(), Box<dyn Error>> {
    let database = open(settings, "auth")?;
    let recorded = AuditRecorded {
        actor: "operator".to_owned(),
        action: action.to_owned(),
        target: target.to_owned(),
        succeeded: true,
        ..AuditRecorded::default()
    };
    let event = Outgoing::new(Uuid::nil().into(), database.clock().now(), &recorded)?;
    let mut connection = database.pool().acquire().await?;
    outbox::insert(&mut connection, &[event]).await?;
    Ok(())
}

/// A service's database, as the service reaches it.
pub(super) fn open(settings: &Settings, service: &str) -> Result<Database, Box<dyn Error>> {
    let url = settings.database_url_of(service)?;
    Ok(Database::open(&url, "keys", 2, Clock::system())?)
}
