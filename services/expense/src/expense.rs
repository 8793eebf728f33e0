//! An expense, and what may be said of one.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use pfms_proto::expense::v1 as wire;
use pfms_runtime::{Violations, parse};
use pfms_types::{Id, Money};

use crate::category::CategoryId;

/// Tells expenses' ids from others.
#[derive(Debug)]
pub enum ExpenseKind {}
/// The id of an expense.
pub type ExpenseId = Id<ExpenseKind>;

const MAX_DESCRIPTION: usize = 1_000;
const MAX_MERCHANT: usize = 200;
const MAX_PAYMENT_METHOD: usize = 50;
const MAX_ADDRESS: usize = 500;
/// Tags that an expense has at most.
pub const MAX_TAGS: usize = 50;
const MAX_TAG: usize = 50;
const MAX_ATTACHMENTS: usize = 20;
const MAX_URL: usize = 2_048;
const MAX_METADATA_BYTES: usize = 16 * 1024;

/// The fields that a client can change, by their protobuf names.
pub const UPDATABLE: &[&str] = &[
    "amount",
    "category_id",
    "description",
    "merchant",
    "date",
    "time",
    "location",
    "payment_method",
    "tags",
    "attachments",
    "source",
    "metadata",
];

/// A recorded expense.
#[derive(Clone, Debug, PartialEq)]
pub struct Expense {
    /// Its id.
    pub id: ExpenseId,
    /// What its owner says of it.
    pub details: Details,
    /// When it was recorded.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What the owner says of an expense.
#[derive(Clone, Debug, PartialEq)]
pub struct Details {
    /// More than zero.
    pub amount: Money,
    /// None when not categorised.
    pub category_id: Option<CategoryId>,
    /// Up to 1,000 characters.
    pub description: String,
    /// Up to 200 characters.
    pub merchant: String,
    /// In the person's own zone.
    pub date: Date,
    /// In the person's own zone.
    pub time: Option<Time>,
    /// A JSON object with latitude, longitude and address.
    pub location: Option<serde_json::Value>,
    /// Up to 50 characters.
    pub payment_method: String,
    /// Each once.
    pub tags: Vec<String>,
    /// Addresses of files.
    pub attachments: Vec<String>,
    /// Where the record came from.
    pub source: Source,
    /// The caller's own data, a JSON object.
    pub metadata: Option<serde_json::Value>,
}

/// Where a record came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Typed.
    Manual,
    /// Spoken.
    Voice,
    /// Read from a file.
    Import,
    /// Made by a rule or a schedule.
    Auto,
}

impl Source {
    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Voice => "voice",
            Self::Import => "import",
            Self::Auto => "auto",
        }
    }

    /// From what is stored.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        [Self::Manual, Self::Voice, Self::Import, Self::Auto]
            .into_iter()
            .find(|source| source.as_str() == text)
    }
}

impl Details {
    /// Reads what a client says; faults are named by their JSON paths.
    pub fn parse(expense: wire::Expense, violations: &mut Violations) -> Option<Self> {
        let amount = parse::positive_money(violations, "amount", expense.amount.as_ref());
        let category_id = parse::optional_id(violations, "categoryId", &expense.category_id);
        let description = parse::text(violations, "description", expense.description, MAX_DESCRIPTION);
        let merchant = parse::text(violations, "merchant", expense.merchant, MAX_MERCHANT);
        let date = if expense.date.is_empty() {
            violations.add("date", "is required");
            None
        } else {
            parse::date(violations, "date", &expense.date)
        };
        let time = parse_time(violations, &expense.time);
        let location = expense
            .location
            .and_then(|location| parse_location(violations, location));
        let payment_method = parse::text(
            violations,
            "paymentMethod",
            expense.payment_method,
            MAX_PAYMENT_METHOD,
        );
        let tags = parse_tags(violations, expense.tags);
        let attachments = parse_attachments(violations, expense.attachments);
        let source = parse_source(violations, expense.source);
        let metadata = expense
            .metadata
            .and_then(|metadata| parse_metadata(violations, &metadata));
        if !violations.is_empty() {
            return None;
        }
        Some(Self {
            amount: amount?,
            category_id,
            description,
            merchant,
            date: date?,
            time,
            location,
            payment_method,
            tags,
            attachments,
            source: source?,
            metadata,
        })
    }
}

fn parse_time(violations: &mut Violations, text: &str) -> Option<Time> {
    if text.is_empty() {
        return None;
    }
    let parsed = text
        .parse::<Time>()
        .ok()
        .filter(|time| (5..=8).contains(&text.len()) && time.subsec_nanosecond() == 0)
        .ok_or("must be a time of day, for example 08:30 or 08:30:15");
    violations.keep("time", parsed)
}

fn parse_location(violations: &mut Violations, location: wire::Location) -> Option<serde_json::Value> {
    // Also false for NaN.
    if !(-90.0..=90.0).contains(&location.latitude) {
        violations.add("location.latitude", "must be from -90 to 90");
    }
    if !(-180.0..=180.0).contains(&location.longitude) {
        violations.add("location.longitude", "must be from -180 to 180");
    }
    let address = parse::text(violations, "location.address", location.address, MAX_ADDRESS);
    violations.is_empty().then(
        || serde_json::json!({ "lat": location.latitude, "lng": location.longitude, "address": address }),
    )
}

