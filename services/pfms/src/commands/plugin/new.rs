//! `pfms plugin new`: makes a project.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use pfms_plugin_author::project::{self, Kind, NewProject};

use super::say;

/// Which project.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The component's name: lower case words joined by hyphens
    name: String,
    /// What it is written in
    #[arg(long, value_enum, default_value = "rust")]
    lang: Language,
    /// What it is for
    #[arg(long, value_enum, default_value = "automation")]
    kind: KindArg,
    /// The folder to make; the name, here, when absent
    #[arg(long)]
    folder: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Language {
    /// Components of some tens of kB
    Rust,
    /// Components of about a megabyte; needs Node.js to build
    #[value(name = "typescript")]
    TypeScript,
    /// Components of about 18 MB, off the path of requests; needs Python to build
    Python,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum KindArg {
    /// A rule that answers events with actions
    Automation,
    /// The tax rules of a country
    Tax,
}

/// Makes it.
///
/// # Errors
/// When the name is none, or the folder holds something.
pub fn run(args: &Args) -> Result<ExitCode, Box<dyn Error>> {
    let new = NewProject {
        name: args.name.clone(),
        language: match args.lang {
            Language::Rust => project::Language::Rust,
            Language::TypeScript => project::Language::TypeScript,
            Language::Python => project::Language::Python,
        },
        kind: match args.kind {
            KindArg::Automation => Kind::Automation,
            KindArg::Tax => Kind::Tax,
        },
    };
    let folder = args.folder.clone().unwrap_or_else(|| PathBuf::from(&args.name));
    project::create(&folder, &new)?;
    let folder = folder.display();
    say(&format!(
        "{folder} is ready. Next:\n\n  cd {folder}\n  pfms plugin test"
    ));
    Ok(ExitCode::SUCCESS)
}
