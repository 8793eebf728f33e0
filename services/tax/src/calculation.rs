//! A tax, calculated and explained.

use std::collections::BTreeMap;

use jiff::Timestamp;
use pfms_plugin_host::tax::{Assessment, Ignored, Input, Line, Parameter, Section};
use pfms_proto::tax::v1 as wire;
use pfms_runtime::parse::{wire_money, wire_time};
use pfms_types::{Currency, Id, Money};

use crate::figure::{rate, wire_parameter};
use crate::person;
use crate::situation::wire_input;

/// Most calculations that are kept of one tax year of a user.
pub const MAX_KEPT: i64 = 50;

/// Never a value: it only tells ids apart.
#[derive(Debug)]
pub enum CalculationMarker {}

/// The id of a calculation.
pub type CalculationId = Id<CalculationMarker>;

/// What a component made of a situation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// In which every amount is.
    pub currency: Currency,
    /// What calculated.
    pub component: Component,
    /// Whether every figure of the year is better than secondary.
    pub verified: bool,
    /// What it was given.
    pub input: Input,
    /// What it was not given, and why.
    pub left_out: Vec<Ignored>,
    /// What came out.
    pub assessment: Assessment,
    /// The figures that its lines refer to.
    pub figures: Vec<Parameter>,
    /// What it used of its fuel.
    pub fuel: i64,
}

/// A component, as calculations name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// As it describes itself.
    pub name: String,
    /// As it describes itself.
    pub version: String,
    /// SHA-256 of its bytes, 64 hexadecimal digits in lower case.
    pub hash: String,
}

/// A stored calculation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calculation {
    /// Its id.
    pub id: CalculationId,
    /// SHA-256 of the situation and the component.
    pub digest: [u8; 32],
    /// What came out.
    pub outcome: Outcome,
    /// When.
    pub calculated_at: Timestamp,
}

impl Calculation {
    /// As it goes out.
    #[must_use]
    pub fn wire(&self, stale: bool) -> wire::TaxCalculation {
        wire::TaxCalculation {
            id: self.id.to_string(),
            stale,
            calculate_time: Some(wire_time(self.calculated_at)),
            ..self.outcome.wire()
        }
    }

    /// The same without lines, figures and situation.
    #[must_use]
    pub fn wire_brief(&self, stale: bool) -> wire::TaxCalculation {
        wire::TaxCalculation {
            lines: Vec::new(),
            ignored: Vec::new(),
            parameters: Vec::new(),
            situation: None,
            ..self.wire(stale)
        }
    }
}

impl Outcome {
    /// As it goes out, where nothing is stored.
    #[must_use]
    pub fn wire(&self) -> wire::TaxCalculation {
        let assessment = &self.assessment;
        let money = |minor| Some(wire_money(Money::from_minor(minor, self.currency)));
        let ignored = self.left_out.iter().chain(&assessment.ignored);
        wire::TaxCalculation {
            id: String::new(),
            year: self.input.year.into(),
            country: self.country.clone(),
            region: self.input.region.clone().unwrap_or_default(),
            total_income: money(assessment.total_income),
            total_deductions: money(assessment.total_deductions),
            taxable_income: money(assessment.taxable_income),
            capital_gains_tax: money(assessment.capital_gains_tax),
            contributions: money(assessment.contributions),
            owed: money(assessment.owed),
            paid: money(assessment.paid),
            balance: money(assessment.balance),
            marginal_rate: rate(assessment.marginal_rate),
            effective_rate: rate(assessment.effective_rate),
            lines: assessment.lines.iter().map(|line| self.wire_line(line)).collect(),
            ignored: ignored
                .map(|one| wire::TaxIgnored {
                    what: one.what.clone(),
                    why: one.why.clone(),
                })
                .collect(),
            parameters: self
                .figures
                .iter()
                .map(|figure| wire_parameter(figure, self.currency))
                .collect(),
            situation: Some(wire_input(&self.input, self.currency)),
            component: Some(wire::TaxComponentVersion {
                name: self.component.name.clone(),
                version: self.component.version.clone(),
                hash: self.component.hash.clone(),
            }),
            verified: self.verified,
            fuel: self.fuel,
            stale: false,
            calculate_time: None,
        }
    }

