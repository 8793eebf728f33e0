//! What the rules are told.

use std::collections::HashMap;

use pfms_plugin_host::Date;
use pfms_plugin_host::tax::{
    Deduction, Description, FieldKind, FieldValue, Income, Input, Person, ProfileEntry,
};
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::RawPerson;
use crate::case::{Fault, Node, text};

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RawIncome {
    id: Option<String>,
    kind: String,
    amount: Spanned<String>,
    person: Option<Person>,
    date: Option<Spanned<String>>,
    acquired: Option<Spanned<String>>,
    withheld: Option<Spanned<String>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RawDeduction {
    id: Option<String>,
    category: String,
    amount: Spanned<String>,
    person: Option<Person>,
}

pub(super) fn read(person: &RawPerson, country: &Description) -> Result<Input, Fault> {
    let reader = Reader {
        country,
        // Of a year that the rules do not know, any day will do: they refuse the year.
        last_day: country.year(person.year).or(country.years.first()).map_or(
            Date {
                year: 2000,
                month: 1,
                day: 1,
            },
            |year| year.last_day,
        ),
    };
    let mut ids = Ids::default();
    Ok(Input {
        year: person.year,
        currency: person
            .currency
            .clone()
            .unwrap_or_else(|| country.currency.clone()),
        region: person.region.clone(),
        profile: person
            .profile
            .as_ref()
            .map_or(Ok(vec![]), |profile| reader.profile(profile))?,
        incomes: person
            .incomes
            .iter()
            .map(|raw| reader.income(&raw.value, &mut ids))
            .collect::<Result<_, _>>()?,
        deductions: person
            .deductions
            .iter()
            .map(|raw| reader.deduction(&raw.value, &mut ids))
            .collect::<Result<_, _>>()?,
        prepaid: reader.amount_or_none(person.prepaid.as_ref())?,
    })
}

struct Reader<'a> {
    country: &'a Description,
    last_day: Date,
}

impl Reader<'_> {
    fn income(&self, raw: &RawIncome, ids: &mut Ids) -> Result<Income, Fault> {
        Ok(Income {
            id: ids.of(raw.id.as_deref(), &raw.kind),
            kind: raw.kind.clone(),
            person: raw.person.unwrap_or(Person::Taxpayer),
            amount: self.amount(&raw.amount)?,
            date: raw.date.as_ref().map_or(Ok(self.last_day), text::date)?,
            acquired: raw.acquired.as_ref().map(text::date).transpose()?,
            withheld: self.amount_or_none(raw.withheld.as_ref())?,
        })
    }

    fn deduction(&self, raw: &RawDeduction, ids: &mut Ids) -> Result<Deduction, Fault> {
        Ok(Deduction {
            id: ids.of(raw.id.as_deref(), &raw.category),
            category: raw.category.clone(),
            person: raw.person.unwrap_or(Person::Taxpayer),
            amount: self.amount(&raw.amount)?,
        })
    }

    fn amount(&self, text: &Spanned<String>) -> Result<i64, Fault> {
        text::amount(&text.value, self.country.exponent).map_err(|problem| Fault::at(text, problem))
    }

    fn amount_or_none(&self, text: Option<&Spanned<String>>) -> Result<i64, Fault> {
        text.map_or(Ok(0), |text| self.amount(text))
    }

    fn profile(&self, profile: &Spanned<Node>) -> Result<Vec<ProfileEntry>, Fault> {
        let Node::Map(entries) = &profile.value else {
            return Err(Fault::at(profile, "must be named values"));
        };
        entries
            .iter()
            .map(|(name, value)| {
                let kind = self.country.field(&name.value).map(|field| &field.kind);
                Ok(ProfileEntry {
                    name: name.value.clone(),
                    value: self.value(kind, value)?,
                })
            })
            .collect()
    }

    /// A value as its field asks for it. What does not fit, and what the country does not know, goes to the rules as
    /// it looks: that they refuse it is theirs to show.
    fn value(&self, kind: Option<&FieldKind>, node: &Spanned<Node>) -> Result<FieldValue, Fault> {
        match (kind, &node.value) {
            (Some(FieldKind::Amount(_)), Node::Text(text)) => {
                let amount = text::amount(text, self.country.exponent);
                amount
                    .map(FieldValue::Amount)
                    .map_err(|problem| Fault::at(node, problem))
            }
            (Some(FieldKind::Amount(_)), Node::Number(_)) => Err(Fault::at(
                node,
                "is an amount: write it in quotes, as in \"12.00\"",
            )),
            (_, Node::Flag(flag)) => Ok(FieldValue::Flag(*flag)),
            (_, Node::Number(number)) => number
                .as_i64()
                .map(FieldValue::Whole)
                .ok_or_else(|| Fault::at(node, "must be a whole number")),
            (_, Node::Text(text)) => Ok(FieldValue::Choice(text.clone())),
            (_, Node::List(items)) => items
                .iter()
                .map(|item| {
                    match &item.value {
                        Node::Number(number) => number.as_i64(),
                        _ => None,
                    }
                    .ok_or_else(|| Fault::at(item, "must be a whole number"))
                })
                .collect::<Result<_, _>>()
                .map(FieldValue::Wholes),
            (_, other) => Err(Fault::at(node, format!("cannot be {}", other.kind()))),
        }
    }
}

/// Ids for what says none: its kind, with a number from the second on.
#[derive(Default)]
struct Ids(HashMap<String, u32>);

impl Ids {
    fn of(&mut self, id: Option<&str>, kind: &str) -> String {
        if let Some(id) = id {
            return id.to_owned();
        }
        let count = self.0.entry(kind.to_owned()).or_default();
        *count += 1;
        match count {
            1 => kind.to_owned(),
            count => format!("{kind}-{count}"),
        }
    }
}
