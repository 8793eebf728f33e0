//! `pfms limits`: how often anyone may try to sign in, to register, or to have mail or SMS sent.

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use pfms_auth::throttle::{Act, Limit, Subject, list_limits, set_limit};
use pfms_runtime::{Clock, Database, Settings};

/// What to do with limits.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    kind: Kind,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, clap::Subcommand)]
enum Kind {
    /// Show every limit
    List,
    /// Set a limit; running services follow it within a minute
    Set {
        /// sign-in, register, mail or sms
        act: Act,
        /// account or address; for sms also number
        subject: Subject,
        /// Tries without a delay
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        free: u32,
        /// Seconds in which one try is forgotten
        #[arg(long, value_parser = clap::value_parser!(u64).range(1..=86_400))]
        forget: u64,
        /// Seconds of delay after the first try beyond the free ones; doubles with each further one
        #[arg(long, value_parser = clap::value_parser!(u64).range(1..=86_400))]
        first_delay: u64,
        /// Seconds where the delay ceases to grow
        #[arg(long, value_parser = clap::value_parser!(u64).range(1..=86_400))]
        longest_delay: u64,
    },
}

/// Shows or sets limits.
///
/// # Errors
/// When the database does not answer, or the delays contradict each other.
pub async fn run(args: Args) -> Result<ExitCode, Box<dyn Error>> {
    args.settings.validate()?;
    let url = args.settings.database_url_of("auth")?;
    let database = Database::open(&url, "limits", 2, Clock::system())?;
    if let Kind::Set {
        act,
        subject,
        free,
        forget,
        first_delay,
        longest_delay,
    } = args.kind
    {
        let limit = Limit {
            free_tries: free,
            forget: Duration::from_secs(forget),
            first_delay: Duration::from_secs(first_delay),
            longest_delay: Duration::from_secs(longest_delay),
        };
        set_limit(&database, act, subject, limit).await?;
    }
    let mut out = std::io::stdout();
    for (act, subject, limit) in list_limits(&database).await? {
        writeln!(out, "{:<8} {:<8} {limit}", act.name(), subject.name())?;
    }
    Ok(ExitCode::SUCCESS)
}
