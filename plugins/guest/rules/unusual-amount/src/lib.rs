//! Notifies when an expense is far above what is usual at its merchant.
//!
//! Usual is the median of the earlier expenses there: a single outlier does not move it, unlike a mean.

use pfms_rules::config::Amount;
use pfms_rules::{
    Action, AutomationRule, Description, Event, Expense, ExpenseFilter, FactRequest, Input, Notification,
    Priority, RecentExpensesRequest, RuleError,
};
use serde::Deserialize;

/// What counts as unusual.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Config {
    /// Unusual begins at this many percent of the median; 110 to 10,000.
    #[serde(default = "double")]
    pub percent: u32,
    /// How many earlier expenses there must be; 3 to 100.
    #[serde(default = "five")]
    pub history: u32,
    /// And the difference to the median must be at least this. Applies to its own currency.
    pub at_least_more: Option<Amount>,
}

fn double() -> u32 {
    200
}

fn five() -> u32 {
    5
}

/// JSON Schema of [`Config`].
pub const CONFIG_SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "percent": {"type": "integer", "minimum": 110, "maximum": 10000, "default": 200,
      "description": "Unusual begins at this many percent of the median."},
    "history": {"type": "integer", "minimum": 3, "maximum": 100, "default": 5,
      "description": "How many earlier expenses there must be."},
    "atLeastMore": {"type": "object", "additionalProperties": false, "required": ["amount", "currency"],
      "description": "The difference to the median must be at least this.",
      "properties": {
        "amount": {"type": "string", "pattern": "^\\d+(\\.\\d+)?$"},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}}}
  }
}"#;

/// The rule.
#[derive(Debug, Clone, Copy)]
pub struct UnusualAmount;

impl AutomationRule for UnusualAmount {
    type Config = Config;

    fn describe() -> Description {
        Description {
            name: "unusual-amount".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            summary: "Notifies when an expense is far above what is usual at its merchant.".into(),
            config_schema: CONFIG_SCHEMA.into(),
            triggers: vec!["expense.created".into()],
            facts: vec![FactRequest::RecentExpenses(RecentExpensesRequest {
                days: 366,
                limit: 100,
                filter: ExpenseFilter::SameMerchant,
            })],
        }
    }

    fn evaluate(input: &Input, config: &Config) -> Result<Vec<Action>, RuleError> {
        if !(110..=10_000).contains(&config.percent) {
            return Err(RuleError::InvalidConfig("percent: must be 110 to 10000".into()));
        }
        if !(3..=100).contains(&config.history) {
            return Err(RuleError::InvalidConfig("history: must be 3 to 100".into()));
        }
        let Event::ExpenseCreated(expense) = &input.event else {
            return Ok(vec![]);
        };
        let recent = input.facts.recent_expenses.as_deref().unwrap_or_default();
        let history = usize::try_from(config.history).unwrap_or(usize::MAX);
        let Some((median, count)) = usual(expense, recent).filter(|(_, count)| *count >= history) else {
            return Ok(vec![]);
        };
        let more = expense.amount.minor.saturating_sub(median);
        let least = match &config.at_least_more {
            Some(least) => least.minor_like(&expense.amount)?.unwrap_or(0),
            None => 0,
        };
        let reaches =
            i128::from(expense.amount.minor) * 100 >= i128::from(median) * i128::from(config.percent);
        if median <= 0 || !reaches || more < least {
            return Ok(vec![]);
        }
        Ok(vec![Action::Notify(notification(expense, median, count))])
    }
}

/// The median of the earlier expenses in the same currency, in minor units, and how many there are. Of an even number
/// it is the lower one of the two in the middle, which is an amount that was really spent.
#[must_use]
pub fn usual(expense: &Expense, recent: &[Expense]) -> Option<(i64, usize)> {
    let mut amounts: Vec<i64> = recent
        .iter()
        .filter(|other| other.id < expense.id && other.amount.currency == expense.amount.currency)
        .map(|other| other.amount.minor)
        .collect();
    amounts.sort_unstable();
    let median = *amounts.get(amounts.len().checked_sub(1)? / 2)?;
    Some((median, amounts.len()))
}

fn notification(expense: &Expense, median: i64, count: usize) -> Notification {
    let merchant = expense.merchant.as_deref().unwrap_or("this merchant");
    let merchant: String = merchant
        .chars()
        .filter(|char| !char.is_control())
        .take(100)
        .collect();
    let usual = expense.amount.with_minor(median);
    // In tenths, rounded to the nearest.
    let tenths = (i128::from(expense.amount.minor) * 20 + i128::from(median)) / (i128::from(median) * 2);
    let title = format!("{} at {merchant} is unusual", expense.amount);
    let body = format!(
        "{}.{} times the usual {usual}, the median of your last {count} expenses there.",
        tenths / 10,
        tenths % 10
    );
    Notification::new(title, Priority::High).body(body)
}

pfms_rules::export_automation_rule!(UnusualAmount);
