//! The configuration that a rule gives its component.

use pbjson_types::value::Kind;
use serde_json::{Map, Number, Value};

/// Largest configuration, in bytes of JSON.
pub const MAX_CONFIG_BYTES: usize = 16_000;

/// Whole numbers up to here survive their way through the wire's floating point numbers.
const MAX_WHOLE: f64 = 9_007_199_254_740_992.0;

/// A JSON object of at most [`MAX_CONFIG_BYTES`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config(Map<String, Value>);

impl Config {
    /// Reads a configuration. Numbers travel as floating point; those that are whole become integers again, so
    /// that a component sees `3` where `3` was written.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(config: Option<&pbjson_types::Struct>) -> Result<Self, String> {
        let Some(config) = config else {
            return Ok(Self::default());
        };
        let value = serde_json::to_value(config).map_err(|_| "must hold finite numbers only".to_owned())?;
        let Value::Object(mut fields) = value else {
            return Err("must be a JSON object".to_owned());
        };
        fields.values_mut().for_each(restore_integers);
        let text = Value::Object(fields.clone()).to_string();
        if text.len() > MAX_CONFIG_BYTES {
            return Err(format!("must be at most {MAX_CONFIG_BYTES} bytes as JSON"));
        }
        if holds_nul(&Value::Object(fields.clone())) {
            return Err("must not hold the character U+0000".to_owned());
        }
        Ok(Self(fields))
    }

    /// From what was stored.
    #[must_use]
    pub fn stored(value: Value) -> Self {
        match value {
            Value::Object(fields) => Self(fields),
            _ => Self::default(),
        }
    }

    /// As JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        Value::Object(self.0.clone())
    }

    /// As it goes out; nothing for an empty object.
    #[must_use]
    pub fn wire(&self) -> Option<pbjson_types::Struct> {
        if self.0.is_empty() {
            return None;
        }
        message(self.json())
    }

    /// Checks that there are at most so many fields, and that each is a text of at most so many characters, a number
    /// or a truth value.
    ///
    /// # Errors
    /// Says what is wrong.
    pub fn check_flat(&self, max_fields: usize, max_text: usize) -> Result<(), String> {
        if self.0.len() > max_fields {
            return Err(format!("must be at most {max_fields}"));
        }
        for (name, value) in &self.0 {
            let is_good = match value {
                Value::String(text) => text.chars().count() <= max_text,
                Value::Number(_) | Value::Bool(_) => true,
                Value::Null | Value::Array(_) | Value::Object(_) => false,
            };
            if !is_good {
                return Err(format!(
                    "must hold texts of at most {max_text} characters, numbers and truth values; {name:.64} is none"
                ));
            }
            if !(1..=64).contains(&name.chars().count()) || name.chars().any(char::is_control) {
                return Err("must have names of 1 to 64 characters on one line".to_owned());
            }
        }
        Ok(())
    }

    /// The fields that are texts.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .filter_map(|(name, value)| value.as_str().map(|text| (name.as_str(), text)))
    }

    /// Every text in it, however deep.
    #[must_use]
    pub fn all_texts(&self) -> Vec<&str> {
        let mut texts = Vec::new();
        self.0.values().for_each(|value| collect_texts(value, &mut texts));
        texts
    }

    /// The same with every text, however deep, in another form.
    #[must_use]
    pub fn with_texts(&self, form: &impl Fn(&str) -> String) -> Self {
        let fields = self
            .0
            .iter()
            .map(|(name, value)| (name.clone(), with_texts(value, form)));
        Self(fields.collect())
    }

    /// From fields of a component's answer.
    #[must_use]
    pub fn of_fields(fields: impl IntoIterator<Item = (String, Value)>) -> Self {
        Self(fields.into_iter().collect())
    }
}

