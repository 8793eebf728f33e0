//! Notifies when a budget is spent faster than its period passes, while there is still time to slow down.
//!
//! An expense tells of the budgets that it pushes ahead of their pace, and of those that it exhausts: each once, at the
//! crossing. A schedule tells of all budgets that are ahead.

use pfms_rules::{
    Action, AutomationRule, Budget, Date, Description, Event, Expense, FactRequest, Input, Notification,
    Priority, RuleError,
};
use serde::Deserialize;

/// Most notifications of one event: a rule may ask for ten actions.
const MAX_NOTIFICATIONS: usize = 10;

/// When a budget is ahead.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// By how many percentage points of the limit what is spent must be ahead of the time that has passed; 1 to 100.
    #[serde(default = "ten")]
    pub ahead: u32,
    /// Names of the budgets to watch, whatever the case; all when absent.
    pub budgets: Option<Vec<String>>,
}

fn ten() -> u32 {
    10
}

/// JSON Schema of [`Config`].
pub const CONFIG_SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "ahead": {"type": "integer", "minimum": 1, "maximum": 100, "default": 10,
      "description": "By how many percentage points the spending must be ahead of the time that has passed."},
    "budgets": {"type": "array", "minItems": 1, "maxItems": 100,
      "items": {"type": "string", "minLength": 1, "maxLength": 200},
      "description": "Names of the budgets to watch; all when absent."}
  }
}"#;

/// The rule.
#[derive(Debug, Clone, Copy)]
pub struct BudgetPace;

impl AutomationRule for BudgetPace {
    type Config = Config;

    fn describe() -> Description {
        Description {
            name: "budget-pace".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            summary: "Notifies when a budget is spent faster than its period passes.".into(),
            config_schema: CONFIG_SCHEMA.into(),
            triggers: vec!["expense.created".into(), "time".into()],
            facts: vec![FactRequest::Budgets],
        }
    }

    fn evaluate(input: &Input, config: &Config) -> Result<Vec<Action>, RuleError> {
        if !(1..=100).contains(&config.ahead) {
            return Err(RuleError::InvalidConfig("ahead: must be 1 to 100".into()));
        }
        let watched = |budget: &&Budget| {
            config.budgets.as_ref().is_none_or(|names| {
                let name = budget.name.trim().to_lowercase();
                names.iter().any(|wanted| wanted.trim().to_lowercase() == name)
            })
        };
        let budgets = input
            .facts
            .budgets
            .as_deref()
            .unwrap_or_default()
            .iter()
            .filter(watched);
        let today = input.context.user.today;
        let told: Vec<Action> = budgets
            .filter_map(|budget| match &input.event {
                Event::ExpenseCreated(expense) => crossing(budget, expense, today, config.ahead),
                Event::Time(tick) => {
                    let state = State::of(budget, budget.spent.minor, tick.date, config.ahead)?;
                    (state != State::OnPace).then(|| notification(budget, tick.date, state))
                }
                _ => None,
            })
            .map(Action::Notify)
            .take(MAX_NOTIFICATIONS)
            .collect();
        Ok(told)
    }
}

/// How a budget stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Within what the time that has passed allows.
    OnPace,
    /// Spent faster than that.
    Ahead,
    /// More spent than the limit.
    Exceeded,
}

impl State {
    /// How a budget stands on a day when so much of it is spent; none when the day is not in its period, or there is
    /// no limit to compare with.
    #[must_use]
    pub fn of(budget: &Budget, spent: i64, day: Date, ahead: u32) -> Option<Self> {
        let (elapsed, whole) = days(budget, day)?;
        let limit = i128::from(budget.limit.minor);
        if limit <= 0 {
            return None;
        }
        let spent = i128::from(spent);
        Some(if spent > limit {
            Self::Exceeded
        } else if spent * 100 * whole >= limit * (elapsed * 100 + i128::from(ahead) * whole) {
            Self::Ahead
        } else {
            Self::OnPace
        })
    }
}

/// The days of a budget's period up to a day, and all of them.
fn days(budget: &Budget, day: Date) -> Option<(i128, i128)> {
    let within = (budget.first_day..=budget.last_day).contains(&day);
    let elapsed = i128::from(day.days_since(budget.first_day)) + 1;
    let whole = i128::from(budget.last_day.days_since(budget.first_day)) + 1;
    within.then_some((elapsed, whole))
}

/// The notification of an expense that makes a budget's state worse.
fn crossing(budget: &Budget, expense: &Expense, today: Date, ahead: u32) -> Option<Notification> {
    let counts = expense.amount.currency == budget.limit.currency
        && (budget.first_day..=budget.last_day).contains(&expense.date)
        && budget
            .category_id
            .as_ref()
            .is_none_or(|id| expense.category_id.as_ref() == Some(id));
    if !counts {
        return None;
    }
    let before = budget.spent.minor.checked_sub(expense.amount.minor)?;
    let state = State::of(budget, budget.spent.minor, today, ahead)?;
    (state > State::of(budget, before, today, ahead)?).then(|| notification(budget, today, state))
}

fn notification(budget: &Budget, day: Date, state: State) -> Notification {
    let name: String = budget
        .name
        .chars()
        .filter(|char| !char.is_control())
        .take(100)
        .collect();
    let limit = i128::from(budget.limit.minor);
    let spent = i128::from(budget.spent.minor);
    let percent = spent * 100 / limit.max(1);
    let (elapsed, whole) = days(budget, day).unwrap_or((1, 1));
    if state == State::Exceeded {
        let over = budget
            .spent
            .checked_sub(&budget.limit)
            .map_or_else(String::new, |over| format!(" by {over}"));
        let body = format!(
            "{} of {} is spent after {elapsed} of {whole} days.",
            budget.spent, budget.limit
        );
        return Notification::new(format!("Budget {name} is exceeded{over}"), Priority::High).body(body);
    }
    let forecast = i64::try_from(spent * whole / elapsed.max(1)).map_or_else(
        |_| String::new(),
        |minor| format!(" At this pace it will be {}.", budget.limit.with_minor(minor)),
    );
    let body = format!(
        "{percent} % of {} is spent after {elapsed} of {whole} days.{forecast}",
        budget.limit
    );
    Notification::new(format!("Budget {name} is spent too fast"), Priority::Medium).body(body)
}

pfms_rules::export_automation_rule!(BudgetPace);
