//! Cases of tax rules: a person's year, and what comes of it.

mod expect;
mod input;

use pfms_plugin_host::tax::{Description, Input};
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::{Fault, Node, Position};
use expect::RawExpect;
pub use expect::{Expectation, Expected};
use input::{RawDeduction, RawIncome};

/// A person's year, and what comes of it.
#[derive(Debug, Clone)]
pub struct TaxCase {
    /// What the case shows.
    pub name: String,
    /// Where it begins.
    pub position: Position,
    /// What shall come of it.
    pub expect: Expectation,
    /// The most fuel that it may take.
    pub fuel_limit: Option<(Position, u64)>,
    person: RawPerson,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawCase {
    name: Spanned<String>,
    year: Spanned<u16>,
    region: Option<String>,
    currency: Option<String>,
    profile: Option<Spanned<Node>>,
    #[serde(default)]
    incomes: Vec<Spanned<RawIncome>>,
    #[serde(default)]
    deductions: Vec<Spanned<RawDeduction>>,
    prepaid: Option<Spanned<String>>,
    expect: Spanned<RawExpect>,
    #[serde(default)]
    limits: super::RawLimits,
}

/// What the country's description is needed for to understand.
#[derive(Debug, Clone)]
struct RawPerson {
    year: u16,
    region: Option<String>,
    currency: Option<String>,
    profile: Option<Spanned<Node>>,
    incomes: Vec<Spanned<RawIncome>>,
    deductions: Vec<Spanned<RawDeduction>>,
    prepaid: Option<Spanned<String>>,
}

/// The cases of a file.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn parse(yaml: &str) -> Result<Vec<TaxCase>, Fault> {
    super::parse::<Spanned<RawCase>>(yaml)?
        .into_iter()
        .map(|case| {
            let position = Position::of(&case);
            let raw = case.value;
            let expect = Position::of(&raw.expect);
            Ok(TaxCase {
                name: raw.name.value,
                position,
                expect: raw.expect.value.read(expect)?,
                fuel_limit: raw.limits.fuel(),
                person: RawPerson {
                    year: raw.year.value,
                    region: raw.region,
                    currency: raw.currency,
                    profile: raw.profile,
                    incomes: raw.incomes,
                    deductions: raw.deductions,
                    prepaid: raw.prepaid,
                },
            })
        })
        .collect()
}

impl TaxCase {
    /// The case as the rules of this country are told it.
    ///
    /// # Errors
    /// When an amount, a day or a value cannot be read.
    pub fn input_for(&self, country: &Description) -> Result<Input, Fault> {
        input::read(&self.person, country)
    }
}
