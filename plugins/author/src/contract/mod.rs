//! What is generated from the contract in `plugins/wit`: the reference in `docs/rules/contract.md`, and the types
//! of the TypeScript template.

mod markdown;
mod typescript;
mod wit;

use std::path::{Path, PathBuf};
use std::{fs, io};

pub use wit::Contract;

/// A generated file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// Relative to the repository.
    pub path: PathBuf,
    /// What it holds.
    pub text: String,
}

/// The repository from which Cargo runs this crate.
#[must_use]
pub fn repository_root() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package
        .ancestors()
        .find(|dir| dir.join("plugins/wit").is_dir())
        .unwrap_or(&package)
        .to_path_buf()
}

/// Everything that derives from the contract of a repository.
///
/// # Errors
/// When the contract cannot be read.
pub fn generate(repository: &Path) -> Result<Vec<Generated>, String> {
    let contract = Contract::read(&repository.join("plugins/wit"))?;
    let file = |path: &str, text| Generated {
        path: path.into(),
        text,
    };
    let template = "plugins/author/templates/typescript/pfms";
    Ok(vec![
        file("docs/rules/contract.md", markdown::reference(&contract)),
        file(&format!("{template}/contract.d.ts"), typescript::types(&contract)),
        file(
            &format!("{template}/imports.d.ts"),
            typescript::imports(&contract),
        ),
    ])
}

impl Generated {
    /// Whether the repository holds it as it is.
    #[must_use]
    pub fn is_current(&self, repository: &Path) -> bool {
        fs::read_to_string(repository.join(&self.path)).is_ok_and(|text| text == self.text)
    }

    /// Writes it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, repository: &Path) -> io::Result<()> {
        let path = repository.join(&self.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, &self.text)
    }
}
