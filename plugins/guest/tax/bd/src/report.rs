//! The lines of an assessment.

use pfms_tax::{AnyNode, ByBand, Count, Facts, Ledger, Node, Rate, Section};

use crate::declared::CARS;
use crate::figures::{
    DIVIDENDS_RATE, ENVIRONMENT_ABOVE_3500_CC, ENVIRONMENT_TO_1500_CC, ENVIRONMENT_TO_2000_CC,
    ENVIRONMENT_TO_2500_CC, ENVIRONMENT_TO_3000_CC, ENVIRONMENT_TO_3500_CC, GAINS_LISTED_EXEMPT,
    GAINS_LISTED_RATE, GAINS_LONG_RATE, GAINS_LONG_YEARS, GAINS_PRECIOUS_RATE, NON_RESIDENT_RATE,
    REBATE_MOST, REBATE_OF_INCOME, REBATE_OF_INVESTMENT, SALARY_EXEMPTION_MOST, SALARY_EXEMPTION_PARTS,
    SLABS, THRESHOLD_DISABLED_CHILD, WEALTH_SURCHARGE, WEALTH_SURCHARGE_FOR_CARS_OR_HOUSES,
};
use crate::income::{Given, Taxed};
use crate::person::Taxpayer;
use crate::tax::{PAISA, Taxes};

/// Writes every step down.
pub fn report(
    facts: &Facts<'_>,
    who: &Taxpayer,
    given: &Given,
    base: &Taxed,
    taxes: &Taxes,
    ledger: &mut Ledger,
) {
    incomes(who, given, ledger);
    adjustments(who, given, base, ledger);
    taxable(who, base, ledger);
    tax(facts, who, base, taxes, ledger);
    rebate(who, base, taxes, ledger);
    surcharges(facts, who, taxes, ledger);
}

fn incomes(who: &Taxpayer, given: &Given, ledger: &mut Ledger) {
    ledger.income("income.salary", "Salary", given.salary);
    ledger.income("income.house-property", "House property", given.house);
    ledger.income("income.agriculture", "Agriculture", given.agriculture);
    ledger.income("income.business", "Business and profession", given.business);
    ledger.income("income.interest", "Interest", given.interest);
    ledger.income("income.dividends", "Dividends", given.dividends);
    ledger.income("income.other", "Other income", given.other);
    let years = GAINS_LONG_YEARS.at(who.year);
    ledger
        .income("income.gains-short", "Gains at ordinary rates", given.gains_short)
        .because(&[&"held for up to ", &years, &" years"])
        .uses(&GAINS_LONG_YEARS);
    ledger
        .income(
            "income.gains-long",
            "Gains on assets held for long",
            given.gains_long,
        )
        .because(&[&"held for more than ", &years, &" years"])
        .uses(&GAINS_LONG_YEARS);
    ledger.income(
        "income.gains-listed",
        "Gains on listed securities",
        given.gains_listed,
    );
    ledger.income(
        "income.gains-precious",
        "Gains on gold, silver, jewels and coins",
        given.gains_precious,
    );
}

fn adjustments(who: &Taxpayer, given: &Given, base: &Taxed, ledger: &mut Ledger) {
    let most = SALARY_EXEMPTION_MOST.at(who.year);
    let parts = SALARY_EXEMPTION_PARTS.at(who.year);
    ledger
        .adjustment(
            "adjustment.salary-exemption",
            "Exempt part of the salary",
            base.salary_exemption,
        )
        .because(&[
            &"one part in ",
            &parts,
            &" of ",
            &given.salary,
            &", at most ",
            &most,
        ])
        .uses(&SALARY_EXEMPTION_PARTS)
        .uses(&SALARY_EXEMPTION_MOST);
    ledger
        .adjustment(
            "adjustment.listed-exemption",
            "Exempt gains on listed securities",
            base.listed_exemption,
        )
        .because(&[&"up to ", &GAINS_LISTED_EXEMPT.at(who.year), &" a year"])
        .uses(&GAINS_LISTED_EXEMPT);
    ledger
        .note(
            Section::Adjustment,
            "adjustment.losses",
            "Losses set off",
            base.set_off,
        )
        .because(&[&"as far as s. 70 lets them lessen other income"]);
}

fn taxable(who: &Taxpayer, base: &Taxed, ledger: &mut Ledger) {
    ledger
        .taxable("taxable.total-income", "Total income", base.total())
        .because(&[&"all that is taxed"]);
    if base.ordinary != base.total() {
        ledger.note(
            Section::Taxable,
            "taxable.ordinary",
            "Of it: at ordinary rates",
            base.ordinary,
        );
    }
    if !who.is_foreigner {
        let entry = ledger
            .note(
                Section::Taxable,
                "taxable.threshold",
                "Free of tax",
                who.threshold,
            )
            .uses(who.group);
        let of_group = who.group.at(who.year);
        if who.disabled_children > 0 {
            entry
                .because(&[
                    who.group,
                    &": ",
                    &of_group,
                    &", and ",
                    &Count(who.disabled_children),
                    &" times ",
                    &THRESHOLD_DISABLED_CHILD.at(who.year),
                    &" for children with a disability",
                ])
                .uses(&THRESHOLD_DISABLED_CHILD);
        } else {
            entry.because(&[who.group, &": ", &of_group]);
        }
    }
}

