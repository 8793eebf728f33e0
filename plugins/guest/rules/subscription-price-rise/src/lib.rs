//! Notifies when a subscription costs more than before.
//!
//! A subscription is what a merchant charges at regular intervals: each week, month or quarter. The last charges
//! before this one must agree on a price; what costs something else each time is none. Charges of once a year are not
//! recognised, as a rule sees the expenses of one year.

use pfms_rules::{
    Action, AutomationRule, Date, Description, Event, Expense, ExpenseFilter, FactRequest, Input, Money,
    Notification, Priority, RecentExpensesRequest, RuleError,
};
use serde::Deserialize;

/// Which rises matter.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The least rise to tell of, in percent of the old price.
    #[serde(default)]
    pub percent: u32,
    /// How many charges at the old price make it the price; 2 to 12.
    #[serde(default = "two")]
    pub charges: u32,
}

fn two() -> u32 {
    2
}

/// JSON Schema of [`Config`].
pub const CONFIG_SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "percent": {"type": "integer", "minimum": 0, "maximum": 1000, "default": 0,
      "description": "The least rise to tell of, in percent of the old price."},
    "charges": {"type": "integer", "minimum": 2, "maximum": 12, "default": 2,
      "description": "How many charges at the old price make it the price."}
  }
}"#;

/// How often a subscription is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interval {
    /// Every 7 days.
    Week,
    /// Every 28 to 31 days, give or take weekends.
    Month,
    /// Every 90 to 92 days, give or take weekends.
    Quarter,
}

impl Interval {
    /// The interval that so many days between two charges make.
    #[must_use]
    pub fn of_days(days: i32) -> Option<Self> {
        match days {
            6..=8 => Some(Self::Week),
            26..=35 => Some(Self::Month),
            85..=97 => Some(Self::Quarter),
            _ => None,
        }
    }

    fn per_year(self) -> i64 {
        match self {
            Self::Week => 52,
            Self::Month => 12,
            Self::Quarter => 4,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
        }
    }
}

/// The rule.
#[derive(Debug, Clone, Copy)]
pub struct SubscriptionPriceRise;

impl AutomationRule for SubscriptionPriceRise {
    type Config = Config;

    fn describe() -> Description {
        Description {
            name: "subscription-price-rise".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            summary: "Notifies when a subscription costs more than before.".into(),
            config_schema: CONFIG_SCHEMA.into(),
            triggers: vec!["expense.created".into()],
            facts: vec![FactRequest::RecentExpenses(RecentExpensesRequest {
                days: 366,
                limit: 60,
                filter: ExpenseFilter::SameMerchant,
            })],
        }
    }

    fn evaluate(input: &Input, config: &Config) -> Result<Vec<Action>, RuleError> {
        let charges = usize::try_from(config.charges).unwrap_or(usize::MAX);
        if !(2..=12).contains(&charges) {
            return Err(RuleError::InvalidConfig("charges: must be 2 to 12".into()));
        }
        let Event::ExpenseCreated(expense) = &input.event else {
            return Ok(vec![]);
        };
        let recent = input.facts.recent_expenses.as_deref().unwrap_or_default();
        let Some((old, interval)) = price_before(expense, recent, charges) else {
            return Ok(vec![]);
        };
        Ok(rise(expense, old, interval, config.percent)
            .map(Action::Notify)
            .into_iter()
            .collect())
    }
}

/// The price that so many charges before an expense agree on, and how often it was due; none when they are not a
/// subscription. Charges of the expense's own day count for nothing: bought twice is no interval.
#[must_use]
pub fn price_before<'a>(
    expense: &Expense,
    recent: &'a [Expense],
    charges: usize,
) -> Option<(&'a Money, Interval)> {
    let mut earlier: Vec<&Expense> = recent
        .iter()
        .filter(|other| other.date < expense.date && other.amount.currency == expense.amount.currency)
        .collect();
    earlier.sort_by(|one, other| (other.date, &other.id).cmp(&(one.date, &one.id)));
    let last = earlier.get(..charges)?;
    let old = &last.first()?.amount;
    let interval = Interval::of_days(expense.date.days_since(last.first()?.date))?;
    let regular = last
        .windows(2)
        .all(|pair| Interval::of_days(days_between(pair[0].date, pair[1].date)) == Some(interval));
    let agreed = last.iter().all(|charge| charge.amount == *old);
    (regular && agreed).then_some((old, interval))
}

fn days_between(later: Date, earlier: Date) -> i32 {
    later.days_since(earlier)
}

fn rise(expense: &Expense, old: &Money, interval: Interval, percent: u32) -> Option<Notification> {
    let more = expense.amount.checked_sub(old)?;
    if more.minor <= 0 || old.minor <= 0 {
        return None;
    }
    // In tenths of a percent, rounded to the nearest.
    let tenths = (i128::from(more.minor) * 2000 + i128::from(old.minor)) / (i128::from(old.minor) * 2);
    if i128::from(more.minor) * 100 < i128::from(old.minor) * i128::from(percent) {
        return None;
    }
    let merchant = expense.merchant.as_deref().unwrap_or("A subscription");
    let title = format!("{} costs {} instead of {}", short(merchant), expense.amount, old);
    let yearly = more
        .minor
        .checked_mul(interval.per_year())
        .map_or_else(String::new, |minor| {
            format!(", {} in a year", more.with_minor(minor))
        });
    let body = format!(
        "{more} more each {}{yearly}: a rise of {}.{} %.",
        interval.label(),
        tenths / 10,
        tenths % 10
    );
    Some(Notification::new(title, Priority::Medium).body(body))
}

/// A merchant's name for a title, which has room for 200 characters.
fn short(merchant: &str) -> String {
    merchant
        .chars()
        .filter(|char| !char.is_control())
        .take(100)
        .collect()
}

pfms_rules::export_automation_rule!(SubscriptionPriceRise);
