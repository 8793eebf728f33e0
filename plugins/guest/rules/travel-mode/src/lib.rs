//! Tags the expenses of a journey, and watches a daily allowance.
//!
//! The expenses of a journey are those within its days; where only foreign ones count, or no days are given, those in
//! another currency than the person's own. Each day's allowance is told of once, by the expense that exceeds it.

use pfms_rules::config::Amount;
use pfms_rules::{
    Action, AutomationRule, Date, Description, Event, Expense, ExpenseFilter, FactRequest, Input,
    Notification, Priority, RecentExpensesRequest, RuleError,
};
use serde::{Deserialize, Deserializer};

/// Longest tag, in characters.
const TAG_CHARS: usize = 50;

/// Which journey.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Config {
    /// What its expenses are tagged with.
    pub tag: String,
    /// The first day.
    #[serde(default, deserialize_with = "day")]
    pub from: Option<Date>,
    /// The last day.
    #[serde(default, deserialize_with = "day")]
    pub to: Option<Date>,
    /// Whether expenses in the person's own currency are left out. Without days they always are.
    #[serde(default)]
    pub only_foreign: bool,
    /// What may be spent a day, counted over the journey's expenses in this currency.
    pub daily_allowance: Option<Amount>,
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(serde::de::Error::custom)
}

/// JSON Schema of [`Config`].
pub const CONFIG_SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "required": ["tag"],
  "dependentRequired": {"from": ["to"], "to": ["from"]},
  "properties": {
    "tag": {"type": "string", "minLength": 1, "maxLength": 50,
      "description": "What the journey's expenses are tagged with."},
    "from": {"type": "string", "format": "date", "description": "The first day."},
    "to": {"type": "string", "format": "date", "description": "The last day."},
    "onlyForeign": {"type": "boolean", "default": false,
      "description": "Whether expenses in your own currency are left out. Without days they always are."},
    "dailyAllowance": {"type": "object", "additionalProperties": false, "required": ["amount", "currency"],
      "description": "What may be spent a day in this currency.",
      "properties": {
        "amount": {"type": "string", "pattern": "^\\d+(\\.\\d+)?$"},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}}}
  }
}"#;

/// The rule.
#[derive(Debug, Clone, Copy)]
pub struct TravelMode;

impl AutomationRule for TravelMode {
    type Config = Config;

    fn describe() -> Description {
        Description {
            name: "travel-mode".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            summary: "Tags the expenses of a journey, and watches a daily allowance.".into(),
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
        let journey = Journey::new(config, &input.context.user.currency)?;
        let Event::ExpenseCreated(expense) = &input.event else {
            return Ok(vec![]);
        };
        if !journey.includes(expense) {
            return Ok(vec![]);
        }
        let mut actions = Vec::new();
        if !expense.tags.iter().any(|tag| tag == journey.tag) {
            actions.push(Action::Tag(vec![journey.tag.to_owned()]));
        }
        if let Some(allowance) = &config.daily_allowance {
            let recent = input.facts.recent_expenses.as_deref().unwrap_or_default();
            actions.extend(exceeded(&journey, expense, recent, allowance)?.map(Action::Notify));
        }
        Ok(actions)
    }
}

/// Which expenses belong to a journey.
#[derive(Debug, Clone, Copy)]
pub struct Journey<'a> {
    tag: &'a str,
    days: Option<(Date, Date)>,
    /// The person's currency, where only others count.
    home: Option<&'a str>,
}

impl<'a> Journey<'a> {
    /// What a configuration describes, for a person who counts in a currency.
    ///
    /// # Errors
    /// When the tag or the days make no sense.
    pub fn new(config: &'a Config, currency: &'a str) -> Result<Self, RuleError> {
        let invalid = |problem: &str| Err(RuleError::InvalidConfig(problem.into()));
        let tag = config.tag.trim();
        if tag.is_empty() || tag.chars().count() > TAG_CHARS {
            return invalid("tag: must be 1 to 50 characters");
        }
        let days = match (config.from, config.to) {
            (None, None) => None,
            (Some(from), Some(to)) if from <= to => Some((from, to)),
            (Some(_), Some(_)) => return invalid("to: must not lie before from"),
            _ => return invalid("from: give both from and to, or neither"),
        };
        if config
            .daily_allowance
            .as_ref()
            .is_some_and(|allowance| !allowance.is_positive())
        {
            return invalid("dailyAllowance: must be more than zero");
        }
        Ok(Self {
            tag,
            days,
            home: (config.only_foreign || days.is_none()).then_some(currency),
        })
    }

    fn includes(&self, expense: &Expense) -> bool {
        self.days
            .is_none_or(|(from, to)| (from..=to).contains(&expense.date))
            && self.home.is_none_or(|home| expense.amount.currency != home)
    }
}

/// The notification of the expense by which a day's allowance is exceeded.
fn exceeded(
    journey: &Journey<'_>,
    expense: &Expense,
    recent: &[Expense],
    allowance: &Amount,
) -> Result<Option<Notification>, RuleError> {
    let Some(limit) = allowance.minor_like(&expense.amount)? else {
        return Ok(None);
    };
    let counts = |other: &&Expense| {
        other.id < expense.id
            && other.date == expense.date
            && other.amount.currency == expense.amount.currency
            && journey.includes(other)
    };
    let before: i128 = recent
        .iter()
        .filter(counts)
        .map(|other| i128::from(other.amount.minor))
        .sum();
    let after = before + i128::from(expense.amount.minor);
    if before > i128::from(limit) || after <= i128::from(limit) {
        return Ok(None);
    }
    let amount = |minor: i128| {
        i64::try_from(minor)
            .ok()
            .map(|minor| expense.amount.with_minor(minor))
    };
    let (Some(spent), Some(over)) = (amount(after), amount(after - i128::from(limit))) else {
        return Ok(None);
    };
    let title = format!("{over} over the allowance for {}", expense.date);
    let body = format!(
        "{spent} spent, {} allowed ({}).",
        expense.amount.with_minor(limit),
        journey.tag
    );
    Ok(Some(Notification::new(title, Priority::Medium).body(body)))
}

pfms_rules::export_automation_rule!(TravelMode);
