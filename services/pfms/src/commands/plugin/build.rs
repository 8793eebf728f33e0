//! `pfms plugin build`: builds a project's component.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use pfms_plugin_author::project::Project;

/// Which project.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The project's folder
    #[arg(default_value = ".")]
    folder: PathBuf,
}

/// Builds it.
///
/// # Errors
/// When the folder is no project, or its toolchain is missing or fails.
pub fn run(args: &Args) -> Result<ExitCode, Box<dyn Error>> {
    super::built(&Project::open(&args.folder)?)?;
    Ok(ExitCode::SUCCESS)
}
