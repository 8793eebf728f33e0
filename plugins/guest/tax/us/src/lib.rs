//! The United States: federal income tax, and contributions to Social Security and Medicare.
//!
//! The order is Form 1040's: income ([`household`]), contributions and adjustments ([`payroll`]), deductions
//! ([`itemised`], [`deductions`], [`business`]), tax ([`tax`]), minimum tax ([`minimum`]), other taxes
//! ([`surtaxes`]), credits ([`dependants`], [`earned_income`]). Amounts are rounded to the cent at each step
//! that the form has a line for; tax follows the rate schedules, not the tables by steps of 50 dollars.
//!
//! # Where more income means more than its own tax
//!
//! - One dollar of investment income above the limit ends the earned income credit.
//! - The credits for dependants, and the deductions for tips and for overtime, fall in steps of 1,000 dollars.
//! - The deduction for business income falls over a range of taxable income; where the profit is many times
//!   that income, it falls by more than the income rises.
//! - From 2026, less than 1,000 dollars of business income has no least deduction.
//!
//! # Where more income means less owed
//!
//! - The earned income credit and the refunded part of the child tax credit rise with earned income.
//! - Wages beside a business, where both exceed the base of Social Security: what wages fill of it, the business
//!   does not pay the double rate on.
//! - From 2026, the thousandth dollar of business income brings the least deduction.
//! - Adding what may be deducted (more tax paid to the state, more gifts) lessens tax, of course.

mod asked;
mod business;
mod deductions;
mod dependants;
mod earned_income;
mod figures;
mod household;
mod itemised;
mod minimum;
mod payroll;
mod status;
mod surtaxes;
mod tax;

use pfms_tax::{Country, Facts, IncomeKind, Ledger, Person, Rounding, TaxError, TaxRules};

pub use status::Status;

use deductions::Deductions;
use household::Household;
use payroll::Payroll;

/// Amounts are rounded to the nearest cent.
const CENT: Rounding = Rounding::half_up(1);

static COUNTRY: Country = Country {
    name: "tax-us",
    version: env!("CARGO_PKG_VERSION"),
    summary: "Federal income tax of residents by the rate schedules, with contributions to Social Security and \
              Medicare on wages and self-employment. Covers wages, a business without employees, interest, \
              dividends, short- and long-term gains with netting and loss limit, pensions, other income; the standard or \
              itemised deductions with the limits on state and local taxes and, from 2026, on gifts and in the \
              highest band; the deductions for seniors, tips, overtime and business income; the 0, 15 and 20 % \
              rates; net investment income tax, additional Medicare tax, alternative minimum tax; the credits \
              for dependants with the refunded part, and the earned income credit. Not covered: state taxes, \
              Social Security benefits, rents and partnerships, specified service businesses, exempt interest, \
              collectibles and depreciated real estate, car-loan interest, the limit on excess business losses, \
              credits for education, care, saving, energy and foreign tax, the earned income credit of the \
              married filing separately, people below 18 and those whom another return claims. Everybody is \
              taken to have a Social Security number.",
    code: "US",
    currency: "USD",
    exponent: 2,
    regions: &[],
    figures: &figures::FIGURES,
    profile: asked::PROFILE,
    incomes: asked::INCOMES,
    deductions: asked::DEDUCTIONS,
    marginal_step: 100_00,
};

/// The rules.
#[derive(Debug, Clone, Copy)]
pub struct UnitedStates;

impl TaxRules for UnitedStates {
    fn country() -> &'static Country {
        &COUNTRY
    }

    fn assess(facts: &Facts<'_>, ledger: &mut Ledger) -> Result<(), TaxError> {
        let household = Household::read(facts)?;
        household.show(ledger);
        let payroll = payroll::calculate(&household, ledger);
        let income = household.adjusted_gross_income(payroll.deductible, ledger);
        let ways = deductions::ways(&household, income, ledger);
        let deductions = ways.cheaper(|way| {
            let mut trial = ledger.trial();
            regular_and_minimum(&household, &payroll, way, income, &mut trial)
        });
        deductions.show(&ways, &household, income, ledger);
        let tax = regular_and_minimum(&household, &payroll, &deductions, income, ledger);
        surtaxes::calculate(&household, &payroll, income, ledger);
        let earned = earned_income::calculate(&household, &payroll, income, ledger);
        dependants::calculate(&household, &payroll, income, tax, &earned, ledger);
        Ok(())
    }

    fn next_unit(facts: &Facts<'_>) -> (&'static IncomeKind, Person) {
        let has = |kind| facts.sum_of(kind, Person::Taxpayer) > 0;
        let kind = if has(&asked::WAGES) {
            &asked::WAGES
        } else if has(&asked::SELF_EMPLOYMENT) {
            &asked::SELF_EMPLOYMENT
        } else if has(&asked::PENSION) {
            &asked::PENSION
        } else if has(&asked::OTHER) {
            &asked::OTHER
        } else {
            &asked::WAGES
        };
        (kind, Person::Taxpayer)
    }
}

/// Adds the tax on what is left after the deductions, and returns it: the regular tax, or the minimum tax when that
/// is more.
fn regular_and_minimum(
    household: &Household<'_>,
    payroll: &Payroll,
    deductions: &Deductions,
    income: i64,
    ledger: &mut Ledger,
) -> i64 {
    let taxable = business::calculate(household, payroll, deductions, income, ledger);
    let tax = tax::calculate(household, taxable.amount, ledger);
    tax.amount + minimum::calculate(household, income, deductions, &taxable, &tax, ledger)
}

pfms_tax::export_tax_rules!(UnitedStates);
