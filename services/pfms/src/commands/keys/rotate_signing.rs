//! `pfms keys rotate-signing`: the next key that signs access tokens.

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

use pfms_auth::operator::{replace_signing_keys, rotate_signing_key};
use pfms_runtime::{Database, Settings};

/// Connections that this needs.
const CONNECTIONS: u32 = 2;

/// How urgent it is.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Someone else may have the key that signs: withdraw every key now. Access tokens that are in use stop working
    /// within two minutes, and clients have to refresh them
    #[arg(long)]
    compromised: bool,
    #[command(flatten)]
    settings: Settings,
}

/// Announces a key, or names the one that is announced already.
///
/// # Errors
/// When the database does not answer, or auth never ran with it.
pub async fn run(args: Args) -> Result<ExitCode, Box<dyn Error>> {
    args.settings.validate()?;
    let url = args.settings.database_url_of("auth")?;
    let database = Database::open(&url, "keys", CONNECTIONS, args.settings.clock.clone())?;
    let master = &args.settings.master_key;
    let next = if args.compromised {
        replace_signing_keys(&database, master).await?
    } else {
        rotate_signing_key(&database, master).await?
    };
    let state = if next.made {
        "signs"
    } else {
        "was announced before; it signs"
    };
    writeln!(
        std::io::stdout(),
        "key {} {state} from {}",
        next.kid,
        next.signs_from
    )?;
    Ok(ExitCode::SUCCESS)
}
