//! The lines of taxes, the rebate, surcharge and cess.

use pfms_tax::{AnyNode, ByBand, Count, Facts, Ledger, Node, Rate, Rounding, Section, Show};

use crate::computation::Computation;
use crate::declared::Regime;
use crate::figures::{
    CESS_RATE, GAINS_EQUITY_LONG_RATE, GAINS_EQUITY_SHORT_RATE, GAINS_LONG_RATE, GAINS_LONG_RATE_INDEXED,
    GAINS_VDA_RATE, REBATE_INCOME_LIMIT_NEW, REBATE_INCOME_LIMIT_OLD, REBATE_MOST_NEW, REBATE_MOST_OLD,
    SURCHARGE_CAP, SURCHARGE_RATES_NEW, SURCHARGE_RATES_OLD,
};
use crate::surcharge::Part;
use crate::tax::Special;

/// What is owed and what lessens it.
pub(super) fn report(facts: &Facts<'_>, of: &Computation, ledger: &mut Ledger) {
    taxes(facts, of, ledger);
    rebate(of, ledger);
    surcharge(of, ledger);
    cess(of, ledger);
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
