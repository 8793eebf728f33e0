//! Canada's federal income tax on individuals for 2025, with contributions to the Canada Pension Plan and employment
//! insurance. The taxes of provinces and territories are not part of it.
//!
//! The order of the calculation is that of the return: total income, net income, tax by bands, credits at the lowest
//! rate ([`credits`]), the credit for dividends; [`contributions`] take part in each step.
//!
//! Nowhere does another dollar cost more than a dollar: all amounts are reduced by degrees.

#![forbid(unsafe_code)]

mod contributions;
mod credits;
mod declared;
mod figures {
    pfms_tax::figures!();
}
mod income;

use pfms_tax::{ByBand, Country, Facts, IncomeKind, Ledger, Person, Section, TaxError, TaxRules};

use crate::contributions::{CENT, Contributions, Pension};
use crate::declared as on;
use crate::figures::{
    CREDIT_RATE, DIVIDENDS_ELIGIBLE_CREDIT, DIVIDENDS_OTHER_CREDIT, EMPLOYMENT_INSURANCE_CEILING,
    EMPLOYMENT_INSURANCE_RATE, INCOME_TAX, PENSION_BASE, PENSION_CEILING, PENSION_ENHANCEMENT,
    PENSION_EXEMPTION, PENSION_SECOND, PENSION_SECOND_CEILING,
};
use crate::income::Income;

/// Canada.
pub struct Canada;

static COUNTRY: Country = Country {
    name: "tax-ca",
    version: env!("CARGO_PKG_VERSION"),
    summary: "Federal income tax on individuals in Canada for 2025, with contributions to the Canada Pension Plan and \
              employment insurance. Covered: employment, self-employment, pensions, interest, dividends of Canadian \
              companies with gross-up and credit, capital gains; registered plans, dues; credits for the basic \
              personal amount, age, a spouse, employment, disability, contributions and medical expenses. Not covered: \
              the taxes of provinces and territories, without which the result is not what a person owes in all; \
              Quebec, its pension plan and its abatement; alternative minimum tax, repayment of old age security, the \
              Canada workers benefit and child benefit, donations, the pension income amount, tuition, carers, the \
              top-up of credits above 57,375, losses and credits of other years, foreign tax. Figures on credits' \
              rate, capital gains, gross-up, medical expenses and contributions are secondary.",
    code: "CA",
    currency: "CAD",
    exponent: 2,
    regions: &[],
    figures: &figures::FIGURES,
    profile: &[
        &on::AGE,
        &on::SPOUSE,
        &on::SPOUSE_INCOME,
        &on::DISABLED,
        &on::PENSION_PLAN,
    ],
    incomes: &[
        &on::EMPLOYMENT,
        &on::SELF_EMPLOYMENT,
        &on::PENSION,
        &on::INTEREST,
        &on::ELIGIBLE,
        &on::OTHER_DIVIDENDS,
        &on::GAIN,
        &on::OTHER,
    ],
    deductions: &[&on::SAVINGS_PLAN, &on::PENSION_PLANS, &on::DUES, &on::MEDICAL],
    marginal_step: 10_000,
};

impl TaxRules for Canada {
    fn country() -> &'static Country {
        &COUNTRY
    }

    fn assess(facts: &Facts<'_>, ledger: &mut Ledger) -> Result<(), TaxError> {
        let contributions = Contributions::of(facts);
        let income = Income::of(facts, &contributions);
        income.report(facts, ledger);
        let tax = ledger.by_band(
            facts,
            &ByBand {
                id: "tax",
                label: "Federal income tax",
                schedule: &INCOME_TAX,
                below: 0,
                amount: income.taxable(),
                rounding: CENT,
                person: None,
                section: Section::Tax,
                is_on_capital_gains: false,
            },
        );
        lessen(facts, &income, &contributions, tax, ledger);
        contribute(facts, &contributions, ledger);
        if income.capital_loss > 0 {
            ledger.ignore(
                "loss.capital",
                "A capital loss lessens gains only; whether it may be used in another year is not worked out here.",
            );
        }
        if income.unused_loss > 0 {
            ledger.ignore(
                "loss.other",
                "It exceeds all other income; whether it may be used in another year is not worked out here.",
            );
        }
        ledger.ignore(
            "provincial-tax",
            "The tax of the province or territory is not part of this result.",
        );
        Ok(())
    }

    fn is_couple_assessed_together(_: &Facts<'_>) -> bool {
        false
    }

    /// Pay where there is some; otherwise other income.
    fn next_unit(facts: &Facts<'_>) -> (&'static IncomeKind, Person) {
        let kind = if facts.sum(&on::EMPLOYMENT) > 0 {
            &on::EMPLOYMENT
        } else {
            &on::OTHER
        };
        (kind, Person::Taxpayer)
    }
}

