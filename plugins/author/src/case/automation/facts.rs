//! What surrounds the event, as a case tells it.

use pfms_plugin_host::{Budget, CategorySpending, Facts, Goal, PeriodSpending};
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::event::RawExpense;
use crate::case::{Fault, Position, text};

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RawFacts {
    pub(super) recent_expenses: Option<Spanned<Vec<RawExpense>>>,
    spending: Option<Spanned<Vec<RawPeriod>>>,
    budgets: Option<Spanned<Vec<RawBudget>>>,
    goals: Option<Spanned<Vec<RawGoal>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawPeriod {
    first_day: Spanned<String>,
    last_day: Spanned<String>,
    categories: Vec<RawCategory>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawCategory {
    category_id: Option<String>,
    category: Option<String>,
    total: Spanned<String>,
    count: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawBudget {
    name: String,
    category_id: Option<String>,
    limit: Spanned<String>,
    spent: Spanned<String>,
    first_day: Spanned<String>,
    last_day: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawGoal {
    id: String,
    name: String,
    target: Spanned<String>,
    saved: Spanned<String>,
    due: Option<Spanned<String>>,
}

/// The facts that a case names, and where.
pub(super) type Given = Vec<(&'static str, Position)>;

impl RawFacts {
    /// The facts, and which of them the case names where.
    pub(super) fn read(&self) -> Result<(Facts, Given), Fault> {
        let mut given = Vec::new();
        let facts = Facts {
            recent_expenses: list(
                self.recent_expenses.as_ref(),
                "recent-expenses",
                &mut given,
                |at, all, raw| {
                    // The latest first, so the first of them has the greatest number.
                    raw.read(u32::try_from(all - at).unwrap_or(0))
                },
            )?,
            spending: list(self.spending.as_ref(), "spending", &mut given, |_, _, raw| {
                raw.read()
            })?,
            budgets: list(self.budgets.as_ref(), "budgets", &mut given, |_, _, raw| {
                raw.read()
            })?,
            goals: list(self.goals.as_ref(), "goals", &mut given, |_, _, raw| raw.read())?,
        };
        Ok((facts, given))
    }
}

/// `read` gets the index of an item, how many there are, and the item.
fn list<R, T>(
    raw: Option<&Spanned<Vec<R>>>,
    name: &'static str,
    given: &mut Given,
    read: impl Fn(usize, usize, &R) -> Result<T, Fault>,
) -> Result<Option<Vec<T>>, Fault> {
    let Some(raw) = raw else { return Ok(None) };
    given.push((name, Position::of(raw)));
    let items = raw.value.iter().enumerate();
    items
        .map(|(at, item)| read(at, raw.value.len(), item))
        .collect::<Result<_, _>>()
        .map(Some)
}

impl RawPeriod {
    fn read(&self) -> Result<PeriodSpending, Fault> {
        Ok(PeriodSpending {
            first_day: text::date(&self.first_day)?,
            last_day: text::date(&self.last_day)?,
            categories: self
                .categories
                .iter()
                .map(|raw| {
                    Ok(CategorySpending {
                        category_id: raw.category_id.clone(),
                        category: raw.category.clone(),
                        total: text::money(&raw.total)?,
                        count: raw.count,
                    })
                })
                .collect::<Result<_, Fault>>()?,
        })
    }
}

impl RawBudget {
    fn read(&self) -> Result<Budget, Fault> {
        Ok(Budget {
            name: self.name.clone(),
            category_id: self.category_id.clone(),
            limit: text::money(&self.limit)?,
            spent: text::money(&self.spent)?,
            first_day: text::date(&self.first_day)?,
            last_day: text::date(&self.last_day)?,
        })
    }
}

impl RawGoal {
    fn read(&self) -> Result<Goal, Fault> {
        Ok(Goal {
            id: self.id.clone(),
            name: self.name.clone(),
            target: text::money(&self.target)?,
            saved: text::money(&self.saved)?,
            due: self.due.as_ref().map(text::date).transpose()?,
        })
    }
}
