//! What a field's name says of its form beyond its type: protobuf has one `string` for all of them.

use prost_reflect::{FieldDescriptor, Kind};

use super::json::{Json, array, text};

/// A decimal without exponent or grouping.
const DECIMAL: &str = r"^-?[0-9]+(\.[0-9]+)?$";

/// An id to show.
pub const ID: &str = "01939d2e-7c1a-7b60-9f3e-2d5c8a41e07b";

/// Adds format, pattern and example to the schema of a string or number field.
///
/// Answers print absent strings as "", so fields that may be absent admit it.
pub fn apply(schema: &mut Json, field: &FieldDescriptor, required: bool, comment: &str) {
    match field.kind() {
        Kind::String => string(schema, field, required, comment),
        Kind::Int32 if field.name() == "page_size" => {
            schema.set("minimum", 0);
            schema.set("default", 50);
            schema.set("examples", array([50.into()]));
        }
        Kind::Int32 if field.name() == "year" => schema.set("examples", array([2025.into()])),
        Kind::Double if field.name() == "latitude" => schema.set("examples", array([48.into()])),
        Kind::Double if field.name() == "longitude" => schema.set("examples", array([11.into()])),
        Kind::Int64 => schema.set("examples", array([text("42")])),
        _ => {}
    }
}

/// Adds an example to the schema of a repeated string's items.
pub fn apply_to_items(items: &mut Json, field: &FieldDescriptor) {
    if let (Kind::String, Some(example)) = (field.kind(), example(field.name())) {
        items.set("examples", array([text(example)]));
    }
}

fn string(schema: &mut Json, field: &FieldDescriptor, required: bool, comment: &str) {
    let money = field.parent_message().full_name() == "pfms.types.v1.Money";
    let always = required || money;
    let mut pattern = |pattern: &str, example: &str| {
        let pattern = if always {
            pattern.to_owned()
        } else {
            format!("^$|{pattern}")
        };
        schema.set("pattern", pattern);
        schema.set("examples", array([text(example)]));
    };
    match field.name() {
        "amount" if money => pattern(DECIMAL, "500.00"),
        "min_amount" => pattern(DECIMAL, "10.00"),
        "max_amount" => pattern(DECIMAL, "250.00"),
        "currency" => pattern("^[A-Z]{3}$", "USD"),
        "date_of_birth" => pattern(DATE, "1990-04-23"),
        "date" | "start_date" => pattern(DATE, "2025-12-11"),
        "end_date" => pattern(DATE, "2025-12-31"),
        "time" => pattern("^[0-2][0-9]:[0-5][0-9](:[0-5][0-9])?$", "08:30"),
        "color" => pattern("^#[0-9a-fA-F]{6}$", "#2e7d32"),
        "phone" => pattern(r"^\+[1-9][0-9]{1,14}$", "+14155550123"),
        "hash" | "module_hash" => pattern(
            "^[0-9a-f]{64}$",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        ),
        _ => {}
    }
    match field.name() {
        "email" => {
            schema.set("format", "email");
            schema.set("examples", array([text("ada@example.com")]));
        }
        "password" => schema.set("format", "password"),
        name if name == "id" || name == "reassign_to" || name.ends_with("_id") => {
            if required || !comment.contains("empty") {
                schema.set("format", "uuid");
            }
            schema.set("examples", array([text(ID)]));
        }
        name if required && (name == "date" || name.ends_with("_date")) => schema.set("format", "date"),
        _ => {
            if let Some(example) = example(field.name()) {
                schema.set("examples", array([text(example)]));
            }
        }
    }
}

const DATE: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";

/// A value to show for names that say what is in them.
fn example(name: &str) -> Option<&'static str> {
    Some(match name {
        "first_name" => "Ada",
        "last_name" => "Lovelace",
        "time_zone" => "Europe/Berlin",
        "language" => "en",
        "avatar_url" => "https://example.com/ada.png",
        "description" | "name" => "Coffee",
        "country" => "US",
        "merchant" => "Blue Bottle",
        "address" => "Main Street 5",
        "payment_method" => "card",
        "tags" => "friends",
        "attachments" => "https://example.com/receipt.pdf",
        "event" | "triggers" => "expense.created",
        "icon" => "cup",
        "version" => "1.0.0",
        "world" => "pfms:rules/automation-rule@1.0.0",
        "title" => "100.00 USD at Blue Bottle",
        "token_type" => "Bearer",
        _ => return None,
    })
}
