//! Runs cases in the sandbox, with the limits of a server.

mod automation;
mod report;
mod tax;

use std::path::{Path, PathBuf};
use std::time::Duration;

use pfms_plugin_host::{Host, LogLine};

use crate::case::compare::Mismatch;
use crate::case::{Fault, FileFault, Position};
use crate::inspect;
use crate::project::Kind;

pub use report::{Report, Totals, grouped};

/// What came of a case.
#[derive(Debug, Clone)]
pub struct CaseReport {
    /// The file of the case.
    pub path: PathBuf,
    /// Where it begins there.
    pub position: Position,
    /// What it shows.
    pub name: String,
    /// What did not hold; empty when all did.
    pub mismatches: Vec<Mismatch>,
    /// Fuel used.
    pub fuel: u64,
    /// Linear memory that the component had at its end, in bytes.
    pub memory_bytes: usize,
    /// Time taken, the start of the instance included.
    pub duration: Duration,
    /// What the rule logged.
    pub logs: Vec<LogLine>,
}

impl CaseReport {
    /// Whether everything was as described.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.mismatches.is_empty()
    }
}

/// Why cases could not be run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The component was not accepted.
    #[error("the component was not accepted ({reason}): {message}")]
    Load {
        /// The host's reason.
        reason: &'static str,
        /// The host's words.
        message: String,
    },
    /// A file cannot be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// A file of cases is wrong.
    #[error(transparent)]
    Case(#[from] FileFault),
    /// There are no cases.
    #[error("{}: there are no cases here: a component is proven by files such as cases/first.yaml", .0.display())]
    NoCases(PathBuf),
    /// The component implements no world that cases are written for.
    #[error("the component exports {0:?}: neither pfms:rules/automation nor pfms:rules/tax is among them")]
    Unknown(Vec<String>),
}

/// Runs all cases in a folder whose names contain `filter`.
///
/// # Errors
/// When the component is not accepted, a file is wrong, or there is no case at all.
pub fn run(
    host: &Host,
    component: &[u8],
    cases: &Path,
    filter: Option<&str>,
) -> Result<Vec<CaseReport>, RunError> {
    let files = crate::case::files(cases).map_err(|source| RunError::Io {
        path: cases.to_owned(),
        source,
    })?;
    if files.is_empty() {
        return Err(RunError::NoCases(cases.to_owned()));
    }
    match kind_of(component)? {
        Kind::Automation => automation::run(host, component, &files, filter),
        Kind::Tax => tax::run(host, component, &files, filter),
    }
}

/// What a component is for, by what it exports.
///
/// # Errors
/// When it is no component, or none of a rule.
pub fn kind_of(component: &[u8]) -> Result<Kind, RunError> {
    let shape = inspect::shape(component).map_err(|message| RunError::Load {
        reason: "MALFORMED_COMPONENT",
        message,
    })?;
    let exports = |interface: &str| {
        let mut names = shape.exports.iter();
        names.any(|export| export.split('@').next() == Some(interface))
    };
    if exports("pfms:rules/automation") {
        Ok(Kind::Automation)
    } else if exports("pfms:rules/tax") {
        Ok(Kind::Tax)
    } else {
        Err(RunError::Unknown(shape.exports))
    }
}

fn chosen(filter: Option<&str>, name: &str) -> bool {
    filter.is_none_or(|part| name.to_lowercase().contains(&part.to_lowercase()))
}

/// A case that cannot be put to the component: its file is at fault.
fn faulty(path: &Path, fault: Fault) -> RunError {
    RunError::Case(FileFault {
        path: path.to_owned(),
        fault,
    })
}

/// More fuel than the case allows is a mismatch as others are.
fn fuel_mismatch(limit: Option<(Position, u64)>, fuel: u64) -> Option<Mismatch> {
    let (position, limit) = limit?;
    (fuel > limit).then(|| Mismatch {
        position,
        path: "fuel".to_owned(),
        expected: format!("at most {limit}"),
        got: fuel.to_string(),
    })
}
