//! A project: a folder with `plugin.toml`, sources and cases.

mod embedded;
mod new;
mod sdk;

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use new::{NewError, NewProject, create};

/// Names the project; every other file is its language's.
pub const MANIFEST: &str = "plugin.toml";

/// What a component is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Compiled by Cargo.
    Rust,
    /// Compiled by npm packages.
    TypeScript,
    /// Compiled by a package from `PyPI`.
    Python,
}

/// What a component is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A rule that answers events with actions.
    Automation,
    /// The tax rules of a country.
    Tax,
}

impl Language {
    /// As in `plugin.toml`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::TypeScript => "typescript",
            Self::Python => "python",
        }
    }
}

impl Kind {
    /// As in `plugin.toml`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Automation => "automation",
            Self::Tax => "tax",
        }
    }

    /// The world that its components implement.
    #[must_use]
    pub fn world(self) -> &'static str {
        match self {
            Self::Automation => "automation-rule",
            Self::Tax => "tax-rules",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A project that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its folder.
    pub folder: PathBuf,
    /// Lower case words joined by hyphens.
    pub name: String,
    /// What it is written in.
    pub language: Language,
    /// What it is for.
    pub kind: Kind,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    name: String,
    language: Language,
    kind: Kind,
}

/// Why a folder is no project.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// There is no manifest.
    #[error("{}: there is no {MANIFEST} here. Make a project with `pfms plugin new`, or name its folder", .0.display())]
    Missing(PathBuf),
    /// The manifest is wrong.
    #[error("{}: {problem}", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, with the line.
        problem: String,
    },
}

impl Project {
    /// Reads the manifest of a folder.
    ///
    /// # Errors
    /// When there is none, or it is wrong.
    pub fn open(folder: &Path) -> Result<Self, ProjectError> {
        let path = folder.join(MANIFEST);
        if !path.is_file() {
            return Err(ProjectError::Missing(folder.to_owned()));
        }
        let problem = |problem: String| ProjectError::Manifest {
            path: path.clone(),
            problem,
        };
        let text = std::fs::read_to_string(&path).map_err(|error| problem(error.to_string()))?;
        let manifest: Manifest = toml::from_str(&text).map_err(|error| problem(error.to_string()))?;
        if !is_name(&manifest.name) {
            return Err(problem(NAME_RULE.to_owned()));
        }
        Ok(Self {
            folder: folder.to_owned(),
            name: manifest.name,
            language: manifest.language,
            kind: manifest.kind,
        })
    }

    /// Where the component goes.
    #[must_use]
    pub fn component(&self) -> PathBuf {
        self.folder.join("dist").join(format!("{}.wasm", self.name))
    }

    /// The folder of cases.
    #[must_use]
    pub fn cases(&self) -> PathBuf {
        self.folder.join("cases")
    }
}

const NAME_RULE: &str = "a name is lower case words of letters and digits joined by hyphens, at most 64 characters, and begins with a letter";

fn is_name(name: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    name.len() <= 64
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.split('-').all(word)
}