/// Tags, trimmed and each once.
pub fn parse_tags(violations: &mut Violations, tags: Vec<String>) -> Vec<String> {
    if tags.len() > MAX_TAGS {
        violations.add("tags", format!("must be at most {MAX_TAGS}"));
        return Vec::new();
    }
    let mut kept: Vec<String> = Vec::with_capacity(tags.len());
    for (index, tag) in tags.into_iter().enumerate() {
        let tag = parse::required_text(violations, &format!("tags[{index}]"), &tag, MAX_TAG);
        if !kept.contains(&tag) {
            kept.push(tag);
        }
    }
    kept
}

fn parse_attachments(violations: &mut Violations, attachments: Vec<String>) -> Vec<String> {
    if attachments.len() > MAX_ATTACHMENTS {
        violations.add("attachments", format!("must be at most {MAX_ATTACHMENTS}"));
        return Vec::new();
    }
    for (index, address) in attachments.iter().enumerate() {
        let https = url::Url::parse(address).is_ok_and(|url| url.scheme() == "https");
        // A URL parser drops or escapes control characters, but the text is kept as it was given.
        if !https || address.len() > MAX_URL || address.contains(char::is_control) {
            violations.add(
                format!("attachments[{index}]"),
                format!("must be an https address of at most {MAX_URL} characters"),
            );
        }
    }
    attachments
}

fn parse_source(violations: &mut Violations, number: i32) -> Option<Source> {
    let source = match wire::ExpenseSource::try_from(number) {
        Ok(wire::ExpenseSource::Unspecified | wire::ExpenseSource::Manual) => Ok(Source::Manual),
        Ok(wire::ExpenseSource::Voice) => Ok(Source::Voice),
        Ok(wire::ExpenseSource::Import) => Ok(Source::Import),
        Ok(wire::ExpenseSource::Auto) => Ok(Source::Auto),
        Err(_) => Err("is not one of the known sources"),
    };
    violations.keep("source", source)
}

fn parse_metadata(violations: &mut Violations, metadata: &pbjson_types::Struct) -> Option<serde_json::Value> {
    let value = serde_json::to_value(metadata);
    let value = violations.keep("metadata", value)?;
    if value.to_string().len() > MAX_METADATA_BYTES {
        violations.add(
            "metadata",
            format!("must be at most {MAX_METADATA_BYTES} bytes as JSON"),
        );
    } else if holds_nul(&value) {
        violations.add("metadata", "must not hold the character U+0000");
    }
    Some(value)
}

/// Whether a text or a name holds U+0000, which PostgreSQL's jsonb cannot.
fn holds_nul(value: &serde_json::Value) -> bool {
    use serde_json::Value;
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(holds_nul),
        Value::Object(fields) => fields
            .iter()
            .any(|(name, value)| name.contains('\0') || holds_nul(value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coffee() -> wire::Expense {
        wire::Expense {
            amount: Some(pfms_proto::types::v1::Money {
                amount: "3.50".into(),
                currency: "USD".into(),
            }),
            date: "2025-12-11".into(),
            ..wire::Expense::default()
        }
    }

    fn faults(change: impl FnOnce(&mut wire::Expense)) -> Vec<String> {
        let mut expense = coffee();
        change(&mut expense);
        let mut violations = Violations::default();
        let parsed = Details::parse(expense, &mut violations);
        assert_eq!(parsed.is_none(), !violations.is_empty());
        violations.iter().map(|(field, _)| field.to_owned()).collect()
    }

    #[test]
    fn amount_and_date_suffice() {
        assert_eq!(faults(|_| {}), Vec::<String>::new());
    }

    #[test]
    fn every_fault_is_named() {
        let amount = |text: &'static str| {
            move |expense: &mut wire::Expense| {
                expense.amount = Some(pfms_proto::types::v1::Money {
                    amount: text.into(),
                    currency: "USD".into(),
                });
            }
        };
        for text in ["1e3", "12.345", "-1", "0", "NaN", &"9".repeat(40)] {
            let text: &'static str = Box::leak(text.to_owned().into_boxed_str());
            assert_eq!(faults(amount(text)), ["amount.amount"], "{text}");
        }
        assert_eq!(faults(|e| e.amount = None), ["amount"]);
        assert_eq!(faults(|e| e.date = "2025-02-30".into()), ["date"]);
        assert_eq!(faults(|e| e.date = String::new()), ["date"]);
        assert_eq!(faults(|e| e.time = "25:00".into()), ["time"]);
        assert_eq!(faults(|e| e.category_id = "food".into()), ["categoryId"]);
        assert_eq!(faults(|e| e.source = 99), ["source"]);
        assert_eq!(faults(|e| e.tags = vec!["ok".into(), " ".into()]), ["tags[1]"]);
        assert_eq!(faults(|e| e.tags = vec!["x".into(); 51]), ["tags"]);
        assert_eq!(
            faults(|e| e.attachments = vec!["http://x.example".into()]),
            ["attachments[0]"]
        );
        let nowhere = wire::Location {
            latitude: f64::NAN,
            longitude: 181.0,
            address: String::new(),
        };
        assert_eq!(
            faults(|e| e.location = Some(nowhere)),
            ["location.latitude", "location.longitude"]
        );
    }

    #[test]
    fn a_tag_is_kept_once() {
        let mut violations = Violations::default();
        let expense = wire::Expense {
            tags: vec!["a".into(), " a ".into(), "b".into()],
            ..coffee()
        };
        assert_eq!(Details::parse(expense, &mut violations).unwrap().tags, ["a", "b"]);
    }
}
