//! Why there is no assessment.

use serde::{Deserialize, Serialize};

use crate::EvaluateError;

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblem {
    /// Of the profile by its name, else as in "incomes[2].kind".
    pub field: String,
    /// What it must be.
    pub problem: String,
}

/// Why the rules of a country refuse an input: their own verdict.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TaxError {
    /// The year is not one of the description.
    #[error("the rules do not cover the tax year {0}")]
    UnsupportedYear(u16),
    /// The region is not one of the description, or is missing.
    #[error("the rules do not know the region \"{0}\"")]
    UnsupportedRegion(String),
    /// The amounts are in another currency than the country's.
    #[error("the amounts must be in the country's currency, not in {0}")]
    WrongCurrency(String),
    /// Fields of the profile, by name.
    #[error("the profile must say: {}", .0.join(", "))]
    MissingFields(Vec<String>),
    /// Fields that are not what they must be.
    #[error("{}", problems(.0))]
    InvalidFields(Vec<FieldProblem>),
    /// An amount is beyond what can be calculated with.
    #[error("beyond what can be calculated with: {0}")]
    OutOfRange(String),
}

fn problems(fields: &[FieldProblem]) -> String {
    let each: Vec<String> = fields
        .iter()
        .map(|field| format!("{}: {}", field.field, field.problem))
        .collect();
    each.join("; ")
}

impl TaxError {
    /// The reason in upper case, stable across versions.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::UnsupportedYear(_) => "UNSUPPORTED_YEAR",
            Self::UnsupportedRegion(_) => "UNSUPPORTED_REGION",
            Self::WrongCurrency(_) => "WRONG_CURRENCY",
            Self::MissingFields(_) => "MISSING_FIELDS",
            Self::InvalidFields(_) => "INVALID_FIELDS",
            Self::OutOfRange(_) => "OUT_OF_RANGE",
        }
    }
}

/// Why a calculation brought no assessment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalculateError {
    /// The rules refuse the input, in their own words.
    #[error(transparent)]
    Refused(#[from] TaxError),
    /// The rules answered with something that cannot be an assessment.
    #[error("the rules returned an assessment that does not hold: {problem}")]
    InvalidAssessment {
        /// What does not hold.
        problem: String,
    },
    /// The component failed or broke a limit.
    #[error(transparent)]
    Failed(#[from] EvaluateError),
}

impl CalculateError {
    /// The reason in upper case, stable across versions.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Refused(error) => error.reason(),
            Self::InvalidAssessment { .. } => "INVALID_ASSESSMENT",
            Self::Failed(error) => error.reason(),
        }
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Failed(error) if error.is_transient())
    }
}
