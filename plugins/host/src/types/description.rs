//! What a component says of itself, and what it asks to know.

use serde::{Deserialize, Serialize};

/// Which of a person's expenses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExpenseFilter {
    /// All of them.
    Any,
    /// Those with the merchant of the event's expense, whatever the case; none when it has no merchant.
    SameMerchant,
    /// Those in the category of the event's expense; those without a category when it has none.
    SameCategory,
}

/// A stretch of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Period {
    /// A day.
    Day,
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// A calendar year.
    Year,
}

/// Something that a rule wants to know beside the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactRequest {
    /// Expenses of the same person, dated on or after the day of the event's expense less `days - 1`. For events
    /// without an expense the days count back from today.
    RecentExpenses {
        /// 1 to 366.
        days: u16,
        /// 1 to 500; the latest days win.
        limit: u16,
        /// `Any` where a trigger brings no expense.
        filter: ExpenseFilter,
    },
    /// What the same person spent, by category.
    Spending {
        /// Of each day, week, month or year.
        period: Period,
        /// 1 to 13 periods, the one that holds the day of the event first.
        count: u8,
    },
    /// The limits that the person set, and what is spent of them.
    Budgets,
    /// What the person saves for.
    Goals,
}

impl FactRequest {
    /// The request's kind, for example "recent-expenses".
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::RecentExpenses { .. } => "recent-expenses",
            Self::Spending { .. } => "spending",
            Self::Budgets => "budgets",
            Self::Goals => "goals",
        }
    }
}

/// What a component says of itself, checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Description {
    /// Lower case words joined by hyphens, 1 to 64 characters.
    pub name: String,
    /// A semantic version.
    pub version: String,
    /// What it does, up to 500 characters.
    pub summary: String,
    /// JSON Schema of the configuration: a JSON object of up to 16,384 bytes.
    pub config_schema: String,
    /// At least one, without doubles: "time", or the names of events. Which events there are is for the caller to
    /// say.
    pub triggers: Vec<String>,
    /// At most one of each kind.
    pub facts: Vec<FactRequest>,
}
