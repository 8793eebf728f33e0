//! What happened, as rules see it.

use jiff::Timestamp;
use jiff::civil::Date;
use pfms_runtime::{Violations, parse};
use pfms_types::Money;
use rust_decimal::Decimal;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::schema::{Kind, Place, Schema};

/// The fields of something that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    schema: &'static Schema,
    /// One for each field of the schema.
    values: Vec<Option<Value>>,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text; may be empty.
    Text(Text),
    /// Several texts.
    Texts(Vec<Text>),
    /// An amount.
    Money(Money),
    /// A day.
    Date(Date),
    /// An id.
    Id(Uuid),
    /// A number.
    Number(Decimal),
    /// Yes or no.
    Flag(bool),
    /// A point in time.
    Instant(Timestamp),
    /// An object whose members are typed by who compares them.
    Open(serde_json::Map<String, Json>),
}

/// A text, and its form for comparisons that disregard case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// As it was written.
    pub written: String,
    /// As [`fold`] gives it.
    pub folded: String,
}

impl From<String> for Text {
    fn from(written: String) -> Self {
        let folded = fold(&written);
        Self { written, folded }
    }
}

/// A text in lower case. Each character is taken by itself, so that the folded part of a text is a part of the
/// folded text.
#[must_use]
pub fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

impl Fact {
    /// Reads an event's data. What is absent is empty, as protobuf has it; what is there must be what the schema says.
    ///
    /// # Errors
    /// Names every field that is wrong.
    pub fn read(schema: &'static Schema, data: &Json) -> Result<Self, Violations> {
        let mut violations = Violations::default();
        let mut values = Vec::with_capacity(schema.fields().len());
        for field in schema.fields() {
            let found = field
                .name
                .split('.')
                .try_fold(data, |inner, name| inner.get(name));
            let found = found.filter(|value| !value.is_null());
            let value = read(&mut violations, &field.name, field.kind, found);
            let zero = (field.is_zero_left_out && found.is_none()).then_some(Value::Number(Decimal::ZERO));
            values.push(value.or(zero));
        }
        // An event about an expense without its amount or day is not one.
        if schema.is_of_expense() {
            for name in ["expenseId", "amount", "date"] {
                let value = schema.position(name).and_then(|place| values.get(place));
                if !matches!(value, Some(Some(_)))
                    && !violations.iter().any(|(field, _)| field.starts_with(name))
                {
                    violations.add(name, "is required");
                }
            }
        }
        if violations.is_empty() {
            Ok(Self { schema, values })
        } else {
            Err(violations)
        }
    }

    /// A moment that a rule's schedule named; `date` and `minute` are on the owner's clock.
    #[must_use]
    pub fn tick(scheduled_for: Timestamp, date: Date, minute: u16) -> Option<Self> {
        let schema = Schema::find(crate::schema::TIME)?;
        let values = vec![
            Some(Value::Instant(scheduled_for)),
            Some(Value::Date(date)),
            Some(Value::Number(Decimal::from(minute))),
        ];
        Some(Self { schema, values })
    }

    /// What the fields are.
    #[must_use]
    pub fn schema(&self) -> &'static Schema {
        self.schema
    }

    /// What happened, by name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.schema.name()
    }

    /// The value of the field at a place of the schema.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<&Value> {
        self.values.get(place)?.as_ref()
    }

    /// The value of a field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.at(self.schema.position(name)?)
    }

    /// A member of an open field.
    #[must_use]
    pub fn member(&self, place: usize, name: &str) -> Option<&Json> {
        match self.at(place)? {
            Value::Open(members) => members.get(name),
            _ => None,
        }
    }

    /// The amount that the event is about: its field "amount".
    #[must_use]
    pub fn amount(&self) -> Option<Money> {
        match self.get("amount")? {
            Value::Money(money) => Some(*money),
            _ => None,
        }
    }

    /// The day that the event is about: its field "date".
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        match self.get("date")? {
            Value::Date(date) => Some(*date),
            _ => None,
        }
    }

    /// The expense that the event is about.
    #[must_use]
    pub fn expense_id(&self) -> Option<Uuid> {
        self.id("expenseId")
    }

    /// The id in a field; none when it is empty.
    #[must_use]
    pub fn id(&self, name: &str) -> Option<Uuid> {
        match self.get(name)? {
            Value::Id(id) => Some(*id),
            _ => None,
        }
    }

    /// The text in a field; empty when there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        match self.get(name) {
            Some(Value::Text(text)) => &text.written,
            _ => "",
        }
    }

    /// The texts in a field.
    #[must_use]
    pub fn texts(&self, name: &str) -> &[Text] {
        match self.get(name) {
            Some(Value::Texts(texts)) => texts,
            _ => &[],
        }
    }

    /// The value of a name as people read it; empty when there is none. Names are as in [`Schema::place`].
    #[must_use]
    pub fn shown(&self, name: &str) -> String {
        match self.schema.place(name) {
            Some((Place::Field(place), _)) => self.at(place).map(Value::shown).unwrap_or_default(),
            Some((Place::Member(place, member), _)) => match self.member(place, &member) {
                Some(Json::String(text)) => text.clone(),
                Some(Json::Number(number)) => decimal(number)
                    .map(|number| number.to_string())
                    .unwrap_or_default(),
                Some(Json::Bool(flag)) => flag.to_string(),
                _ => String::new(),
            },
            None => String::new(),
        }
    }
}

