//! Runs cases of tax rules.

use std::path::{Path, PathBuf};

use pfms_plugin_host::tax::{Assessment, CalculateError, Description, TaxError};
use pfms_plugin_host::{Host, TaxModule};

use super::{CaseReport, RunError, chosen, faulty, fuel_mismatch};
use crate::case::compare::Mismatch;
use crate::case::tax::{Expectation, Expected, TaxCase, parse};
use crate::case::{self, Fault, Position};

/// Runs the chosen cases of some files, in their order.
///
/// # Errors
/// When the component is not accepted or a file is wrong.
pub fn run(
    host: &Host,
    component: &[u8],
    files: &[PathBuf],
    filter: Option<&str>,
) -> Result<Vec<CaseReport>, RunError> {
    let module = host.load_tax(component).map_err(|error| RunError::Load {
        reason: error.reason(),
        message: error.to_string(),
    })?;
    let mut reports = Vec::new();
    for path in files {
        for case in case::read(path, parse)? {
            if chosen(filter, &case.name) {
                reports.push(run_case(host, &module, path, &case)?);
            }
        }
    }
    Ok(reports)
}

fn run_case(host: &Host, module: &TaxModule, path: &Path, case: &TaxCase) -> Result<CaseReport, RunError> {
    let country = module.description();
    let input = case.input_for(country).map_err(|fault| faulty(path, fault))?;
    let evaluation = host.calculate(module, &input);
    let mut mismatches = judge(country, case, &evaluation.outcome).map_err(|fault| faulty(path, fault))?;
    // What went wrong takes other fuel than what goes right.
    if mismatches.is_empty() {
        mismatches.extend(fuel_mismatch(case.fuel_limit, evaluation.fuel));
    }
    Ok(CaseReport {
        path: path.to_owned(),
        position: case.position,
        name: case.name.clone(),
        mismatches,
        fuel: evaluation.fuel,
        memory_bytes: evaluation.memory_bytes,
        duration: evaluation.duration,
        logs: evaluation.logs,
    })
}

fn judge(
    country: &Description,
    case: &TaxCase,
    outcome: &Result<Assessment, CalculateError>,
) -> Result<Vec<Mismatch>, Fault> {
    match (&case.expect, outcome) {
        (Expectation::Assessment(expected), Ok(assessment)) => {
            let mut mismatches = Vec::new();
            for expected in expected {
                mismatches.extend(differs(country, expected, assessment)?);
            }
            Ok(mismatches)
        }
        (Expectation::Assessment(_), Err(error)) => Ok(vec![Mismatch {
            position: case.position,
            path: "expect".to_owned(),
            expected: "an assessment".to_owned(),
            got: format!("{}: {error}", error.reason()),
        }]),
        (Expectation::Error { error, .. }, Ok(assessment)) => Ok(vec![Mismatch {
            position: Position::of(error),
            path: "error".to_owned(),
            expected: error.value.clone(),
            got: format!("an assessment: {} owed", amount(country, assessment.owed)),
        }]),
        (Expectation::Error { error, field }, Err(got)) => {
            let reason = got.reason().to_lowercase().replace('_', "-");
            let mut mismatches = Vec::new();
            if reason != error.value {
                mismatches.push(Mismatch {
                    position: Position::of(error),
                    path: "error".to_owned(),
                    expected: error.value.clone(),
                    got: format!("{reason}: {got}"),
                });
            } else if let Some(field) = field
                && !fields(got).contains(&field.value.as_str())
            {
                mismatches.push(Mismatch {
                    position: Position::of(field),
                    path: "field".to_owned(),
                    expected: field.value.clone(),
                    got: got.to_string(),
                });
            }
            Ok(mismatches)
        }
    }
}

fn differs(country: &Description, expected: &Expected, got: &Assessment) -> Result<Option<Mismatch>, Fault> {
    let decimals = |text: &serde_saphyr::Spanned<String>| {
        case::amount(&text.value, country.exponent).map_err(|problem| Fault::at(text, problem))
    };
    let unless = |equal: bool, position, path: String, expected: &str, got: String| {
        (!equal).then(|| Mismatch {
            position,
            path,
            expected: expected.to_owned(),
            got,
        })
    };
    Ok(match expected {
        Expected::Sum(name, text) => {
            let sum = sum(got, name);
            let equal = decimals(text)? == sum;
            unless(
                equal,
                Position::of(text),
                (*name).to_owned(),
                &text.value,
                amount(country, sum),
            )
        }
        Expected::Rate(name, text) => {
            let rate = match *name {
                "marginalRate" => got.marginal_rate,
                _ => got.effective_rate,
            };
            let wanted = case::rate(&text.value).map_err(|problem| Fault::at(text, problem))?;
            let got = case::rate_text(rate);
            unless(
                wanted == rate,
                Position::of(text),
                (*name).to_owned(),
                &text.value,
                got,
            )
        }
        Expected::Line(id, text) => {
            let wanted = decimals(text)?;
            let line = got.lines.iter().find(|line| line.id == id.value);
            let shown = match line {
                Some(line) => format!("{}: {}", amount(country, line.amount), line.formula),
                None => format!(
                    "no such line; there are: {}",
                    listed(got.lines.iter().map(|line| &*line.id))
                ),
            };
            // What has no influence has no line.
            let equal = line.map_or(0, |line| line.amount) == wanted;
            unless(
                equal,
                Position::of(text),
                format!("lines.{}", id.value),
                &text.value,
                shown,
            )
        }
        Expected::Ignored(what) => {
            let equal = got.ignored.iter().any(|ignored| ignored.what == what.value);
            let there = listed(got.ignored.iter().map(|ignored| &*ignored.what));
            unless(
                equal,
                Position::of(what),
                "ignored".to_owned(),
                &what.value,
                there,
            )
        }
    })
}

fn sum(assessment: &Assessment, name: &str) -> i64 {
    match name {
        "totalIncome" => assessment.total_income,
        "totalDeductions" => assessment.total_deductions,
        "taxableIncome" => assessment.taxable_income,
        "capitalGainsTax" => assessment.capital_gains_tax,
        "contributions" => assessment.contributions,
        "owed" => assessment.owed,
        "paid" => assessment.paid,
        _ => assessment.balance,
    }
}

/// What an error names.
fn fields(error: &CalculateError) -> Vec<&str> {
    match error {
        CalculateError::Refused(TaxError::MissingFields(names)) => names.iter().map(String::as_str).collect(),
        CalculateError::Refused(TaxError::InvalidFields(problems)) => {
            problems.iter().map(|problem| problem.field.as_str()).collect()
        }
        CalculateError::Refused(TaxError::OutOfRange(what)) => vec![what],
        _ => vec![],
    }
}

fn amount(country: &Description, minor: i64) -> String {
    case::amount_text(minor, country.exponent)
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}
