//! What shall come of a person's year.

use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::case::{Fault, Node, Position};

/// The errors by which rules refuse an input.
const ERRORS: [&str; 6] = [
    "unsupported-year",
    "unsupported-region",
    "wrong-currency",
    "missing-fields",
    "invalid-fields",
    "out-of-range",
];

/// What shall come of a case.
#[derive(Debug, Clone)]
pub enum Expectation {
    /// An assessment with these figures; the rest is free.
    Assessment(Vec<Expected>),
    /// No assessment.
    Error {
        /// For example "missing-fields".
        error: Spanned<String>,
        /// One that it must name.
        field: Option<Spanned<String>>,
    },
}

/// Something that an assessment must hold. Texts are decimals.
#[derive(Debug, Clone)]
pub enum Expected {
    /// One of its sums, by the name that cases give it.
    Sum(&'static str, Spanned<String>),
    /// One of its rates, by the name that cases give it.
    Rate(&'static str, Spanned<String>),
    /// The amount of a line, by its id.
    Line(Spanned<String>, Spanned<String>),
    /// Something that it says to have left out.
    Ignored(Spanned<String>),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RawExpect {
    total_income: Option<Spanned<String>>,
    total_deductions: Option<Spanned<String>>,
    taxable_income: Option<Spanned<String>>,
    capital_gains_tax: Option<Spanned<String>>,
    contributions: Option<Spanned<String>>,
    owed: Option<Spanned<String>>,
    paid: Option<Spanned<String>>,
    balance: Option<Spanned<String>>,
    marginal_rate: Option<Spanned<String>>,
    effective_rate: Option<Spanned<String>>,
    lines: Option<Spanned<Node>>,
    #[serde(default)]
    ignored: Vec<Spanned<String>>,
    error: Option<Spanned<String>>,
    field: Option<Spanned<String>>,
}

impl RawExpect {
    pub(super) fn read(self, position: Position) -> Result<Expectation, Fault> {
        let fault = |message: &str| Fault {
            position: Some(position),
            message: message.to_owned(),
        };
        let mut expected = Vec::new();
        let sums = [
            ("totalIncome", self.total_income),
            ("totalDeductions", self.total_deductions),
            ("taxableIncome", self.taxable_income),
            ("capitalGainsTax", self.capital_gains_tax),
            ("contributions", self.contributions),
            ("owed", self.owed),
            ("paid", self.paid),
            ("balance", self.balance),
        ];
        for (name, text) in sums {
            expected.extend(text.map(|text| Expected::Sum(name, text)));
        }
        for (name, text) in [
            ("marginalRate", self.marginal_rate),
            ("effectiveRate", self.effective_rate),
        ] {
            expected.extend(text.map(|text| Expected::Rate(name, text)));
        }
        if let Some(lines) = self.lines {
            expected.extend(read_lines(lines)?);
        }
        expected.extend(self.ignored.into_iter().map(Expected::Ignored));
        match (self.error, self.field) {
            (Some(error), field) if expected.is_empty() => {
                if ERRORS.contains(&error.value.as_str()) {
                    return Ok(Expectation::Error { error, field });
                }
                Err(Fault::at(&error, format!("must be one of {}", ERRORS.join(", "))))
            }
            (None, None) if !expected.is_empty() => Ok(Expectation::Assessment(expected)),
            _ => Err(fault(
                "must hold either figures, or `error`, which `field` may follow",
            )),
        }
    }
}

fn read_lines(lines: Spanned<Node>) -> Result<Vec<Expected>, Fault> {
    let Node::Map(entries) = lines.value else {
        return Err(Fault::at(&lines, "must be ids of lines with their amounts"));
    };
    let line = |(id, amount): (Spanned<String>, Spanned<Node>)| match amount.value {
        Node::Text(text) => Ok(Expected::Line(
            id,
            Spanned {
                value: text,
                referenced: amount.referenced,
                defined: amount.defined,
            },
        )),
        _ => Err(Fault::at(
            &amount,
            "is an amount: write it in quotes, as in \"12.00\"",
        )),
    };
    entries.into_iter().map(line).collect()
}
