//! What other services ask about expenses.

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use pfms_proto::expense::v1 as wire;
use pfms_runtime::{Violations, parse};
use pfms_types::Currency;
use uuid::Uuid;

use crate::category::CategoryId;
use crate::expense::{ExpenseId, parse_tags};

/// Queries of each kind that one request holds at most.
const MAX_QUERIES: usize = 16;
/// Expenses that one query takes at most.
const MAX_EXPENSES: i32 = 1_000;
/// Periods that are summed at most.
const MAX_PERIODS: i32 = 13;
/// Rules in a row that lead to an effect at most: what is longer was not made by this mesh.
const MAX_CHAIN: usize = 64;

/// Some of a user's expenses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// On or after.
    pub start: Date,
    /// On or before.
    pub end: Option<Date>,
    /// Without this one.
    pub except: Option<ExpenseId>,
    /// Which of them.
    pub only: Only,
}

/// Which of a user's expenses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Only {
    /// All.
    Any,
    /// Those with this merchant, whatever the case; none when empty.
    Merchant(String),
    /// Those in this category; none: those without one.
    Category(Option<CategoryId>),
}

/// Asks for expenses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recent {
    /// Which ones.
    pub selection: Selection,
    /// At most this many.
    pub limit: i64,
}

/// Asks for an average.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Average {
    /// Of which expenses.
    pub selection: Selection,
    /// In this currency.
    pub currency: Currency,
    /// Of the latest so many.
    pub limit: i64,
}

/// A stretch of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// Asks for sums.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spending {
    /// Of which periods.
    pub period: Period,
    /// First and last day of each, the latest first; at least one.
    pub periods: Vec<(Date, Date)>,
    /// The last day that counts; none: those of all periods do.
    pub until: Option<Date>,
}

/// What rules want to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Queries {
    /// Expenses.
    pub recent: Vec<Recent>,
    /// Sums.
    pub spending: Vec<Spending>,
    /// Averages.
    pub averages: Vec<Average>,
}

impl Queries {
    /// Reads a request.
    ///
    /// # Errors
    /// Names each field that is wrong.
    pub fn parse(request: wire::GatherFactsRequest) -> Result<Self, Violations> {
        let mut violations = Violations::default();
        let mut queries = Self::default();
        for (field, count) in [
            ("recent", request.recent.len()),
            ("spending", request.spending.len()),
            ("averages", request.averages.len()),
        ] {
            if count > MAX_QUERIES {
                violations.add(field, format!("must be at most {MAX_QUERIES}"));
            }
        }
        if !violations.is_empty() {
            return Err(violations);
        }
        for (index, query) in request.recent.into_iter().enumerate() {
            let mut inner = Violations::default();
            let selection = Selection::parse(&mut inner, query.selection.unwrap_or_default());
            let limit = limit(&mut inner, query.limit);
            queries.recent.extend(
                selection
                    .zip(limit)
                    .map(|(selection, limit)| Recent { selection, limit }),
            );
            violations.nest(&format!("recent[{index}]"), inner);
        }
        for (index, query) in request.spending.iter().enumerate() {
            let mut inner = Violations::default();
            queries.spending.extend(Spending::parse(&mut inner, query));
            violations.nest(&format!("spending[{index}]"), inner);
        }
        for (index, query) in request.averages.into_iter().enumerate() {
            let mut inner = Violations::default();
            let selection = Selection::parse(&mut inner, query.selection.unwrap_or_default());
            let currency = parse::currency(&mut inner, "currency", &query.currency);
            let limit = limit(&mut inner, query.limit);
            if let (Some(selection), Some(currency), Some(limit)) = (selection, currency, limit) {
                queries.averages.push(Average {
                    selection,
                    currency,
                    limit,
                });
            }
            violations.nest(&format!("averages[{index}]"), inner);
        }
        if violations.is_empty() {
            Ok(queries)
        } else {
            Err(violations)
        }
    }
}

impl Selection {
    fn parse(violations: &mut Violations, selection: wire::Selection) -> Option<Self> {
        use wire::selection::Only as Wire;
        let mut inner = Violations::default();
        let start = parse::date(&mut inner, "startDate", &selection.start_date);
        let end = parse::optional_date(&mut inner, "endDate", &selection.end_date);
        let except = parse::optional_id(&mut inner, "exceptId", &selection.except_id);
        let only = match selection.only {
            None => Only::Any,
            Some(Wire::Merchant(merchant)) => Only::Merchant(merchant),
            Some(Wire::CategoryId(id)) => Only::Category(parse::optional_id(&mut inner, "categoryId", &id)),
        };
        let sound = inner.is_empty();
        violations.nest("selection", inner);
        start.filter(|_| sound).map(|start| Self {
            start,
            end,
            except,
            only,
        })
    }
}

fn limit(violations: &mut Violations, limit: i32) -> Option<i64> {
    if (1..=MAX_EXPENSES).contains(&limit) {
        Some(limit.into())
    } else {
        violations.add("limit", format!("must be 1 to {MAX_EXPENSES}"));
        None
    }
}

impl Spending {
    fn parse(violations: &mut Violations, query: &wire::SpendingQuery) -> Option<Self> {
        let period = match wire::Period::try_from(query.period) {
            Ok(wire::Period::Day) => Some(Period::Day),
            Ok(wire::Period::Week) => Some(Period::Week),
            Ok(wire::Period::Month) => Some(Period::Month),
            Ok(wire::Period::Year) => Some(Period::Year),
            Ok(wire::Period::Unspecified) | Err(_) => {
                violations.add("period", "must be a known period");
                None
            }
        };
        let date = parse::date(violations, "date", &query.date);
        if !(1..=MAX_PERIODS).contains(&query.count) {
            violations.add("count", format!("must be 1 to {MAX_PERIODS}"));
        }
        let (period, date) = period.zip(date)?;
        violations.is_empty().then(|| Self {
            period,
            periods: period.back_from(date, query.count.into()),
            until: query.until_date.then_some(date),
        })
    }
}

