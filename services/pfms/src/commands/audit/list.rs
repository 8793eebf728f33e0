//! `pfms audit list`.

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

use jiff::Timestamp;
use pfms_auth::operator::{AuditEntry, AuditFilter, list_audit_log};
use pfms_runtime::Settings;
use pfms_types::UserId;

/// Which rows.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// About this account, for as long as it exists
    #[arg(long)]
    user: Option<UserId>,
    /// By "user", "operator", "anonymous" or a service
    #[arg(long)]
    actor: Option<String>,
    /// Actions that begin so, for example auth.password
    #[arg(long)]
    action: Option<String>,
    /// Only what failed
    #[arg(long)]
    failed: bool,
    /// Not before this instant, for example 2026-01-31T00:00:00Z
    #[arg(long)]
    since: Option<Timestamp>,
    /// Before this instant
    #[arg(long)]
    until: Option<Timestamp>,
    /// At most so many, the latest
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    #[command(flatten)]
    settings: Settings,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    seq: i64,
    event_id: String,
    occurred_at: Timestamp,
    recorded_at: Timestamp,
    actor: &'a str,
    action: &'a str,
    succeeded: bool,
    /// Hexadecimal digits; the same for the same account.
    subject: Option<String>,
    /// Absent, as are the others that tell who a person is, once they were erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip_address: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<&'a str>,
}

impl<'a> Row<'a> {
    fn of(entry: &'a AuditEntry) -> Self {
        let personal = entry.personal.as_ref();
        Self {
            seq: entry.seq,
            event_id: entry.event_id.to_string(),
            occurred_at: entry.occurred_at,
            recorded_at: entry.recorded_at,
            actor: &entry.actor,
            action: &entry.action,
            succeeded: entry.succeeded,
            subject: entry.subject.map(|subject| {
                use std::fmt::Write as _;
                subject.iter().fold(String::new(), |mut text, byte| {
                    let _ = write!(text, "{byte:02x}");
                    text
                })
            }),
            target: personal.map(|part| part.target.as_str()),
            ip_address: personal.map(|part| part.ip_address.as_str()),
            user_agent: personal.map(|part| part.user_agent.as_str()),
        }
    }
}

/// Shows rows in the order of the log.
///
/// # Errors
/// When the database does not answer, or the account has no trace in the log.
pub async fn run(args: Args) -> Result<ExitCode, Box<dyn Error>> {
    let database = super::database(&args.settings)?;
    let filter = AuditFilter {
        user_id: args.user,
        actor: args.actor,
        action: args.action,
        succeeded: args.failed.then_some(false),
        since: args.since,
        until: args.until,
        limit: i64::from(args.limit),
    };
    let mut out = std::io::stdout();
    for entry in list_audit_log(&database, &filter).await? {
        writeln!(out, "{}", serde_json::to_string(&Row::of(&entry))?)?;
    }
    Ok(ExitCode::SUCCESS)
}
