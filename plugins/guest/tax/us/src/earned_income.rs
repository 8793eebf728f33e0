//! The earned income credit, 26 USC 32, by its formula rather than its tables.

use pfms_tax::Ledger;

use crate::CENT;
use crate::figures::{
    EARNED_INCOME, EARNED_INCOME_CHILD_AGE, EARNED_INCOME_GREATEST_AGE, EARNED_INCOME_INVESTMENT_LIMIT,
    EARNED_INCOME_LEAST_AGE, EarnedIncome,
};
use crate::household::Household;
use crate::payroll::Payroll;
use crate::status::Status;

/// What later credits need.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Earned {
    /// Earned income: wages and profit less the deductible part of contributions; not negative.
    pub(crate) income: i64,
    /// The earned income credit.
    pub(crate) credit: i64,
}

/// Adds the earned income credit of a household with this adjusted gross income.
pub(crate) fn calculate(
    household: &Household<'_>,
    payroll: &Payroll,
    income: i64,
    ledger: &mut Ledger,
) -> Earned {
    let earned = (household.all_wages() + household.all_profit() - payroll.deductible).max(0);
    let children = children(household);
    let figures = match children {
        ..=0 => &EARNED_INCOME[0],
        1 => &EARNED_INCOME[1],
        2 => &EARNED_INCOME[2],
        3.. => &EARNED_INCOME[3],
    };
    let mut credit = amount(household, figures, earned, income);
    if credit > 0
        && let Some(reason) = refusal(household, children)
    {
        credit = 0;
        ledger.ignore("earned-income-credit", reason);
    }
    let year = household.year;
    ledger
        .credit("earned-income-credit", "Earned income credit", credit)
        .uses(figures.rate)
        .uses(figures.most)
        .uses(figures.reduction)
        .uses(figures.start)
        .because(&[
            &figures.rate.at(year),
            &" of earned income of ",
            &earned,
            &", at most ",
            &figures.most.at(year),
            &", less ",
            &figures.reduction.at(year),
            &" of the income above ",
            &start(household, figures),
        ]);
    Earned {
        income: earned,
        credit,
    }
}

fn children(household: &Household<'_>) -> i64 {
    let limit = EARNED_INCOME_CHILD_AGE.at(household.year).0;
    let young: i64 = household
        .dependants()
        .iter()
        .map(|age| i64::from(*age < limit))
        .sum();
    young + household.students()
}

fn start(household: &Household<'_>, figures: &EarnedIncome) -> i64 {
    let addition = if household.status == Status::Joint {
        figures.joint_addition.at(household.year)
    } else {
        0
    };
    figures.start.at(household.year) + addition
}

fn amount(household: &Household<'_>, figures: &EarnedIncome, earned: i64, income: i64) -> i64 {
    let year = household.year;
    let most = figures.most.at(year);
    let rising = figures.rate.at(year).of(earned).round(CENT).min(most);
    let excess = (earned.max(income) - start(household, figures)).max(0);
    let falling = most - figures.reduction.at(year).of(excess).round(CENT);
    rising.min(falling).max(0)
}

/// Why there is no credit whatever the incomes, if so.
fn refusal(household: &Household<'_>, children: i64) -> Option<&'static str> {
    let year = household.year;
    if household.status == Status::Separate {
        return Some("The exception for the married who live apart is out of scope, so no credit is given.");
    }
    let ages = EARNED_INCOME_LEAST_AGE.at(year).0..=EARNED_INCOME_GREATEST_AGE.at(year).0;
    let mut people = household.people.iter();
    if children == 0 && !people.any(|person| ages.contains(&household.age(*person))) {
        return Some("Without children, one who files must be within the ages that the law names.");
    }
    let invested = household.interest
        + household.ordinary_dividends
        + household.qualified_dividends
        + household.gains().max(0);
    (invested > EARNED_INCOME_INVESTMENT_LIMIT.at(year))
        .then_some("Investment income is above the limit, which ends the credit.")
}
