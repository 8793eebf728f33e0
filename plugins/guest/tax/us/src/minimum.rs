//! The alternative minimum tax, 26 USC 55 to 59, Form 6251.

use pfms_tax::{Ledger, Section};

use crate::CENT;
use crate::business::Taxable;
use crate::deductions::Deductions;
use crate::figures::{GAINS_RATES, MINIMUM_EXEMPTION, MINIMUM_RATES, MINIMUM_REDUCTION_RATE, MINIMUM_START};
use crate::household::Household;
use crate::status::Status;
use crate::tax::Tax;

/// Adds what the minimum tax exceeds the regular tax by, and returns it.
pub(crate) fn calculate(
    household: &Household<'_>,
    income: i64,
    deductions: &Deductions,
    taxable: &Taxable,
    tax: &Tax,
    ledger: &mut Ledger,
) -> i64 {
    let (status, year) = (household.status, household.year);
    // The standard deduction and the one for seniors do not count, nor do state and local taxes.
    let base = income - taxable.business - deductions.for_minimum();
    let reduction = MINIMUM_REDUCTION_RATE
        .at(year)
        .of((base - MINIMUM_START.at(status, year)).max(0))
        .round(CENT);
    let exemption = (MINIMUM_EXEMPTION.at(status, year) - reduction).max(0);
    if exemption == 0 && status == Status::Separate {
        ledger.ignore(
            "minimum-tax-separate",
            "Above the end of the exemption, the married filing separately have more minimum taxable income than \
             is calculated here.",
        );
    }
    let excess = (base - exemption).max(0);
    let tentative = tentative(household, excess, tax.ordinary);
    let amount = (tentative - tax.amount).max(0);
    ledger
        .note(
            Section::Surcharge,
            "minimum-tax.income",
            "Income above the exemption from the minimum tax",
            excess,
        )
        .uses(MINIMUM_EXEMPTION.node(status))
        .uses(MINIMUM_START.node(status))
        .uses(&MINIMUM_REDUCTION_RATE)
        .because(&[
            &base,
            &" of minimum taxable income less an exemption of ",
            &exemption,
        ]);
    ledger
        .surcharge("minimum-tax", "Alternative minimum tax", amount)
        .uses(MINIMUM_RATES.node(status))
        .because(&[
            &tentative,
            &" of tentative minimum tax less ",
            &tax.amount,
            &" of regular tax",
        ]);
    amount
}

/// The tentative minimum tax on what exceeds the exemption: its own rates, but not more than with the rates of
/// long-term gains on the part that is such. `ordinary` is the regular taxable income without that part.
fn tentative(household: &Household<'_>, excess: i64, ordinary: i64) -> i64 {
    let (status, year) = (household.status, household.year);
    let rates = MINIMUM_RATES.at(status, year);
    let flat = rates.tax_on(excess).round(CENT);
    let favoured = household.favoured().min(excess);
    if favoured == 0 {
        return flat;
    }
    // The bands of gains are filled by the regular taxable income, not by the minimum taxable income.
    let gains = GAINS_RATES
        .at(status, year)
        .tax_on_top(ordinary, favoured)
        .round(CENT);
    let with_favour = rates.tax_on(excess - favoured).round(CENT) + gains;
    flat.min(with_favour)
}
