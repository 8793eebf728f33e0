//! Everything about a tax year in one answer.

use std::collections::BTreeMap;

use jiff::Timestamp;
use pfms_proto::tax::v1 as wire;
use pfms_runtime::parse::{wire_money, wire_time};
use pfms_types::Money;

use crate::calculation::Calculation;
use crate::country::Year;
use crate::figure::wire_parameter;
use crate::income::Income;
use crate::profile::Profile;
use crate::sandbox::Rules;
use crate::situation::Known;

/// The report without its deductions, which are shown in the terms of their countries.
#[must_use]
pub fn report(
    rules: &Rules,
    year: &Year,
    profile: &Profile,
    known: &Known,
    calculation: &Calculation,
    now: Timestamp,
) -> wire::TaxReport {
    let country = &rules.country;
    wire::TaxReport {
        year: Some(year.wire()),
        profile: Some(profile.wire(country)),
        calculation: Some(calculation.wire(false)),
        income_totals: income_totals(rules, calculation),
        incomes: known.incomes.iter().map(Income::wire).collect(),
        deduction_totals: deduction_totals(rules, calculation),
        deductions: Vec::new(),
        parameters: rules
            .figures(year.year)
            .iter()
            .map(|figure| wire_parameter(figure, country.currency))
            .collect(),
        summary: country.law.summary.clone(),
        generate_time: Some(wire_time(now)),
    }
}

/// Sums in minor units, and of how many.
#[derive(Default)]
struct Total {
    amount: i64,
    withheld: i64,
    count: i32,
}

impl Total {
    fn add(&mut self, amount: i64, withheld: i64) {
        self.amount = self.amount.saturating_add(amount);
        self.withheld = self.withheld.saturating_add(withheld);
        self.count = self.count.saturating_add(1);
    }
}

/// What was calculated with, by kind, in the country's order.
fn income_totals(rules: &Rules, calculation: &Calculation) -> Vec<wire::TaxKindTotal> {
    let mut totals: BTreeMap<&str, Total> = BTreeMap::new();
    for income in &calculation.outcome.input.incomes {
        totals
            .entry(&income.kind)
            .or_default()
            .add(income.amount, income.withheld);
    }
    let money = |minor| Some(wire_money(Money::from_minor(minor, rules.country.currency)));
    let kinds = rules.country.law.incomes.iter();
    kinds
        .filter_map(|kind| {
            let total = totals.get(kind.name.as_str())?;
            Some(wire::TaxKindTotal {
                kind: kind.name.clone(),
                label: kind.label.clone(),
                total: money(total.amount),
                withheld: money(total.withheld),
                count: total.count,
            })
        })
        .collect()
}

/// What was calculated with, by category, in the country's order.
fn deduction_totals(rules: &Rules, calculation: &Calculation) -> Vec<wire::TaxCategoryTotal> {
    let mut totals: BTreeMap<&str, Total> = BTreeMap::new();
    for deduction in &calculation.outcome.input.deductions {
        totals
            .entry(&deduction.category)
            .or_default()
            .add(deduction.amount, 0);
    }
    let money = |minor| Some(wire_money(Money::from_minor(minor, rules.country.currency)));
    let categories = rules.country.law.deductions.iter();
    categories
        .filter_map(|category| {
            let total = totals.get(category.name.as_str())?;
            Some(wire::TaxCategoryTotal {
                category: category.name.clone(),
                label: category.label.clone(),
                total: money(total.amount),
                count: total.count,
            })
        })
        .collect()
}
