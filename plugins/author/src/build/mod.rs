//! Makes a project's component with the toolchain of its language. What the toolchain says goes where ours goes.
#![allow(
    clippy::disallowed_types,
    reason = "it starts the toolchains of an author's own machine"
)]

mod python;
mod rust;
mod tool;
mod typescript;

use std::path::PathBuf;
use std::{fs, io};

use crate::project::{Language, Project};

/// A component that was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The file.
    pub path: PathBuf,
    /// Its size, in bytes.
    pub size: u64,
}

/// Why there is no component. Where a toolchain failed, its own words, with the author's line, precede.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A program is missing.
    #[error("{program} cannot be run: {source}. {advice}")]
    Missing {
        /// The program.
        program: String,
        /// Where to get it.
        advice: &'static str,
        /// The cause.
        source: io::Error,
    },
    /// A program failed.
    #[error("{program} failed ({status}). {advice}")]
    Failed {
        /// The program with its first arguments.
        program: String,
        /// How it ended.
        status: std::process::ExitStatus,
        /// What to look at.
        advice: &'static str,
    },
    /// The compiler's result is not as it should be.
    #[error("{0}")]
    Result(String),
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
}

/// Builds the component of a project.
///
/// # Errors
/// When the toolchain is missing or fails.
pub fn build(project: &Project) -> Result<Built, BuildError> {
    let path = project.component();
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(at(folder))?;
    }
    match project.language {
        Language::Rust => rust::build(project, &path)?,
        Language::TypeScript => typescript::build(project)?,
        Language::Python => python::build(project, &path)?,
    }
    let size = fs::metadata(&path).map_err(at(&path))?.len();
    Ok(Built { path, size })
}

fn at(path: &std::path::Path) -> impl FnOnce(io::Error) -> BuildError + use<> {
    let path = path.to_owned();
    move |source| BuildError::Io { path, source }
}
