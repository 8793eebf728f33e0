//! Rows as a file: an array of JSON objects, or CSV.

use pfms_types::{Currency, Money};
use serde_json::{Map, Value, json};

/// What ends the name of a column in minor units.
const MINOR: &str = "_minor";

/// Writes rows as JSON.
#[derive(Default)]
pub(super) struct Json {
    begun: bool,
}

impl Json {
    pub(super) fn row(&mut self, row: Map<String, Value>) -> String {
        let before = if self.begun { ",\n" } else { "[\n" };
        self.begun = true;
        format!("{before}{}", Value::Object(readable(row)))
    }

    pub(super) fn end(&self) -> &'static str {
        if self.begun { "\n]\n" } else { "[]\n" }
    }
}

/// The header of a CSV file (RFC 4180).
pub(super) fn csv_header(columns: &[&str]) -> String {
    let names: Vec<_> = columns
        .iter()
        .map(|name| quoted(&camel(name.strip_suffix(MINOR).unwrap_or(name))))
        .collect();
    names.join(",") + "\r\n"
}

/// A row of a CSV file.
pub(super) fn csv_row(columns: &[&str], row: &Map<String, Value>) -> String {
    let cells: Vec<_> = columns
        .iter()
        .map(|name| match row.get(*name) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => quoted(&inert(text)),
            Some(value @ Value::Number(_)) => {
                money(row, name).map_or_else(|| value.to_string(), |(_, money)| money.amount())
            }
            Some(value) => quoted(&value.to_string()),
        })
        .collect();
    cells.join(",") + "\r\n"
}

/// A spreadsheet takes a cell that begins like this for a formula, and runs it.
fn inert(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// The row as the API would show it: names in camel case, amounts as decimals with their currency.
fn readable(row: Map<String, Value>) -> Map<String, Value> {
    let mut shown = Map::new();
    let mut used = Vec::new();
    for name in row.keys() {
        if let Some((currency, money)) = money(&row, name) {
            let amount = json!({"amount": money.amount(), "currency": money.currency().code()});
            shown.insert(camel(name.trim_end_matches(MINOR)), amount);
            used.extend([name.clone(), currency]);
        }
    }
    for (name, value) in row {
        if !used.contains(&name) {
            shown.insert(camel(&name), value);
        }
    }
    shown
}

/// The amount in a column of minor units, and the column of its currency.
fn money(row: &Map<String, Value>, name: &str) -> Option<(String, Money)> {
    let stem = name.strip_suffix(MINOR)?;
    let minor = row.get(name)?.as_i64()?;
    let own = format!("{stem}_currency");
    let column = if row.contains_key(&own) {
        own
    } else {
        "currency".to_owned()
    };
    let currency: Currency = row.get(&column)?.as_str()?.parse().ok()?;
    Some((column, Money::from_minor(minor, currency)))
}

fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let mut text = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        text.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        text.push_str(letters.as_str());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Map<String, Value> {
        let row = json!({
            "amount_minor": 1250, "currency": "EUR", "limit_minor": 5, "limit_currency": "JPY",
            "none_minor": null, "created_at": "2026-01-01", "tags": ["a", "b"], "note": "=SUM(1), \"x\"",
        });
        row.as_object().unwrap().clone()
    }

    #[test]
    fn amounts_are_decimals_and_names_are_those_of_the_api() {
        assert_eq!(
            Value::Object(readable(row())),
            json!({
                "amount": {"amount": "12.50", "currency": "EUR"},
                "limit": {"amount": "5", "currency": "JPY"},
                "noneMinor": null, "createdAt": "2026-01-01", "tags": ["a", "b"], "note": "=SUM(1), \"x\"",
            })
        );
    }

    #[test]
    fn json_files_are_arrays() {
        let mut file = Json::default();
        assert_eq!(file.end(), "[]\n");
        let text = file.row(row()) + &file.row(row()) + file.end();
        let parsed: Vec<Value> = serde_json::from_str(&text).unwrap();
        assert_eq!(parsed.len(), 2);
    }

    #[test]
    fn csv_quotes_what_has_to_be_and_disarms_formulas() {
        let columns = [
            "created_at",
            "amount_minor",
            "currency",
            "tags",
            "note",
            "none_minor",
        ];
        assert_eq!(
            csv_header(&columns),
            "createdAt,amount,currency,tags,note,none\r\n"
        );
        assert_eq!(
            csv_row(&columns, &row()),
            "2026-01-01,12.50,EUR,\"[\"\"a\"\",\"\"b\"\"]\",\"'=SUM(1), \"\"x\"\"\",\r\n"
        );
    }
}
