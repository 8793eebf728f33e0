//! Income tax by band, and what lessens it.

use pfms_tax::{Facts, Ledger, Rounding, Section};

use crate::allocation::{Layers, Scale};
use crate::allowances::Reliefs;
use crate::bands::{self, Bands};
use crate::country::{MARRIAGE_ALLOWANCE, MarriageAllowance, RESIDENTIAL_FINANCE_COSTS};
use crate::figures;
use crate::income::Income;

/// What capital gains tax needs to know of income tax.
#[derive(Debug, Clone, Copy)]
pub struct Taxed {
    /// Income after allowances.
    pub taxable_income: i64,
    /// Where the basic rate ends for this person.
    pub basic_rate_limit: i64,
}

/// Adds the lines of income tax.
pub fn assess(facts: &Facts<'_>, income: &Income, reliefs: &Reliefs, ledger: &mut Ledger) -> Taxed {
    let layers = Layers {
        non_savings: income.non_savings(),
        savings: income.savings,
        dividends: income.dividends,
    };
    let given = transferred(facts, layers, reliefs, ledger);
    let personal = (reliefs.personal_allowance - given).max(0);
    let allowances = personal + reliefs.blind_persons_allowance;
    add_allowances(layers, personal, given, reliefs, ledger);

    let taxable = (layers.total() - allowances).max(0);
    let scale = scale(facts, reliefs, taxable);
    let taxed = scale.least(layers, allowances);
    add_taxable(layers, taxed, ledger);
    let tax = add_tax(&scale, taxed, ledger);

    let rest = tax - finance_costs(facts, income, allowances, tax, ledger);
    received(facts, reliefs, taxed, rest, ledger);
    Taxed {
        taxable_income: taxable,
        basic_rate_limit: scale.savings.limit(0).unwrap_or(i64::MAX),
    }
}

fn is_scottish(facts: &Facts<'_>) -> bool {
    facts.region() == Some("SCT")
}

/// The scale for somebody with so much taxable income.
fn scale(facts: &Facts<'_>, reliefs: &Reliefs, taxable: i64) -> Scale {
    let year = facts.year();
    let of = |node, names, from| Bands::new(facts, node, names, from, reliefs.extension);
    let savings = of(&figures::INCOME_TAX_SAVINGS, bands::UNITED_KINGDOM, 0);
    // By the bands of the United Kingdom for everybody (ITA 2007, s. 12B(8)).
    let exceeds = |position| savings.limit(position).is_some_and(|limit| taxable > limit);
    let savings_allowance = match (exceeds(0), exceeds(1)) {
        (false, _) => figures::SAVINGS_ALLOWANCE_BASIC.at(year),
        (true, false) => figures::SAVINGS_ALLOWANCE_HIGHER.at(year),
        (true, true) => figures::SAVINGS_ALLOWANCE_ADDITIONAL.at(year),
    };
    Scale {
        non_savings: if is_scottish(facts) {
            // The starter band stays as it is (FA 2004, s. 192(4A); ITA 2007, s. 414).
            of(&figures::INCOME_TAX_SCOTLAND, bands::SCOTLAND, 1)
        } else {
            of(&figures::INCOME_TAX_MAIN, bands::UNITED_KINGDOM, 0)
        },
        savings,
        dividends: of(&figures::INCOME_TAX_DIVIDENDS, bands::DIVIDENDS, 0),
        starting_rate_limit: figures::SAVINGS_STARTING_RATE_LIMIT.at(year),
        savings_allowance,
        dividend_allowance: figures::DIVIDENDS_ALLOWANCE.at(year),
    }
}