    fn wire_line(&self, line: &Line) -> wire::TaxLine {
        let money = |minor| Some(wire_money(Money::from_minor(minor, self.currency)));
        wire::TaxLine {
            line: line.id.clone(),
            label: line.label.clone(),
            section: wire_section(line.section).into(),
            person: line.person.map_or(0, |whose| person::wire(whose).into()),
            amount: money(line.amount),
            effect: money(line.effect),
            formula: line.formula.clone(),
            parameters: line.parameters.clone(),
        }
    }
}

/// The figures that an assessment's lines refer to, in the order of the law.
#[must_use]
pub fn figures_of(assessment: &Assessment, all: &[Parameter]) -> Vec<Parameter> {
    let named = |id: &String| assessment.lines.iter().any(|line| line.parameters.contains(id));
    all.iter().filter(|figure| named(&figure.id)).cloned().collect()
}

/// Where two calculations differ, line by line; nothing when they are in different currencies.
#[must_use]
pub fn compare(base: &Outcome, changed: &Outcome) -> wire::CalculateTaxWhatIfResponse {
    let mut answer = wire::CalculateTaxWhatIfResponse {
        base: Some(base.wire()),
        changed: Some(changed.wire()),
        ..wire::CalculateTaxWhatIfResponse::default()
    };
    if base.currency != changed.currency {
        return answer;
    }
    let money = |minor| Some(wire_money(Money::from_minor(minor, base.currency)));
    let more = |changed: i64, base: i64| changed.saturating_sub(base);
    answer.differences = pairs(&base.assessment, &changed.assessment)
        .into_iter()
        .filter(|pair| {
            let figures = |line: &Line| (line.amount, line.effect);
            pair.base.map(figures) != pair.changed.map(figures)
        })
        .map(|pair| wire::TaxDifference {
            line: pair.shown.id.clone(),
            label: pair.shown.label.clone(),
            section: wire_section(pair.shown.section).into(),
            base_amount: pair.base.and_then(|line| money(line.amount)),
            changed_amount: pair.changed.and_then(|line| money(line.amount)),
            effect_difference: money(more(effect(pair.changed), effect(pair.base))),
        })
        .collect();
    answer.owed_difference = money(more(changed.assessment.owed, base.assessment.owed));
    answer.balance_difference = money(more(changed.assessment.balance, base.assessment.balance));
    answer
}

/// A line in two assessments; in one of them at least.
struct Pair<'a> {
    shown: &'a Line,
    base: Option<&'a Line>,
    changed: Option<&'a Line>,
}

