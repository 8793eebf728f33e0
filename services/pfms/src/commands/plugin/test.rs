//! `pfms plugin test`: runs a project's cases in the sandbox.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use pfms_plugin_author::project::Project;
use pfms_plugin_author::run::{self, Report, Totals};
use pfms_plugin_host::Host;

use super::{TierArg, say, shown, tier};

/// How many builds are kept compiled.
const KEPT_BUILDS: usize = 3;

/// Which cases of which component.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The project's folder
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// Only cases whose name contains this, whatever the case
    #[arg(long)]
    filter: Option<String>,
    /// A component that is built already; then `--cases` names its cases, and no project is needed
    #[arg(long, requires = "cases")]
    component: Option<PathBuf>,
    /// The folder of cases; the project's when absent
    #[arg(long)]
    cases: Option<PathBuf>,
    /// The limits under which to run; what the component fits into when absent
    #[arg(long, value_enum)]
    tier: Option<TierArg>,
}

/// Builds and runs.
///
/// # Errors
/// When the project cannot be built, the component is not accepted, or a file of cases is wrong.
pub fn run(args: &Args) -> Result<ExitCode, Box<dyn Error>> {
    let (component, cases, compiled) = if let (Some(component), Some(cases)) = (&args.component, &args.cases)
    {
        (component.clone(), cases.clone(), None)
    } else {
        let project = Project::open(&args.folder)?;
        let built = super::built(&project)?;
        let cases = args.cases.clone().unwrap_or_else(|| project.cases());
        (built.path, cases, Some(project.folder.join("dist/compiled")))
    };
    let bytes = std::fs::read(&component).map_err(|error| format!("{}: {error}", component.display()))?;
    let tier = tier(args.tier, &bytes);
    say(&format!(
        "{}, with the limits of the {} tier",
        shown(&cases).display(),
        tier.name()
    ));
    let host = Host::new(tier.limits(), compiled.as_deref())?;
    let reports = run::run(&host, &bytes, &cases, args.filter.as_deref())?;
    if let Some(folder) = &compiled {
        forget_old(folder)?;
    }
    let here = std::env::current_dir()?;
    for case in &reports {
        say(&Report { case, base: &here }.to_string());
    }
    let totals = Totals::of(&reports);
    say(&format!("\n{totals}"));
    if reports.is_empty() {
        return Err("no case has such a name".into());
    }
    Ok(if totals.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Keeps what the last few builds compiled to: of Python that is 36 MB each.
fn forget_old(compiled: &Path) -> std::io::Result<()> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(compiled)? {
        let entry = entry?;
        files.push((entry.metadata()?.modified()?, entry.path()));
    }
    files.sort();
    for (_, path) in files.iter().rev().skip(KEPT_BUILDS) {
        std::fs::remove_file(path)?;
    }
    Ok(())
}
