//! The figures of the law, by year.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::Description;
use crate::LoadError;
use crate::describe::{invalid, is_dotted, is_label, is_text};

/// Most figures of a year.
const MAX_PARAMETERS: usize = 5_000;
/// Longest source, in characters.
const SOURCE_CHARS: usize = 1_000;
/// Most bands of a schedule.
const MAX_BANDS: usize = 1_000;

/// How well a figure is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// Read from the primary text.
    Primary,
    /// Two independent rule engines carry the same figure.
    TwoEngines,
    /// One rule engine or one library of an authority carries it.
    OneEngine,
    /// Press, advisers, calculators.
    Secondary,
}

impl Mark {
    /// The mark as the contract calls it, for example "two-engines".
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::TwoEngines => "two-engines",
            Self::OneEngine => "one-engine",
            Self::Secondary => "secondary",
        }
    }
}

/// A band and its rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bracket {
    /// Where the band begins, in minor units.
    pub lower: i64,
    /// Where it ends; none: it does not.
    pub upper: Option<i64>,
    /// Its rate, in millionths.
    pub rate: i64,
}

/// What a parameter is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ParameterValue {
    /// An amount in minor units.
    Amount(i64),
    /// A rate in millionths.
    Rate(i64),
    /// A number, such as an age.
    Whole(i64),
    /// A number with a fraction, written exactly.
    Decimal(String),
    /// Rates by band, each beginning where the one before ends.
    Schedule(Vec<Bracket>),
}

/// A figure of the law.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// Lower case words joined by hyphens and dots; unique in its year.
    pub id: String,
    /// For people, 1 to 200 characters.
    pub label: String,
    /// Its value in the year.
    pub value: ParameterValue,
    /// Where it stands in the law, 1 to 1,000 characters.
    pub source: String,
    /// How well it is known.
    pub mark: Mark,
}

/// The parameters of every year of a country.
#[derive(Debug, Clone, Default)]
pub(crate) struct Figures(HashMap<u16, Year>);

#[derive(Debug, Clone, Default)]
struct Year {
    parameters: Vec<Parameter>,
    /// Positions by id.
    positions: HashMap<String, usize>,
}

impl Figures {
    /// Takes the parameters of a year of the description, or says what is wrong with them.
    pub(crate) fn add(
        &mut self,
        description: &Description,
        year: u16,
        parameters: Vec<Parameter>,
    ) -> Result<(), LoadError> {
        if parameters.len() > MAX_PARAMETERS {
            return wrong(year, format!("must be at most {MAX_PARAMETERS}"));
        }
        let verified = description.year(year).is_some_and(|described| described.verified);
        let mut positions = HashMap::with_capacity(parameters.len());
        for (position, parameter) in parameters.iter().enumerate() {
            check(parameter).or_else(|problem| {
                let shown: String = parameter.id.chars().take(100).collect();
                wrong(year, format!("\"{shown}\" {problem}"))
            })?;
            if verified && parameter.mark == Mark::Secondary {
                let id = &parameter.id;
                return wrong(
                    year,
                    format!("\"{id}\" is secondary, but the year says that it is verified"),
                );
            }
            if positions.insert(parameter.id.clone(), position).is_some() {
                return wrong(year, format!("\"{}\" must be given only once", parameter.id));
            }
        }
        self.0.insert(
            year,
            Year {
                parameters,
                positions,
            },
        );
        Ok(())
    }

    /// Those of a year.
    pub(crate) fn of(&self, year: u16) -> Option<&[Parameter]> {
        self.0.get(&year).map(|year| year.parameters.as_slice())
    }

    /// Says of an id whether a year has a parameter of that name.
    pub(crate) fn names(&self, year: u16) -> impl Fn(&str) -> bool {
        let year = self.0.get(&year);
        move |id| year.is_some_and(|year| year.positions.contains_key(id))
    }
}

fn check(parameter: &Parameter) -> Result<(), &'static str> {
    if !is_dotted(&parameter.id) {
        return Err("must be lower case words joined by hyphens and dots, 1 to 128 characters");
    }
    if !is_label(&parameter.label) {
        return Err("must have a label of one line, 1 to 200 characters");
    }
    if parameter.source.is_empty() || !is_text(&parameter.source, SOURCE_CHARS) {
        return Err("must have a source of 1 to 1,000 characters");
    }
    match &parameter.value {
        ParameterValue::Amount(_) | ParameterValue::Rate(_) | ParameterValue::Whole(_) => Ok(()),
        ParameterValue::Decimal(decimal) if is_decimal(decimal) => Ok(()),
        ParameterValue::Decimal(_) => Err("must be a decimal number such as \"0.125\""),
        ParameterValue::Schedule(bands) if is_schedule(bands) => Ok(()),
        ParameterValue::Schedule(_) => {
            Err("must have 1 to 1,000 bands, the lowest first, each beginning where the one before ends")
        }
    }
}

fn is_decimal(text: &str) -> bool {
    let digits =
        |part: &str| !part.is_empty() && part.len() <= 40 && part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    match unsigned.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(unsigned),
    }
}

fn is_schedule(bands: &[Bracket]) -> bool {
    let rises = |band: &Bracket| band.upper.is_none_or(|upper| band.lower < upper);
    (1..=MAX_BANDS).contains(&bands.len())
        && bands.iter().all(rises)
        && bands.windows(2).all(|pair| pair[0].upper == Some(pair[1].lower))
}

fn wrong<T>(year: u16, problem: impl AsRef<str>) -> Result<T, LoadError> {
    invalid("parameters", format!("{year}: {}", problem.as_ref()))
}
