//! From what came in to what is taxed. Amounts are in cents.

use pfms_tax::{Facts, Ledger, Node, Rate, Section, Year};

use crate::contributions::{CENT, Contributions};
use crate::declared::{
    DUES, ELIGIBLE, EMPLOYMENT, GAIN, INTEREST, OTHER, OTHER_DIVIDENDS, PENSION, PENSION_PLANS, SAVINGS_PLAN,
    SELF_EMPLOYMENT,
};
use crate::figures::{
    DIVIDENDS_ELIGIBLE_GROSS_UP, DIVIDENDS_OTHER_GROSS_UP, GAINS_INCLUDED, PENSION_ENHANCEMENT,
    PENSION_SECOND,
};

/// Dividends and what is added to them.
#[derive(Debug, Clone, Copy)]
pub struct Dividends {
    /// As paid.
    pub paid: i64,
    /// What is added.
    pub gross_up: i64,
}

impl Dividends {
    fn of(year: Year, paid: i64, rate: &Node<Rate>) -> Self {
        Self {
            paid,
            gross_up: rate.at(year).of(paid).round(CENT),
        }
    }

    /// The taxable amount.
    pub fn taxed(&self) -> i64 {
        self.paid + self.gross_up
    }
}

/// Income and what is taken off it.
#[derive(Debug, Clone, Copy)]
pub struct Income {
    /// Pay.
    pub employment: i64,
    /// Profit; may be negative.
    pub self_employment: i64,
    /// Pensions.
    pub pension: i64,
    /// Interest.
    pub interest: i64,
    /// Eligible dividends.
    pub eligible: Dividends,
    /// Other dividends of Canadian companies.
    pub other_dividends: Dividends,
    /// Capital gains in full; may be negative.
    pub gain: i64,
    /// The part of them that is taxed; never negative.
    pub included_gain: i64,
    /// Other income.
    pub other: i64,
    /// Contributions to registered plans.
    pub plans: i64,
    /// Dues.
    pub dues: i64,
    /// What is deducted of contributions to the Canada Pension Plan.
    pub contributions: i64,
    /// A capital loss that lessened nothing; never negative.
    pub capital_loss: i64,
    /// What a loss of a business exceeds all other income by; never negative.
    pub unused_loss: i64,
}

impl Income {
    /// The taxpayer's.
    pub fn of(facts: &Facts<'_>, contributions: &Contributions) -> Self {
        let year = facts.year();
        let gain = facts.sum(&GAIN);
        let mut income = Self {
            employment: facts.sum(&EMPLOYMENT),
            self_employment: facts.sum(&SELF_EMPLOYMENT),
            pension: facts.sum(&PENSION),
            interest: facts.sum(&INTEREST),
            eligible: Dividends::of(year, facts.sum(&ELIGIBLE), &DIVIDENDS_ELIGIBLE_GROSS_UP),
            other_dividends: Dividends::of(year, facts.sum(&OTHER_DIVIDENDS), &DIVIDENDS_OTHER_GROSS_UP),
            gain,
            included_gain: GAINS_INCLUDED.at(year).of(gain.max(0)).round(CENT),
            other: facts.sum(&OTHER),
            plans: facts.spent(&SAVINGS_PLAN) + facts.spent(&PENSION_PLANS),
            dues: facts.spent(&DUES),
            contributions: contributions.deducted(),
            capital_loss: -gain.min(0),
            unused_loss: 0,
        };
        let excess = -(income.total() - income.deducted()).min(0);
        income.unused_loss = excess.min(-income.self_employment.min(0));
        income
    }

    /// What counts as income.
    fn total(&self) -> i64 {
        self.employment
            + self.self_employment
            + self.pension
            + self.interest
            + self.eligible.taxed()
            + self.other_dividends.taxed()
            + self.included_gain
            + self.other
    }

    fn deducted(&self) -> i64 {
        self.plans + self.dues + self.contributions
    }

    /// The net income, by which amounts are reduced; never negative.
    pub fn net(&self) -> i64 {
        (self.total() - self.deducted()).max(0)
    }

    /// What is taxed.
    pub fn taxable(&self) -> i64 {
        self.net()
    }

    /// Its lines.
    pub fn report(&self, facts: &Facts<'_>, ledger: &mut Ledger) {
        let year = facts.year();
        ledger.income("income.employment", "Employment", self.employment);
        ledger.income("income.self-employment", "Self-employment", self.self_employment);
        ledger.income("income.pension", "Pensions", self.pension);
        ledger.income("income.interest", "Interest and foreign dividends", self.interest);
        ledger.income(
            "income.eligible-dividends",
            "Eligible dividends",
            self.eligible.paid,
        );
        ledger.income(
            "income.other-dividends",
            "Other dividends of Canadian companies",
            self.other_dividends.paid,
        );
        ledger.income("income.capital-gains", "Capital gains", self.gain);
        ledger.income("income.other", "Other income", self.other);
        for (id, label, dividends, figure) in [
            (
                "income.gross-up-eligible",
                "Added to eligible dividends",
                &self.eligible,
                &DIVIDENDS_ELIGIBLE_GROSS_UP,
            ),
            (
                "income.gross-up-other",
                "Added to other dividends",
                &self.other_dividends,
                &DIVIDENDS_OTHER_GROSS_UP,
            ),
        ] {
            ledger
                .note(Section::Income, id, label, dividends.gross_up)
                .because(&[&figure.at(year), &" of ", &dividends.paid])
                .uses(figure);
        }
        ledger
            .note(
                Section::Income,
                "income.gains-included",
                "Taxed part of capital gains",
                self.included_gain,
            )
            .because(&[&GAINS_INCLUDED.at(year), &" of ", &self.gain])
            .uses(&GAINS_INCLUDED);
        ledger
            .adjustment(
                "adjustment.plans",
                "Contributions to registered plans",
                self.plans,
            )
            .because(&[&"as paid; your own limit is not checked"]);
        ledger.adjustment("adjustment.dues", "Union and professional dues", self.dues);
        ledger
            .adjustment(
                "adjustment.pension-plan",
                "Deduction for contributions to the Canada Pension Plan",
                self.contributions,
            )
            .because(&[&"the enhancement, the second contribution, and on profit the employer's half"])
            .uses(&PENSION_ENHANCEMENT)
            .uses(&PENSION_SECOND);
        ledger
            .taxable("taxable.income", "Taxable income", self.taxable())
            .because(&[&self.total(), &" of income less ", &self.deducted()]);
    }
}
