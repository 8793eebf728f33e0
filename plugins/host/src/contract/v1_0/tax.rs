//! Tax rules.

use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{Result, Store};

use super::lend::date as lend_date;
use super::take::date as take_date;
use super::tax_bindings::exports::pfms::rules::tax as exported;
use super::tax_bindings::pfms::rules::tax_types as wit;
use super::tax_bindings::{TaxRules, TaxRulesPre};
use crate::sandbox::Sandbox;
use crate::tax;

/// A component that implements this version.
pub(crate) struct Country(TaxRulesPre<Sandbox>);

impl Country {
    pub(crate) fn link(linker: &mut Linker<Sandbox>, component: &Component) -> Result<Self> {
        TaxRules::add_to_linker::<_, HasSelf<_>>(linker, |sandbox| sandbox)?;
        TaxRulesPre::new(linker.instantiate_pre(component)?).map(Self)
    }

    pub(crate) fn describe(&self, store: &mut Store<Sandbox>) -> Result<tax::Description> {
        let instance = self.0.instantiate(&mut *store)?;
        instance.pfms_rules_tax().call_describe(store).map(description)
    }

    pub(crate) fn parameters(
        &self,
        store: &mut Store<Sandbox>,
        year: u16,
    ) -> Result<std::result::Result<Vec<tax::Parameter>, tax::TaxError>> {
        let instance = self.0.instantiate(&mut *store)?;
        let answer = instance.pfms_rules_tax().call_parameters(store, year)?;
        Ok(answer
            .map(|parameters| parameters.into_iter().map(parameter).collect())
            .map_err(tax_error))
    }

    pub(crate) fn calculate(
        &self,
        store: &mut Store<Sandbox>,
        given: &tax::Input,
    ) -> Result<std::result::Result<tax::Assessment, tax::TaxError>> {
        let profile: Vec<_> = given.profile.iter().map(lend_entry).collect();
        let incomes: Vec<_> = given.incomes.iter().map(lend_income).collect();
        let deductions: Vec<_> = given.deductions.iter().map(lend_deduction).collect();
        let input = wit::Input {
            year: given.year,
            currency: &given.currency,
            region: given.region.as_deref(),
            profile: &profile,
            incomes: &incomes,
            deductions: &deductions,
            prepaid: given.prepaid,
        };
        let instance = self.0.instantiate(&mut *store)?;
        let answer = instance.pfms_rules_tax().call_calculate(store, input)?;
        Ok(answer.map(assessment).map_err(tax_error))
    }
}

impl wit::Host for Sandbox {}

fn lend_entry(entry: &tax::ProfileEntry) -> wit::ProfileEntry<'_> {
    wit::ProfileEntry {
        name: &entry.name,
        value: match &entry.value {
            tax::FieldValue::Flag(flag) => wit::FieldValueParam::Flag(*flag),
            tax::FieldValue::Whole(whole) => wit::FieldValueParam::Whole(*whole),
            tax::FieldValue::Wholes(wholes) => wit::FieldValueParam::Wholes(wholes),
            tax::FieldValue::Amount(amount) => wit::FieldValueParam::Amount(*amount),
            tax::FieldValue::Choice(choice) => wit::FieldValueParam::Choice(choice),
        },
    }
}

fn lend_income(income: &tax::Income) -> wit::Income<'_> {
    wit::Income {
        id: &income.id,
        kind: &income.kind,
        person: lend_person(income.person),
        amount: income.amount,
        date: lend_date(income.date),
        acquired: income.acquired.map(lend_date),
        withheld: income.withheld,
    }
}

fn lend_deduction(deduction: &tax::Deduction) -> wit::Deduction<'_> {
    wit::Deduction {
        id: &deduction.id,
        category: &deduction.category,
        person: lend_person(deduction.person),
        amount: deduction.amount,
    }
}

fn lend_person(person: tax::Person) -> wit::Person {
    match person {
        tax::Person::Taxpayer => wit::Person::Taxpayer,
        tax::Person::Partner => wit::Person::Partner,
    }
}

fn description(description: exported::Description) -> tax::Description {
    tax::Description {
        name: description.name,
        version: description.version,
        summary: description.summary,
        country: description.country,
        currency: description.currency,
        exponent: description.exponent,
        regions: description
            .regions
            .into_iter()
            .map(|region| tax::Region {
                code: region.code,
                name: region.name,
            })
            .collect(),
        years: description.years.into_iter().map(year).collect(),
        profile: description.profile.into_iter().map(profile_field).collect(),
        incomes: description
            .incomes
            .into_iter()
            .map(|kind| tax::IncomeKind {
                name: kind.name,
                label: kind.label,
                help: kind.help,
                may_be_negative: kind.may_be_negative,
                has_holding_period: kind.has_holding_period,
            })
            .collect(),
        deductions: description
            .deductions
            .into_iter()
            .map(|category| tax::DeductionCategory {
                name: category.name,
                label: category.label,
                help: category.help,
            })
            .collect(),
    }
}

fn year(year: wit::TaxYear) -> tax::TaxYear {
    tax::TaxYear {
        year: year.year,
        label: year.label,
        first_day: take_date(year.first_day),
        last_day: take_date(year.last_day),
        verified: year.verified,
    }
}