/// Whether income with these allowances is taxed at no more than the basic rate, in Scotland the intermediate
/// rate, dividends at no more than the ordinary rate even without their nil rate (ITA 2007, s. 55B(2)).
fn is_within_basic(facts: &Facts<'_>, reliefs: &Reliefs, layers: Layers, allowances: i64) -> bool {
    let taxable = (layers.total() - allowances).max(0);
    let scale = scale(facts, reliefs, taxable);
    let taxed = scale.least(layers, allowances);
    let last = if is_scottish(facts) { 2 } else { 0 };
    let within = |bands: &Bands, position, top: i64| bands.limit(position).is_none_or(|limit| top <= limit);
    let top_of_savings = taxed.non_savings + taxed.savings;
    let is_savings_free = taxed.savings == scale.starting(taxed) + scale.savings_nil(taxed);
    within(&scale.non_savings, last, taxed.non_savings)
        && (is_savings_free || within(&scale.savings, 0, top_of_savings))
        && (taxed.dividends == 0 || within(&scale.dividends, 0, taxable))
}

/// The part of the personal allowance that goes to the spouse or partner: only somebody who would not pay more
/// than the basic rate without it can give it (ITA 2007, s. 55C).
fn transferred(facts: &Facts<'_>, layers: Layers, reliefs: &Reliefs, ledger: &mut Ledger) -> i64 {
    if facts.get(&MARRIAGE_ALLOWANCE) != Some(MarriageAllowance::Gives) {
        return 0;
    }
    let amount = figures::MARRIAGE_ALLOWANCE_AMOUNT.at(facts.year());
    let left = reliefs.personal_allowance + reliefs.blind_persons_allowance - amount;
    if is_within_basic(facts, reliefs, layers, left) {
        return amount;
    }
    ledger.ignore(
        "marriage-allowance",
        "It cannot be given with income taxed above the basic rate.",
    );
    0
}

fn add_allowances(layers: Layers, personal: i64, given: i64, reliefs: &Reliefs, ledger: &mut Ledger) {
    // The lines are what takes effect; the formula names the whole.
    let used = personal.min(layers.total());
    let entry = ledger
        .deduction("deduction.personal-allowance", "Personal allowance", used)
        .uses(&figures::PERSONAL_ALLOWANCE_AMOUNT)
        .uses(&figures::PERSONAL_ALLOWANCE_TAPER_THRESHOLD)
        .uses(&figures::PERSONAL_ALLOWANCE_TAPER);
    if given > 0 {
        entry.uses(&figures::MARRIAGE_ALLOWANCE_AMOUNT).because(&[
            &reliefs.personal_allowance,
            &" less ",
            &given,
            &" given to the spouse or partner, as far as there is income",
        ]);
    } else {
        entry.because(&[
            &reliefs.personal_allowance,
            &" for an adjusted net income of ",
            &reliefs.adjusted_net_income,
            &", as far as there is income",
        ]);
    }
    let blind = reliefs.blind_persons_allowance.min(layers.total() - used);
    ledger
        .deduction(
            "deduction.blind-persons-allowance",
            "Blind person's allowance",
            blind,
        )
        .uses(&figures::BLIND_PERSONS_ALLOWANCE_AMOUNT)
        .because(&[&reliefs.blind_persons_allowance, &", as far as there is income"]);
}

fn add_taxable(layers: Layers, taxed: Layers, ledger: &mut Ledger) {
    ledger
        .taxable("taxable.income", "Taxable income", taxed.total())
        .because(&[&layers.total(), &" less allowances, set against what saves most"]);
    for (id, label, of, left) in [
        (
            "taxable.non-savings",
            "Non-savings income",
            layers.non_savings,
            taxed.non_savings,
        ),
        ("taxable.savings", "Savings income", layers.savings, taxed.savings),
        (
            "taxable.dividends",
            "Dividend income",
            layers.dividends,
            taxed.dividends,
        ),
    ] {
        if of > 0 {
            ledger.note(Section::Taxable, id, label, left).because(&[
                &of,
                &" less allowances of ",
                &(of - left),
            ]);
        }
    }
}

