//! Notifies when an expense is the Nth of its kind in a day: "the third coffee today".
//!
//! The count comes from the expenses that the host shows, never from memory: an event that is delivered
//! twice, or late, gives the same answer.

use pfms_rules::{
    Action, AutomationRule, Description, Event, Expense, ExpenseFilter, FactRequest, Input, Notification,
    Priority, RecentExpensesRequest, RuleError,
};
use serde::Deserialize;

/// Which expenses count, and how many are a habit.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Text to be found in the description, the merchant or a tag, whatever the case.
    pub keyword: Option<String>,
    /// Name of the category, whatever the case.
    pub category: Option<String>,
    /// How many make a habit; at least 1.
    pub count: u32,
    /// What is counted, for the message; the keyword or the category when absent.
    pub label: Option<String>,
}

/// JSON Schema of [`Config`].
pub const CONFIG_SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "required": ["count"],
  "anyOf": [{"required": ["keyword"]}, {"required": ["category"]}],
  "properties": {
    "keyword": {"type": "string", "minLength": 1, "maxLength": 100,
      "description": "Text to be found in the description, the merchant or a tag, whatever the case."},
    "category": {"type": "string", "minLength": 1, "maxLength": 100,
      "description": "Name of the category, whatever the case."},
    "count": {"type": "integer", "minimum": 1, "maximum": 500,
      "description": "Notify at this many in one day."},
    "label": {"type": "string", "minLength": 1, "maxLength": 100,
      "description": "What is counted, for the message."}
  }
}"#;

/// The rule.
#[derive(Debug, Clone, Copy)]
pub struct HabitCounter;

impl AutomationRule for HabitCounter {
    type Config = Config;

    fn describe() -> Description {
        Description {
            name: "habit-counter".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            summary: "Notifies when an expense is the Nth of its kind in a day.".into(),
            config_schema: CONFIG_SCHEMA.into(),
            triggers: vec!["expense.created".into()],
            facts: vec![FactRequest::RecentExpenses(RecentExpensesRequest {
                days: 1,
                limit: 500,
                filter: ExpenseFilter::Any,
            })],
        }
    }

    fn evaluate(input: &Input, config: &Config) -> Result<Vec<Action>, RuleError> {
        let matcher = Matcher::new(config)?;
        let Event::ExpenseCreated(expense) = &input.event else {
            return Ok(vec![]);
        };
        let recent = input.facts.recent_expenses.as_deref().unwrap_or_default();
        Ok(decide(expense, recent, config.count, &matcher)
            .map(Action::Notify)
            .into_iter()
            .collect())
    }
}

/// The notification that an expense deserves, if it is number `count` of its kind on its day.
///
/// Only expenses recorded before it are counted: however many follow before the event is handled, exactly
/// one expense of a day is number `count`.
#[must_use]
pub fn decide(expense: &Expense, recent: &[Expense], count: u32, matcher: &Matcher) -> Option<Notification> {
    if !matcher.matches(expense) {
        return None;
    }
    let earlier: Vec<&Expense> = recent
        .iter()
        .filter(|other| other.date == expense.date && other.id < expense.id && matcher.matches(other))
        .collect();
    if u32::try_from(earlier.len() + 1) != Ok(count) {
        return None;
    }
    let total = earlier.iter().try_fold(expense.amount.clone(), |sum, other| {
        sum.checked_add(&other.amount)
    });
    let spent = total.map_or_else(String::new, |total| format!(", {total} in all"));
    let title = format!("{count} × {} in a day", matcher.label);
    Some(Notification::new(title, Priority::Medium).body(format!(
        "{} makes number {count} on {}{spent}.",
        expense.amount, expense.date
    )))
}

/// Tells which expenses count.
#[derive(Debug, Clone)]
pub struct Matcher {
    keyword: Option<String>,
    category: Option<String>,
    label: String,
}

impl Matcher {
    /// What a configuration asks for.
    ///
    /// # Errors
    /// When it asks for nothing, or for no number of expenses.
    pub fn new(config: &Config) -> Result<Self, RuleError> {
        let text = |value: &Option<String>| value.as_deref().map(str::trim).map(str::to_lowercase);
        let (keyword, category) = (text(&config.keyword), text(&config.category));
        let invalid = |problem: &str| Err(RuleError::InvalidConfig(problem.into()));
        if config.count == 0 {
            return invalid("count: must be at least 1");
        }
        if keyword.as_deref() == Some("") {
            return invalid("keyword: must not be empty");
        }
        if category.as_deref() == Some("") {
            return invalid("category: must not be empty");
        }
        let Some(label) = config
            .label
            .clone()
            .or(config.keyword.clone())
            .or(config.category.clone())
        else {
            return invalid("keyword: give a keyword, a category, or both");
        };
        Ok(Self {
            keyword,
            category,
            label,
        })
    }

    fn matches(&self, expense: &Expense) -> bool {
        let in_category = self.category.as_ref().is_none_or(|wanted| {
            expense
                .category
                .as_ref()
                .is_some_and(|category| category.to_lowercase() == *wanted)
        });
        let has_keyword = self.keyword.as_ref().is_none_or(|wanted| {
            [&expense.description, &expense.merchant]
                .into_iter()
                .flatten()
                .chain(&expense.tags)
                .any(|text| text.to_lowercase().contains(wanted))
        });
        in_category && has_keyword
    }
}

pfms_rules::export_automation_rule!(HabitCounter);
