//! Contributions to the Canada Pension Plan and employment insurance. Amounts are in cents.

use pfms_tax::{Facts, Rounding};

use crate::declared::{EMPLOYMENT, PENSION_PLAN, SELF_EMPLOYMENT};
use crate::figures::{
    EMPLOYMENT_INSURANCE_CEILING, EMPLOYMENT_INSURANCE_RATE, PENSION_BASE, PENSION_CEILING,
    PENSION_ENHANCEMENT, PENSION_EXEMPTION, PENSION_SECOND, PENSION_SECOND_CEILING,
};

/// To the cent.
pub const CENT: Rounding = Rounding::half_up(1);

/// Contributions on earnings of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pension {
    /// Earnings above the exemption, up to the ceiling.
    pub earnings: i64,
    /// The base.
    pub base: i64,
    /// The enhancement.
    pub enhancement: i64,
    /// Earnings above the ceiling, up to the second.
    pub second_earnings: i64,
    /// The second contribution.
    pub second: i64,
}

/// All contributions of a year.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Contributions {
    /// The employee's half on pay.
    pub employee: Pension,
    /// One of two equal halves on profit: who is self-employed pays both.
    pub self_employed: Pension,
    /// Insured pay.
    pub insured: i64,
    /// Premium to employment insurance, on pay.
    pub insurance: i64,
}

impl Contributions {
    /// The taxpayer's. Pay uses up exemption and ceilings before profit does.
    pub fn of(facts: &Facts<'_>) -> Self {
        let year = facts.year();
        let pay = facts.sum(&EMPLOYMENT);
        let profit = facts.sum(&SELF_EMPLOYMENT).max(0);
        let insured = pay.min(EMPLOYMENT_INSURANCE_CEILING.at(year));
        let mut contributions = Self {
            insured,
            insurance: EMPLOYMENT_INSURANCE_RATE.at(year).of(insured).round(CENT),
            ..Self::default()
        };
        if facts.get(&PENSION_PLAN) {
            contributions.employee = pension(facts, 0, pay);
            contributions.self_employed = pension(facts, pay, profit);
        }
        contributions
    }

    /// Bases, for which there is a credit.
    pub fn credited(&self) -> i64 {
        self.employee.base + self.self_employed.base
    }

    /// What is deducted: enhancements, second contributions, and one half on profit.
    pub fn deducted(&self) -> i64 {
        let both = [self.employee, self.self_employed];
        let additional: i64 = both.iter().map(|part| part.enhancement + part.second).sum();
        additional + self.self_employed.sum()
    }
}

impl Pension {
    /// One half.
    pub fn sum(&self) -> i64 {
        self.base + self.enhancement + self.second
    }
}

/// Contributions on earnings that lie on top of others.
fn pension(facts: &Facts<'_>, below: i64, earnings: i64) -> Pension {
    let year = facts.year();
    let within = |from: i64, to: i64| {
        let filled = |amount: i64| (amount.min(to) - from).max(0);
        filled(below + earnings) - filled(below)
    };
    let ceiling = PENSION_CEILING.at(year);
    let contributory = within(PENSION_EXEMPTION.at(year), ceiling);
    let second_earnings = within(ceiling, PENSION_SECOND_CEILING.at(year));
    Pension {
        earnings: contributory,
        base: PENSION_BASE.at(year).of(contributory).round(CENT),
        enhancement: PENSION_ENHANCEMENT.at(year).of(contributory).round(CENT),
        second_earnings,
        second: PENSION_SECOND.at(year).of(second_earnings).round(CENT),
    }
}
