//! Tax on the taxable income, 26 USC 1: ordinary rates, and the rates of long-term gains and qualified dividends
//! on top of them.

use pfms_tax::{ByBand, Ledger, Section};

use crate::CENT;
use crate::figures::{GAINS_RATES, INCOME_TAX};
use crate::household::Household;

/// Tax before credits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tax {
    /// The tax.
    pub(crate) amount: i64,
    /// The part of the taxable income that ordinary rates apply to.
    pub(crate) ordinary: i64,
}

/// Adds the tax on a taxable income.
pub(crate) fn calculate(household: &Household<'_>, taxable: i64, ledger: &mut Ledger) -> Tax {
    let (status, year) = (household.status, household.year);
    let favoured = household.favoured().min(taxable);
    let ordinary = taxable - favoured;
    let rates = INCOME_TAX.at(status, year);
    let with_favour = rates.tax_on(ordinary).round(CENT)
        + GAINS_RATES
            .at(status, year)
            .tax_on_top(ordinary, favoured)
            .round(CENT);
    // Where the 15 % begin below the end of the 12 % band, ordinary rates may be the lower ones.
    let is_favour = with_favour <= rates.tax_on(taxable).round(CENT);
    if favoured > 0 {
        ledger
            .note(
                Section::Taxable,
                "taxable.favoured",
                "Of it, long-term gains and qualified dividends",
                favoured,
            )
            .because(&[&household.favoured(), &", at most the taxable income"]);
        ledger.note(
            Section::Taxable,
            "taxable.ordinary",
            "Of it, at ordinary rates",
            ordinary,
        );
    }
    let mut amount = ledger.by_band(
        household.facts,
        &ByBand {
            id: "income-tax",
            label: "Income tax",
            schedule: INCOME_TAX.node(status),
            below: 0,
            amount: if is_favour { ordinary } else { taxable },
            rounding: CENT,
            person: None,
            section: Section::Tax,
            is_on_capital_gains: false,
        },
    );
    if is_favour {
        amount += ledger.by_band(
            household.facts,
            &ByBand {
                id: "gains-tax",
                label: "Tax on long-term gains and qualified dividends",
                schedule: GAINS_RATES.node(status),
                below: ordinary,
                amount: favoured,
                rounding: CENT,
                person: None,
                section: Section::Tax,
                is_on_capital_gains: true,
            },
        );
    } else {
        ledger.ignore(
            "gains-rates",
            "Ordinary rates on the whole income come to less than the rates of long-term gains.",
        );
    }
    Tax { amount, ordinary }
}
