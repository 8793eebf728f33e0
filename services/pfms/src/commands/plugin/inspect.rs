//! `pfms plugin inspect`: shows what a server would see.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use pfms_plugin_author::inspect::shape;
use pfms_plugin_author::project::Kind;
use pfms_plugin_author::run::kind_of;
use pfms_plugin_author::sign::SigningKey;
use pfms_plugin_host::{Description, FactRequest, Host, LoadError, TaxModule};

use super::{TierArg, say, size, tier};

/// Which component.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The component
    file: PathBuf,
    /// The limits under which it shall run; what it fits into when absent
    #[arg(long, value_enum)]
    tier: Option<TierArg>,
    /// A key of `pfms plugin keygen`: shows the signature that `publish --sign` would send
    #[arg(long)]
    sign: Option<PathBuf>,
}

/// Shows it.
///
/// # Errors
/// When it is not WebAssembly, or a server would refuse it: with the server's reason.
pub fn run(args: &Args) -> Result<ExitCode, Box<dyn Error>> {
    let bytes = std::fs::read(&args.file).map_err(|error| format!("{}: {error}", args.file.display()))?;
    let shape = shape(&bytes)?;
    line("imports", &list(&shape.imports));
    line("exports", &list(&shape.exports));
    if !shape.producers.is_empty() {
        line("made by", &shape.producers.join(", "));
    }
    let length = u64::try_from(bytes.len())?;
    line("size", &format!("{} ({length} bytes)", size(length)));
    let tier = tier(args.tier, &bytes);
    line("tier", tier.name());
    let host = Host::new(tier.limits(), None)?;
    match kind_of(&bytes)? {
        Kind::Automation => {
            let module = host.load(&bytes).map_err(|error| refused(&error))?;
            line("world", module.world());
            line("sha-256", module.hash());
            describe(module.description());
        }
        Kind::Tax => {
            let module = host.load_tax(&bytes).map_err(|error| refused(&error))?;
            line("world", module.world());
            line("sha-256", module.hash());
            describe_country(&module);
        }
    }
    if let Some(path) = &args.sign {
        let key = SigningKey::read(path)?;
        line("publisher", &key.public());
        line("signature", &key.sign(&bytes));
    }
    Ok(ExitCode::SUCCESS)
}

fn refused(error: &LoadError) -> String {
    format!("a server would refuse it ({}): {error}", error.reason())
}

fn line(label: &str, text: &str) {
    say(&format!("{label:<10} {text}"));
}

fn describe(description: &Description) {
    line("name", &format!("{} {}", description.name, description.version));
    line("summary", &description.summary);
    line("triggers", &description.triggers.join(", "));
    let facts: Vec<String> = description.facts.iter().copied().map(fact).collect();
    line("facts", &list(&facts));
    line("config", &description.config_schema);
}

fn describe_country(module: &TaxModule) {
    let description = module.description();
    line("name", &format!("{} {}", description.name, description.version));
    line("summary", &description.summary);
    line(
        "country",
        &format!("{}, in {}", description.country, description.currency),
    );
    for year in &description.years {
        let figures = module.parameters(year.year).map_or(0, <[_]>::len);
        let known = if year.verified {
            ""
        } else {
            ", not all of them verified"
        };
        line("year", &format!("{}: {figures} figures{known}", year.label));
    }
    let names = |names: Vec<&str>| list(&names.into_iter().map(str::to_owned).collect::<Vec<_>>());
    line(
        "profile",
        &names(description.profile.iter().map(|field| &*field.name).collect()),
    );
    line(
        "incomes",
        &names(description.incomes.iter().map(|kind| &*kind.name).collect()),
    );
    line(
        "deductions",
        &names(description.deductions.iter().map(|kind| &*kind.name).collect()),
    );
}

fn list(items: &[String]) -> String {
    if items.is_empty() {
        "none".to_owned()
    } else {
        items.join(", ")
    }
}

fn fact(request: FactRequest) -> String {
    let name = request.name();
    match request {
        FactRequest::RecentExpenses { days, limit, .. } => format!("{name} ({days} days, at most {limit})"),
        FactRequest::Spending { count, .. } => format!("{name} ({count} periods)"),
        FactRequest::Budgets | FactRequest::Goals => name.to_owned(),
    }
}
