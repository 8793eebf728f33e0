//! Splits an income among savings goals, each a percentage or a fixed amount.
//!
//! What the shares leave stays with the person. A goal gets no more than it lacks, and all of them together no more
//! than came in; those that are named first are served first.

use pfms_rules::config::Amount;
use pfms_rules::{
    Action, AutomationRule, Description, Event, FactRequest, Goal, Input, Money, NamedEvent, RuleError,
    Saving,
};
use serde::Deserialize;

/// Most shares: a rule may ask for ten actions.
const MAX_SHARES: usize = 10;

/// Which income, and how to split it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Config {
    /// In the order in which they are served; up to 10.
    pub shares: Vec<Share>,
    /// Incomes below this are left alone. Applies to its own currency; incomes in others are left alone too.
    pub at_least: Option<Amount>,
    /// Only incomes from a source of this name, whatever the case.
    pub source: Option<String>,
}

/// What a goal gets.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Share {
    /// The goal's id.
    pub goal_id: String,
    /// Percent of the income, with up to two decimals; rounded down.
    pub percent: Option<Percent>,
    /// Or a fixed amount.
    pub amount: Option<Amount>,
}

/// A percentage in hundredths of a percent, read from a number such as 12.5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "f64")]
pub struct Percent(u32);

impl TryFrom<f64> for Percent {
    type Error = &'static str;

    fn try_from(percent: f64) -> Result<Self, Self::Error> {
        let problem = "percent must be 0.01 to 100, with up to two decimals";
        let hundredths = (percent * 100.0).round();
        if !(1.0..=10_000.0).contains(&hundredths) || (hundredths / 100.0 - percent).abs() > 1e-9 {
            return Err(problem);
        }
        // Within 1 to 10,000, and whole.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        Ok(Self(hundredths as u32))
    }
}

impl Percent {
    /// The part of an amount in minor units, rounded down.
    #[must_use]
    pub fn of(self, minor: i64) -> i64 {
        let part = i128::from(minor) * i128::from(self.0) / 10_000;
        // At most the amount itself.
        i64::try_from(part).unwrap_or(minor)
    }
}

/// JSON Schema of [`Config`].
pub const CONFIG_SCHEMA: &str = r##"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "required": ["shares"],
  "$defs": {"money": {"type": "object", "additionalProperties": false, "required": ["amount", "currency"],
    "properties": {
      "amount": {"type": "string", "pattern": "^\\d+(\\.\\d+)?$"},
      "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}}}},
  "properties": {
    "shares": {"type": "array", "minItems": 1, "maxItems": 10,
      "description": "What each goal gets, in the order in which they are served.",
      "items": {"type": "object", "additionalProperties": false, "required": ["goalId"],
        "oneOf": [{"required": ["percent"]}, {"required": ["amount"]}],
        "properties": {
          "goalId": {"type": "string", "minLength": 1, "maxLength": 64},
          "percent": {"type": "number", "minimum": 0.01, "maximum": 100, "multipleOf": 0.01},
          "amount": {"$ref": "#/$defs/money"}}}},
    "atLeast": {"$ref": "#/$defs/money", "description": "Incomes below this are left alone."},
    "source": {"type": "string", "minLength": 1, "maxLength": 200,
      "description": "Only incomes from a source of this name."}
  }
}"##;

/// The rule.
#[derive(Debug, Clone, Copy)]
pub struct PaydaySplit;

impl AutomationRule for PaydaySplit {
    type Config = Config;

    fn describe() -> Description {
        Description {
            name: "payday-split".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            summary: "Splits an income among savings goals.".into(),
            config_schema: CONFIG_SCHEMA.into(),
            triggers: vec!["income.received".into()],
            facts: vec![FactRequest::Goals],
        }
    }

    fn evaluate(input: &Input, config: &Config) -> Result<Vec<Action>, RuleError> {
        check(config)?;
        let Event::Named(event) = &input.event else {
            return Ok(vec![]);
        };
        let Some(income) = event.money("amount") else {
            return Err(RuleError::Failed("the income has no amount".into()));
        };
        if !applies(event, income, config)? {
            return Ok(vec![]);
        }
        let goals = input.facts.goals.as_deref().unwrap_or_default();
        let source = event.text("source").unwrap_or("an income");
        split(income, source, &config.shares, goals)
    }
}

fn check(config: &Config) -> Result<(), RuleError> {
    let invalid = |problem: String| Err(RuleError::InvalidConfig(problem));
    if config.shares.is_empty() || config.shares.len() > MAX_SHARES {
        return invalid(format!("shares: must be 1 to {MAX_SHARES}"));
    }
    for (position, share) in config.shares.iter().enumerate() {
        if share.percent.is_some() == share.amount.is_some() {
            return invalid(format!("shares[{position}]: give either percent or amount"));
        }
        if share.amount.as_ref().is_some_and(|amount| !amount.is_positive()) {
            return invalid(format!("shares[{position}].amount: must be more than zero"));
        }
        if config.shares[..position]
            .iter()
            .any(|earlier| earlier.goal_id == share.goal_id)
        {
            return invalid(format!("shares[{position}].goalId: must be named only once"));
        }
    }
    let hundredths: u32 = config
        .shares
        .iter()
        .filter_map(|share| share.percent)
        .map(|percent| percent.0)
        .sum();
    if hundredths > 10_000 {
        return invalid("shares: must not exceed 100 percent together".into());
    }
    Ok(())
}

fn applies(event: &NamedEvent, income: &Money, config: &Config) -> Result<bool, RuleError> {
    let from_source = config.source.as_ref().is_none_or(|wanted| {
        event
            .text("source")
            .is_some_and(|source| source.trim().to_lowercase() == wanted.trim().to_lowercase())
    });
    let enough = match &config.at_least {
        Some(least) => least
            .minor_like(income)?
            .is_some_and(|least| income.minor >= least),
        None => true,
    };
    Ok(from_source && enough && income.minor > 0)
}

/// What each goal gets. Goals in another currency than the income get nothing.
///
/// # Errors
/// When a goal does not exist, or a fixed amount has more digits than the currency.
pub fn split(
    income: &Money,
    source: &str,
    shares: &[Share],
    goals: &[Goal],
) -> Result<Vec<Action>, RuleError> {
    let mut left = income.minor;
    let mut actions = Vec::new();
    for (position, share) in shares.iter().enumerate() {
        let Some(goal) = goals.iter().find(|goal| goal.id == share.goal_id) else {
            return Err(RuleError::Failed(format!(
                "the goal of shares[{position}] is not there any more: choose another"
            )));
        };
        let asked = match (&share.percent, &share.amount) {
            (Some(percent), _) => Some(percent.of(income.minor)),
            (None, Some(amount)) => amount.minor_like(income)?,
            (None, None) => None,
        };
        let lacks = goal
            .target
            .checked_sub(&goal.saved)
            .filter(|lacks| lacks.currency == income.currency);
        let (Some(asked), Some(lacks)) = (asked, lacks) else {
            continue;
        };
        let minor = asked.min(lacks.minor).min(left);
        if minor > 0 {
            left -= minor;
            actions.push(Action::Save(Saving {
                goal_id: goal.id.clone(),
                amount: income.with_minor(minor),
                note: format!("From {}", source.chars().take(150).collect::<String>()),
            }));
        }
    }
    Ok(actions)
}

pfms_rules::export_automation_rule!(PaydaySplit);
