//! Capital income.

use pfms_tax::{Facts, Ledger, Rounding, Year};

use crate::country::{self, CAPITAL_INCOME, OTHER_CAPITAL_GAINS, SHARE_GAINS};
use crate::figures::{CAPITAL_INCOME_LUMP_SUM, CAPITAL_INCOME_RATE, SOLIDARITY_SURCHARGE_RATE};

/// Capital income of all who are assessed.
#[derive(Debug, Clone, Copy)]
pub struct Capital {
    /// After losses and the saver's lump sum; never negative (EStG § 20 Abs. 6 and 9).
    pub taxable: i64,
}

/// Adds up capital income. Losses on shares are set against gains on shares only; other losses against all of it.
pub fn gather(facts: &Facts<'_>, ledger: &mut Ledger) -> Capital {
    let income = facts.sum(&CAPITAL_INCOME);
    let shares = facts.sum(&SHARE_GAINS);
    let gains = facts.sum(&OTHER_CAPITAL_GAINS);
    ledger.income("income.capital", CAPITAL_INCOME.label, income);
    ledger.income("income.share-gains", SHARE_GAINS.label, shares);
    ledger.income("income.other-capital-gains", OTHER_CAPITAL_GAINS.label, gains);

    let positive = income + shares.max(0) + gains.max(0);
    let left = (income + shares.max(0) + gains).max(0);
    ledger
        .adjustment(
            "adjustment.capital-losses",
            "Losses on securities",
            positive - left,
        )
        .because(&[&"losses on other securities, as far as there is capital income"]);
    if shares < 0 || income + shares.max(0) + gains < 0 {
        ledger.ignore(
            "capital-losses",
            "Losses on securities that were not used can be carried forward.",
        );
    }
    let lump_sum = CAPITAL_INCOME_LUMP_SUM.at(facts.year()) * country::heads(facts);
    let taken = lump_sum.min(left);
    ledger
        .deduction("deduction.saver", "Saver's lump sum", taken)
        .uses(&CAPITAL_INCOME_LUMP_SUM)
        .because(&[&lump_sum, &", as far as there is capital income of ", &left]);
    Capital {
        taxable: left - taken,
    }
}

/// Tax on capital income apart, and the solidarity surcharge on it, which has no exempt amount (EStG § 32d Abs. 1;
/// SolzG 1995 § 4 Satz 4).
#[derive(Debug, Clone, Copy)]
pub struct FlatTax {
    /// The tax, in cents.
    pub tax: i64,
    /// The surcharge, in cents.
    pub surcharge: i64,
}

impl FlatTax {
    /// On so much capital income.
    pub fn on(year: Year, taxable: i64) -> Self {
        let down = Rounding::down(1);
        let tax = CAPITAL_INCOME_RATE.at(year).of(taxable).round(down);
        let surcharge = SOLIDARITY_SURCHARGE_RATE.at(year).of(tax).round(down);
        Self { tax, surcharge }
    }

    /// Adds the lines.
    pub fn add(self, year: Year, taxable: i64, ledger: &mut Ledger) {
        ledger
            .taxable("taxable.capital", "Capital income taxed apart", taxable)
            .because(&[&"capital income less losses and the saver's lump sum"]);
        ledger
            .tax("tax.capital", "Tax on capital income", self.tax)
            .on_capital_gains()
            .uses(&CAPITAL_INCOME_RATE)
            .because(&[&CAPITAL_INCOME_RATE.at(year), &" of ", &taxable]);
        ledger
            .surcharge(
                "surcharge.solidarity-capital",
                "Solidarity surcharge on tax on capital income",
                self.surcharge,
            )
            .on_capital_gains()
            .uses(&SOLIDARITY_SURCHARGE_RATE)
            .because(&[&SOLIDARITY_SURCHARGE_RATE.at(year), &" of ", &self.tax]);
    }
}
