//! What tax rules of a country are told, and what they answer, whichever version of the contract they were built
//! for.
//!
//! Every amount is in minor units of the country's currency, every rate in millionths: 0.0765 is 76,500. All of it
//! can be written down and read back with serde, so that a calculation can be repeated.

mod assessment;
mod check;
mod describe;
mod description;
mod error;
mod input;
mod parameters;

pub use assessment::{Assessment, Ignored, Line, Section};
pub(crate) use check::check as check_assessment;
pub(crate) use describe::check as check_description;
pub use description::{
    Bounds, Choice, DeductionCategory, Description, FieldKind, IncomeKind, ProfileField, Region, TaxYear,
};
pub use error::{CalculateError, FieldProblem, TaxError};
pub use input::{Deduction, FieldValue, Income, Input, Person, ProfileEntry};
pub(crate) use parameters::Figures;
pub use parameters::{Bracket, Mark, Parameter, ParameterValue};
