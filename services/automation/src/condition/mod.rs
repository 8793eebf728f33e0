//! Tests of an event, as data.

mod parse;

use jiff::civil::Date;
use pfms_proto::automation::v1 as wire;
use pfms_types::Money;
use uuid::Uuid;

use crate::fact::Fact;

/// Deepest nesting: a lone comparison is one level.
pub const MAX_DEPTH: usize = 8;
/// Most comparisons of a condition.
pub const MAX_COMPARISONS: usize = 64;

/// A condition that was checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    source: wire::Condition,
    test: Test,
}

/// What must hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// Every one.
    All(Vec<Test>),
    /// At least one.
    Any(Vec<Test>),
    /// Not this one.
    Not(Box<Test>),
    /// One field compares so.
    Compare(Comparison),
}

/// One field, and what it is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Comparison {
    /// The amount stands so to another of the same currency; an amount in another currency never does.
    Amount(Order, Money),
    /// The day stands so to another.
    Date(Order, Date),
    /// The category is this one, or there is none.
    CategoryId(Option<Uuid>),
    /// A text does so, without regard to case.
    Text(TextField, Match, String),
    /// One of the tags is this, without regard to case.
    Tag(String),
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

/// A field that holds a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextField {
    /// The category's name.
    Category,
    /// Who was paid.
    Merchant,
    /// What it was for.
    Description,
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

impl Condition {
    /// As it was sent.
    #[must_use]
    pub fn wire(&self) -> &wire::Condition {
        &self.source
    }

    /// The test.
    #[must_use]
    pub fn test(&self) -> &Test {
        &self.test
    }

    /// Whether it holds.
    #[must_use]
    pub fn holds(&self, fact: &Fact) -> bool {
        evaluate(&self.test, fact)
    }
}

/// Whether a test holds.
#[must_use]
pub fn evaluate(test: &Test, fact: &Fact) -> bool {
    match test {
        Test::All(tests) => tests.iter().all(|test| evaluate(test, fact)),
        Test::Any(tests) => tests.iter().any(|test| evaluate(test, fact)),
        Test::Not(test) => !evaluate(test, fact),
        Test::Compare(comparison) => comparison.holds(fact),
    }
}

impl Comparison {
    fn holds(&self, fact: &Fact) -> bool {
        match self {
            Self::Amount(order, other) => {
                fact.amount.currency() == other.currency()
                    && order.holds(&fact.amount.minor(), &other.minor())
            }
            Self::Date(order, other) => order.holds(&fact.date, other),
            Self::CategoryId(other) => fact.category_id == *other,
            Self::Text(field, how, other) => {
                let text = match field {
                    TextField::Category => &fact.category,
                    TextField::Merchant => &fact.merchant,
                    TextField::Description => &fact.description,
                };
                match how {
                    Match::Equals => text.folded == *other,
                    Match::Contains => text.folded.contains(other.as_str()),
                    Match::StartsWith => text.folded.starts_with(other.as_str()),
                }
            }
            Self::Tag(other) => fact.tags.iter().any(|tag| tag.folded == *other),
        }
    }
}

impl Order {
    fn holds<T: Ord>(self, value: &T, other: &T) -> bool {
        match self {
            Self::Equal => value == other,
            Self::Greater => value > other,
            Self::AtLeast => value >= other,
            Self::Less => value < other,
            Self::AtMost => value <= other,
        }
    }
}
