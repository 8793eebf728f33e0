//! Turns the data files of a country's tax figures into constants, at build time: nothing is parsed when a
//! tax is calculated.
//!
//! A country's crate holds `parameters/*.toml` and this `build.rs`:
//!
//! ```no_run
//! fn main() -> Result<(), pfms_tax_parameters::GenerateError> {
//!     pfms_tax_parameters::generate()
//! }
//! ```
//!
//! `mod figures { pfms_tax::figures!(); }` brings in a `static` for each figure (the id in upper case with
//! underscores, so that a misspelt one does not compile) and `FIGURES`, which holds all.
//!
//! # The files
//!
//! `years.toml` names the currency's digits and the years:
//!
//! ```toml
//! exponent = 2
//!
//! [year.2025]
//! label = "2025-26"
//! first-day = 2025-04-06
//! last-day = 2026-04-05
//! ```
//!
//! Every other file holds figures, one table for each. The table's name is the figure's id; how figures are
//! spread over files is for the reader alone.
//!
//! ```toml
//! # For all figures below that do not say otherwise. A table on the way, such as [personal-allowance], may
//! # say it too.
//! source = "Finance Act 2025"
//! mark = "E2"
//!
//! [personal-allowance.amount]
//! label = "Personal allowance"
//! unit = "amount"            # of the currency: "12570", "932.30"
//! 2025 = "12570"
//! 2026 = "12570"
//!
//! [personal-allowance.taper]
//! label = "Share of the income above the threshold by which the allowance is reduced"
//! unit = "rate"              # "50%", "7.65%": up to four digits after the point
//! 2025 = "50%"
//! 2026 = "50%"
//!
//! [child.age-limit]
//! label = "Age from which a child does not count"
//! unit = "whole"
//! 2025 = 17
//! 2026 = 17
//!
//! [tariff.zone-2.square]
//! label = "Factor of y² in zone 2"
//! unit = "decimal"           # a number with a fraction that is no amount of money
//! 2025 = "932.30"
//! 2026 = "914.51"
//!
//! [income-tax]
//! label = "Income tax"
//! unit = "schedule"          # bands, the lowest first; the last has no end
//! 2025 = [{ upto = "37700", rate = "20%" }, { upto = "125140", rate = "40%" }, { rate = "45%" }]
//! # A year whose source or mark is its own.
//! 2026 = { value = [{ upto = "37700", rate = "20%" }, { rate = "40%" }], source = "Budget", mark = "S" }
//!
//! [tips.cap]
//! label = "Most that tips lessen income"
//! unit = "amount"
//! 2025 = "25000"
//! 2026 = "none"              # the law does not have it in that year: the constant is an Option
//! ```
//!
//! A mark is `"P"` (primary text), `"E2"` (two engines), `"E1"` (one engine) or `"S"` (secondary). The types of
//! the constants are `Node<i64>` (minor units) for amounts, `Node<Rate>`, `Node<Whole>`, `Node<Decimal>`,
//! `Node<Schedule>`.
//!
//! A figure must have a value, or `"none"`, for every year of `years.toml`: a year can be asked for only when
//! nothing that it needs is missing. Adding a year is adding its table to `years.toml`, and the values that the
//! build then names.

mod generate;
mod read;
mod value;

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Why there are no constants.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The data is not what it must be.
    #[error("{0}")]
    Data(String),
}

/// Generates `$OUT_DIR/figures.rs` from `parameters/*.toml` of the crate that is being built. For `build.rs`.
///
/// # Errors
/// When Cargo does not run it, a file cannot be read or written, or the data is not what it must be; the
/// message names file and figure.
pub fn generate() -> Result<(), GenerateError> {
    let folder = variable("CARGO_MANIFEST_DIR")?.join("parameters");
    let output = variable("OUT_DIR")?.join("figures.rs");
    // Cargo reads this from a build script's output.
    #[allow(clippy::print_stdout)]
    {
        println!("cargo::rerun-if-changed={}", folder.display());
    }
    let constants = from_files(&read_folder(&folder)?)?;
    fs::write(&output, constants).map_err(at(&output))
}

/// The constants for files given as name and content.
///
/// # Errors
/// When the data is not what it must be; the message names file and figure.
pub fn from_files(files: &[(String, String)]) -> Result<String, GenerateError> {
    let data = read::read(files).map_err(GenerateError::Data)?;
    Ok(generate::generate(&data))
}

fn variable(name: &str) -> Result<PathBuf, GenerateError> {
    let value = env::var_os(name);
    value
        .map(PathBuf::from)
        .ok_or_else(|| GenerateError::Data(format!("{name} is not set: this is for build.rs")))
}

fn read_folder(folder: &Path) -> Result<Vec<(String, String)>, GenerateError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let path = entry.map_err(at(folder))?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            files.push((name, fs::read_to_string(&path).map_err(at(&path))?));
        }
    }
    files.sort();
    Ok(files)
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> GenerateError + use<> {
    let path = path.to_owned();
    move |source| GenerateError::Io { path, source }
}
