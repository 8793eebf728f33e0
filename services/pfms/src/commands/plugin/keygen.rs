//! `pfms plugin keygen`: makes the key of a publisher.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use pfms_plugin_author::sign::SigningKey;

use super::say;

/// Where to.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file to write; it must not exist
    #[arg(default_value = "publisher.pem")]
    file: PathBuf,
}

/// Makes it.
///
/// # Errors
/// When the file exists or cannot be written.
pub fn run(args: &Args) -> Result<ExitCode, Box<dyn Error>> {
    let key = SigningKey::create(&args.file)?;
    say(&format!(
        "{} is written; keep it secret\npublic key  {}",
        args.file.display(),
        key.public()
    ));
    Ok(ExitCode::SUCCESS)
}
