//! From domain types to what goes out.

use pbjson_types::value::Kind;
use pbjson_types::{ListValue, Struct, Value};
use pfms_proto::expense::v1 as wire;
use pfms_runtime::parse::{wire_money, wire_time};

use crate::category::Category;
use crate::expense::{Expense, Source};

pub fn expense(expense: &Expense) -> wire::Expense {
    let details = &expense.details;
    wire::Expense {
        id: expense.id.to_string(),
        amount: Some(wire_money(details.amount)),
        category_id: details.category_id.map(|id| id.to_string()).unwrap_or_default(),
        description: details.description.clone(),
        merchant: details.merchant.clone(),
        date: details.date.to_string(),
        time: details
            .time
            .map(|time| time.strftime("%H:%M:%S").to_string())
            .unwrap_or_default(),
        location: details.location.as_ref().map(location),
        payment_method: details.payment_method.clone(),
        tags: details.tags.clone(),
        attachments: details.attachments.clone(),
        source: source(details.source).into(),
        metadata: details
            .metadata
            .as_ref()
            .and_then(serde_json::Value::as_object)
            .map(structure),
        create_time: Some(wire_time(expense.created_at)),
        update_time: Some(wire_time(expense.updated_at)),
    }
}

fn structure(fields: &serde_json::Map<String, serde_json::Value>) -> Struct {
    let fields = fields.iter().map(|(name, value)| (name.clone(), plain(value)));
    Struct {
        fields: fields.collect(),
    }
}

fn plain(value: &serde_json::Value) -> Value {
    use serde_json::Value as Json;
    let kind = match value {
        // Said explicitly: a value of no kind is not valid on the wire.
        Json::Null => Kind::NullValue(0),
        Json::Bool(flag) => Kind::BoolValue(*flag),
        Json::Number(number) => Kind::NumberValue(number.as_f64().unwrap_or_default()),
        Json::String(text) => Kind::StringValue(text.clone()),
        Json::Array(values) => Kind::ListValue(ListValue {
            values: values.iter().map(plain).collect(),
        }),
        Json::Object(fields) => Kind::StructValue(structure(fields)),
    };
    Value { kind: Some(kind) }
}

fn location(value: &serde_json::Value) -> wire::Location {
    let number = |name: &str| {
        value
            .get(name)
            .and_then(serde_json::Value::as_f64)
            .unwrap_or_default()
    };
    wire::Location {
        latitude: number("lat"),
        longitude: number("lng"),
        address: value
            .get("address")
            .and_then(|text| text.as_str())
            .unwrap_or_default()
            .to_owned(),
    }
}

fn source(source: Source) -> wire::ExpenseSource {
    match source {
        Source::Manual => wire::ExpenseSource::Manual,
        Source::Voice => wire::ExpenseSource::Voice,
        Source::Import => wire::ExpenseSource::Import,
        Source::Auto => wire::ExpenseSource::Auto,
    }
}

pub fn category(category: &Category) -> wire::Category {
    let details = &category.details;
    wire::Category {
        id: category.id.to_string(),
        name: details.name.clone(),
        icon: details.icon.clone(),
        color: details.color.clone(),
        parent_id: details.parent_id.map(|id| id.to_string()).unwrap_or_default(),
        system: category.system,
        create_time: Some(wire_time(category.created_at)),
    }
}
