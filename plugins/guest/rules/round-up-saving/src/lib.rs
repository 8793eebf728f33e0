//! Saves what is missing to the next round amount of each expense, as a jar for small change would.

use pfms_rules::config::Amount;
use pfms_rules::{
    Action, AutomationRule, Description, Event, Expense, FactRequest, Goal, Input, Money, RuleError, Saving,
};
use serde::Deserialize;

/// Where to save, and how much.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Config {
    /// The goal's id.
    pub goal_id: String,
    /// Expenses are rounded up to a multiple of this. Expenses in other currencies are left out.
    pub round_to: Amount,
    /// How many times the difference is saved; 1 to 10.
    #[serde(default = "one")]
    pub times: u32,
}

fn one() -> u32 {
    1
}

/// JSON Schema of [`Config`].
pub const CONFIG_SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "required": ["goalId", "roundTo"],
  "properties": {
    "goalId": {"type": "string", "minLength": 1, "maxLength": 64, "description": "The goal's id."},
    "roundTo": {"type": "object", "additionalProperties": false, "required": ["amount", "currency"],
      "description": "Expenses are rounded up to a multiple of this.",
      "properties": {
        "amount": {"type": "string", "pattern": "^\\d+(\\.\\d+)?$"},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}}},
    "times": {"type": "integer", "minimum": 1, "maximum": 10, "default": 1,
      "description": "How many times the difference is saved."}
  }
}"#;

/// The rule.
#[derive(Debug, Clone, Copy)]
pub struct RoundUpSaving;

impl AutomationRule for RoundUpSaving {
    type Config = Config;

    fn describe() -> Description {
        Description {
            name: "round-up-saving".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            summary: "Saves what is missing to the next round amount of each expense.".into(),
            config_schema: CONFIG_SCHEMA.into(),
            triggers: vec!["expense.created".into()],
            facts: vec![FactRequest::Goals],
        }
    }

    fn evaluate(input: &Input, config: &Config) -> Result<Vec<Action>, RuleError> {
        if !(1..=10).contains(&config.times) {
            return Err(RuleError::InvalidConfig("times: must be 1 to 10".into()));
        }
        if !config.round_to.is_positive() {
            return Err(RuleError::InvalidConfig("roundTo: must be more than zero".into()));
        }
        let Event::ExpenseCreated(expense) = &input.event else {
            return Ok(vec![]);
        };
        let Some(unit) = config.round_to.minor_like(&expense.amount)? else {
            return Ok(vec![]);
        };
        let goals = input.facts.goals.as_deref().unwrap_or_default();
        let Some(goal) = goals.iter().find(|goal| goal.id == config.goal_id) else {
            return Err(RuleError::Failed(
                "the goal is not there any more: choose another".into(),
            ));
        };
        Ok(saving(expense, goal, unit, config.times)
            .map(Action::Save)
            .into_iter()
            .collect())
    }
}

/// What an expense puts aside for a goal, at most what the goal lacks. Refunds put nothing aside.
#[must_use]
pub fn saving(expense: &Expense, goal: &Goal, unit: i64, times: u32) -> Option<Saving> {
    if expense.amount.minor <= 0 || goal.target.currency != expense.amount.currency {
        return None;
    }
    let missing = match expense.amount.minor.checked_rem(unit)? {
        0 => return None,
        over => unit.checked_sub(over)?,
    };
    let lacks = goal.target.checked_sub(&goal.saved)?.minor;
    let minor = missing.checked_mul(times.into())?.min(lacks);
    (minor > 0).then(|| Saving {
        goal_id: goal.id.clone(),
        amount: expense.amount.with_minor(minor),
        note: note(&expense.amount, expense.merchant.as_deref()),
    })
}

fn note(amount: &Money, merchant: Option<&str>) -> String {
    match merchant {
        Some(merchant) => format!(
            "Rounded up {amount} at {}",
            merchant.chars().take(100).collect::<String>()
        ),
        None => format!("Rounded up {amount}"),
    }
}

pfms_rules::export_automation_rule!(RoundUpSaving);
