//! `pfms plugin`: the tools of who writes rules.

mod backtest;
mod build;
mod inspect;
mod keygen;
mod mesh;
mod new;
mod publish;
mod test;

use std::error::Error;
use std::io::{Write as _, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use pfms_plugin_author::build::Built;
use pfms_plugin_author::project::Project;
use pfms_plugin_host::{Limits, Tier};

/// What to do with components.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Debug, clap::Subcommand)]
enum Kind {
    /// Make a project that builds as it is
    New(new::Args),
    /// Build the component of a project
    Build(build::Args),
    /// Build a project, and run its cases in the sandbox with the limits of a server; exits with 1 if one fails
    Test(test::Args),
    /// Show what a server would see in a component
    Inspect(inspect::Args),
    /// Upload a component to a running mesh
    Publish(publish::Args),
    /// Show what a rule would have done with what its owner recorded; nothing is done
    Backtest(backtest::Args),
    /// Make the key of a publisher, to sign components with
    Keygen(keygen::Args),
}

/// Does it.
///
/// # Errors
/// What went wrong and what to do.
pub async fn run(args: Args) -> Result<ExitCode, Box<dyn Error>> {
    match args.kind {
        Kind::New(args) => new::run(&args),
        Kind::Build(args) => build::run(&args),
        Kind::Test(args) => test::run(&args),
        Kind::Inspect(args) => inspect::run(&args),
        Kind::Publish(args) => publish::run(args).await,
        Kind::Backtest(args) => backtest::run(args).await,
        Kind::Keygen(args) => keygen::run(&args),
    }
}

/// The limits under which a component runs.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum TierArg {
    /// Small and fast, as compiled languages make them
    Native,
    /// Large, with an interpreter inside
    Heavy,
}

impl TierArg {
    /// The host's name for it.
    fn tier(self) -> Tier {
        match self {
            Self::Native => Tier::Native,
            Self::Heavy => Tier::Heavy,
        }
    }
}

/// The tier that was asked for, or the one that a server would choose.
fn tier(asked: Option<TierArg>, component: &[u8]) -> Tier {
    asked.map_or_else(|| Tier::of(component, &Limits::native()), TierArg::tier)
}

/// Builds a project, and tells where its component is.
fn built(project: &Project) -> Result<Built, Box<dyn Error>> {
    let built = pfms_plugin_author::build::build(project)?;
    say(&format!(
        "{} ({})",
        shown(&built.path).display(),
        size(built.size)
    ));
    Ok(built)
}

/// A line for the author. A closed pipe is no reason to fail.
fn say(line: &str) {
    let _ = writeln!(stdout(), "{line}");
}

/// A path as short as it can be said from here.
fn shown(path: &Path) -> PathBuf {
    let here = std::env::current_dir().ok();
    let inside = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    let path = inside.unwrap_or_else(|| path.to_owned());
    path.strip_prefix(".")
        .map_or_else(|_| path.clone(), Path::to_owned)
}

/// For example "41 kB" or "12.2 MB".
fn size(bytes: u64) -> String {
    if bytes < 1_000_000 {
        return format!("{} kB", bytes.div_ceil(1000));
    }
    let tenths = bytes.div_ceil(100_000);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}
