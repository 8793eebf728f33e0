//! The trait that a country implements, and its way into the component.

use std::marker::PhantomData;
use std::sync::Once;

use crate::bindings::exports::pfms::rules::tax::Guest;
use crate::bindings::pfms::rules::log;
use crate::ledger::marginal_rate;
use crate::{
    Assessment, Country, Description, Facts, Income, IncomeKind, Input, Ledger, Parameter, Person, TaxError,
};

/// The tax rules of a country.
///
/// A country gives its description and its formulas. Checking the input, totals, rates, and publishing the
/// figures are done here. Everything depends on the arguments alone: no clock, no randomness, no state.
pub trait TaxRules {
    /// What the country covers and asks for.
    fn country() -> &'static Country;

    /// Works out a tax, and explains it, in lines of the ledger. It is called twice: the second time with
    /// more income and a ledger that keeps no lines, for the marginal rate.
    ///
    /// # Errors
    /// When the fields of the profile contradict each other, or one that another makes necessary is missing.
    fn assess(facts: &Facts<'_>, ledger: &mut Ledger) -> Result<(), TaxError>;

    /// Which income, and whose, would bring the next unit of ordinary income: what the marginal rate is
    /// about. Usually wages; where somebody's is of another kind, that kind.
    fn next_unit(facts: &Facts<'_>) -> (&'static IncomeKind, Person);

    /// Whether this couple is assessed together. Otherwise what is the partner's, the tax withheld from it
    /// included, is left out before [`TaxRules::assess`] sees it, and the assessment says so.
    #[must_use]
    fn is_couple_assessed_together(_: &Facts<'_>) -> bool {
        true
    }

    /// As the contract has it.
    #[must_use]
    fn describe() -> Description {
        Self::country().describe()
    }

    /// The figures of a year.
    ///
    /// # Errors
    /// When the figures do not cover the year.
    fn parameters(year: u16) -> Result<Vec<Parameter>, TaxError> {
        let figures = Self::country().figures;
        let year = figures.year(year).ok_or(TaxError::UnsupportedYear(year))?;
        Ok(figures.parameters(year))
    }

    /// Checks an input, works out the tax, and adds totals and rates.
    ///
    /// # Errors
    /// When the input does not fit the country.
    fn calculate(input: &Input) -> Result<Assessment, TaxError> {
        let country = Self::country();
        let mut facts = Facts::check(country, input)?;
        if !Self::is_couple_assessed_together(&facts) {
            facts = facts.of_taxpayer_alone();
        }
        let mut ledger = Ledger::new(country.exponent, facts.year(), true);
        Self::assess(&facts, &mut ledger)?;
        let mut assessment = ledger.finish(&facts);

        let (kind, person) = Self::next_unit(&facts);
        let next = Income {
            id: String::new(),
            kind: String::new(),
            person,
            amount: country.marginal_step,
            date: facts.last_day(),
            acquired: None,
            withheld: 0,
        };
        let mut ledger = Ledger::new(country.exponent, facts.year(), false);
        Self::assess(&facts.with(kind, &next), &mut ledger)?;
        assessment.marginal_rate = marginal_rate(assessment.owed, ledger.owed(), country.marginal_step);
        Ok(assessment)
    }
}

/// Adapts a country to the generated interface.
#[doc(hidden)]
pub struct Exported<R>(PhantomData<R>);

impl<R: TaxRules> Guest for Exported<R> {
    fn describe() -> Description {
        log_panics();
        R::describe()
    }

    fn parameters(year: u16) -> Result<Vec<Parameter>, TaxError> {
        log_panics();
        R::parameters(year)
    }

    fn calculate(input: Input) -> Result<Assessment, TaxError> {
        log_panics();
        R::calculate(&input)
    }
}

/// A panic ends in a trap without words; the log is the only way out for its message.
fn log_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            #[cfg(target_arch = "wasm32")]
            log::log(log::Level::Error, &panic.to_string());
            #[cfg(not(target_arch = "wasm32"))]
            let _ = (log::Level::Error, panic);
        }));
    });
}
