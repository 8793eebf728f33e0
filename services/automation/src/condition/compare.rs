//! One field, and what it is compared with.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use pfms_types::Money;
use rust_decimal::Decimal;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{Known, Pattern, Relative};
use crate::fact::{Fact, Text, Value, decimal};
use crate::schema::Place;

/// One field, and what must hold of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Where the value is.
    pub place: Place,
    /// What must hold of it.
    pub predicate: Predicate,
}

/// What must hold of a value. It does not hold of a value that is missing or of another kind, unless it says so.
#[derive(Clone, Debug, PartialEq)]
pub enum Predicate {
    /// The amount stands so to others of the same currency; an amount in another currency never does.
    Money(Ordered<Money>),
    /// The amount stands so to a share of what is known of the owner, in the amount's currency.
    Relative(Order, Relative),
    /// The day stands so to others.
    Date(Ordered<Date>),
    /// The day is a Saturday or Sunday.
    Weekend,
    /// The day is one of these of its month.
    DayOfMonth(Day),
    /// The number stands so to others.
    Number(Ordered<Decimal>),
    /// The point in time stands so to others.
    Instant(Ordered<Timestamp>),
    /// It is so.
    Flag(bool),
    /// The id is one of these.
    Ids(Vec<Uuid>),
    /// The text does so, without regard to case.
    Text(Match, String),
    /// The text is one of these, which are folded.
    OneOf(Vec<String>),
    /// A part of the text matches.
    Matches(Pattern),
    /// One of the texts is one of these, which are folded.
    Tags(Vec<String>),
    /// There is nothing.
    Empty,
}

/// How a value stands to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ordered<T> {
    /// To one.
    To(Order, T),
    /// Between two, both included.
    Between(T, T),
}

/// How two values stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The same.
    Equal,
    /// More.
    Greater,
    /// As much or more.
    AtLeast,
    /// Less.
    Less,
    /// As much or less.
    AtMost,
}

/// How a text is compared with another, which is folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// The same.
    Equals,
    /// The other is a part of it.
    Contains,
    /// It begins with the other.
    StartsWith,
}

/// Days of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    /// From one to another, both included; 1 to 31.
    From(i8, i8),
    /// The last, whichever it is.
    Last,
}

impl Comparison {
    /// Whether it holds; nothing when that depends on what is not known.
    #[must_use]
    pub fn holds(&self, fact: &Fact, known: &Known) -> Option<bool> {
        match &self.place {
            Place::Field(place) => self.predicate.holds(fact.at(*place), known),
            Place::Member(place, name) => {
                let value = fact
                    .member(*place, name)
                    .and_then(|member| self.predicate.typed(member));
                self.predicate.holds(value.as_ref(), known)
            }
        }
    }
}

impl Predicate {
    fn holds(&self, value: Option<&Value>, known: &Known) -> Option<bool> {
        if let (Self::Relative(order, relative), Some(Value::Money(money))) = (self, value) {
            return relative.compare(*order, *money, known);
        }
        Some(match (self, value) {
            (Self::Empty, value) => value.is_none_or(is_empty),
            (Self::Money(ordered), Some(Value::Money(money))) => ordered.holds_of_money(*money),
            (Self::Date(ordered), Some(Value::Date(date))) => ordered.holds(date),
            (Self::Weekend, Some(Value::Date(date))) => {
                matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
            }
            (Self::DayOfMonth(day), Some(Value::Date(date))) => match day {
                Day::From(first, last) => (*first..=*last).contains(&date.day()),
                Day::Last => date.day() == date.days_in_month(),
            },
            (Self::Number(ordered), Some(Value::Number(number))) => ordered.holds(number),
            (Self::Instant(ordered), Some(Value::Instant(at))) => ordered.holds(at),
            (Self::Flag(wanted), Some(Value::Flag(flag))) => flag == wanted,
            (Self::Ids(ids), Some(Value::Id(id))) => ids.contains(id),
            (Self::Text(how, other), Some(Value::Text(text))) => match how {
                Match::Equals => text.folded == *other,
                Match::Contains => text.folded.contains(other.as_str()),
                Match::StartsWith => text.folded.starts_with(other.as_str()),
            },
            (Self::OneOf(others), Some(Value::Text(text))) => others.contains(&text.folded),
            (Self::Matches(pattern), Some(Value::Text(text))) => pattern.matches(&text.written),
            (Self::Tags(others), Some(Value::Texts(texts))) => {
                texts.iter().any(|text| others.contains(&text.folded))
            }
            _ => false,
        })
    }

    /// A member of an open object as what it is compared with; nothing where it is something else.
    fn typed(&self, member: &Json) -> Option<Value> {
        let text = |text: String| Some(Value::Text(Text::from(text)));
        match (self, member) {
            (Self::Number(_), Json::Number(number)) => decimal(number).map(Value::Number),
            (Self::Number(_), _) | (_, Json::Null) => None,
            (_, Json::String(written)) => text(written.clone()),
            (_, Json::Bool(flag)) => text(flag.to_string()),
            (_, Json::Number(number)) => text(decimal(number)?.to_string()),
            (_, Json::Array(_) | Json::Object(_)) => Some(Value::Open(serde_json::Map::default())),
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.written.is_empty(),
        Value::Texts(texts) => texts.is_empty(),
        _ => false,
    }
}

impl Order {
    /// Whether one value stands so to another.
    #[must_use]
    pub fn holds<T: Ord>(self, value: &T, other: &T) -> bool {
        match self {
            Self::Equal => value == other,
            Self::Greater => value > other,
            Self::AtLeast => value >= other,
            Self::Less => value < other,
            Self::AtMost => value <= other,
        }
    }
}

impl<T: Ord> Ordered<T> {
    fn holds(&self, value: &T) -> bool {
        match self {
            Self::To(order, other) => order.holds(value, other),
            Self::Between(from, to) => (from..=to).contains(&value),
        }
    }
}

impl Ordered<Money> {
    fn holds_of_money(&self, money: Money) -> bool {
        let minors = match self {
            Self::To(order, other) if other.currency() == money.currency() => {
                Ordered::To(*order, other.minor())
            }
            Self::Between(from, to) if from.currency() == money.currency() => {
                Ordered::Between(from.minor(), to.minor())
            }
            _ => return false,
        };
        minors.holds(&money.minor())
    }
}