fn add_tax(scale: &Scale, taxed: Layers, ledger: &mut Ledger) -> i64 {
    let (starting, nil) = (scale.starting(taxed), scale.savings_nil(taxed));
    let free = starting + nil;
    let dividends_nil = scale.dividends_nil(taxed);
    let tax = scale
        .non_savings
        .add(ledger, "tax.non-savings", "Income tax", 0, taxed.non_savings);
    ledger
        .note(
            Section::Tax,
            "tax.savings.starting",
            "Interest at the starting rate, 0 %",
            starting,
        )
        .uses(&figures::SAVINGS_STARTING_RATE_LIMIT)
        .because(&[
            &"within ",
            &scale.starting_rate_limit,
            &" less ",
            &taxed.non_savings,
            &" of non-savings income",
        ]);
    ledger
        .note(
            Section::Tax,
            "tax.savings.nil",
            "Interest within the savings allowance, 0 %",
            nil,
        )
        .uses(&figures::SAVINGS_ALLOWANCE_BASIC)
        .uses(&figures::SAVINGS_ALLOWANCE_HIGHER)
        .uses(&figures::SAVINGS_ALLOWANCE_ADDITIONAL)
        .because(&[&"an allowance of ", &scale.savings_allowance]);
    let tax = tax
        + scale.savings.add(
            ledger,
            "tax.savings",
            "Income tax on interest",
            taxed.non_savings + free,
            taxed.savings - free,
        );
    ledger
        .note(
            Section::Tax,
            "tax.dividends.nil",
            "Dividends within the allowance, 0 %",
            dividends_nil,
        )
        .uses(&figures::DIVIDENDS_ALLOWANCE)
        .because(&[&"an allowance of ", &scale.dividend_allowance]);
    tax + scale.dividends.add(
        ledger,
        "tax.dividends",
        "Income tax on dividends",
        taxed.non_savings + taxed.savings + dividends_nil,
        taxed.dividends - dividends_nil,
    )
}

/// Finance costs of homes that are let, at the basic rate: of the least of the costs, the profits and
/// non-savings income less allowances (ITTOIA 2005, ss. 274A to 274AA). Returns the reduction.
fn finance_costs(facts: &Facts<'_>, income: &Income, allowances: i64, tax: i64, ledger: &mut Ledger) -> i64 {
    let costs = facts.spent(&RESIDENTIAL_FINANCE_COSTS);
    if costs == 0 {
        return 0;
    }
    if income.uses_property_allowance {
        ledger.ignore(
            "residential-finance-costs",
            "They lessen no tax beside the property allowance.",
        );
        return 0;
    }
    let adjusted = (income.non_savings() - allowances).max(0);
    let base = costs.min(income.property).min(adjusted);
    if base < costs {
        ledger.ignore(
            "residential-finance-costs",
            "What exceeds the profit of letting or the income can be carried forward.",
        );
    }
    let rate = figures::INCOME_TAX_BASIC_RATE.at(facts.year());
    let reduction = rate.of(base).round(Rounding::down(1)).min(tax);
    ledger
        .credit(
            "credit.finance-costs",
            "Finance costs of homes that are let",
            reduction,
        )
        .uses(&figures::INCOME_TAX_BASIC_RATE)
        .because(&[
            &rate,
            &" of the least of costs of ",
            &costs,
            &", profits of ",
            &income.property,
            &" and income of ",
            &adjusted,
        ]);
    reduction
}

/// The marriage allowance of the one who receives it (ITA 2007, s. 55B).
fn received(facts: &Facts<'_>, reliefs: &Reliefs, taxed: Layers, tax: i64, ledger: &mut Ledger) {
    if facts.get(&MARRIAGE_ALLOWANCE) != Some(MarriageAllowance::Receives) {
        return;
    }
    if !is_within_basic(facts, reliefs, taxed, 0) {
        ledger.ignore(
            "marriage-allowance",
            "It cannot be received with income taxed above the basic rate.",
        );
        return;
    }
    let year = facts.year();
    let rate = figures::INCOME_TAX_BASIC_RATE.at(year);
    let amount = figures::MARRIAGE_ALLOWANCE_AMOUNT.at(year);
    let whole = rate.of(amount).round(Rounding::down(1));
    ledger
        .credit("credit.marriage-allowance", "Marriage allowance", whole.min(tax))
        .uses(&figures::MARRIAGE_ALLOWANCE_AMOUNT)
        .uses(&figures::INCOME_TAX_BASIC_RATE)
        .because(&[&rate, &" of ", &amount, &", no more than the tax of ", &tax]);
}
