//! Which operators a field allows, and what each of them takes.

use pfms_proto::automation::v1::Operator;

use crate::schema::Kind;

/// An operator, and the members of `Comparison.operand` that it takes: one of them, or nothing when there are none.
pub type Allowed = (Operator, &'static [&'static str]);

const TEXT: &[Allowed] = &[
    (Operator::Equals, &["text"]),
    (Operator::OneOf, &["texts"]),
    (Operator::Contains, &["text"]),
    (Operator::StartsWith, &["text"]),
    (Operator::Matches, &["text"]),
    (Operator::IsEmpty, &[]),
];
const TEXTS: &[Allowed] = &[
    (Operator::HasTag, &["text"]),
    (Operator::Contains, &["text"]),
    (Operator::OneOf, &["texts"]),
    (Operator::IsEmpty, &[]),
];
const MONEY: &[Allowed] = &[
    (Operator::Equals, &["money"]),
    (Operator::GreaterThan, &["money", "relative"]),
    (Operator::AtLeast, &["money", "relative"]),
    (Operator::LessThan, &["money", "relative"]),
    (Operator::AtMost, &["money", "relative"]),
    (Operator::Between, &["range"]),
    (Operator::IsEmpty, &[]),
];
const DATE: &[Allowed] = &[
    (Operator::Equals, &["text"]),
    (Operator::GreaterThan, &["text"]),
    (Operator::AtLeast, &["text"]),
    (Operator::LessThan, &["text"]),
    (Operator::AtMost, &["text"]),
    (Operator::Between, &["range"]),
    (Operator::IsWeekend, &[]),
    (Operator::DayOfMonth, &["number", "range"]),
    (Operator::IsEmpty, &[]),
];
const ID: &[Allowed] = &[
    (Operator::Equals, &["text"]),
    (Operator::OneOf, &["texts"]),
    (Operator::IsEmpty, &[]),
];
const NUMBER: &[Allowed] = &[
    (Operator::Equals, &["number"]),
    (Operator::GreaterThan, &["number"]),
    (Operator::AtLeast, &["number"]),
    (Operator::LessThan, &["number"]),
    (Operator::AtMost, &["number"]),
    (Operator::Between, &["range"]),
    (Operator::IsEmpty, &[]),
];
const FLAG: &[Allowed] = &[(Operator::Equals, &["text"])];
const INSTANT: &[Allowed] = &[
    (Operator::Equals, &["text"]),
    (Operator::GreaterThan, &["text"]),
    (Operator::AtLeast, &["text"]),
    (Operator::LessThan, &["text"]),
    (Operator::AtMost, &["text"]),
    (Operator::Between, &["range"]),
    (Operator::IsEmpty, &[]),
];
const OPEN: &[Allowed] = &[
    (Operator::Equals, &["text", "number"]),
    (Operator::OneOf, &["texts"]),
    (Operator::Contains, &["text"]),
    (Operator::StartsWith, &["text"]),
    (Operator::Matches, &["text"]),
    (Operator::GreaterThan, &["number"]),
    (Operator::AtLeast, &["number"]),
    (Operator::LessThan, &["number"]),
    (Operator::AtMost, &["number"]),
    (Operator::Between, &["range"]),
    (Operator::IsEmpty, &[]),
];

/// The operators that a field of this kind allows.
#[must_use]
pub const fn allowed(kind: Kind) -> &'static [Allowed] {
    match kind {
        Kind::Text => TEXT,
        Kind::Texts => TEXTS,
        Kind::Money => MONEY,
        Kind::Date => DATE,
        Kind::Id => ID,
        Kind::Number => NUMBER,
        Kind::Flag => FLAG,
        Kind::Instant => INSTANT,
        Kind::Open => OPEN,
    }
}
