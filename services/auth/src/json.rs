//! JSON as it travels in protobuf, whose numbers are all floating-point.

use pbjson_types::value::Kind;
use pbjson_types::{ListValue, Struct, Value as Wire};
use serde_json::{Map, Number, Value};

/// Largest integer that a double holds exactly along with all smaller ones.
const MAX_SAFE: f64 = 9_007_199_254_740_991.0;

/// What a client sent. Whole numbers become integers again.
#[must_use]
pub fn received(object: Struct) -> Value {
    let fields = object.fields.into_iter();
    Value::Object(
        fields
            .map(|(name, value)| (name, received_value(value)))
            .collect(),
    )
}

fn received_value(value: Wire) -> Value {
    match value.kind {
        None | Some(Kind::NullValue(_)) => Value::Null,
        Some(Kind::BoolValue(flag)) => flag.into(),
        Some(Kind::StringValue(text)) => text.into(),
        #[allow(clippy::cast_possible_truncation)]
        Some(Kind::NumberValue(number)) if number.fract() == 0.0 && number.abs() <= MAX_SAFE => {
            (number as i64).into()
        }
        Some(Kind::NumberValue(number)) => Number::from_f64(number).into(),
        Some(Kind::StructValue(object)) => received(object),
        Some(Kind::ListValue(list)) => list.values.into_iter().map(received_value).collect(),
    }
}

/// What a client is sent.
#[must_use]
pub fn sent(object: Map<String, Value>) -> Struct {
    Struct {
        fields: object
            .into_iter()
            .map(|(name, value)| (name, sent_value(value)))
            .collect(),
    }
}

fn sent_value(value: Value) -> Wire {
    let kind = match value {
        Value::Null => Kind::NullValue(0),
        Value::Bool(flag) => Kind::BoolValue(flag),
        Value::Number(number) => Kind::NumberValue(number.as_f64().unwrap_or_default()),
        Value::String(text) => Kind::StringValue(text),
        Value::Array(values) => Kind::ListValue(ListValue {
            values: values.into_iter().map(sent_value).collect(),
        }),
        Value::Object(object) => Kind::StructValue(sent(object)),
    };
    Wire { kind: Some(kind) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_sent_is_received_with_its_integers() {
        let value = json!({"a": [1, -2, 0.5, null, true, {"b": "c"}], "timeout": 300_000});
        let Value::Object(object) = value.clone() else {
            panic!("it is an object")
        };
        assert_eq!(received(sent(object)), value);
    }
}
