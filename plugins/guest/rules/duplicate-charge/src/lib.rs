//! Notifies when a merchant charges the same amount twice within days.
//!
//! Of two such expenses the one that was recorded later is told of, so that a pair is told of once, in whatever order
//! the events are handled.

use pfms_rules::config::Amount;
use pfms_rules::{
    Action, AutomationRule, Description, Event, Expense, ExpenseFilter, FactRequest, Input, Notification,
    Priority, RecentExpensesRequest, RuleError,
};
use serde::Deserialize;

/// Most days between two charges.
const MAX_DAYS: u16 = 14;

/// What counts as a duplicate.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Config {
    /// How many days may lie between the two; 0 asks for the same day. Up to 14.
    #[serde(default = "one")]
    pub days: u16,
    /// Amounts below this are left out: two coffees are no mistake. Applies to its own currency.
    pub at_least: Option<Amount>,
    /// Merchants that are left out, whatever the case.
    #[serde(default)]
    pub except: Vec<String>,
}

fn one() -> u16 {
    1
}

/// JSON Schema of [`Config`].
pub const CONFIG_SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "days": {"type": "integer", "minimum": 0, "maximum": 14, "default": 1,
      "description": "How many days may lie between the two charges; 0: the same day."},
    "atLeast": {"type": "object", "additionalProperties": false, "required": ["amount", "currency"],
      "description": "Amounts below this are left out.",
      "properties": {
        "amount": {"type": "string", "pattern": "^\\d+(\\.\\d+)?$"},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}}},
    "except": {"type": "array", "maxItems": 100, "items": {"type": "string", "minLength": 1, "maxLength": 200},
      "description": "Merchants that are left out, whatever the case."}
  }
}"#;

/// The rule.
#[derive(Debug, Clone, Copy)]
pub struct DuplicateCharge;

impl AutomationRule for DuplicateCharge {
    type Config = Config;

    fn describe() -> Description {
        Description {
            name: "duplicate-charge".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            summary: "Notifies when a merchant charges the same amount twice within days.".into(),
            config_schema: CONFIG_SCHEMA.into(),
            triggers: vec!["expense.created".into()],
            facts: vec![FactRequest::RecentExpenses(RecentExpensesRequest {
                days: MAX_DAYS + 1,
                limit: 100,
                filter: ExpenseFilter::SameMerchant,
            })],
        }
    }

    fn evaluate(input: &Input, config: &Config) -> Result<Vec<Action>, RuleError> {
        if config.days > MAX_DAYS {
            return Err(RuleError::InvalidConfig(format!(
                "days: must be at most {MAX_DAYS}"
            )));
        }
        let Event::ExpenseCreated(expense) = &input.event else {
            return Ok(vec![]);
        };
        let Some(merchant) = expense.merchant.as_deref() else {
            return Ok(vec![]);
        };
        if is_left_out(expense, merchant, config)? {
            return Ok(vec![]);
        }
        let recent = input.facts.recent_expenses.as_deref().unwrap_or_default();
        Ok(duplicate(expense, merchant, recent, config.days)
            .map(Action::Notify)
            .into_iter()
            .collect())
    }
}

fn is_left_out(expense: &Expense, merchant: &str, config: &Config) -> Result<bool, RuleError> {
    let name = merchant.trim().to_lowercase();
    if config
        .except
        .iter()
        .any(|except| except.trim().to_lowercase() == name)
    {
        return Ok(true);
    }
    let least = match &config.at_least {
        Some(least) => least.minor_like(&expense.amount)?.unwrap_or(1),
        None => 1,
    };
    Ok(expense.amount.minor < least.max(1))
}

/// The notification that an expense deserves, if the same was charged before.
#[must_use]
pub fn duplicate(expense: &Expense, merchant: &str, recent: &[Expense], days: u16) -> Option<Notification> {
    let near = |other: &&Expense| {
        other.id < expense.id
            && other.amount == expense.amount
            && other.date.days_since(expense.date).unsigned_abs() <= u32::from(days)
    };
    let earlier: Vec<&Expense> = recent.iter().filter(near).collect();
    let last = earlier.iter().max_by_key(|other| &other.id)?;
    let times = earlier.len() + 1;
    let often = if times == 2 {
        "twice".to_owned()
    } else {
        format!("{times} times")
    };
    let merchant: String = merchant
        .chars()
        .filter(|char| !char.is_control())
        .take(100)
        .collect();
    let title = format!("{merchant} charged {} {often}", expense.amount);
    let when = if last.date == expense.date {
        format!("Both are of {}.", expense.date)
    } else {
        format!("On {} and on {}.", last.date, expense.date)
    };
    Some(
        Notification::new(title, Priority::High)
            .body(format!("{when} If one is a mistake, ask for it back.")),
    )
}

pfms_rules::export_automation_rule!(DuplicateCharge);