/// Lines by their ids, in the order of the report.
fn pairs<'a>(base: &'a Assessment, changed: &'a Assessment) -> Vec<Pair<'a>> {
    let by_id = |assessment: &'a Assessment| -> BTreeMap<&'a str, (usize, &'a Line)> {
        let lines = assessment.lines.iter().enumerate();
        lines
            .map(|(position, line)| (line.id.as_str(), (position, line)))
            .collect()
    };
    let (before, after) = (by_id(base), by_id(changed));
    let mut found: Vec<(Section, usize, bool, Pair<'a>)> = Vec::new();
    for (id, (position, line)) in &after {
        let pair = Pair {
            shown: line,
            base: before.get(id).map(|(_, line)| *line),
            changed: Some(line),
        };
        found.push((line.section, *position, false, pair));
    }
    for (id, (position, line)) in &before {
        if !after.contains_key(id) {
            let pair = Pair {
                shown: line,
                base: Some(line),
                changed: None,
            };
            found.push((line.section, *position, true, pair));
        }
    }
    found.sort_by_key(|(section, position, gone, _)| (*section, *position, *gone));
    found.into_iter().map(|(.., pair)| pair).collect()
}

fn effect(line: Option<&Line>) -> i64 {
    line.map_or(0, |line| line.effect)
}

fn wire_section(section: Section) -> wire::TaxSection {
    match section {
        Section::Income => wire::TaxSection::Income,
        Section::Adjustment => wire::TaxSection::Adjustment,
        Section::Deduction => wire::TaxSection::Deduction,
        Section::Taxable => wire::TaxSection::Taxable,
        Section::Tax => wire::TaxSection::Tax,
        Section::Credit => wire::TaxSection::Credit,
        Section::Surcharge => wire::TaxSection::Surcharge,
        Section::Contribution => wire::TaxSection::Contribution,
        Section::Total => wire::TaxSection::Total,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(id: &str, section: Section, amount: i64) -> Line {
        Line {
            id: id.into(),
            label: id.into(),
            section,
            person: None,
            amount,
            effect: amount,
            formula: String::new(),
            parameters: vec![format!("rate.{id}")],
        }
    }

    fn outcome(lines: Vec<Line>) -> Outcome {
        let owed = lines.iter().map(|line| line.effect).sum();
        Outcome {
            country: "US".into(),
            currency: Currency::USD,
            component: Component {
                name: "tax-us".into(),
                version: "1.0.0".into(),
                hash: "ab".repeat(32),
            },
            verified: true,
            input: Input {
                year: 2025,
                currency: "USD".into(),
                region: None,
                profile: vec![],
                incomes: vec![],
                deductions: vec![],
                prepaid: 0,
            },
            left_out: vec![],
            assessment: Assessment {
                total_income: 0,
                total_deductions: 0,
                taxable_income: 0,
                capital_gains_tax: 0,
                contributions: 0,
                owed,
                paid: 0,
                balance: owed,
                marginal_rate: 0,
                effective_rate: 0,
                lines,
                ignored: vec![],
            },
            figures: vec![],
            fuel: 0,
        }
    }

    #[test]
    fn lines_that_differ_come_in_the_order_of_the_report() {
        let base = outcome(vec![
            line("tax", Section::Tax, 100),
            line("same", Section::Tax, 5),
            line("gone", Section::Credit, -20),
        ]);
        let changed = outcome(vec![
            line("new", Section::Adjustment, 1),
            line("tax", Section::Tax, 90),
            line("same", Section::Tax, 5),
        ]);
        let answer = compare(&base, &changed);
        let shown: Vec<_> = answer.differences.iter().map(|one| one.line.as_str()).collect();
        assert_eq!(shown, ["new", "tax", "gone"]);
        let amount = |money: &Option<pfms_proto::types::v1::Money>| money.clone().map(|money| money.amount);
        let effects: Vec<_> = answer
            .differences
            .iter()
            .map(|one| amount(&one.effect_difference))
            .collect();
        assert_eq!(
            effects,
            [Some("0.01".into()), Some("-0.10".into()), Some("0.20".into())]
        );
        assert_eq!(answer.differences[0].base_amount, None);
        assert_eq!(answer.differences[2].changed_amount, None);
        assert_eq!(amount(&answer.owed_difference).as_deref(), Some("0.11"));
    }

    #[test]
    fn amounts_of_two_currencies_are_not_compared() {
        let base = outcome(vec![line("tax", Section::Tax, 100)]);
        let changed = Outcome {
            currency: Currency::EUR,
            ..base.clone()
        };
        let answer = compare(&base, &changed);
        assert_eq!((answer.differences.len(), answer.owed_difference), (0, None));
        assert!(answer.base.is_some() && answer.changed.is_some());
    }

    proptest! {
        #[test]
        fn the_differences_sum_to_that_of_what_is_owed(
            base in prop::collection::btree_map("[a-f]", -1_000_i64..1_000, 0..6),
            changed in prop::collection::btree_map("[a-f]", -1_000_i64..1_000, 0..6),
        ) {
            let lines = |amounts: &BTreeMap<String, i64>| {
                amounts.iter().map(|(id, amount)| line(id, Section::Tax, *amount)).collect()
            };
            let (base, changed) = (outcome(lines(&base)), outcome(lines(&changed)));
            let answer = compare(&base, &changed);
            let minor = |money: &Option<pfms_proto::types::v1::Money>| {
                Money::parse(&money.as_ref().unwrap().amount, Currency::USD).unwrap().minor()
            };
            let sum: i64 = answer.differences.iter().map(|one| minor(&one.effect_difference)).sum();
            prop_assert_eq!(sum, minor(&answer.owed_difference));
            prop_assert_eq!(sum, changed.assessment.owed - base.assessment.owed);
        }
    }
}
