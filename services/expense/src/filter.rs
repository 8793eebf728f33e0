//! Which expenses a list holds.

use jiff::civil::Date;
use pfms_proto::expense::v1::ListExpensesRequest;
use pfms_runtime::{Violations, parse};
use pfms_types::{Currency, Money};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::category::CategoryId;
use crate::expense::parse_tags;

const MAX_TEXT: usize = 200;

/// Conditions that all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// On or after.
    pub start: Option<Date>,
    /// On or before.
    pub end: Option<Date>,
    /// In this category or below it.
    pub category_id: Option<CategoryId>,
    /// In this currency.
    pub currency: Option<Currency>,
    /// At least, in minor units of the currency.
    pub min_minor: Option<i64>,
    /// At most, in minor units of the currency.
    pub max_minor: Option<i64>,
    /// All of these.
    pub tags: Vec<String>,
    /// Found in description or merchant.
    pub text: Option<String>,
}

/// The last expense of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Its date.
    pub date: Date,
    /// Its id.
    pub id: Uuid,
}

impl Filter {
    /// Reads a request's filters; faults are named by their JSON paths.
    pub fn parse(request: &ListExpensesRequest, violations: &mut Violations) -> Self {
        let start = parse::optional_date(violations, "startDate", &request.start_date);
        let end = parse::optional_date(violations, "endDate", &request.end_date);
        if let (Some(start), Some(end)) = (start, end)
            && end < start
        {
            violations.add("endDate", "must not be before startDate");
        }
        let currency = (!request.currency.is_empty())
            .then(|| parse::currency(violations, "currency", &request.currency))
            .flatten();
        let min_minor = parse_bound(violations, "minAmount", &request.min_amount, currency);
        let max_minor = parse_bound(violations, "maxAmount", &request.max_amount, currency);
        if let (Some(min), Some(max)) = (min_minor, max_minor)
            && max < min
        {
            violations.add("maxAmount", "must not be less than minAmount");
        }
        let text = parse::text(violations, "text", request.text.trim().to_owned(), MAX_TEXT);
        Self {
            start,
            end,
            category_id: parse::optional_id(violations, "categoryId", &request.category_id),
            currency,
            min_minor,
            max_minor,
            tags: parse_tags(violations, request.tags.clone()),
            text: (!text.is_empty()).then_some(text),
        }
    }
}

fn parse_bound(
    violations: &mut Violations,
    field: &str,
    text: &str,
    currency: Option<Currency>,
) -> Option<i64> {
    if text.is_empty() {
        return None;
    }
    let Some(currency) = currency else {
        violations.add("currency", format!("is required with {field}"));
        return None;
    };
    let bound = violations.keep(field, Money::parse(text, currency))?;
    Some(bound.minor())
}