fn tax(facts: &Facts<'_>, who: &Taxpayer, base: &Taxed, taxes: &Taxes, ledger: &mut Ledger) {
    if who.is_foreigner {
        ledger
            .tax("tax.non-resident", "Income tax of non-residents", taxes.ordinary)
            .because(&[&base.ordinary, &" at ", &NON_RESIDENT_RATE.at(who.year)])
            .uses(&NON_RESIDENT_RATE);
    } else {
        ledger.by_band(
            facts,
            &ByBand {
                id: "tax.slab",
                label: "Income tax above the threshold",
                schedule: &SLABS,
                below: 0,
                amount: base.ordinary - who.threshold,
                rounding: PAISA,
                person: None,
                section: Section::Tax,
                is_on_capital_gains: false,
            },
        );
    }
    let mut apart = |id, label, amount: i64, tax, rate: Option<Rate>, node: &dyn AnyNode| {
        ledger
            .tax(id, label, tax)
            .because(&[&amount, &" at ", &rate])
            .uses(node)
            .on_capital_gains();
    };
    let year = who.year;
    let rate = DIVIDENDS_RATE.at(year);
    apart(
        "tax.dividends",
        "Tax on dividends",
        base.dividends,
        taxes.dividends,
        rate,
        &DIVIDENDS_RATE,
    );
    let label = "Tax on gains on listed securities";
    let rate = Some(GAINS_LISTED_RATE.at(year));
    apart(
        "tax.gains-listed",
        label,
        base.listed,
        taxes.listed,
        rate,
        &GAINS_LISTED_RATE,
    );
    let label = "Tax on gains on assets held for long";
    let rate = Some(GAINS_LONG_RATE.at(year));
    apart(
        "tax.gains-long",
        label,
        base.long,
        taxes.long,
        rate,
        &GAINS_LONG_RATE,
    );
    let label = "Tax on gains on gold, silver, jewels and coins";
    let rate = GAINS_PRECIOUS_RATE.at(year);
    apart(
        "tax.gains-precious",
        label,
        base.precious,
        taxes.precious,
        rate,
        &GAINS_PRECIOUS_RATE,
    );
}

fn rebate(who: &Taxpayer, base: &Taxed, taxes: &Taxes, ledger: &mut Ledger) {
    let year = who.year;
    ledger
        .credit(
            "credit.investment-rebate",
            "Rebate for investments, s. 78",
            taxes.rebate,
        )
        .because(&[
            &"the least of ",
            &REBATE_OF_INCOME.at(year),
            &" of ",
            &base.ordinary,
            &" at ordinary rates, ",
            &REBATE_OF_INVESTMENT.at(year),
            &" of ",
            &taxes.invested,
            &" invested, and ",
            &REBATE_MOST.at(year),
            &"; never more than the tax on ordinary income",
        ])
        .uses(&REBATE_OF_INCOME)
        .uses(&REBATE_OF_INVESTMENT)
        .uses(&REBATE_MOST);
}

fn surcharges(facts: &Facts<'_>, who: &Taxpayer, taxes: &Taxes, ledger: &mut Ledger) {
    ledger
        .surcharge("surcharge.minimum-tax", "Up to the minimum tax", taxes.minimum)
        .because(&[
            &"an income above the threshold of ",
            &who.threshold,
            &" bears at least ",
            &who.minimum.amount,
        ])
        .uses(who.minimum.figure);
    let entry = ledger
        .surcharge("surcharge.wealth", "Surcharge for wealth", taxes.wealth)
        .because(&[
            &taxes.wealth_rate,
            &" of the tax on ordinary income before the rebate, ",
            &taxes.ordinary,
        ])
        .uses(&WEALTH_SURCHARGE);
    entry.uses(&WEALTH_SURCHARGE_FOR_CARS_OR_HOUSES);
    let cars = facts.get(&CARS);
    let mut entry = ledger
        .surcharge("surcharge.environment", "Environmental surcharge for further cars", taxes.environment)
        .because(&[
            &"for ",
            &Count::from(cars.len().saturating_sub(1)),
            &" of ",
            &Count::from(cars.len()),
            &" cars: the one that would bear least is free. What was paid when a car was registered is to be given \
              as paid in advance",
        ]);
    for (node, is_concerned) in bands(cars) {
        if is_concerned {
            entry = entry.uses(node);
        }
    }
    ledger
        .surcharge(
            "surcharge.rounding",
            "Rounding of the tax",
            taxes.owed() - taxes.exact(),
        )
        .because(&[&taxes.exact(), &" to the nearest taka"]);
}

/// The figures of the environmental surcharge, and whether there is a car for them.
fn bands(cars: &[i64]) -> [(&'static Node<Option<i64>>, bool); 6] {
    let is_in = |from: i64, to: i64| cars.iter().any(|cc| (from..=to).contains(cc));
    [
        (&ENVIRONMENT_TO_1500_CC, is_in(0, 1_500)),
        (&ENVIRONMENT_TO_2000_CC, is_in(1_501, 2_000)),
        (&ENVIRONMENT_TO_2500_CC, is_in(2_001, 2_500)),
        (&ENVIRONMENT_TO_3000_CC, is_in(2_501, 3_000)),
        (&ENVIRONMENT_TO_3500_CC, is_in(3_001, 3_500)),
        (&ENVIRONMENT_ABOVE_3500_CC, is_in(3_501, i64::MAX)),
    ]
}