impl Period {
    /// As PostgreSQL's `date_trunc` calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// The period that holds a day, and those before it: first and last day of each, the latest first.
    #[must_use]
    pub fn back_from(self, day: Date, count: i64) -> Vec<(Date, Date)> {
        let (first, step) = match self {
            Self::Day => (day, 1.day()),
            Self::Week => {
                let past = i64::from(day.weekday().to_monday_zero_offset());
                (day.saturating_sub(past.days()), 1.week())
            }
            Self::Month => (day.first_of_month(), 1.month()),
            Self::Year => (day.first_of_year(), 1.year()),
        };
        let back = |periods: i64| -> Date {
            let span: Span = step.checked_mul(periods).unwrap_or_default();
            first.saturating_sub(span)
        };
        (0..count)
            .map(|index| (back(index), back(index - 1).saturating_sub(1.day())))
            .collect()
    }
}

/// A page of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// After this one.
    pub after: Option<ExpenseId>,
    /// At most this many.
    pub limit: i64,
    /// On or after.
    pub start: Option<Date>,
    /// On or before.
    pub end: Option<Date>,
}

impl History {
    /// Reads a request.
    ///
    /// # Errors
    /// Names each field that is wrong.
    pub fn parse(request: &wire::ListHistoryRequest) -> Result<Self, Violations> {
        let mut violations = Violations::default();
        let after = parse::optional_id(&mut violations, "afterId", &request.after_id);
        let limit = limit(&mut violations, request.limit);
        let start = parse::optional_date(&mut violations, "startDate", &request.start_date);
        let end = parse::optional_date(&mut violations, "endDate", &request.end_date);
        match limit.filter(|_| violations.is_empty()) {
            Some(limit) => Ok(Self {
                after,
                limit,
                start,
                end,
            }),
            None => Err(violations),
        }
    }
}

/// What a rule decided, and by what right it is repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The rules that led to it, the first one first.
    pub chain: Vec<Uuid>,
    /// Tells this effect from every other.
    pub effect_id: Uuid,
}

impl Cause {
    /// Reads who caused a request.
    pub fn parse(violations: &mut Violations, chain: &[String], effect_id: &str) -> Option<Self> {
        if chain.is_empty() || chain.len() > MAX_CHAIN {
            violations.add("ruleChain", format!("must be 1 to {MAX_CHAIN}"));
        }
        let ids: Vec<Uuid> = chain
            .iter()
            .enumerate()
            .filter_map(|(index, id)| parse::id::<()>(violations, &format!("ruleChain[{index}]"), id))
            .map(pfms_types::Id::uuid)
            .collect();
        let effect_id = parse::id::<()>(violations, "effectId", effect_id)?;
        Some(Self {
            chain: ids,
            effect_id: effect_id.uuid(),
        })
    }
}

/// A change that a rule decided on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The expense.
    pub expense_id: ExpenseId,
    /// The category to put it into.
    pub category_id: Option<CategoryId>,
    /// The tags to add.
    pub tags: Vec<String>,
    /// Who caused it.
    pub cause: Cause,
}

impl Change {
    /// Reads a request.
    ///
    /// # Errors
    /// Names each field that is wrong.
    pub fn parse(request: &wire::ApplyRuleActionsRequest) -> Result<Self, Violations> {
        let mut violations = Violations::default();
        let expense_id = parse::id(&mut violations, "expenseId", &request.expense_id);
        let category_id = parse::optional_id(&mut violations, "categoryId", &request.category_id);
        let mut tags = Violations::default();
        let add = parse_tags(&mut tags, request.add_tags.clone());
        for (field, problem) in tags.iter() {
            violations.add(field.replacen("tags", "addTags", 1), problem);
        }
        if category_id.is_none() && add.is_empty() && violations.is_empty() {
            violations.add("categoryId", "or addTags is required");
        }
        let cause = Cause::parse(&mut violations, &request.rule_chain, &request.effect_id);
        match expense_id.zip(cause).filter(|_| violations.is_empty()) {
            Some((expense_id, cause)) => Ok(Self {
                expense_id,
                category_id,
                tags: add,
                cause,
            }),
            None => Err(violations),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn periods_are_those_of_the_calendar() {
        let day = date(2024, 3, 31);
        assert_eq!(
            Period::Month.back_from(day, 2),
            [
                (date(2024, 3, 1), date(2024, 3, 31)),
                (date(2024, 2, 1), date(2024, 2, 29)),
            ]
        );
        // A Sunday belongs to the week of the Monday before.
        assert_eq!(
            Period::Week.back_from(day, 2),
            [(date(2024, 3, 25), day), (date(2024, 3, 18), date(2024, 3, 24)),]
        );
        assert_eq!(
            Period::Year.back_from(day, 1),
            [(date(2024, 1, 1), date(2024, 12, 31))]
        );
    }

    proptest! {
        #[test]
        fn periods_follow_each_other_without_a_gap(days in 0i64..80_000, count in 1i64..=13, which in 0usize..4) {
            let day = date(1980, 1, 1).saturating_add(days.days());
            let period = [Period::Day, Period::Week, Period::Month, Period::Year][which];
            let periods = period.back_from(day, count);
            prop_assert_eq!(periods.len(), usize::try_from(count).unwrap());
            prop_assert!(periods[0].0 <= day && day <= periods[0].1);
            for pair in periods.windows(2) {
                prop_assert_eq!(pair[1].1.saturating_add(1.day()), pair[0].0);
                prop_assert!(pair[1].0 <= pair[1].1);
            }
        }
    }
}
