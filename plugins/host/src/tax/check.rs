//! Whether an assessment is one.

use std::collections::HashSet;

use super::{Assessment, CalculateError, Figures};
use crate::describe::is_dotted;

/// Checks what must hold of every assessment, whatever the country: its lines explain exactly what is owed, can be
/// told apart, and refer to figures that people can look up.
pub(crate) fn check(assessment: &Assessment, year: u16, figures: &Figures) -> Result<(), CalculateError> {
    let invalid = |problem: String| Err(CalculateError::InvalidAssessment { problem });
    let effects: i128 = assessment.lines.iter().map(|line| i128::from(line.effect)).sum();
    if effects != i128::from(assessment.owed) {
        let owed = assessment.owed;
        return invalid(format!(
            "the effects of its lines sum to {effects}, but {owed} is owed"
        ));
    }
    let balance = i128::from(assessment.owed) - i128::from(assessment.paid);
    if balance != i128::from(assessment.balance) {
        let found = assessment.balance;
        return invalid(format!("the balance is {found}, but owed less paid is {balance}"));
    }
    let is_figure = figures.names(year);
    let mut ids = HashSet::with_capacity(assessment.lines.len());
    for line in &assessment.lines {
        let shown = || line.id.chars().take(100).collect::<String>();
        if !is_dotted(&line.id) {
            let id = shown();
            return invalid(format!(
                "the line \"{id}\" must be named by lower case words joined by hyphens and dots"
            ));
        }
        if !ids.insert(line.id.as_str()) {
            return invalid(format!("it has the line \"{}\" twice", shown()));
        }
        if let Some(unknown) = line.parameters.iter().find(|id| !is_figure(id)) {
            let parameter: String = unknown.chars().take(100).collect();
            return invalid(format!(
                "the line \"{}\" names the parameter \"{parameter}\", which {year} does not have",
                shown()
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::tax::{Line, Section};

    fn line(id: &str, effect: i64) -> Line {
        Line {
            id: id.into(),
            label: "Line".into(),
            section: Section::Tax,
            person: None,
            amount: effect,
            effect,
            formula: String::new(),
            parameters: vec![],
        }
    }

    fn assessment(lines: Vec<Line>, owed: i64, paid: i64, balance: i64) -> Assessment {
        Assessment {
            total_income: 0,
            total_deductions: 0,
            taxable_income: 0,
            capital_gains_tax: 0,
            contributions: 0,
            owed,
            paid,
            balance,
            marginal_rate: 0,
            effective_rate: 0,
            lines,
            ignored: vec![],
        }
    }

    fn problem(assessment: &Assessment) -> String {
        let error = check(assessment, 2025, &Figures::default()).unwrap_err();
        assert_eq!(error.reason(), "INVALID_ASSESSMENT");
        error.to_string()
    }

    #[test]
    fn lines_that_sum_to_what_is_owed_are_accepted() {
        let lines = vec![line("tax.wages", 300), line("credit.child", -500)];
        assert_eq!(
            check(&assessment(lines, -200, 100, -300), 2025, &Figures::default()),
            Ok(())
        );
        assert_eq!(
            check(&assessment(vec![], 0, 0, 0), 2025, &Figures::default()),
            Ok(())
        );
    }

    #[test]
    fn sums_that_differ_are_refused_and_told() {
        let text = problem(&assessment(vec![line("tax", 300)], 299, 0, 299));
        assert!(text.contains("300") && text.contains("299"), "{text}");
        let extremes = vec![line("a", i64::MAX), line("b", i64::MAX), line("c", 2)];
        problem(&assessment(extremes, 0, 0, 0));
        let text = problem(&assessment(vec![], 0, 5, 5));
        assert!(text.contains("balance"), "{text}");
        problem(&assessment(vec![line("a", i64::MIN)], i64::MIN, i64::MAX, 1));
    }

    #[test]
    fn lines_are_named_and_told_apart() {
        assert!(problem(&assessment(vec![line("tax", 0), line("tax", 0)], 0, 0, 0)).contains("twice"));
        for id in ["", "Tax", "tax..a", "tax.", "-tax", "tax-.a", "tax a"] {
            problem(&assessment(vec![line(id, 0)], 0, 0, 0));
        }
    }

    #[test]
    fn parameters_that_nobody_can_look_up_are_refused() {
        let lines = vec![Line {
            parameters: vec!["allowance".into()],
            ..line("tax", 0)
        }];
        assert!(problem(&assessment(lines, 0, 0, 0)).contains("allowance"));
    }
}
