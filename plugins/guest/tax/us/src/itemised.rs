//! Itemised deductions, Schedule A.

use pfms_tax::{Ledger, Section};

use crate::CENT;
use crate::asked::{CHARITY, MEDICAL, MORTGAGE, SALT};
use crate::figures::{
    INCOME_TAX, ITEMISED_CHARITY_FLOOR, ITEMISED_CHARITY_LIMIT, ITEMISED_LIMITATION_DENOMINATOR,
    ITEMISED_LIMITATION_NUMERATOR, ITEMISED_MEDICAL_FLOOR, ITEMISED_SALT_REDUCTION_RATE, SALT_CAP,
    SALT_FLOOR, SALT_REDUCTION_START,
};
use crate::household::Household;

/// Itemised deductions, before it is known whether they are taken.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Itemised {
    medical: i64,
    /// State and local taxes, within their limit.
    pub(crate) salt: i64,
    salt_limit: i64,
    mortgage: i64,
    charity: i64,
    /// By how much the whole is reduced in the highest band.
    reduction: i64,
}

impl Itemised {
    /// The deductions of a household with this adjusted gross income, of which `others` are deducted beside
    /// them.
    pub(crate) fn of(household: &Household<'_>, income: i64, others: i64) -> Self {
        let facts = household.facts;
        let income = income.max(0);
        let medical_floor = ITEMISED_MEDICAL_FLOOR.at(household.year).of(income).round(CENT);
        let salt_limit = salt_limit(household, income);
        let mut itemised = Self {
            medical: (facts.spent(&MEDICAL) - medical_floor).max(0),
            salt: facts.spent(&SALT).min(salt_limit),
            salt_limit,
            mortgage: facts.spent(&MORTGAGE),
            charity: charity(household, income),
            reduction: 0,
        };
        itemised.reduction = reduction(household, itemised.total(), income - others);
        itemised
    }

    /// The sum, reduced.
    pub(crate) fn total(&self) -> i64 {
        self.medical + self.salt + self.mortgage + self.charity - self.reduction
    }

    /// Adds their lines.
    pub(crate) fn show(&self, household: &Household<'_>, income: i64, ledger: &mut Ledger) {
        let facts = household.facts;
        ledger
            .deduction("itemised.medical", "Medical expenses", self.medical)
            .uses(&ITEMISED_MEDICAL_FLOOR)
            .because(&[
                &facts.spent(&MEDICAL),
                &" spent, above ",
                &ITEMISED_MEDICAL_FLOOR.at(household.year),
                &" of the income of ",
                &income,
            ]);
        ledger
            .deduction(
                "itemised.state-and-local-taxes",
                "State and local taxes",
                self.salt,
            )
            .uses(SALT_CAP.node(household.status))
            .uses(SALT_REDUCTION_START.node(household.status))
            .uses(&ITEMISED_SALT_REDUCTION_RATE)
            .uses(SALT_FLOOR.node(household.status))
            .because(&[&facts.spent(&SALT), &" paid, at most ", &self.salt_limit]);
        ledger.deduction("itemised.mortgage-interest", "Mortgage interest", self.mortgage);
        ledger
            .deduction("itemised.charity", "Gifts to charity", self.charity)
            .uses(&ITEMISED_CHARITY_FLOOR)
            .uses(&ITEMISED_CHARITY_LIMIT)
            .because(&[
                &facts.spent(&CHARITY),
                &" given, above ",
                &ITEMISED_CHARITY_FLOOR.at(household.year).unwrap_or_default(),
                &" and up to ",
                &ITEMISED_CHARITY_LIMIT.at(household.year),
                &" of the income of ",
                &income,
            ]);
        ledger
            .deduction(
                "itemised.reduction",
                "Reduction in the highest band",
                -self.reduction,
            )
            .uses(&ITEMISED_LIMITATION_NUMERATOR)
            .uses(&ITEMISED_LIMITATION_DENOMINATOR)
            .because(&[
                &ITEMISED_LIMITATION_NUMERATOR.at(household.year),
                &"/",
                &ITEMISED_LIMITATION_DENOMINATOR.at(household.year),
                &" of the lesser of the deductions, ",
                &(self.total() + self.reduction),
                &", and the income in the highest band",
            ]);
        ledger.note(
            Section::Deduction,
            "itemised.total",
            "Itemised deductions",
            self.total(),
        );
    }
}

fn salt_limit(household: &Household<'_>, income: i64) -> i64 {
    let (status, year) = (household.status, household.year);
    let excess = (income - SALT_REDUCTION_START.at(status, year)).max(0);
    let reduced = SALT_CAP.at(status, year) - ITEMISED_SALT_REDUCTION_RATE.at(year).of(excess).round(CENT);
    reduced.max(SALT_FLOOR.at(status, year))
}

fn charity(household: &Household<'_>, income: i64) -> i64 {
    let year = household.year;
    let floor = ITEMISED_CHARITY_FLOOR
        .at(year)
        .unwrap_or_default()
        .of(income)
        .round(CENT);
    let limit = ITEMISED_CHARITY_LIMIT.at(year).of(income).round(CENT);
    (household.facts.spent(&CHARITY) - floor).clamp(0, limit)
}

/// 26 USC 68(a): a share of the lesser of the deductions and of the income, before them, in the highest band.
fn reduction(household: &Household<'_>, itemised: i64, income: i64) -> i64 {
    let year = household.year;
    let (Some(numerator), Some(denominator)) = (
        ITEMISED_LIMITATION_NUMERATOR.at(year),
        ITEMISED_LIMITATION_DENOMINATOR.at(year),
    ) else {
        return 0;
    };
    let bands = INCOME_TAX.at(household.status, year).0;
    let highest = bands.iter().rev().find_map(|band| band.upper).unwrap_or(i64::MAX);
    let lesser = (income - highest).clamp(0, itemised.max(0));
    CENT.share(lesser, numerator.0, denominator.0)
}
