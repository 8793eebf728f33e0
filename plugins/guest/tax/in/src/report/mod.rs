//! The lines of an assessment.

mod charges;

use pfms_tax::{Facts, Ledger, Section};

use crate::computation::Computation;
use crate::declared::Regime;
use crate::figures::{
    GAINS_EQUITY_LONG_EXEMPT, GAINS_MONTHS_LISTED, GAINS_MONTHS_OTHER, LOSS_HOUSE_PROPERTY,
    STANDARD_DEDUCTION_NEW, STANDARD_DEDUCTION_OLD,
};

/// Writes every step down.
pub fn report(facts: &Facts<'_>, of: &Computation, ledger: &mut Ledger) {
    incomes(of, ledger);
    adjustments(of, ledger);
    for one in &of.deductions {
        let entry = ledger.deduction(one.id, one.label, one.amount);
        let entry = match one.most {
            Some(most) if most < one.claimed => entry.because(&[
                &"at most ",
                &most,
                &" of ",
                &one.claimed,
                &", as far as income at slab rates goes",
            ]),
            _ => entry.because(&[&one.claimed, &", as far as income at slab rates goes"]),
        };
        if let Some(limit) = one.limit {
            entry.uses(limit);
        }
    }
    taxable(of, ledger);
    charges::report(facts, of, ledger);
}

/// The cost of the other regime, for comparison.
pub fn compare(of: &Computation, other: &Computation, ledger: &mut Ledger) {
    let (this, that) = match of.who.regime {
        Regime::New => ("new", "old"),
        Regime::Old => ("old", "new"),
    };
    let entry = ledger.note(
        Section::Total,
        "total.other-regime",
        "For comparison: owed under the other regime",
        other.owed,
    );
    if other.owed < of.owed {
        entry.because(&[
            &"the ",
            &that,
            &" regime would cost ",
            &(of.owed - other.owed),
            &" less",
        ]);
    } else {
        entry.because(&[
            &"the ",
            &this,
            &" regime costs ",
            &(other.owed - of.owed),
            &" less",
        ]);
    }
}

fn incomes(of: &Computation, ledger: &mut Ledger) {
    let heads = &of.heads;
    let gains = heads.gains;
    let interest = heads.savings_interest + heads.deposit_interest;
    ledger.income("income.salary", "Salary and pension", heads.salary);
    ledger.income("income.house-property", "House property", heads.house);
    ledger.income("income.business", "Business and profession", heads.business);
    ledger.income(
        "income.interest",
        "Interest on savings accounts and deposits",
        interest,
    );
    ledger.income("income.dividends", "Dividends", heads.dividends);
    ledger.income("income.other", "Other income", heads.other);
    ledger.income("income.gains-slab", "Short-term gains at slab rates", gains.slab);
    ledger
        .income(
            "income.gains-111a",
            "Short-term gains on listed equity, s. 111A",
            gains.equity_short,
        )
        .because(&[
            &"held for up to ",
            &GAINS_MONTHS_LISTED.at(of.who.year),
            &" months",
        ])
        .uses(&GAINS_MONTHS_LISTED);
    ledger
        .income("income.gains-112", "Other long-term gains, s. 112", gains.long)
        .uses(&GAINS_MONTHS_LISTED)
        .uses(&GAINS_MONTHS_OTHER);
    ledger
        .income(
            "income.gains-property",
            "Long-term gains on land and buildings, s. 112",
            gains.property,
        )
        .because(&[
            &"held for more than ",
            &GAINS_MONTHS_OTHER.at(of.who.year),
            &" months",
        ])
        .uses(&GAINS_MONTHS_OTHER);
    ledger
        .income(
            "income.gains-112a",
            "Long-term gains on listed equity, s. 112A",
            gains.equity_long,
        )
        .because(&[
            &"held for more than ",
            &GAINS_MONTHS_LISTED.at(of.who.year),
            &" months",
        ])
        .uses(&GAINS_MONTHS_LISTED);
    ledger.income(
        "income.gains-vda",
        "Gains on virtual digital assets, s. 115BBH",
        gains.vda,
    );
}

fn adjustments(of: &Computation, ledger: &mut Ledger) {
    let (heads, left) = (&of.heads, &of.left);
    ledger
        .adjustment(
            "adjustment.allowances",
            "Exempt allowances, s. 10",
            heads.allowances,
        )
        .because(&[&"as claimed, up to the salary"]);
    let standard = match of.who.regime {
        Regime::New => &STANDARD_DEDUCTION_NEW,
        Regime::Old => &STANDARD_DEDUCTION_OLD,
    };
    ledger
        .adjustment(
            "adjustment.standard-deduction",
            "Standard deduction, s. 16(ia)",
            heads.standard,
        )
        .because(&[&standard.at(of.who.year), &", up to the salary"])
        .uses(standard);
    let entry = ledger
        .note(
            Section::Adjustment,
            "adjustment.loss-house-property",
            "Loss from house property set off",
            left.house_loss.used,
        )
        .because(&[
            &"up to ",
            &LOSS_HOUSE_PROPERTY.at(of.who.year),
            &" a year lessen other income",
        ]);
    entry.uses(&LOSS_HOUSE_PROPERTY);
    ledger
        .note(
            Section::Adjustment,
            "adjustment.loss-business",
            "Business loss set off",
            left.business_loss.used,
        )
        .because(&[&"against other income than salary"]);
}

fn taxable(of: &Computation, ledger: &mut Ledger) {
    let taxed = &of.taxed;
    let unrounded = taxed.total - of.income_rounding;
    ledger
        .taxable("taxable.total-income", "Total income", taxed.total)
        .because(&[&unrounded, &" to the nearest ten rupees (s. 288A)"]);
    let mut note = |id, label, amount| {
        if amount != 0 {
            ledger.note(Section::Taxable, id, label, amount);
        }
    };
    note("taxable.slab-income", "Of it: income at slab rates", taxed.slab());
    note("taxable.gains", "Of it: gains at special rates", taxed.gains());
    note("taxable.vda", "Of it: virtual digital assets", taxed.vda);
    let exempt = GAINS_EQUITY_LONG_EXEMPT.at(of.who.year).min(taxed.equity_long);
    if exempt > 0 {
        ledger
            .note(
                Section::Taxable,
                "taxable.exempt-112a",
                "Gains that s. 112A leaves free",
                exempt,
            )
            .because(&[&"up to ", &GAINS_EQUITY_LONG_EXEMPT.at(of.who.year), &" a year"])
            .uses(&GAINS_EQUITY_LONG_EXEMPT);
    }
    let absorbed = of.payable.taxes.absorbed();
    if absorbed > 0 {
        ledger
            .note(
                Section::Taxable,
                "taxable.absorbed",
                "Gains that the unused exemption absorbs",
                absorbed,
            )
            .because(&[
                &"a resident's exemption of ",
                &of.who.exemption(),
                &" less income at slab rates",
            ])
            .uses(of.who.slabs());
    }
}
