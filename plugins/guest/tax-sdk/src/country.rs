//! What a country covers and asks for, as static data.

use crate::bindings::pfms::rules::tax_types as wire;
use crate::profile::Field;
use crate::{Description, Figures};

/// A country's description, from which the contract's follows.
pub struct Country {
    /// The component's name, for example "tax-us".
    pub name: &'static str,
    /// Semantic version of the component: `env!("CARGO_PKG_VERSION")`.
    pub version: &'static str,
    /// What is covered and what not, in a few sentences. Up to 2,000 characters.
    pub summary: &'static str,
    /// ISO 3166-1 alpha-2 code.
    pub code: &'static str,
    /// ISO 4217 code.
    pub currency: &'static str,
    /// Digits after the decimal point of the currency.
    pub exponent: u8,
    /// Empty where the rules are the same everywhere. Otherwise an input must name one.
    pub regions: &'static [Region],
    /// The generated figures.
    pub figures: &'static Figures,
    /// What is asked of a person.
    pub profile: &'static [&'static (dyn Field + Sync)],
    /// The incomes that are told apart.
    pub incomes: &'static [&'static IncomeKind],
    /// The deductions that are known.
    pub deductions: &'static [&'static Category],
    /// How much ordinary income is added to find the marginal rate, in minor units; more than zero. Large
    /// enough that rounding does not show: 100 whole units where tax is exact to the cent, a multiple of the
    /// step where income or tax is rounded to whole units or tens.
    pub marginal_step: i64,
}

/// A part of a country whose rules differ.
#[derive(Debug, Clone, Copy)]
pub struct Region {
    /// For example "SCT".
    pub code: &'static str,
    /// For people.
    pub name: &'static str,
}

/// A kind of income. Make it a `static`, list it in [`Country::incomes`], and read it with
/// [`crate::Facts::sum`].
#[derive(Debug)]
pub struct IncomeKind {
    /// Lower case words joined by hyphens.
    pub name: &'static str,
    /// For people.
    pub label: &'static str,
    /// What belongs to it.
    pub help: &'static str,
    /// Whether it may be negative, as gains and profits may.
    pub may_be_negative: bool,
    /// Whether the day of purchase matters, as it does for gains.
    pub has_holding_period: bool,
}

impl IncomeKind {
    /// A kind that is never negative and has no holding period.
    #[must_use]
    pub const fn new(name: &'static str, label: &'static str, help: &'static str) -> Self {
        Self {
            name,
            label,
            help,
            may_be_negative: false,
            has_holding_period: false,
        }
    }

    /// The same, but it may be negative.
    #[must_use]
    pub const fn may_be_negative(self) -> Self {
        Self {
            may_be_negative: true,
            ..self
        }
    }

    /// The same, but the day of purchase matters.
    #[must_use]
    pub const fn has_holding_period(self) -> Self {
        Self {
            has_holding_period: true,
            ..self
        }
    }
}

/// A category of deduction, allowance or credit that a person can claim.
#[derive(Debug)]
pub struct Category {
    /// Lower case words joined by hyphens.
    pub name: &'static str,
    /// For people.
    pub label: &'static str,
    /// What belongs to it, and what the law asks for.
    pub help: &'static str,
}

impl Category {
    /// A category.
    #[must_use]
    pub const fn new(name: &'static str, label: &'static str, help: &'static str) -> Self {
        Self { name, label, help }
    }
}

impl Country {
    /// As the contract has it.
    #[must_use]
    pub fn describe(&self) -> Description {
        Description {
            name: self.name.to_owned(),
            version: self.version.to_owned(),
            summary: self.summary.to_owned(),
            country: self.code.to_owned(),
            currency: self.currency.to_owned(),
            exponent: self.exponent,
            regions: self.regions.iter().map(Region::describe).collect(),
            years: self.figures.describe(),
            profile: self.profile.iter().map(|field| field.describe()).collect(),
            incomes: self.incomes.iter().map(|kind| kind.describe()).collect(),
            deductions: self.deductions.iter().map(|one| one.describe()).collect(),
        }
    }
}

impl Region {
    fn describe(&self) -> wire::Region {
        wire::Region {
            code: self.code.to_owned(),
            name: self.name.to_owned(),
        }
    }
}

impl IncomeKind {
    fn describe(&self) -> wire::IncomeKind {
        wire::IncomeKind {
            name: self.name.to_owned(),
            label: self.label.to_owned(),
            help: self.help.to_owned(),
            may_be_negative: self.may_be_negative,
            has_holding_period: self.has_holding_period,
        }
    }
}

impl Category {
    fn describe(&self) -> wire::DeductionCategory {
        wire::DeductionCategory {
            name: self.name.to_owned(),
            label: self.label.to_owned(),
            help: self.help.to_owned(),
        }
    }
}
