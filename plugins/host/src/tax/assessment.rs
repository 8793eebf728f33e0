//! What comes out of a calculation.

use serde::{Deserialize, Serialize};

use super::Person;

/// The part of a calculation that a line belongs to, in the order of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    /// What came in.
    Income,
    /// What is taken off before anything else.
    Adjustment,
    /// Allowances and deductions.
    Deduction,
    /// What is taxed.
    Taxable,
    /// Tax on it.
    Tax,
    /// What lessens the tax.
    Credit,
    /// Surcharges, minimum taxes, charges.
    Surcharge,
    /// Contributions to social insurance.
    Contribution,
    /// What comes out.
    Total,
}

impl Section {
    /// The section as the contract calls it, for example "deduction".
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Income => "income",
            Self::Adjustment => "adjustment",
            Self::Deduction => "deduction",
            Self::Taxable => "taxable",
            Self::Tax => "tax",
            Self::Credit => "credit",
            Self::Surcharge => "surcharge",
            Self::Contribution => "contribution",
            Self::Total => "total",
        }
    }
}

/// A step of a calculation, for a person to follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Lower case words joined by hyphens and dots; unique within the assessment.
    pub id: String,
    /// For people.
    pub label: String,
    /// Where it belongs.
    pub section: Section,
    /// Whose it is; none for both.
    pub person: Option<Person>,
    /// The amount.
    pub amount: i64,
    /// By how much the line changes what is owed.
    pub effect: i64,
    /// How the amount came about, in words and figures.
    pub formula: String,
    /// The parameters that took part, by id.
    pub parameters: Vec<String>,
}

/// Something that was given and had no influence, or that the rules leave out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ignored {
    /// The id of an income or deduction, the name of a field, or a subject.
    pub what: String,
    /// Why, for people.
    pub why: String,
}

/// What comes out. The effects of its lines sum to what is owed; the host has checked it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assessment {
    /// All income, gains included, as far as it is positive.
    pub total_income: i64,
    /// What was taken off.
    pub total_deductions: i64,
    /// What is taxed.
    pub taxable_income: i64,
    /// The part of `owed` that is tax on gains and investment income taxed apart.
    pub capital_gains_tax: i64,
    /// The part of `owed` that is contributions to social insurance.
    pub contributions: i64,
    /// What is owed for the year, contributions included; negative when refundable credits exceed it.
    pub owed: i64,
    /// What was withheld and prepaid.
    pub paid: i64,
    /// `owed` less `paid`.
    pub balance: i64,
    /// `owed` on the next unit of ordinary income, in millionths.
    pub marginal_rate: i64,
    /// `owed` by `total_income`, in millionths; zero without income.
    pub effective_rate: i64,
    /// In the order of the report.
    pub lines: Vec<Line>,
    /// What had no influence, and what is out of scope.
    pub ignored: Vec<Ignored>,
}