fn profile_field(field: wit::ProfileField) -> tax::ProfileField {
    tax::ProfileField {
        name: field.name,
        label: field.label,
        help: field.help,
        kind: match field.kind {
            wit::FieldKind::Flag => tax::FieldKind::Flag,
            wit::FieldKind::Whole(range) => tax::FieldKind::Whole(bounds(range)),
            wit::FieldKind::Wholes(range) => tax::FieldKind::Wholes(bounds(range)),
            wit::FieldKind::Amount(range) => tax::FieldKind::Amount(bounds(range)),
            wit::FieldKind::Choice(choices) => tax::FieldKind::Choice(
                choices
                    .into_iter()
                    .map(|choice| tax::Choice {
                        value: choice.value,
                        label: choice.label,
                    })
                    .collect(),
            ),
        },
        default_value: field.default_value.map(field_value),
        years: field.years,
    }
}

fn bounds(bounds: wit::Bounds) -> tax::Bounds {
    tax::Bounds {
        least: bounds.least,
        greatest: bounds.greatest,
    }
}

fn field_value(value: wit::FieldValueResult) -> tax::FieldValue {
    match value {
        wit::FieldValueResult::Flag(flag) => tax::FieldValue::Flag(flag),
        wit::FieldValueResult::Whole(whole) => tax::FieldValue::Whole(whole),
        wit::FieldValueResult::Wholes(wholes) => tax::FieldValue::Wholes(wholes),
        wit::FieldValueResult::Amount(amount) => tax::FieldValue::Amount(amount),
        wit::FieldValueResult::Choice(choice) => tax::FieldValue::Choice(choice),
    }
}

fn parameter(parameter: wit::Parameter) -> tax::Parameter {
    tax::Parameter {
        id: parameter.id,
        label: parameter.label,
        value: match parameter.value {
            wit::ParameterValue::Amount(amount) => tax::ParameterValue::Amount(amount),
            wit::ParameterValue::Rate(rate) => tax::ParameterValue::Rate(rate),
            wit::ParameterValue::Whole(whole) => tax::ParameterValue::Whole(whole),
            wit::ParameterValue::Decimal(decimal) => tax::ParameterValue::Decimal(decimal),
            wit::ParameterValue::Schedule(bands) => tax::ParameterValue::Schedule(
                bands
                    .into_iter()
                    .map(|band| tax::Bracket {
                        lower: band.lower,
                        upper: band.upper,
                        rate: band.rate,
                    })
                    .collect(),
            ),
        },
        source: parameter.source,
        mark: match parameter.mark {
            wit::Mark::Primary => tax::Mark::Primary,
            wit::Mark::TwoEngines => tax::Mark::TwoEngines,
            wit::Mark::OneEngine => tax::Mark::OneEngine,
            wit::Mark::Secondary => tax::Mark::Secondary,
        },
    }
}

fn assessment(assessment: wit::Assessment) -> tax::Assessment {
    tax::Assessment {
        total_income: assessment.total_income,
        total_deductions: assessment.total_deductions,
        taxable_income: assessment.taxable_income,
        capital_gains_tax: assessment.capital_gains_tax,
        contributions: assessment.contributions,
        owed: assessment.owed,
        paid: assessment.paid,
        balance: assessment.balance,
        marginal_rate: assessment.marginal_rate,
        effective_rate: assessment.effective_rate,
        lines: assessment.lines.into_iter().map(line).collect(),
        ignored: assessment
            .ignored
            .into_iter()
            .map(|ignored| tax::Ignored {
                what: ignored.what,
                why: ignored.why,
            })
            .collect(),
    }
}

fn line(line: wit::Line) -> tax::Line {
    tax::Line {
        id: line.id,
        label: line.label,
        section: match line.section {
            wit::Section::Income => tax::Section::Income,
            wit::Section::Adjustment => tax::Section::Adjustment,
            wit::Section::Deduction => tax::Section::Deduction,
            wit::Section::Taxable => tax::Section::Taxable,
            wit::Section::Tax => tax::Section::Tax,
            wit::Section::Credit => tax::Section::Credit,
            wit::Section::Surcharge => tax::Section::Surcharge,
            wit::Section::Contribution => tax::Section::Contribution,
            wit::Section::Total => tax::Section::Total,
        },
        person: line.person.map(|person| match person {
            wit::Person::Taxpayer => tax::Person::Taxpayer,
            wit::Person::Partner => tax::Person::Partner,
        }),
        amount: line.amount,
        effect: line.effect,
        formula: line.formula,
        parameters: line.parameters,
    }
}

fn tax_error(error: exported::TaxError) -> tax::TaxError {
    match error {
        exported::TaxError::UnsupportedYear(year) => tax::TaxError::UnsupportedYear(year),
        exported::TaxError::UnsupportedRegion(region) => tax::TaxError::UnsupportedRegion(region),
        exported::TaxError::WrongCurrency(currency) => tax::TaxError::WrongCurrency(currency),
        exported::TaxError::MissingFields(fields) => tax::TaxError::MissingFields(fields),
        exported::TaxError::InvalidFields(fields) => tax::TaxError::InvalidFields(
            fields
                .into_iter()
                .map(|field| tax::FieldProblem {
                    field: field.field,
                    problem: field.problem,
                })
                .collect(),
        ),
        exported::TaxError::OutOfRange(what) => tax::TaxError::OutOfRange(what),
    }
}
