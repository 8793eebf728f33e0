//! India's income tax on individuals: both regimes of the financial years 2025-26 and 2026-27.
//!
//! The order of the calculation is that of the return: income by head ([`heads`], [`gains`]), losses set off,
//! deductions of Chapter VI-A ([`chapter6a`]), total income rounded (s. 288A), tax by slabs and at special rates
//! ([`tax`]) less the rebate
//! ([`rebate`]), surcharge with marginal relief ([`surcharge`]), cess, tax rounded (s. 288B). [`report`] explains it.
//!
//! # Where another rupee costs more than a rupee
//! - Old regime, at a total income of 500,000: the rebate of up to 12,500 ends at once (s. 87A has no marginal
//!   relief there).
//! - Wherever marginal relief applies: cess comes on top of it, so that a rupee costs up to 1.04. A rupee of gains
//!   costs up to 1.25 where the relief is that of s. 87A: its own tax comes on top.

#![forbid(unsafe_code)]

mod chapter6a;
mod computation;
mod declared;
mod figures {
    pfms_tax::figures!();
}
mod gains;
mod heads;
mod person;
mod rebate;
mod report;
mod surcharge;
mod tax;

use pfms_tax::{Country, Facts, IncomeKind, Ledger, Person, TaxError, TaxRules};

use crate::computation::Computation;
use crate::declared as on;
use crate::person::Taxpayer;

/// India.
pub struct India;

static COUNTRY: Country = Country {
    name: "tax-in",
    version: env!("CARGO_PKG_VERSION"),
    summary: "Income tax on individuals in India for the financial years 2025-26 and 2026-27, in the new and the old \
              regime; the other regime's result is told for comparison. Covered: salary and pension, house \
              property, business profit, interest, dividends, other income at slab rates; slabs by age, standard \
              deduction, ss. 80C, 80CCD(1B), 80CCD(2), 80D, 80TTA, 80TTB; gains under ss. 111A, 112 (with \
              indexation of land and buildings) and 112A, virtual digital assets; set-off of losses within the \
              year, unused exemption of residents against gains, rebate of s. 87A and surcharge with marginal \
              relief, cess, rounding. Not covered: losses of earlier years, winnings of lotteries and games, \
              alternative minimum tax, agricultural income, relief for arrears and foreign tax, rates of tax \
              treaties and special rates of non-residents, clubbing, interest under ss. 234A to 234C; for 2026-27 \
              the cost inflation index. Figures of 2026-27 are secondary: press and advisers agree that the \
              Budget of 2026 left them as they were.",
    code: "IN",
    currency: "INR",
    exponent: 2,
    regions: &[],
    figures: &figures::FIGURES,
    profile: &[
        &on::REGIME,
        &on::AGE,
        &on::RESIDENT,
        &on::BASIC_PAY,
        &on::GOVERNMENT,
        &on::PARENTS_SENIOR,
    ],
    incomes: &[
        &on::SALARY,
        &on::HOUSE_PROPERTY,
        &on::BUSINESS,
        &on::SAVINGS_INTEREST,
        &on::DEPOSIT_INTEREST,
        &on::DIVIDENDS,
        &on::OTHER,
        &on::EQUITY_GAIN,
        &on::LISTED_GAIN,
        &on::PROPERTY_GAIN,
        &on::OTHER_GAIN,
        &on::DEBT_FUND_GAIN,
        &on::VDA_GAIN,
    ],
    deductions: &[
        &on::ALLOWANCES,
        &on::SECTION_80C,
        &on::NPS_OWN,
        &on::NPS_EMPLOYER,
        &on::HEALTH_INSURANCE,
        &on::HEALTH_INSURANCE_PARENTS,
        &on::OTHER_DEDUCTIONS,
        &on::PROPERTY_COST,
    ],
    // Income and tax are rounded to ten rupees each: over ten thousand that is a thousandth.
    marginal_step: 1_000_000,
};

impl TaxRules for India {
    fn country() -> &'static Country {
        &COUNTRY
    }

    fn assess(facts: &Facts<'_>, ledger: &mut Ledger) -> Result<(), TaxError> {
        let who = Taxpayer::of(facts);
        let computation = Computation::of(facts, who);
        report::report(facts, &computation, ledger);
        let other = Computation::of(facts, who.in_the_other_regime());
        report::compare(&computation, &other, ledger);
        ignored(facts, &computation, ledger);
        Ok(())
    }

    fn is_couple_assessed_together(_: &Facts<'_>) -> bool {
        false
    }

    /// Salary where there is some, so that the standard deduction is used up; otherwise other income.
    fn next_unit(facts: &Facts<'_>) -> (&'static IncomeKind, Person) {
        let kind = if facts.sum(&on::SALARY) > 0 {
            &on::SALARY
        } else {
            &on::OTHER
        };
        (kind, Person::Taxpayer)
    }
}

pfms_tax::export_tax_rules!(India);

/// Says what had no influence.
fn ignored(facts: &Facts<'_>, of: &Computation, ledger: &mut Ledger) {
    let spent = |category| facts.spent(category) > 0;
    if of.who.regime == on::Regime::New {
        for category in [&on::ALLOWANCES].into_iter().chain(chapter6a::OLD_ONLY) {
            if spent(category) {
                ledger.ignore(category.name, "The new regime does not allow it (s. 115BAC(2)).");
            }
        }
    }
    if spent(&on::PROPERTY_COST)
        && let Err(why) = gains::indexation(facts)
    {
        ledger.ignore(on::PROPERTY_COST.name, why);
    }
    if gains::lacks_purchase(facts) {
        ledger.ignore(
            "holding-period",
            "A gain without a day of purchase is taken as short-term, which is the dearer.",
        );
    }
    let left = &of.left;
    let later = "It lessens no other income of the year, or not all; whether it may be carried forward is not \
                 worked out here.";
    for (what, loss) in [
        ("loss.house-property", left.house_loss.left),
        ("loss.business", left.business_loss.left),
        ("loss.short-term", left.gains.lost.short),
        ("loss.long-term", left.gains.lost.long),
    ] {
        if loss > 0 {
            ledger.ignore(what, later);
        }
    }
    if left.gains.lost.vda > 0 {
        ledger.ignore(
            "loss.vda",
            "Losses on virtual digital assets lessen nothing, not even gains on others (s. 115BBH(2)).",
        );
    }
}
