//! What a rule is told beside the event.

use serde::{Deserialize, Serialize};

use super::{Date, Expense, Money};

/// The answers to a rule's requests; none where it did not ask.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Facts {
    /// The latest day first. The event's own expense is left out by the host.
    pub recent_expenses: Option<Vec<Expense>>,
    /// The latest period first.
    pub spending: Option<Vec<PeriodSpending>>,
    /// In no particular order.
    pub budgets: Option<Vec<Budget>>,
    /// In no particular order.
    pub goals: Option<Vec<Goal>>,
}

/// What was spent in a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PeriodSpending {
    /// The period's first day.
    pub first_day: Date,
    /// The period's last day.
    pub last_day: Date,
    /// By category and currency, without what is zero.
    pub categories: Vec<CategorySpending>,
}

/// What was spent in a category in a period, in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CategorySpending {
    /// None for what is not categorised.
    pub category_id: Option<String>,
    /// The category's name; none for what is not categorised.
    pub category: Option<String>,
    /// The sum.
    pub total: Money,
    /// How many expenses it is the sum of.
    pub count: u32,
}

/// A limit that a person set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Budget {
    /// What the person calls it.
    pub name: String,
    /// The category that it limits; none for everything.
    pub category_id: Option<String>,
    /// How much may be spent in the period.
    pub limit: Money,
    /// What was spent in the period in that currency.
    pub spent: Money,
    /// The period's first day.
    pub first_day: Date,
    /// The period's last day.
    pub last_day: Date,
}

/// What a person saves for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goal {
    /// The goal's id.
    pub id: String,
    /// What the person calls it.
    pub name: String,
    /// What is to be saved.
    pub target: Money,
    /// What is saved.
    pub saved: Money,
    /// When it shall be reached.
    pub due: Option<Date>,
}