fn collect_texts<'a>(value: &'a Value, texts: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(values) => values.iter().for_each(|value| collect_texts(value, texts)),
        Value::Object(fields) => fields.values().for_each(|value| collect_texts(value, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn with_texts(value: &Value, form: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(form(text)),
        Value::Array(values) => values.iter().map(|value| with_texts(value, form)).collect(),
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, value)| (name.clone(), with_texts(value, form)));
            Value::Object(fields.collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn restore_integers(value: &mut Value) {
    match value {
        Value::Number(number) => {
            if let Some(float) = number.as_f64()
                && float.fract() == 0.0
                && float.abs() < MAX_WHOLE
            {
                // Exact: whole, and within what an i64 holds.
                #[allow(clippy::cast_possible_truncation)]
                let whole = float as i64;
                *number = Number::from(whole);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(restore_integers),
        Value::Object(fields) => fields.values_mut().for_each(restore_integers),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// PostgreSQL's jsonb cannot hold it.
fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(holds_nul),
        Value::Object(fields) => fields
            .iter()
            .any(|(key, value)| key.contains('\0') || holds_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A JSON object as it goes out; nothing where it is none.
#[must_use]
pub fn message(object: Value) -> Option<pbjson_types::Struct> {
    let mut object = serde_json::from_value(object).ok()?;
    keep_nulls(&mut object);
    Some(object)
}

/// Makes nulls of the values without a kind that `serde` reads nulls as. Envoy does not survive turning one of those
/// into JSON.
pub fn keep_nulls(object: &mut pbjson_types::Struct) {
    object.fields.values_mut().for_each(keep_null);
}

fn keep_null(value: &mut pbjson_types::Value) {
    match &mut value.kind {
        None => value.kind = Some(Kind::NullValue(0)),
        Some(Kind::StructValue(object)) => keep_nulls(object),
        Some(Kind::ListValue(list)) => list.values.iter_mut().for_each(keep_null),
        Some(Kind::NullValue(_) | Kind::NumberValue(_) | Kind::StringValue(_) | Kind::BoolValue(_)) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(json: Value) -> pbjson_types::Struct {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn whole_numbers_stay_whole_on_both_ways() {
        let written = serde_json::json!({"count": 3, "rate": 0.5, "list": [1, {"deep": -2}], "text": "3.0"});
        let parsed = Config::parse(Some(&config(written.clone()))).unwrap();
        assert_eq!(parsed.json().to_string(), written.to_string());
        assert_eq!(Config::parse(parsed.wire().as_ref()), Ok(parsed));
    }

    #[test]
    fn what_cannot_be_stored_is_refused() {
        let large = config(serde_json::json!({"text": "x".repeat(MAX_CONFIG_BYTES)}));
        assert!(Config::parse(Some(&large)).is_err());
        let nul = config(serde_json::json!({"list": [{"a\0": 1}]}));
        assert!(Config::parse(Some(&nul)).is_err());
        let nan = pbjson_types::Struct {
            fields: [("x".to_owned(), f64::NAN.into())].into(),
        };
        assert!(Config::parse(Some(&nan)).is_err());
    }

    #[test]
    fn a_null_goes_out_as_a_null() {
        let sent = serde_json::json!({"nothing": null, "list": [null, {"deep": null}], "text": "x"});
        let wired = Config::stored(sent.clone()).wire().unwrap();
        assert_eq!(wired.fields["nothing"].kind, Some(Kind::NullValue(0)));
        let Some(Kind::ListValue(list)) = &wired.fields["list"].kind else {
            panic!("a list");
        };
        assert_eq!(list.values[0].kind, Some(Kind::NullValue(0)));
        let Some(Kind::StructValue(inner)) = &list.values[1].kind else {
            panic!("an object");
        };
        assert_eq!(inner.fields["deep"].kind, Some(Kind::NullValue(0)));
        // What a client of gRPC leaves without a kind is a null as well.
        let fields = [("nothing".to_owned(), pbjson_types::Value { kind: None })].into();
        let kindless = pbjson_types::Struct { fields };
        let parsed = Config::parse(Some(&kindless)).unwrap();
        assert_eq!(parsed.json(), serde_json::json!({"nothing": null}));
        assert_eq!(
            parsed.wire().unwrap().fields["nothing"].kind,
            Some(Kind::NullValue(0))
        );
    }
}
