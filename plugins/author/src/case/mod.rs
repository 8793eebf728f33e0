//! Cases: what a rule is given and what it shall answer, in YAML that people read.
//!
//! A file holds `cases:`, a list. What is wrong with a file is a [`Fault`] that names its line.

pub mod automation;
pub mod compare;
mod node;
pub mod tax;
mod text;

pub(crate) use text::{amount, amount_text, rate, rate_text};

use std::fmt;
use std::path::{Path, PathBuf};

pub use node::Node;
use serde::de::DeserializeOwned;
use serde_saphyr::{Location, Spanned};

/// A place in a file of cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// From 1.
    pub line: u64,
    /// From 1.
    pub column: u64,
}

impl Position {
    pub(crate) fn of<T>(spanned: &Spanned<T>) -> Self {
        Self::at(spanned.referenced)
    }

    fn at(location: Location) -> Self {
        Self {
            line: location.line(),
            column: location.column(),
        }
    }
}

/// What is wrong with a file of cases, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The place; none when the file as a whole is wrong.
    pub position: Option<Position>,
    /// What is wrong, and what it must be.
    pub message: String,
}

impl Fault {
    pub(crate) fn at<T>(spanned: &Spanned<T>, message: impl Into<String>) -> Self {
        Self {
            position: Some(Position::of(spanned)),
            message: message.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Position { line, column }) = self.position {
            write!(f, "{line}:{column}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

/// A [`Fault`] with its file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}:{fault}", path.display())]
pub struct FileFault {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub fault: Fault,
}

/// The files of cases in a folder, by name; empty when there is no such folder.
///
/// # Errors
/// When the folder cannot be read.
pub fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if folder.is_dir() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == "yaml" || extension == "yml")
            {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Reads a file of cases.
///
/// # Errors
/// When it cannot be read or does not hold cases.
pub fn read<T>(path: &Path, parse: impl FnOnce(&str) -> Result<Vec<T>, Fault>) -> Result<Vec<T>, FileFault> {
    let named = |fault| FileFault {
        path: path.to_owned(),
        fault,
    };
    let text = std::fs::read_to_string(path).map_err(|error| {
        named(Fault {
            position: None,
            message: format!(" {error}"),
        })
    })?;
    parse(&text).map_err(named)
}

/// What a file holds.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File<T> {
    cases: Spanned<Vec<T>>,
}

/// What a case may use up.
#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLimits {
    fuel: Option<Spanned<u64>>,
}

impl RawLimits {
    fn fuel(&self) -> Option<(Position, u64)> {
        self.fuel.as_ref().map(|fuel| (Position::of(fuel), fuel.value))
    }
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<Vec<T>, Fault> {
    let file: File<T> = serde_saphyr::from_str(text).map_err(|error| Fault {
        position: error.location().map(Position::at),
        message: message_of(&error),
    })?;
    if file.cases.value.is_empty() {
        return Err(Fault::at(&file.cases, "there is no case here"));
    }
    Ok(file.cases.value)
}

/// The library's words, without the place, which is named apart.
fn message_of(error: &serde_saphyr::Error) -> String {
    let text = error.without_snippet().to_string();
    match error.location() {
        Some(at) => {
            let place = format!("line {} column {}", at.line(), at.column());
            let before = text.split(&format!(" at {place}")).next().unwrap_or(&text);
            before
                .split(&format!(": {place}"))
                .next()
                .unwrap_or(before)
                .to_owned()
        }
        None => text,
    }
}
