//! `pfms account`: what operators do to accounts.

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

use pfms_runtime::{Clock, Database, Settings};

/// What to do to an account.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Debug, clap::Subcommand)]
enum Kind {
    /// Remove all second factors of someone who has lost them, once they have proven in another way who they are
    ResetFactors {
        /// The account's e-mail address
        email: String,
        #[command(flatten)]
        settings: Box<Settings>,
    },
}

/// Connections that one command needs.
const CONNECTIONS: u32 = 2;

/// Does it.
///
/// # Errors
/// When the database does not answer or there is no such account.
pub async fn run(args: Args) -> Result<ExitCode, Box<dyn Error>> {
    let Kind::ResetFactors { email, settings } = args.kind;
    settings.validate()?;
    let url = settings.database_url_of("auth")?;
    let database = Database::open(&url, "auth", CONNECTIONS, Clock::system())?;
    let removed = pfms_auth::operator::reset_factors(&database, &settings.master_key, &email).await?;
    let outcome = if removed {
        "the second factors are removed; the first factor alone signs in"
    } else {
        "the account has no second factors"
    };
    writeln!(std::io::stdout(), "{outcome}")?;
    Ok(ExitCode::SUCCESS)
}
