//! The deduction for qualified business income, 26 USC 199A, and the taxable income that is left.
//!
//! A business here has no employees and no depreciable property, and is no specified service business: above
//! the threshold its deduction ends over a range of taxable income.

use pfms_tax::Ledger;

use crate::CENT;
use crate::deductions::Deductions;
use crate::figures::{
    BUSINESS_LEAST_AMOUNT, BUSINESS_LEAST_INCOME, BUSINESS_RANGE, BUSINESS_RATE, BUSINESS_THRESHOLD,
};
use crate::household::Household;
use crate::payroll::Payroll;

/// What is taxed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taxable {
    /// The taxable income.
    pub(crate) amount: i64,
    /// The deduction for business income.
    pub(crate) business: i64,
}

/// Adds the deduction for business income and the taxable income.
pub(crate) fn calculate(
    household: &Household<'_>,
    payroll: &Payroll,
    deductions: &Deductions,
    income: i64,
    ledger: &mut Ledger,
) -> Taxable {
    let deducted = deductions.total();
    let before = (income - deducted).max(0);
    let business = business(household, payroll, before, ledger);
    let amount = (before - business).max(0);
    ledger
        .taxable("taxable-income", "Taxable income", amount)
        .because(&[
            &"adjusted gross income of ",
            &income,
            &" less deductions of ",
            &(deducted + business),
        ]);
    Taxable { amount, business }
}

/// The deduction, when taxable income would be `before` without it.
fn business(household: &Household<'_>, payroll: &Payroll, before: i64, ledger: &mut Ledger) -> i64 {
    let (status, year) = (household.status, household.year);
    let profit = (household.all_profit() - payroll.deductible).max(0);
    if profit == 0 {
        return 0;
    }
    let rate = BUSINESS_RATE.at(year);
    let full = rate.of(profit).round(CENT);
    let (threshold, range) = (
        BUSINESS_THRESHOLD.at(status, year),
        BUSINESS_RANGE.at(status, year),
    );
    let above = (before - threshold).clamp(0, range);
    let limited = full - CENT.share(full, above, range);
    // Long-term gains less short-term losses, and qualified dividends, are favoured already.
    let gains = (household.long_gains.max(0) - (-household.short_gains).max(0)).max(0);
    let ceiling = rate
        .of((before - gains - household.qualified_dividends).max(0))
        .round(CENT);
    let least = match (BUSINESS_LEAST_INCOME.at(year), BUSINESS_LEAST_AMOUNT.at(year)) {
        (Some(from), Some(least)) if profit >= from => least,
        _ => 0,
    };
    let amount = limited.min(ceiling).max(least);
    ledger
        .deduction("business-income", "Deduction for business income", amount)
        .uses(&BUSINESS_RATE)
        .uses(BUSINESS_THRESHOLD.node(status))
        .uses(BUSINESS_RANGE.node(status))
        .because(&[
            &rate,
            &" of a profit of ",
            &profit,
            &", of which ",
            &limited,
            &" are left at a taxable income of ",
            &before,
            &"; at most ",
            &ceiling,
            &", at least ",
            &least,
        ]);
    if above > 0 {
        ledger.ignore(
            "business-wages",
            "Above the threshold the deduction depends on wages and property of the business; it is taken to \
             have none.",
        );
    }
    amount
}
