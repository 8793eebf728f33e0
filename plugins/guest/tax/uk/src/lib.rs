//! United Kingdom: income tax (Scottish rates included), capital gains tax, National Insurance contributions, the
//! charge on child benefit and student loans, for one person.
//!
//! The order is that of s. 23 of the Income Tax Act 2007: total income, reliefs, allowances, tax by band, tax
//! reductions, charges. Capital gains tax is worked out on top of taxable income, contributions beside it.
//! Where the law lets a person choose (which income an allowance is set against, which gains a loss, the
//! allowance of a trade or its expenses), what owes least is taken, as ss. 25 and 27 of the Act have it.
//!
//! Income tax, class 4 contributions and capital gains tax are rounded down to the penny, each as a whole:
//! the law is silent, and the calculation that HM Revenue and Customs sends out does so.
//!
//! # Where a pound more of income costs more than a pound
//!
//! - Each 200 above 60,000 of adjusted net income costs 1 % of child benefit at once.
//! - The pound above the basic rate limit ends the marriage allowance (252 at most; in Scotland the pound above
//!   the intermediate band), and halves the savings allowance (100 at most); the one above the higher rate limit
//!   ends the savings allowance (200 at most).
//! - The pound of unearned income above 2,000 makes all of it count for a student loan (180 at most, and 120 for a
//!   postgraduate loan), and each whole pound of a repayment is taken at once.
//! - The personal allowance is reduced by whole pounds.
//! - In Scotland, where gifts or contributions widen the bands, a pound between 100,000 and 125,140 of adjusted net
//!   income can be taxed at 42 %, cost half a pound of allowance, and lift three halves of dividends from the
//!   ordinary to the upper rate: 102.5 % with class 1, and 108.5 % with pay of which class 1 takes 8 %.
//!
//! The other way round, the pound that ends the right to give the marriage allowance away saves up to 252: what is
//! not given is kept. Scotland's starter rate of 19 % takes less than finance costs save, which is 20 %.

mod allocation;
mod allowances;
mod bands;
mod charges;
mod contributions;
mod country;
mod figures {
    pfms_tax::figures!();
}
mod gains;
mod income;
mod income_tax;

use income::Property;
use pfms_tax::{Country, Facts, IncomeKind, Ledger, Person, TaxError, TaxRules};

/// The rules.
#[derive(Debug, Clone, Copy)]
pub struct UnitedKingdom;

impl TaxRules for UnitedKingdom {
    fn country() -> &'static Country {
        &country::COUNTRY
    }

    fn assess(facts: &Facts<'_>, ledger: &mut Ledger) -> Result<(), TaxError> {
        let property = if income::has_choice(facts) {
            let owed = |way| {
                let mut trial = ledger.trial();
                assess_with(facts, way, &mut trial);
                trial.owed()
            };
            if owed(Property::Expenses) < owed(Property::Allowance) {
                Property::Expenses
            } else {
                Property::Allowance
            }
        } else {
            Property::Allowance
        };
        assess_with(facts, property, ledger);
        Ok(())
    }

    fn is_couple_assessed_together(_: &Facts<'_>) -> bool {
        false
    }

    fn next_unit(facts: &Facts<'_>) -> (&'static IncomeKind, Person) {
        // Of equal ones the last is taken.
        let kinds = [
            &country::PENSION,
            &country::TRADING_RECEIPTS,
            &country::TRADING_PROFIT,
            &country::EMPLOYMENT,
        ];
        let largest = kinds.into_iter().max_by_key(|kind| facts.sum(kind));
        (largest.unwrap_or(&country::EMPLOYMENT), Person::Taxpayer)
    }
}

/// Adds the lines for one way to treat the receipts of letting.
fn assess_with(facts: &Facts<'_>, property: Property, ledger: &mut Ledger) {
    let income = income::gather(facts, property, ledger);
    let gains = gains::gather(facts, ledger);
    let reliefs = allowances::reliefs(facts, &income, ledger);
    let taxed = income_tax::assess(facts, &income, &reliefs, ledger);
    gains::assess(facts, &gains, &taxed, ledger);
    charges::assess(facts, &income, &reliefs, ledger);
    contributions::assess(facts, &income, ledger);
    allowances::say_what_is_left_out(facts, &income, &reliefs, ledger);
}

pfms_tax::export_tax_rules!(UnitedKingdom);
