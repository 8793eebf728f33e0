//! Bangladesh's income tax on individuals for the assessment years 2025-26 and 2026-27. A year is asked for by the
//! calendar year in which its income year begins: 2024 and 2025.
//!
//! The order of the calculation: income less what is free of it, losses set off ([`income`]), tax by slabs above the
//! threshold of the person ([`person`]) and at rates of their own, the rebate for investments, the minimum tax,
//! surcharges, whole taka ([`tax`]). [`report`] explains it.
//!
//! # Where another taka costs more than a taka
//! At the tax-free threshold: the first taka above it brings the minimum tax at once.

#![forbid(unsafe_code)]

mod declared;
mod figures {
    pfms_tax::figures!();
}
mod income;
mod person;
mod report;
mod tax;

use pfms_tax::{Category, Country, Facts, IncomeKind, Ledger, Person, TaxError, TaxRules};

use crate::declared as on;
use crate::figures::{DIVIDENDS_RATE, GAINS_PRECIOUS_RATE, WEALTH_SURCHARGE};
use crate::income::{Given, Taxed};
use crate::person::Taxpayer;
use crate::tax::Taxes;

/// Bangladesh.
pub struct Bangladesh;

static INVESTMENTS: [&Category; 7] = [
    &on::LIFE_INSURANCE,
    &on::PROVIDENT_FUND,
    &on::DEPOSIT_SCHEME,
    &on::GOVERNMENT_SECURITIES,
    &on::FUND_UNITS,
    &on::LISTED_SHARES,
    &on::DONATIONS,
];

static COUNTRY: Country = Country {
    name: "tax-bd",
    version: env!("CARGO_PKG_VERSION"),
    summary: "Income tax on individuals in Bangladesh for the assessment years 2025-26 and 2026-27, asked for as 2024 \
              and 2025, in which the income years begin. Covered: salary with its exemption, house property, \
              agriculture, business, interest, dividends, gains on listed securities, on gold and jewels and on other \
              assets; tax-free thresholds by person, slabs, the rate for non-residents, set-off of losses within the \
              year, the rebate for investments (s. 78), minimum tax, for 2026-27 the surcharges for wealth and cars. \
              Not covered: allowances of government employees, income taxed at source for good but for dividends, \
              tobacco products, shares of firms, turnover tax, losses of earlier years, tax treaties, the rebate for \
              early and additional tax for late filing; for 2025-26 the surcharges, and special rates for dividends \
              and gold. Figures of 2025-26 are secondary, and so are for 2026-27 the salary exemption, the limits of \
              investments and the rates of gains on securities and other assets.",
    code: "BD",
    currency: "BDT",
    exponent: 2,
    regions: &[],
    figures: &figures::FIGURES,
    profile: &[
        &on::AGE,
        &on::GENDER,
        &on::RESIDENCE,
        &on::DISABLED,
        &on::DISABLED_CHILDREN,
        &on::FREEDOM_FIGHTER,
        &on::JULY_FIGHTER,
        &on::NEW_TAXPAYER,
        &on::AREA,
        &on::SPONSOR,
        &on::NET_WEALTH,
        &on::CARS,
        &on::HOUSE_AREA,
    ],
    incomes: &[
        &on::SALARY,
        &on::HOUSE_PROPERTY,
        &on::AGRICULTURE,
        &on::BUSINESS,
        &on::INTEREST,
        &on::DIVIDENDS,
        &on::OTHER,
        &on::LISTED_GAIN,
        &on::PRECIOUS_GAIN,
        &on::OTHER_GAIN,
    ],
    deductions: &INVESTMENTS,
    // The tax is rounded to whole taka: over a thousand that is a thousandth.
    marginal_step: 100_000,
};

impl TaxRules for Bangladesh {
    fn country() -> &'static Country {
        &COUNTRY
    }

    fn assess(facts: &Facts<'_>, ledger: &mut Ledger) -> Result<(), TaxError> {
        let who = Taxpayer::of(facts);
        let given = Given::of(facts);
        let base = given.taxed(facts);
        let taxes = Taxes::of(facts, &who, &base);
        report::report(facts, &who, &given, &base, &taxes, ledger);
        ignored(facts, &who, &given, &base, ledger);
        Ok(())
    }

    fn is_couple_assessed_together(_: &Facts<'_>) -> bool {
        false
    }

    /// Salary where there is some, of which a part is free; otherwise other income.
    fn next_unit(facts: &Facts<'_>) -> (&'static IncomeKind, Person) {
        let kind = if facts.sum(&on::SALARY) > 0 {
            &on::SALARY
        } else {
            &on::OTHER
        };
        (kind, Person::Taxpayer)
    }
}

pfms_tax::export_tax_rules!(Bangladesh);

/// Says what had no influence, and what is left out.
fn ignored(facts: &Facts<'_>, who: &Taxpayer, given: &Given, base: &Taxed, ledger: &mut Ledger) {
    if WEALTH_SURCHARGE.at(who.year).is_none() {
        let why = "Its figures for the assessment year 2025-26 could not be verified; it is left out.";
        ledger.ignore("surcharge.wealth", why);
        ledger.ignore("surcharge.environment", why);
    }
    if given.dividends != 0 && DIVIDENDS_RATE.at(who.year).is_none() {
        ledger.ignore(
            on::DIVIDENDS.name,
            "No rate of their own is known for individuals in 2025-26: they are taxed like ordinary income.",
        );
    }
    if given.gains_precious != 0 && GAINS_PRECIOUS_RATE.at(who.year).is_none() {
        ledger.ignore(
            on::PRECIOUS_GAIN.name,
            "How such gains were taxed in 2025-26 could not be verified; they are left out.",
        );
    }
    if who.is_foreigner && INVESTMENTS.iter().any(|category| facts.spent(category) > 0) {
        ledger.ignore(
            "investment-rebate",
            "It is for residents and for Bangladeshis abroad (s. 78).",
        );
    }
    if facts
        .of_kind(&on::OTHER_GAIN)
        .any(|income| income.acquired.is_none())
    {
        ledger.ignore(
            "holding-period",
            "A gain without a day of purchase is taken as not held for long, at ordinary rates.",
        );
    }
    let later = "It lessens no other income of the year, or not all (s. 70); whether it may be carried forward is not \
                 worked out here.";
    for (what, loss) in [
        ("loss.business", base.lost.business),
        ("loss.gains", base.lost.gains),
        ("loss.other", base.lost.other),
    ] {
        if loss > 0 {
            ledger.ignore(what, later);
        }
    }
    ledger.ignore(
        "filing-date",
        "A rebate for early and additional tax for late filing depend on the day of filing and are left out.",
    );
}
