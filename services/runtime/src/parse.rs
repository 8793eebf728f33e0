//! Parsers that every API needs: texts with limits, ids, dates, money, field masks.

use std::str::FromStr;

use jiff::civil::Date;
use pfms_proto::types::v1::Money as WireMoney;
use pfms_types::{Currency, Id, Money};

use crate::Violations;

/// A text of at most `max` characters without control characters other than line breaks and tabs.
pub fn text(violations: &mut Violations, field: &str, value: String, max: usize) -> String {
    if value.chars().count() > max {
        violations.add(field, format!("must have at most {max} characters"));
    } else if value
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    {
        violations.add(field, "must not hold control characters");
    }
    value
}

/// A text that is not blank, trimmed, of at most `max` characters.
pub fn required_text(violations: &mut Violations, field: &str, value: &str, max: usize) -> String {
    let value = value.trim().to_owned();
    if value.is_empty() {
        violations.add(field, "is required");
    }
    text(violations, field, value, max)
}

/// An id.
pub fn id<K>(violations: &mut Violations, field: &str, value: &str) -> Option<Id<K>> {
    violations.keep(field, value.parse())
}

/// An id, or nothing when the field is empty.
pub fn optional_id<K>(violations: &mut Violations, field: &str, value: &str) -> Option<Id<K>> {
    if value.is_empty() {
        None
    } else {
        id(violations, field, value)
    }
}

/// An ISO 8601 date from 1900 to 2199, written in full.
pub fn date(violations: &mut Violations, field: &str, value: &str) -> Option<Date> {
    let parsed = Date::from_str(value)
        .ok()
        .filter(|date| value.len() == 10 && (1900..2200).contains(&date.year()))
        .ok_or("must be a date from 1900-01-01 to 2199-12-31, for example 2025-12-11");
    violations.keep(field, parsed)
}

/// A date, or nothing when the field is empty.
pub fn optional_date(violations: &mut Violations, field: &str, value: &str) -> Option<Date> {
    if value.is_empty() {
        None
    } else {
        date(violations, field, value)
    }
}

/// A currency.
pub fn currency(violations: &mut Violations, field: &str, value: &str) -> Option<Currency> {
    violations.keep(field, value.parse::<Currency>())
}

/// An amount.
pub fn money(violations: &mut Violations, field: &str, value: Option<&WireMoney>) -> Option<Money> {
    let Some(value) = value else {
        violations.add(field, "is required");
        return None;
    };
    let currency = currency(violations, &format!("{field}.currency"), &value.currency)?;
    violations.keep(format!("{field}.amount"), Money::parse(&value.amount, currency))
}

/// An amount above zero.
pub fn positive_money(violations: &mut Violations, field: &str, value: Option<&WireMoney>) -> Option<Money> {
    let money = money(violations, field, value)?;
    if money.minor() > 0 {
        Some(money)
    } else {
        violations.add(format!("{field}.amount"), "must be more than zero");
        None
    }
}

/// Money as it goes out.
#[must_use]
pub fn wire_money(money: Money) -> WireMoney {
    WireMoney {
        amount: money.amount(),
        currency: money.currency().code().to_owned(),
    }
}

/// An instant as it goes out.
#[must_use]
pub fn wire_time(at: jiff::Timestamp) -> pbjson_types::Timestamp {
    pbjson_types::Timestamp {
        seconds: at.as_second(),
        nanos: at.subsec_nanosecond(),
    }
}

/// Which fields an update touches: those that the mask names, or without a mask the populated ones.
#[derive(Clone, Debug)]
pub struct UpdateMask(Option<Vec<String>>);

impl UpdateMask {
    /// Checks that a mask names only fields that can be changed, each by its `snake_case` path. `*` stands for
    /// all of them.
    pub fn parse(
        violations: &mut Violations,
        mask: Option<pbjson_types::FieldMask>,
        updatable: &[&str],
    ) -> Self {
        let Some(mask) = mask.filter(|mask| !mask.paths.is_empty()) else {
            return Self(None);
        };
        let mut paths = Vec::new();
        for path in mask.paths {
            if path == "*" {
                paths.extend(updatable.iter().map(|&field| field.to_owned()));
            } else if updatable.contains(&path.as_str()) {
                paths.push(path);
            } else {
                violations.add(
                    "updateMask",
                    format!("{path:.100} is not a field that can be changed"),
                );
            }
        }
        Self(Some(paths))
    }

    /// Whether a field is to be changed, given whether it is populated.
    #[must_use]
    pub fn touches(&self, field: &str, populated: bool) -> bool {
        self.0
            .as_ref()
            .map_or(populated, |paths| paths.iter().any(|path| path == field))
    }
}
