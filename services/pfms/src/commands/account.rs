//! `pfms account`: what operators do to accounts.

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

use pfms_runtime::Settings;
use pfms_runtime::redis::Redis;

use super::operator;

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
    /// End all sessions of someone: the edge lets none of them in any more
    EndSessions {
        /// The account's e-mail address
        email: String,
        #[command(flatten)]
        settings: Box<Settings>,
    },
}

/// Does it.
///
/// # Errors
/// When the database or Redis does not answer, or there is no such account.
pub async fn run(args: Args) -> Result<ExitCode, Box<dyn Error>> {
    let outcome = match args.kind {
        Kind::ResetFactors { email, settings } => {
            settings.validate()?;
            let database = operator::open(&settings, "auth")?;
            let removed = pfms_auth::operator::reset_factors(&database, &settings.master_key, &email).await?;
            if removed {
                "the second factors are removed; the first factor alone signs in".to_owned()
            } else {
                "the account has no second factors".to_owned()
            }
        }
        Kind::EndSessions { email, settings } => {
            settings.validate()?;
            let database = operator::open(&settings, "auth")?;
            let redis = Redis::open(&settings.redis_url, &settings.namespace)?;
            redis.wait().await?;
            let key = &settings.master_key;
            match pfms_auth::operator::end_sessions(&database, &redis, key, &email).await? {
                0 => "the account has no sessions".to_owned(),
                count => format!("sessions that were ended: {count}; its personal access tokens stay"),
            }
        }
    };
    writeln!(std::io::stdout(), "{outcome}")?;
    Ok(ExitCode::SUCCESS)
}
