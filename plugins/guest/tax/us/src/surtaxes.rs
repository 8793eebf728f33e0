//! Net investment income tax (26 USC 1411) and additional Medicare tax (26 USC 3101(b)(2), 1401(b)(2)).

use pfms_tax::Ledger;

use crate::CENT;
use crate::figures::{
    ADDITIONAL_MEDICARE_RATE, ADDITIONAL_MEDICARE_THRESHOLD, INVESTMENT_RATE, INVESTMENT_THRESHOLD,
};
use crate::household::Household;
use crate::payroll::Payroll;

/// Adds both taxes of a household with this adjusted gross income.
pub(crate) fn calculate(household: &Household<'_>, payroll: &Payroll, income: i64, ledger: &mut Ledger) {
    investment(household, income, ledger);
    medicare(household, payroll, ledger);
}

fn investment(household: &Household<'_>, income: i64, ledger: &mut Ledger) {
    let (status, year) = (household.status, household.year);
    let (rate, threshold) = (INVESTMENT_RATE.at(year), INVESTMENT_THRESHOLD.at(status, year));
    let invested = household.investment_income().max(0);
    let above = (income - threshold).max(0);
    let amount = rate.of(invested.min(above)).round(CENT);
    ledger
        .surcharge("investment-income-tax", "Net investment income tax", amount)
        .uses(&INVESTMENT_RATE)
        .uses(INVESTMENT_THRESHOLD.node(status))
        .because(&[
            &rate,
            &" of the lesser of ",
            &invested,
            &" of investment income and ",
            &above,
            &" of income above ",
            &threshold,
        ]);
}

fn medicare(household: &Household<'_>, payroll: &Payroll, ledger: &mut Ledger) {
    let (status, year) = (household.status, household.year);
    let threshold = ADDITIONAL_MEDICARE_THRESHOLD.at(status, year);
    let wages = household.all_wages();
    let left = (threshold - wages).max(0);
    let above = (wages - threshold).max(0) + (payroll.net_earnings - left).max(0);
    let rate = ADDITIONAL_MEDICARE_RATE.at(year);
    let amount = rate.of(above).round(CENT);
    ledger
        .contribution("additional-medicare", "Additional Medicare tax", amount)
        .uses(&ADDITIONAL_MEDICARE_RATE)
        .uses(ADDITIONAL_MEDICARE_THRESHOLD.node(status))
        .because(&[
            &rate,
            &" of ",
            &above,
            &" of wages and net earnings above ",
            &threshold,
        ]);
}
