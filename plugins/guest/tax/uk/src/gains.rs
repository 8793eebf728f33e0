//! Capital gains tax.

use pfms_tax::{Facts, Ledger, Rounding};

use crate::country::{BUSINESS_GAIN, BUSINESS_RELIEF_USED, CAPITAL_GAIN, CAPITAL_LOSSES};
use crate::figures::{
    CAPITAL_GAINS_BASIC_RATE, CAPITAL_GAINS_BUSINESS_LIMIT, CAPITAL_GAINS_BUSINESS_RATE,
    CAPITAL_GAINS_EXEMPT_AMOUNT, CAPITAL_GAINS_HIGHER_RATE,
};
use crate::income_tax::Taxed;

/// Gains after losses and the exempt amount; nothing in it is negative.
#[derive(Debug, Clone, Copy)]
pub struct Gains {
    /// At the rate of business asset disposal relief.
    pub business: i64,
    /// At the rates of everything else.
    pub other: i64,
}

/// Adds up gains and takes losses and the exempt amount off, from what is taxed most first (TCGA 1992, ss. 1F
/// and 1K).
pub fn gather(facts: &Facts<'_>, ledger: &mut Ledger) -> Gains {
    let year = facts.year();
    let of = |sign: i64| {
        let amounts = facts
            .of_kind(&CAPITAL_GAIN)
            .map(move |income| (income.amount * sign).max(0));
        amounts.sum::<i64>()
    };
    let (gains, losses) = (of(1), of(-1));
    let of_business = facts.sum(&BUSINESS_GAIN);
    ledger.income("income.gains", "Capital gains", gains);
    ledger.income("income.gains-business", "Gains of a business", of_business);

    let left = (CAPITAL_GAINS_BUSINESS_LIMIT.at(year) - facts.get(&BUSINESS_RELIEF_USED)).max(0);
    let business = of_business.min(left);
    if business < of_business {
        ledger.ignore(
            "business-gain",
            "What exceeds the lifetime limit of the relief is taxed as other gains.",
        );
    }
    let mut rest = Gains {
        business,
        other: gains + of_business - business,
    };
    let used = rest.take(losses);
    ledger
        .deduction("deduction.losses", "Losses of the year", used)
        .because(&[&losses, &" of losses, as far as there are gains"]);

    let exempt = CAPITAL_GAINS_EXEMPT_AMOUNT.at(year);
    let brought = facts.spent(&CAPITAL_LOSSES);
    let brought_used = rest.take(brought.min((rest.total() - exempt).max(0)));
    ledger
        .deduction(
            "deduction.losses-brought-forward",
            "Losses of earlier years",
            brought_used,
        )
        .uses(&CAPITAL_GAINS_EXEMPT_AMOUNT)
        .because(&[&brought, &", down to the exempt amount of ", &exempt]);
    if used < losses || brought_used < brought {
        ledger.ignore(
            "capital-losses",
            "Losses that were not used can be carried forward.",
        );
    }
    let exempted = rest.take(exempt);
    ledger
        .deduction("deduction.annual-exempt-amount", "Annual exempt amount", exempted)
        .uses(&CAPITAL_GAINS_EXEMPT_AMOUNT)
        .because(&[&exempt, &", as far as there are gains"]);
    rest
}

impl Gains {
    fn total(&self) -> i64 {
        self.business + self.other
    }

    /// Takes an amount off, from other gains first: their rates are never lower. Returns what was taken.
    fn take(&mut self, amount: i64) -> i64 {
        let from_other = amount.min(self.other);
        let from_business = (amount - from_other).min(self.business);
        self.other -= from_other;
        self.business -= from_business;
        from_other + from_business
    }
}

/// Adds the lines of capital gains tax: gains of a business use up what income leaves of the basic rate band
/// first (TCGA 1992, s. 1I).
pub fn assess(facts: &Facts<'_>, gains: &Gains, taxed: &Taxed, ledger: &mut Ledger) {
    let year = facts.year();
    if gains.total() == 0 {
        return;
    }
    ledger
        .taxable("taxable.gains", "Taxable gains", gains.total())
        .because(&[&"gains less losses and the exempt amount"]);
    let unused = (taxed.basic_rate_limit - taxed.taxable_income).max(0);
    let within = gains.other.min((unused - gains.business).max(0));
    let parts = [
        (
            "tax.gains.business",
            "Capital gains tax, gains of a business",
            &CAPITAL_GAINS_BUSINESS_RATE,
            gains.business,
        ),
        (
            "tax.gains.basic",
            "Capital gains tax, basic rate band",
            &CAPITAL_GAINS_BASIC_RATE,
            within,
        ),
        (
            "tax.gains.higher",
            "Capital gains tax, above it",
            &CAPITAL_GAINS_HIGHER_RATE,
            gains.other - within,
        ),
    ];
    for (id, label, node, amount) in parts {
        let rate = node.at(year);
        ledger
            .tax(id, label, rate.of(amount).round(Rounding::down(1)))
            .on_capital_gains()
            .uses(node)
            .because(&[
                &amount,
                &" at ",
                &rate,
                &"; income leaves ",
                &unused,
                &" of the basic rate band of ",
                &taxed.basic_rate_limit,
            ]);
    }
}
