//! Germany: income tax, solidarity surcharge, tax on capital income and social contributions on wages, for one
//! person or a couple assessed together.
//!
//! The order is that of section 2 of the income tax act (EStG): income by kind, its sum, relief of single parents,
//! special expenses and provision, child allowances, tariff. Capital income is taxed apart at a flat rate, or with
//! the rest where that owes less (section 32d, paragraph 6); child allowances take the place of child benefit
//! where they save more (section 31). Both are decided here, as the tax office decides them.
//!
//! The tariff is worked out in exact decimals on whole euros and rounded down to whole euros, as section 32a says.
//! The solidarity surcharge and the tax on capital income are rounded down to the cent, contributions to the nearest
//! cent, provision up to whole euros.
//!
//! There is no income of which a euro more costs more than a euro, but for the steps of whole euros in the tariff.

mod assessment;
mod capital;
mod children;
mod contributions;
mod country;
mod figures {
    pfms_tax::figures!();
}
mod income;
mod provision;
mod tariff;

use pfms_tax::{Country, Facts, IncomeKind, Ledger, Person, TaxError, TaxRules};

/// The rules.
#[derive(Debug, Clone, Copy)]
pub struct Germany;

impl TaxRules for Germany {
    fn country() -> &'static Country {
        &country::COUNTRY
    }

    fn assess(facts: &Facts<'_>, ledger: &mut Ledger) -> Result<(), TaxError> {
        let income = income::gather(facts, ledger);
        let capital = capital::gather(facts, ledger);
        let contributions = contributions::assess(facts, ledger);
        assessment::assess(facts, income, capital, &contributions, ledger);
        country::say_what_is_left_out(facts, ledger);
        Ok(())
    }

    fn is_couple_assessed_together(facts: &Facts<'_>) -> bool {
        country::is_joint(facts)
    }

    fn next_unit(facts: &Facts<'_>) -> (&'static IncomeKind, Person) {
        // Of equal ones the last is taken.
        let kinds = [&country::OTHER_INCOME, &country::SELF_EMPLOYMENT, &country::WAGES];
        let people = [Person::Partner, Person::Taxpayer];
        let all = people
            .iter()
            .flat_map(|person| kinds.iter().map(|kind| (*kind, *person)));
        let largest = all.max_by_key(|(kind, person)| facts.sum_of(kind, *person));
        largest.unwrap_or((&country::WAGES, Person::Taxpayer))
    }
}

pfms_tax::export_tax_rules!(Germany);
