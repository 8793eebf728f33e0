//! Runs cases of automation rules.

use std::path::{Path, PathBuf};

use pfms_plugin_host::{Action, EvaluateError, Host, Module};
use serde_json::Value;

use super::{CaseReport, RunError, chosen, faulty, fuel_mismatch};
use crate::answer;
use crate::case::automation::{AutomationCase, Expectation, parse};
use crate::case::compare::{Mismatch, compare};
use crate::case::{self, Node, Position};

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
    let module = host.load(component).map_err(|error| RunError::Load {
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

fn run_case(
    host: &Host,
    module: &Module,
    path: &Path,
    case: &AutomationCase,
) -> Result<CaseReport, RunError> {
    let facts = case
        .facts_for(module.description())
        .map_err(|fault| faulty(path, fault))?;
    let evaluation = host.evaluate(module, &case.context, &case.event, &facts, &case.config);
    let mut mismatches = judge(&case.expect, &evaluation.outcome);
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

fn judge(expect: &Expectation, outcome: &Result<Vec<Action>, EvaluateError>) -> Vec<Mismatch> {
    match (expect, outcome) {
        (Expectation::Actions(expected), Ok(actions)) => {
            compare("actions", expected, &answer::actions(actions))
        }
        (Expectation::Actions(expected), Err(error)) => vec![Mismatch {
            position: Position::of(expected),
            path: "actions".to_owned(),
            expected: expected.value.to_json().to_string(),
            got: format!("{}: {error}", error.reason()),
        }],
        (Expectation::Error { error, .. }, Ok(actions)) => vec![Mismatch {
            position: Position::of(error),
            path: "error".to_owned(),
            expected: error.value.clone(),
            got: answer::actions(actions).to_string(),
        }],
        (Expectation::Error { error, message }, Err(got)) => {
            let (kind, words) = match got {
                EvaluateError::InvalidConfig { message } => ("invalid-config", message.clone()),
                EvaluateError::RuleFailed { message } => ("failed", message.clone()),
                other => (other.reason(), other.to_string()),
            };
            if kind != error.value {
                return vec![Mismatch {
                    position: Position::of(error),
                    path: "error".to_owned(),
                    expected: error.value.clone(),
                    got: format!("{kind}: {words}"),
                }];
            }
            let message = message.as_ref();
            message.map_or_else(Vec::new, |node: &serde_saphyr::Spanned<Node>| {
                compare("message", node, &Value::String(words))
            })
        }
    }
}
