//! What a country needs to know, and what it covers.

use serde::{Deserialize, Serialize};

use super::FieldValue;
use crate::Date;

/// A part of a country whose rules differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// Upper case letters, digits and hyphens, 1 to 16 characters.
    pub code: String,
    /// For people, 1 to 200 characters.
    pub name: String,
}

/// A tax year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaxYear {
    /// The calendar year in which it begins.
    pub year: u16,
    /// As people write it, 1 to 50 characters.
    pub label: String,
    /// The first day.
    pub first_day: Date,
    /// The last day.
    pub last_day: Date,
    /// Whether every figure of the year is better known than from secondary sources.
    pub verified: bool,
}

/// The least and the greatest value, both allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// The least.
    pub least: i64,
    /// The greatest.
    pub greatest: i64,
}

impl Bounds {
    /// Whether a value lies within.
    #[must_use]
    pub fn admit(self, value: i64) -> bool {
        (self.least..=self.greatest).contains(&value)
    }
}

/// One of several answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// As it is stored: lower case words joined by hyphens.
    pub value: String,
    /// For people, 1 to 200 characters.
    pub label: String,
}

/// What a field of a profile holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FieldKind {
    /// Yes or no.
    Flag,
    /// A whole number.
    Whole(Bounds),
    /// Up to 20 whole numbers.
    Wholes(Bounds),
    /// An amount in minor units.
    Amount(Bounds),
    /// One of several, at least one.
    Choice(Vec<Choice>),
}

impl FieldKind {
    /// Most numbers of a field that holds several.
    pub const MAX_WHOLES: usize = 20;

    /// Whether a field of this kind may hold a value; else what it must be.
    ///
    /// # Errors
    /// Completes "the field ...".
    pub fn check(&self, value: &FieldValue) -> Result<(), String> {
        let within = |bounds: &Bounds| format!("must be {} to {}", bounds.least, bounds.greatest);
        match (self, value) {
            (Self::Flag, FieldValue::Flag(_)) => Ok(()),
            (Self::Flag, _) => Err("must be yes or no".into()),
            (Self::Whole(bounds), FieldValue::Whole(number)) if bounds.admit(*number) => Ok(()),
            (Self::Whole(bounds), _) => Err(format!("{}, a whole number", within(bounds))),
            (Self::Amount(bounds), FieldValue::Amount(amount)) if bounds.admit(*amount) => Ok(()),
            (Self::Amount(bounds), _) => Err(format!("{}, an amount in minor units", within(bounds))),
            (Self::Wholes(bounds), FieldValue::Wholes(numbers))
                if numbers.len() <= Self::MAX_WHOLES
                    && numbers.iter().all(|number| bounds.admit(*number)) =>
            {
                Ok(())
            }
            (Self::Wholes(bounds), _) => Err(format!(
                "each {}, at most {} of them",
                within(bounds),
                Self::MAX_WHOLES
            )),
            (Self::Choice(choices), FieldValue::Choice(chosen))
                if choices.iter().any(|choice| choice.value == *chosen) =>
            {
                Ok(())
            }
            (Self::Choice(choices), _) => {
                let values: Vec<&str> = choices.iter().map(|choice| choice.value.as_str()).collect();
                Err(format!("must be one of {}", values.join(", ")))
            }
        }
    }
}

/// Something that the country needs to know about a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileField {
    /// Lower case words joined by hyphens.
    pub name: String,
    /// For people, 1 to 200 characters.
    pub label: String,
    /// What it means and where to find it, up to 2,000 characters.
    pub help: String,
    /// What it holds.
    pub kind: FieldKind,
    /// What is taken when the person says nothing; none: the person must say.
    pub default_value: Option<FieldValue>,
    /// The years that ask for it; empty: all.
    pub years: Vec<u16>,
}

impl ProfileField {
    /// Whether a year asks for it.
    #[must_use]
    pub fn applies_in(&self, year: u16) -> bool {
        self.years.is_empty() || self.years.contains(&year)
    }
}

/// A kind of income that the country tells apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IncomeKind {
    /// Lower case words joined by hyphens.
    pub name: String,
    /// For people, 1 to 200 characters.
    pub label: String,
    /// What belongs to it, up to 2,000 characters.
    pub help: String,
    /// Whether it may be negative.
    pub may_be_negative: bool,
    /// Whether the day of purchase matters.
    pub has_holding_period: bool,
}

/// A category of deduction, allowance or credit that a person can claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeductionCategory {
    /// Lower case words joined by hyphens.
    pub name: String,
    /// For people, 1 to 200 characters.
    pub label: String,
    /// What belongs to it, up to 2,000 characters.
    pub help: String,
}

/// What tax rules say of themselves, checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// Lower case words joined by hyphens, 1 to 64 characters.
    pub name: String,
    /// A semantic version.
    pub version: String,
    /// What it covers and what not, up to 2,000 characters.
    pub summary: String,
    /// ISO 3166-1 alpha-2 code: two upper case letters.
    pub country: String,
    /// ISO 4217 code: three upper case letters.
    pub currency: String,
    /// Digits after the decimal point, 0 to 4.
    pub exponent: u8,
    /// Empty where the rules are the same everywhere.
    pub regions: Vec<Region>,
    /// The latest first; at least one.
    pub years: Vec<TaxYear>,
    /// What it needs to know about a person.
    pub profile: Vec<ProfileField>,
    /// The incomes that it tells apart.
    pub incomes: Vec<IncomeKind>,
    /// The deductions that it knows.
    pub deductions: Vec<DeductionCategory>,
}

impl Description {
    /// The year with this number.
    #[must_use]
    pub fn year(&self, year: u16) -> Option<&TaxYear> {
        self.years.iter().find(|described| described.year == year)
    }

    /// The field of the profile with this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&ProfileField> {
        self.profile.iter().find(|field| field.name == name)
    }
}
