//! The child tax credit and the credit for other dependants, 26 USC 24, Schedule 8812.

use pfms_tax::{Count, Ledger, Rounding, Section};

use crate::CENT;
use crate::earned_income::Earned;
use crate::figures::{
    CHILD_AGE, CHILD_AMOUNT, CHILD_OTHER_AMOUNT, CHILD_REDUCTION_RATE, CHILD_REDUCTION_STEP,
    CHILD_REFUNDABLE_AMOUNT, CHILD_REFUNDABLE_MANY, CHILD_REFUNDABLE_RATE, CHILD_REFUNDABLE_START,
    CHILD_START,
};
use crate::household::Household;
use crate::payroll::Payroll;

/// Adds the credits of a household with this adjusted gross income. `tax` is what they may lessen: regular and
/// minimum tax.
pub(crate) fn calculate(
    household: &Household<'_>,
    payroll: &Payroll,
    income: i64,
    tax: i64,
    earned: &Earned,
    ledger: &mut Ledger,
) {
    let (status, year) = (household.status, household.year);
    let ages = household.dependants();
    let children: i64 = ages
        .iter()
        .map(|age| i64::from(*age < CHILD_AGE.at(year).0))
        .sum();
    let others = Count::from(ages.len()).0 - children;
    let for_children = CHILD_AMOUNT.at(year) * children;
    let full = for_children + CHILD_OTHER_AMOUNT.at(year) * others;
    if full == 0 {
        return;
    }
    let excess = (income - CHILD_START.at(status, year)).max(0);
    let excess = Rounding::up(CHILD_REDUCTION_STEP.at(year)).of(excess);
    let reduction = CHILD_REDUCTION_RATE.at(year).of(excess).round(CENT);
    let available = (full - reduction).max(0);
    let used = available.min(tax);
    let used_for_children = CENT.share(used, for_children, full);
    ledger
        .note(
            Section::Credit,
            "dependants.available",
            "Credits for dependants before the limit to tax",
            available,
        )
        .uses(CHILD_START.node(status))
        .uses(&CHILD_REDUCTION_RATE)
        .uses(&CHILD_REDUCTION_STEP)
        .because(&[
            &Count(children),
            &" × ",
            &CHILD_AMOUNT.at(year),
            &" and ",
            &Count(others),
            &" × ",
            &CHILD_OTHER_AMOUNT.at(year),
            &", less ",
            &reduction,
            &" for income above ",
            &CHILD_START.at(status, year),
        ]);
    ledger
        .credit("child-tax-credit", "Child tax credit", used_for_children)
        .uses(&CHILD_AMOUNT)
        .uses(&CHILD_AGE)
        .because(&[
            &"the children's share of ",
            &available,
            &", at most the tax of ",
            &tax,
        ]);
    ledger
        .credit(
            "other-dependants",
            "Credit for other dependants",
            used - used_for_children,
        )
        .uses(&CHILD_OTHER_AMOUNT)
        .because(&[
            &"the other dependants' share of ",
            &available,
            &", at most the tax of ",
            &tax,
        ]);
    refund(household, payroll, children, available - used, earned, ledger);
}

/// The part of the child tax credit that is refunded: of what the tax did not use, up to an amount for each
/// child, and up to a share of earned income or, with many children, up to contributions.
fn refund(
    household: &Household<'_>,
    payroll: &Payroll,
    children: i64,
    unused: i64,
    earned: &Earned,
    ledger: &mut Ledger,
) {
    let year = household.year;
    let most = unused.min(CHILD_REFUNDABLE_AMOUNT.at(year) * children);
    let above = (earned.income - CHILD_REFUNDABLE_START.at(year)).max(0);
    let by_income = CHILD_REFUNDABLE_RATE.at(year).of(above).round(CENT);
    let by_contributions = if children >= CHILD_REFUNDABLE_MANY.at(year).0 {
        payroll.employees + payroll.deductible - earned.credit
    } else {
        0
    };
    let amount = most.min(by_income.max(by_contributions));
    ledger
        .credit(
            "child-tax-credit.refunded",
            "Child tax credit that is refunded",
            amount,
        )
        .uses(&CHILD_REFUNDABLE_AMOUNT)
        .uses(&CHILD_REFUNDABLE_RATE)
        .uses(&CHILD_REFUNDABLE_START)
        .because(&[
            &unused,
            &" unused, at most ",
            &CHILD_REFUNDABLE_AMOUNT.at(year),
            &" a child, and at most ",
            &by_income,
            &", which is ",
            &CHILD_REFUNDABLE_RATE.at(year),
            &" of earned income above ",
            &CHILD_REFUNDABLE_START.at(year),
        ]);
}
