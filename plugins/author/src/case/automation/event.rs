//! What happened, as a case tells it.

use pfms_plugin_host::{Date, Event, Expense, Field, NamedEvent, Tick, Value};
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::Surroundings;
use crate::case::{Fault, Node, text};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RawEvent {
    name: Spanned<String>,
    expense: Option<Spanned<RawExpense>>,
    at: Option<Spanned<String>>,
    fields: Option<Spanned<Node>>,
}

/// An expense; its id may be a number, so that a case can say which of two was recorded first.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RawExpense {
    id: Option<Spanned<Node>>,
    amount: Spanned<String>,
    category_id: Option<String>,
    category: Option<String>,
    merchant: Option<String>,
    description: Option<String>,
    date: Spanned<String>,
    #[serde(default)]
    tags: Vec<String>,
}

impl RawEvent {
    /// The day of it, where it has one.
    pub(super) fn day(&self) -> Result<Option<Date>, Fault> {
        match (&self.expense, &self.at) {
            (Some(expense), _) => text::date(&expense.value.date).map(Some),
            (None, Some(at)) => moment(at).map(|at| host_date(at.date())),
            (None, None) => Ok(None),
        }
    }

    /// The event of a person with so many recent expenses.
    pub(super) fn read(&self, user: &Surroundings, recent: u32) -> Result<Event, Fault> {
        let name = self.name.value.as_str();
        match name {
            "expense.created" | "expense.updated" | "expense.deleted" => {
                self.only(self.at.is_none() && self.fields.is_none(), "`expense`")?;
                let expense = self
                    .expense
                    .as_ref()
                    .ok_or_else(|| Fault::at(&self.name, format!("{name} needs `expense`")))?;
                let expense = expense.value.read(recent.saturating_add(1))?;
                Ok(match name {
                    "expense.created" => Event::ExpenseCreated(expense),
                    "expense.updated" => Event::ExpenseUpdated(expense),
                    _ => Event::ExpenseDeleted(expense),
                })
            }
            "time" => {
                self.only(self.expense.is_none() && self.fields.is_none(), "`at`")?;
                let at = self
                    .at
                    .as_ref()
                    .ok_or_else(|| Fault::at(&self.name, "time needs `at`, as in 2025-12-11T08:00"))?;
                tick(at, user)
            }
            _ => {
                self.only(self.expense.is_none() && self.at.is_none(), "`fields`")?;
                let fields = self.fields.as_ref().map_or(Ok(vec![]), fields)?;
                Ok(Event::Named(NamedEvent {
                    name: name.to_owned(),
                    fields,
                }))
            }
        }
    }

    fn only(&self, holds: bool, what: &str) -> Result<(), Fault> {
        if holds {
            return Ok(());
        }
        let problem = format!("beside its name, {} holds {what} alone", self.name.value);
        Err(Fault::at(&self.name, problem))
    }
}

impl RawExpense {
    /// `number` is for those that say no id: expenses with a greater one were recorded later.
    pub(super) fn read(&self, number: u32) -> Result<Expense, Fault> {
        let id = match &self.id {
            None => numbered(u64::from(number)),
            Some(id) => match &id.value {
                Node::Text(text) => text.clone(),
                Node::Number(number) => number
                    .as_u64()
                    .filter(|number| *number < 1 << 48)
                    .map(numbered)
                    .ok_or_else(|| Fault::at(id, "must be a whole number, or text"))?,
                other => {
                    return Err(Fault::at(
                        id,
                        format!("must be a number or text, not {}", other.kind()),
                    ));
                }
            },
        };
        Ok(Expense {
            id,
            amount: text::money(&self.amount)?,
            category_id: self.category_id.clone(),
            category: self.category.clone(),
            merchant: self.merchant.clone(),
            description: self.description.clone(),
            date: text::date(&self.date)?,
            tags: self.tags.clone(),
        })
    }
}

fn numbered(number: u64) -> String {
    format!("01890000-0000-7000-8000-{number:012x}")
}

fn moment(at: &Spanned<String>) -> Result<jiff::civil::DateTime, Fault> {
    at.value.parse().map_err(|_| {
        Fault::at(
            at,
            "must be a time on the person's clock such as 2025-12-11T08:00",
        )
    })
}

fn tick(at: &Spanned<String>, user: &Surroundings) -> Result<Event, Fault> {
    let moment = moment(at)?;
    let out_of_range = || Fault::at(at, "is out of range");
    let scheduled = moment.to_zoned(user.zone.clone()).map_err(|_| out_of_range())?;
    let minute = i32::from(moment.hour()) * 60 + i32::from(moment.minute());
    Ok(Event::Time(Tick {
        scheduled_for: text::instant_of(scheduled.timestamp()),
        date: host_date(moment.date()).ok_or_else(out_of_range)?,
        minute: u16::try_from(minute).map_err(|_| out_of_range())?,
    }))
}

fn host_date(date: jiff::civil::Date) -> Option<Date> {
    Some(Date {
        year: u16::try_from(date.year()).ok()?,
        month: u8::try_from(date.month()).ok()?,
        day: u8::try_from(date.day()).ok()?,
    })
}

fn fields(node: &Spanned<Node>) -> Result<Vec<Field>, Fault> {
    let Node::Map(entries) = &node.value else {
        return Err(Fault::at(node, "must be named values"));
    };
    entries
        .iter()
        .map(|(name, value)| {
            Ok(Field {
                name: name.value.clone(),
                value: field_value(value)?,
            })
        })
        .collect()
}

/// What a value looks like it is; `{text: …}` and `{decimal: …}` say it.
fn field_value(node: &Spanned<Node>) -> Result<Value, Fault> {
    match &node.value {
        Node::Flag(flag) => Ok(Value::Flag(*flag)),
        Node::Number(number) => number.as_i64().map(Value::Whole).ok_or_else(|| {
            Fault::at(
                node,
                "a number with a fraction is written {decimal: \"0.125\"}, an amount \"4.50 EUR\"",
            )
        }),
        Node::Text(plain) => Ok(guess(plain)),
        Node::List(items) => items
            .iter()
            .map(|item| match &item.value {
                Node::Text(text) => Ok(text.clone()),
                other => Err(Fault::at(item, format!("must be text, not {}", other.kind()))),
            })
            .collect::<Result<_, _>>()
            .map(Value::Texts),
        Node::Map(entries) => match entries.as_slice() {
            [(kind, value)] => match (kind.value.as_str(), &value.value) {
                ("text", Node::Text(text)) => Ok(Value::Text(text.clone())),
                ("decimal", Node::Text(text)) => Ok(Value::Decimal(text.clone())),
                _ => Err(Fault::at(
                    kind,
                    "must be `text` or `decimal`, followed by text in quotes",
                )),
            },
            _ => Err(Fault::at(
                node,
                "join names by a dot instead, as in `lender.name: …`",
            )),
        },
        Node::Null => Err(Fault::at(node, "leave out what is empty, as events do")),
    }
}

fn guess(plain: &str) -> Value {
    if let Ok(money) = text::try_money(plain) {
        Value::Money(money)
    } else if let Ok(date) = plain.parse() {
        Value::Date(date)
    } else if let Ok(at) = plain.parse::<jiff::Timestamp>() {
        Value::Instant(text::instant_of(at))
    } else {
        Value::Text(plain.to_owned())
    }
}
