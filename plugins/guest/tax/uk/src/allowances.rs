//! Adjusted net income and the allowances that depend on it.

use pfms_tax::{Facts, Ledger, Rate, Rounding, Section};

use crate::country::{BLIND, GIFT_AID, PENSION_RELIEF_AT_SOURCE};
use crate::figures::{
    BLIND_PERSONS_ALLOWANCE_AMOUNT, INCOME_TAX_BASIC_RATE, PENSION_ANNUAL_ALLOWANCE,
    PERSONAL_ALLOWANCE_AMOUNT, PERSONAL_ALLOWANCE_TAPER, PERSONAL_ALLOWANCE_TAPER_THRESHOLD,
};
use crate::income::Income;

/// What gifts, contributions and allowances come to.
#[derive(Debug, Clone, Copy)]
pub struct Reliefs {
    /// Gifts and pension contributions with relief at source, before the relief: by so much the bands are wider
    /// (ITA 2007, s. 414; FA 2004, s. 192).
    pub extension: i64,
    /// The part of the extension that are pension contributions.
    pub pension_at_source: i64,
    /// Net income less the extension (ITA 2007, s. 58).
    pub adjusted_net_income: i64,
    /// Personal allowance after its taper, before any of it is given away.
    pub personal_allowance: i64,
    /// Blind person's allowance.
    pub blind_persons_allowance: i64,
}

/// Works out the allowances, all but the marriage allowance, which depends on the bands.
pub fn reliefs(facts: &Facts<'_>, income: &Income, ledger: &mut Ledger) -> Reliefs {
    let year = facts.year();
    let paid = facts.spent(&GIFT_AID) + facts.spent(&PENSION_RELIEF_AT_SOURCE);
    let kept = INCOME_TAX_BASIC_RATE.at(year).complement();
    let before_relief = |paid: i64| Rounding::half_up(1).share(paid, 1_000_000, kept.0);
    let extension = before_relief(paid);
    ledger
        .note(
            Section::Adjustment,
            "adjustment.band-extension",
            "Gifts and contributions before relief at source",
            extension,
        )
        .uses(&INCOME_TAX_BASIC_RATE)
        .because(&[
            &paid,
            &" paid is ",
            &kept,
            &" of it; the bands are wider by as much",
        ]);
    let adjusted_net_income = (income.net() - extension).max(0);
    ledger
        .note(
            Section::Adjustment,
            "adjustment.adjusted-net-income",
            "Adjusted net income",
            adjusted_net_income,
        )
        .because(&[&income.net(), &" of net income less ", &extension]);
    Reliefs {
        extension,
        pension_at_source: before_relief(facts.spent(&PENSION_RELIEF_AT_SOURCE)),
        adjusted_net_income,
        personal_allowance: personal_allowance(facts, adjusted_net_income),
        blind_persons_allowance: if facts.get(&BLIND) {
            BLIND_PERSONS_ALLOWANCE_AMOUNT.at(year).unwrap_or(0)
        } else {
            0
        },
    }
}

/// The allowance less half of what adjusted net income is above the threshold; what is left is rounded up to a
/// pound (ITA 2007, s. 35).
fn personal_allowance(facts: &Facts<'_>, adjusted_net_income: i64) -> i64 {
    let year = facts.year();
    let excess = (adjusted_net_income - PERSONAL_ALLOWANCE_TAPER_THRESHOLD.at(year)).max(0);
    let Rate(taper) = PERSONAL_ALLOWANCE_TAPER.at(year);
    // Rounding what is left up to a pound is rounding the reduction down, as the allowance is whole pounds.
    let reduction = Rounding::down(1_00).share(excess, taper, 1_000_000);
    (PERSONAL_ALLOWANCE_AMOUNT.at(year) - reduction).max(0)
}

/// Names what the rules leave out, where it may matter.
pub fn say_what_is_left_out(facts: &Facts<'_>, income: &Income, reliefs: &Reliefs, ledger: &mut Ledger) {
    let year = facts.year();
    if BLIND_PERSONS_ALLOWANCE_AMOUNT.at(year).is_none() {
        ledger.ignore(
            "blind-persons-allowance",
            "The figure of this year is not known well enough; the allowance is left out.",
        );
    }
    let contributions = income.earnings - income.employment + reliefs.pension_at_source;
    if contributions > PENSION_ANNUAL_ALLOWANCE.at(year) {
        ledger.ignore(
            "annual-allowance-charge",
            "The charge on contributions to pensions above the annual allowance is left out.",
        );
    }
    if contributions > income.earnings + income.trade {
        ledger.ignore(
            "pension-relief-limit",
            "Relief for contributions to pensions is limited to what is earned, or a small amount; that is not checked.",
        );
    }
}
