//! The lines of an assessment.

use pfms_tax::{AnyNode, ByBand, Count, Facts, Ledger, Node, Rate, Rounding, Section, Show};

use crate::computation::Computation;
use crate::declared::Regime;
use crate::figures::{
    CESS_RATE, GAINS_EQUITY_LONG_EXEMPT, GAINS_EQUITY_LONG_RATE, GAINS_EQUITY_SHORT_RATE, GAINS_LONG_RATE,
    GAINS_LONG_RATE_INDEXED, GAINS_MONTHS_LISTED, GAINS_MONTHS_OTHER, GAINS_VDA_RATE, LOSS_HOUSE_PROPERTY,
    REBATE_INCOME_LIMIT_NEW, REBATE_INCOME_LIMIT_OLD, REBATE_MOST_NEW, REBATE_MOST_OLD,
    STANDARD_DEDUCTION_NEW, STANDARD_DEDUCTION_OLD, SURCHARGE_CAP, SURCHARGE_RATES_NEW, SURCHARGE_RATES_OLD,
};
use crate::surcharge::Part;
use crate::tax::Special;

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
    taxes(facts, of, ledger);
    rebate(of, ledger);
    surcharge(of, ledger);
    cess(of, ledger);
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

fn taxes(facts: &Facts<'_>, of: &Computation, ledger: &mut Ledger) {
    let taxes = &of.payable.taxes;
    ledger.by_band(
        facts,
        &ByBand {
            id: "tax.slab",
            label: "Income tax",
            schedule: of.who.slabs(),
            below: 0,
            amount: of.taxed.slab(),
            rounding: Rounding::half_up(1),
            person: None,
            section: Section::Tax,
            is_on_capital_gains: false,
        },
    );
    let mut special = |id, label, of_it: Special, node: &Node<Rate>| {
        let rate = node.at(of.who.year);
        ledger
            .tax(id, label, of_it.tax)
            .because(&[&of_it.taxed, &" at ", &rate])
            .uses(node)
            .on_capital_gains();
    };
    let of_gains = "Tax on short-term gains on listed equity, s. 111A";
    special("tax.111a", of_gains, taxes.equity_short, &GAINS_EQUITY_SHORT_RATE);
    special(
        "tax.112",
        "Tax on other long-term gains, s. 112",
        taxes.long,
        &GAINS_LONG_RATE,
    );
    let (label, node) = if taxes.is_indexed {
        (
            "Tax on land and buildings with indexation, s. 112",
            &GAINS_LONG_RATE_INDEXED,
        )
    } else {
        ("Tax on land and buildings, s. 112", &GAINS_LONG_RATE)
    };
    special("tax.112-property", label, taxes.property, node);
    let of_gains = "Tax on long-term gains on listed equity, s. 112A";
    special("tax.112a", of_gains, taxes.equity_long, &GAINS_EQUITY_LONG_RATE);
    let vda = Special {
        absorbed: 0,
        taxed: of.taxed.vda,
        tax: taxes.vda,
    };
    special(
        "tax.vda",
        "Tax on virtual digital assets, s. 115BBH",
        vda,
        &GAINS_VDA_RATE,
    );
}

fn rebate(of: &Computation, ledger: &mut Ledger) {
    let year = of.who.year;
    let rebate = of.payable.rebate;
    let (limit, most) = match of.who.regime {
        Regime::New => (&REBATE_INCOME_LIMIT_NEW, &REBATE_MOST_NEW),
        Regime::Old => (&REBATE_INCOME_LIMIT_OLD, &REBATE_MOST_OLD),
    };
    let entry = ledger
        .credit("credit.rebate-87a", "Rebate, s. 87A", rebate.slab)
        .uses(limit);
    if rebate.is_marginal {
        let excess = of.taxed.total - limit.at(year);
        entry.because(&[
            &"marginal relief: slab tax of ",
            &of.payable.taxes.slab,
            &" less the ",
            &excess,
            &" above ",
            &limit.at(year),
        ]);
    } else {
        entry
            .because(&[
                &"at most ",
                &most.at(year),
                &", up to a total income of ",
                &limit.at(year),
            ])
            .uses(most);
    }
    ledger
        .credit(
            "credit.rebate-87a-gains",
            "Rebate on tax under ss. 111A and 112, s. 87A",
            rebate.gains,
        )
        .because(&[
            &"what slab tax leaves of ",
            &most.at(year),
            &"; tax under s. 112A has no rebate",
        ])
        .uses(limit)
        .uses(most)
        .on_capital_gains();
}

fn surcharge(of: &Computation, ledger: &mut Ledger) {
    let surcharge = &of.payable.surcharge;
    let rates = surcharge.rates;
    let schedule: &dyn AnyNode = match of.who.regime {
        Regime::New => &SURCHARGE_RATES_NEW,
        Regime::Old => &SURCHARGE_RATES_OLD,
    };
    let mut line = |id, label, part: Part, rate: Rate, is_on_gains: bool| {
        let entry = ledger
            .surcharge(id, label, part.surcharge)
            .because(&[
                &rate,
                &" of ",
                &part.tax,
                &", for an income above ",
                &rates.threshold,
            ])
            .uses(schedule);
        let entry = if rate < rates.full {
            entry.uses(&SURCHARGE_CAP)
        } else {
            entry
        };
        if is_on_gains {
            entry.on_capital_gains();
        }
    };
    line(
        "surcharge.slab",
        "Surcharge on slab tax",
        surcharge.slab,
        rates.full,
        false,
    );
    line(
        "surcharge.dividends",
        "Surcharge on tax on dividends",
        surcharge.dividends,
        rates.capped,
        false,
    );
    line(
        "surcharge.gains",
        "Surcharge on tax on gains",
        surcharge.gains,
        rates.capped,
        true,
    );
    line(
        "surcharge.vda",
        "Surcharge on tax on virtual digital assets",
        surcharge.vda,
        rates.full,
        true,
    );
    let why: [&dyn Show; 6] = [
        &"tax and surcharge are at most ",
        &surcharge.at_threshold,
        &", as on ",
        &rates.threshold,
        &", and the excess of ",
        &rates.excess,
    ];
    ledger
        .credit(
            "credit.marginal-relief",
            "Marginal relief from surcharge",
            surcharge.relief,
        )
        .because(&why)
        .uses(schedule);
    ledger
        .credit(
            "credit.marginal-relief-gains",
            "Marginal relief from surcharge on tax on gains",
            surcharge.relief_on_gains,
        )
        .because(&why)
        .uses(schedule)
        .on_capital_gains();
}

fn cess(of: &Computation, ledger: &mut Ledger) {
    let rate = CESS_RATE.at(of.who.year);
    let on_gains = of.payable.on_gains();
    let rest = of.payable.sum() - on_gains;
    ledger
        .surcharge("surcharge.cess", "Health and education cess", of.cess)
        .because(&[&rate, &" of ", &rest])
        .uses(&CESS_RATE);
    ledger
        .surcharge(
            "surcharge.cess-gains",
            "Health and education cess on tax on gains",
            of.cess_on_gains,
        )
        .because(&[&rate, &" of ", &on_gains])
        .uses(&CESS_RATE)
        .on_capital_gains();
    let exact = of.payable.sum() + of.cess + of.cess_on_gains;
    ledger
        .surcharge("surcharge.rounding", "Rounding of the tax", of.owed - exact)
        .because(&[&exact, &" to the nearest ", &Count(10), &" rupees (s. 288B)"]);
}
