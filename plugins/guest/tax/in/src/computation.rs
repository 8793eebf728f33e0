//! The whole calculation under one regime.

use pfms_tax::Facts;

use crate::chapter6a::{Taken, deductions};
use crate::figures::CESS_RATE;
use crate::heads::{Heads, Left};
use crate::person::Taxpayer;
use crate::surcharge::Payable;
use crate::tax::{PAISA, Taxed, to_ten_rupees};

/// All steps, in paise.
pub struct Computation {
    /// Who is taxed, and how.
    pub who: Taxpayer,
    /// Income as given.
    pub heads: Heads,
    /// What losses left of it.
    pub left: Left,
    /// Deductions of Chapter VI-A.
    pub deductions: Vec<Taken>,
    /// What is taxed.
    pub taxed: Taxed,
    /// What its rounding added; may be negative.
    pub income_rounding: i64,
    /// Tax, rebate, surcharge.
    pub payable: Payable,
    /// Cess, but for that on tax on gains.
    pub cess: i64,
    /// Cess on tax on gains and virtual digital assets.
    pub cess_on_gains: i64,
    /// What is owed.
    pub owed: i64,
}

impl Computation {
    /// Works out the tax.
    pub fn of(facts: &Facts<'_>, who: Taxpayer) -> Self {
        let heads = Heads::of(facts, who);
        let left = heads.set_off(who);
        let deductions = deductions(facts, who, &heads, &left);
        let deducted = deductions.iter().map(|one| one.amount).sum();
        let taxed = taxed(&left, deducted);
        let payable = Payable::on(who, &taxed);
        let rate = CESS_RATE.at(who.year);
        let cess_on_gains = rate.of(payable.on_gains()).round(PAISA);
        let cess = rate.of(payable.sum()).round(PAISA) - cess_on_gains;
        Self {
            who,
            heads,
            income_rounding: taxed.total - (left.ordinary + left.dividends - deducted + special(&left)),
            left,
            deductions,
            taxed,
            payable,
            cess,
            cess_on_gains,
            owed: to_ten_rupees(payable.sum() + cess + cess_on_gains),
        }
    }
}

/// Income at special rates.
fn special(left: &Left) -> i64 {
    let gains = left.gains;
    gains.equity_short + gains.long + gains.property + gains.equity_long + gains.vda
}

/// What is left when deductions were taken, ordinary income first, rounded as a whole. What rounding adds or takes
/// falls on income at slab rates, as in the return.
fn taxed(left: &Left, deducted: i64) -> Taxed {
    let from_ordinary = deducted.min(left.ordinary);
    let mut ordinary = left.ordinary - from_ordinary;
    let mut dividends = left.dividends - (deducted - from_ordinary);
    let unrounded = ordinary + dividends + special(left);
    let total = to_ten_rupees(unrounded);
    ordinary += total - unrounded;
    if ordinary < 0 {
        dividends = (dividends + ordinary).max(0);
        ordinary = 0;
    }
    let gains = left.gains;
    Taxed {
        total,
        ordinary,
        dividends,
        vda: gains.vda,
        equity_short: gains.equity_short,
        long: gains.long,
        property: gains.property,
        indexation: gains.indexation,
        equity_long: gains.equity_long,
    }
}
