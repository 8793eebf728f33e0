//! What a tax depends on.

use serde::{Deserialize, Serialize};

use crate::Date;

/// The value of a field of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FieldValue {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Whole(i64),
    /// Whole numbers.
    Wholes(Vec<i64>),
    /// An amount in minor units.
    Amount(i64),
    /// One of several.
    Choice(String),
}

/// A field of a profile with its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileEntry {
    /// The field's name.
    pub name: String,
    /// Its value.
    pub value: FieldValue,
}

/// Who of a couple that is assessed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Person {
    /// The one who asks.
    Taxpayer,
    /// The spouse or partner.
    Partner,
}

/// Money that came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Income {
    /// For the lines to refer to.
    pub id: String,
    /// The income kind's name.
    pub kind: String,
    /// Whose it is.
    pub person: Person,
    /// Before tax; of a gain, the proceeds less the cost.
    pub amount: i64,
    /// When it came in; of a gain, the day of sale.
    pub date: Date,
    /// Of a gain, the day of purchase, when it is known.
    pub acquired: Option<Date>,
    /// Tax that was withheld from it.
    pub withheld: i64,
}

/// Money that was spent and may lessen the tax.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deduction {
    /// For the lines to refer to.
    pub id: String,
    /// The category's name.
    pub category: String,
    /// Whose it is.
    pub person: Person,
    /// Not negative.
    pub amount: i64,
}

/// All that a tax depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// A tax year of the description.
    pub year: u16,
    /// ISO 4217 code in which every amount is.
    pub currency: String,
    /// The code of a region; none where the country has none.
    pub region: Option<String>,
    /// What the person said.
    pub profile: Vec<ProfileEntry>,
    /// In no particular order.
    pub incomes: Vec<Income>,
    /// In no particular order.
    pub deductions: Vec<Deduction>,
    /// Tax that was paid in advance, beside what was withheld.
    pub prepaid: i64,
}