impl Value {
    /// As people read it.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.written.clone(),
            Self::Texts(texts) => {
                let written: Vec<_> = texts.iter().map(|text| text.written.as_str()).collect();
                written.join(", ")
            }
            Self::Money(money) => money.to_string(),
            Self::Date(date) => date.to_string(),
            Self::Id(id) => id.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
            Self::Instant(at) => at.to_string(),
            Self::Open(_) => String::new(),
        }
    }
}

fn read(violations: &mut Violations, field: &str, kind: Kind, found: Option<&Json>) -> Option<Value> {
    let text = found.and_then(Json::as_str);
    let mut wrong = |problem: &str| {
        violations.add(field, problem);
        None
    };
    match (kind, found) {
        // What protobuf does not write is zero.
        (Kind::Text, None) => Some(Value::Text(Text::default())),
        (Kind::Texts, None) => Some(Value::Texts(Vec::new())),
        (Kind::Flag, None) => Some(Value::Flag(false)),
        (_, None) => None,
        (Kind::Text, Some(_)) => match text {
            Some(text) => Some(Value::Text(text.to_owned().into())),
            None => wrong("must be a text"),
        },
        (Kind::Texts, Some(found)) => {
            let texts = found
                .as_array()
                .map(|texts| texts.iter().map(Json::as_str).collect());
            match texts {
                Some(Some(texts)) => {
                    let texts: Vec<&str> = texts;
                    let texts = texts.into_iter().map(|text| Text::from(text.to_owned()));
                    Some(Value::Texts(texts.collect()))
                }
                _ => wrong("must be a list of texts"),
            }
        }
        (Kind::Money, Some(found)) => match serde_json::from_value(found.clone()) {
            Ok(money) => parse::money(violations, field, Some(&money)).map(Value::Money),
            Err(_) => wrong("must be an amount with its currency"),
        },
        (Kind::Date | Kind::Id | Kind::Instant, Some(_)) => match text {
            Some("") => None,
            Some(text) => scalar(violations, field, kind, text),
            None => wrong("must be a text"),
        },
        (Kind::Number, Some(found)) => {
            if text == Some("") {
                return None;
            }
            let number = match found {
                Json::Number(number) => decimal(number),
                _ => text.and_then(number),
            };
            number.map(Value::Number).or_else(|| wrong("must be a number"))
        }
        (Kind::Flag, Some(found)) => match found.as_bool() {
            Some(flag) => Some(Value::Flag(flag)),
            None => wrong("must be true or false"),
        },
        (Kind::Open, Some(found)) => match found.as_object() {
            Some(members) => Some(Value::Open(members.clone())),
            None => wrong("must be an object"),
        },
    }
}

fn scalar(violations: &mut Violations, field: &str, kind: Kind, text: &str) -> Option<Value> {
    match kind {
        Kind::Date => parse::date(violations, field, text).map(Value::Date),
        Kind::Id => {
            let id = parse::id::<()>(violations, field, text);
            id.map(|id| Value::Id(id.uuid()))
        }
        _ => {
            let at = text
                .parse()
                .map_err(|_| "must be a point in time, as RFC 3339 writes it");
            violations.keep(field, at).map(Value::Instant)
        }
    }
}

/// A plain decimal, as rules and events write numbers.
#[must_use]
pub fn number(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.starts_with(|c: char| c.is_ascii_digit())
        && !digits.ends_with('.')
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    plain.then(|| text.parse().ok()).flatten()
}

/// A number of JSON, exactly as it is written.
#[must_use]
pub fn decimal(number: &serde_json::Number) -> Option<Decimal> {
    let text = number.to_string();
    text.parse().ok().or_else(|| Decimal::from_scientific(&text).ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(name: &str, data: &Json) -> Result<Fact, Vec<String>> {
        Fact::read(Schema::find(name).unwrap(), data)
            .map_err(|violations| violations.iter().map(|(field, _)| field.to_owned()).collect())
    }

    #[test]
    fn an_event_of_a_service_to_come_is_read() {
        let income = read(
            "income.received",
            &json!({"userId": "x", "incomeId": "01890a5d-ac96-774b-bcce-b302099a8057", "source": "Acme",
                   "type": "salary", "amount": {"amount": "3000.00", "currency": "EUR"}, "date": "2025-12-01",
                   "later": {"than": "us"}}),
        );
        let income = income.unwrap();
        assert_eq!(income.shown("amount"), "3000.00 EUR");
        assert_eq!(income.text("source"), "Acme");
        assert_eq!(income.shown("sourceId"), "");
        assert_eq!(income.get("taxDeducted"), None);
        let bought = read("investment.transaction", &json!({"quantity": "0.125"})).unwrap();
        assert_eq!(bought.get("quantity"), Some(&Value::Number(Decimal::new(125, 3))));
    }

    #[test]
    fn what_an_event_must_be_is_checked() {
        assert_eq!(
            read("expense.created", &json!({})).unwrap_err(),
            ["expenseId", "amount", "date"]
        );
        assert_eq!(
            read(
                "income.received",
                &json!({"amount": {"amount": "1e3", "currency": "EUR"}, "date": "tomorrow", "source": 1})
            )
            .unwrap_err(),
            ["source", "amount.amount", "date"]
        );
        assert_eq!(
            read("investment.transaction", &json!({"quantity": "1e3"})).unwrap_err(),
            ["quantity"]
        );
    }

    #[test]
    fn members_are_shown_as_they_are_written() {
        let data =
            json!({"topic": "habit.kept", "data": {"days": 3, "rate": 0.5, "name": "Run", "new": true}});
        let fact = read("automation.trigger", &data).unwrap();
        let shown = ["days", "rate", "name", "new", "none"].map(|name| fact.shown(&format!("data.{name}")));
        assert_eq!(shown, ["3", "0.5", "Run", "true", ""]);
    }
}