pfms_tax::export_tax_rules!(Canada);

/// Takes credits from the tax, each as far as there is tax left.
fn lessen(facts: &Facts<'_>, income: &Income, contributions: &Contributions, tax: i64, ledger: &mut Ledger) {
    let year = facts.year();
    let rate = CREDIT_RATE.at(year);
    let mut left = tax;
    let mut take = |credit: i64| {
        let taken = credit.min(left);
        left -= taken;
        taken
    };
    let mut amounts = 0;
    let mut sum = 0;
    for one in credits::amounts(facts, income.net(), contributions) {
        // The sum of amounts is what the rate is of; lines share the rounding of the whole.
        amounts += one.amount;
        let credit = rate.of(amounts).round(CENT) - sum;
        sum += credit;
        let mut entry = ledger
            .credit(one.id, one.label, take(credit))
            .because(&[&rate, &" of ", &one.amount, &", as far as there is tax"])
            .uses(&CREDIT_RATE);
        for figure in one.figures {
            entry = entry.uses(figure);
        }
    }
    for (id, label, amount, figure) in [
        (
            "credit.eligible-dividends",
            "Credit for eligible dividends",
            income.eligible.taxed(),
            &DIVIDENDS_ELIGIBLE_CREDIT,
        ),
        (
            "credit.other-dividends",
            "Credit for other dividends of Canadian companies",
            income.other_dividends.taxed(),
            &DIVIDENDS_OTHER_CREDIT,
        ),
    ] {
        let rate = figure.at(year);
        ledger
            .credit(id, label, take(rate.of(amount).round(CENT)))
            .because(&[&rate, &" of ", &amount, &", as far as there is tax"])
            .uses(figure);
    }
}

fn contribute(facts: &Facts<'_>, of: &Contributions, ledger: &mut Ledger) {
    let year = facts.year();
    let base = PENSION_BASE.at(year) + PENSION_ENHANCEMENT.at(year);
    let mut pension = |id: &str, label: &str, part: Pension, halves: i64| {
        let who = if halves == 2 { ", both halves" } else { "" };
        ledger
            .contribution(id, label, halves * (part.base + part.enhancement))
            .because(&[
                &base,
                &" of ",
                &part.earnings,
                &" between ",
                &PENSION_EXEMPTION.at(year),
                &" and ",
                &PENSION_CEILING.at(year),
                &who,
            ])
            .uses(&PENSION_BASE)
            .uses(&PENSION_ENHANCEMENT)
            .uses(&PENSION_EXEMPTION)
            .uses(&PENSION_CEILING);
        ledger
            .contribution(
                &format!("{id}-second"),
                &format!("{label}, second contribution"),
                halves * part.second,
            )
            .because(&[
                &PENSION_SECOND.at(year),
                &" of ",
                &part.second_earnings,
                &" between ",
                &PENSION_CEILING.at(year),
                &" and ",
                &PENSION_SECOND_CEILING.at(year),
                &who,
            ])
            .uses(&PENSION_SECOND)
            .uses(&PENSION_SECOND_CEILING);
    };
    pension("contribution.pension-plan", "Canada Pension Plan", of.employee, 1);
    pension(
        "contribution.pension-plan-self-employed",
        "Canada Pension Plan on profit",
        of.self_employed,
        2,
    );
    ledger
        .contribution(
            "contribution.employment-insurance",
            "Employment insurance",
            of.insurance,
        )
        .because(&[
            &EMPLOYMENT_INSURANCE_RATE.at(year),
            &" of ",
            &of.insured,
            &", at most ",
            &EMPLOYMENT_INSURANCE_CEILING.at(year),
        ])
        .uses(&EMPLOYMENT_INSURANCE_RATE)
        .uses(&EMPLOYMENT_INSURANCE_CEILING);
}
