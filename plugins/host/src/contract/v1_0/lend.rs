//! The host's types as a component is shown them.
//!
//! Includes nothing but what later versions have not changed so far: they compile this file against their own bindings.

use super::types as wit;
use super::values;
use crate::{
    Budget, CategorySpending, Date, Event, Expense, Field, Goal, Instant, Money, PeriodSpending, Value,
};

/// Lists of texts that are lent: of each expense its tags, of a named event its fields that hold several texts.
pub(super) struct Texts<'a>(Vec<Vec<&'a str>>);

impl<'a> Texts<'a> {
    pub(super) fn of_event(event: &'a Event) -> Self {
        Self(match event {
            Event::ExpenseCreated(expense)
            | Event::ExpenseUpdated(expense)
            | Event::ExpenseDeleted(expense) => {
                vec![texts(&expense.tags)]
            }
            Event::Time(_) => vec![],
            Event::Named(event) => event
                .fields
                .iter()
                .filter_map(|field| match &field.value {
                    Value::Texts(several) => Some(texts(several)),
                    _ => None,
                })
                .collect(),
        })
    }

    pub(super) fn of_expenses(expenses: &[&'a Expense]) -> Self {
        Self(expenses.iter().map(|expense| texts(&expense.tags)).collect())
    }

    fn lists(&self) -> impl Iterator<Item = &[&'a str]> {
        self.0.iter().map(Vec::as_slice)
    }
}

fn texts(owned: &[String]) -> Vec<&str> {
    owned.iter().map(String::as_str).collect()
}

/// The expenses that a rule is shown beside the event's own.
pub(super) fn shown<'a>(recent: &'a [Expense], event: &Event) -> Vec<&'a Expense> {
    let own = event.expense().map(|expense| expense.id.as_str());
    recent
        .iter()
        .filter(|expense| Some(expense.id.as_str()) != own)
        .collect()
}

pub(super) fn expenses<'a>(expenses: &[&'a Expense], tags: &'a Texts<'a>) -> Vec<wit::Expense<'a>> {
    expenses
        .iter()
        .zip(tags.lists())
        .map(|(one, tags)| expense(one, tags))
        .collect()
}

fn expense<'a>(expense: &'a Expense, tags: &'a [&'a str]) -> wit::Expense<'a> {
    wit::Expense {
        id: &expense.id,
        amount: money(&expense.amount),
        category_id: expense.category_id.as_deref(),
        category: expense.category.as_deref(),
        merchant: expense.merchant.as_deref(),
        description: expense.description.as_deref(),
        date: date(expense.date),
        tags,
    }
}

/// The fields of a named event.
pub(super) fn fields<'a>(event: &'a Event, texts: &'a Texts<'a>) -> Vec<wit::FieldParam<'a>> {
    let Event::Named(event) = event else {
        return Vec::new();
    };
    let mut lists = texts.lists();
    event
        .fields
        .iter()
        .map(|field| lend_field(field, &mut lists))
        .collect()
}

fn lend_field<'a>(field: &'a Field, texts: &mut impl Iterator<Item = &'a [&'a str]>) -> wit::FieldParam<'a> {
    wit::FieldParam {
        name: &field.name,
        value: match &field.value {
            Value::Text(text) => wit::ValueParam::Text(text),
            Value::Texts(_) => wit::ValueParam::Texts(texts.next().unwrap_or_default()),
            Value::Whole(whole) => wit::ValueParam::Whole(*whole),
            Value::Decimal(decimal) => wit::ValueParam::Decimal(decimal),
            Value::Flag(flag) => wit::ValueParam::Flag(*flag),
            Value::Money(amount) => wit::ValueParam::Money(money(amount)),
            Value::Date(day) => wit::ValueParam::Date(date(*day)),
            Value::Instant(point) => wit::ValueParam::Instant(instant(*point)),
        },
    }
}

pub(super) fn event<'a>(
    event: &'a Event,
    texts: &'a Texts<'a>,
    fields: &'a [wit::FieldParam<'a>],
) -> wit::Event<'a> {
    let tags = texts.lists().next().unwrap_or_default();
    match event {
        Event::ExpenseCreated(one) => wit::Event::ExpenseCreated(expense(one, tags)),
        Event::ExpenseUpdated(one) => wit::Event::ExpenseUpdated(expense(one, tags)),
        Event::ExpenseDeleted(one) => wit::Event::ExpenseDeleted(expense(one, tags)),
        Event::Time(tick) => wit::Event::Time(wit::Tick {
            scheduled_for: instant(tick.scheduled_for),
            date: date(tick.date),
            minute: tick.minute,
        }),
        Event::Named(named) => wit::Event::Named(wit::NamedEvent {
            name: &named.name,
            fields,
        }),
    }
}

/// The categories of each period.
pub(super) fn categories(spending: &[PeriodSpending]) -> Vec<Vec<wit::CategorySpending<'_>>> {
    spending
        .iter()
        .map(|period| period.categories.iter().map(category).collect())
        .collect()
}

fn category(spent: &CategorySpending) -> wit::CategorySpending<'_> {
    wit::CategorySpending {
        category_id: spent.category_id.as_deref(),
        category: spent.category.as_deref(),
        total: money(&spent.total),
        count: spent.count,
    }
}

pub(super) fn spending<'a>(
    spending: &'a [PeriodSpending],
    categories: &'a [Vec<wit::CategorySpending<'a>>],
) -> Vec<wit::PeriodSpending<'a>> {
    spending
        .iter()
        .zip(categories)
        .map(|(period, categories)| wit::PeriodSpending {
            first_day: date(period.first_day),
            last_day: date(period.last_day),
            categories,
        })
        .collect()
}

pub(super) fn budgets(budgets: &[Budget]) -> Vec<wit::Budget<'_>> {
    budgets
        .iter()
        .map(|budget| wit::Budget {
            name: &budget.name,
            category_id: budget.category_id.as_deref(),
            limit: money(&budget.limit),
            spent: money(&budget.spent),
            first_day: date(budget.first_day),
            last_day: date(budget.last_day),
        })
        .collect()
}

pub(super) fn goals(goals: &[Goal]) -> Vec<wit::Goal<'_>> {
    goals
        .iter()
        .map(|goal| wit::Goal {
            id: &goal.id,
            name: &goal.name,
            target: money(&goal.target),
            saved: money(&goal.saved),
            due: goal.due.map(date),
        })
        .collect()
}

fn money(money: &Money) -> values::MoneyParam<'_> {
    values::MoneyParam {
        minor: money.minor,
        currency: &money.currency,
        exponent: money.exponent,
    }
}

pub(super) fn date(date: Date) -> values::Date {
    values::Date {
        year: date.year,
        month: date.month,
        day: date.day,
    }
}

pub(super) fn instant(instant: Instant) -> values::Instant {
    values::Instant {
        seconds: instant.seconds,
        nanoseconds: instant.nanoseconds,
    }
}
