//! What two requests must have in common for the second to be a repetition of the first.
//!
//! Metadata is a map, which encodes in any order: the same request would hardly ever have the same bytes twice.

use pbjson_types::value::Kind;
use pbjson_types::{Struct, Value};
use pfms_proto::expense::v1 as wire;
use prost::Message;

/// A request in the one form that an idempotency key stands for.
#[derive(Clone, PartialEq, Message)]
pub struct Repeatable {
    /// The request without metadata.
    #[prost(bytes = "vec", tag = "1")]
    request: Vec<u8>,
    /// Each expense's metadata, its names in order.
    #[prost(bytes = "vec", repeated, tag = "2")]
    metadata: Vec<Vec<u8>>,
}

impl From<&wire::CreateExpenseRequest> for Repeatable {
    fn from(request: &wire::CreateExpenseRequest) -> Self {
        Self::of(request.clone(), |request| request.expense.as_mut_slice())
    }
}

impl From<&wire::BatchCreateExpensesRequest> for Repeatable {
    fn from(request: &wire::BatchCreateExpensesRequest) -> Self {
        Self::of(request.clone(), |request| request.expenses.as_mut_slice())
    }
}

impl From<&wire::UpdateExpenseRequest> for Repeatable {
    fn from(request: &wire::UpdateExpenseRequest) -> Self {
        Self::of(request.clone(), |request| request.expense.as_mut_slice())
    }
}

impl From<&wire::CreateForRuleRequest> for Repeatable {
    fn from(request: &wire::CreateForRuleRequest) -> Self {
        Self::of(request.clone(), |request| request.expense.as_mut_slice())
    }
}

impl Repeatable {
    fn of<M: Message>(mut request: M, expenses: impl FnOnce(&mut M) -> &mut [wire::Expense]) -> Self {
        let metadata = expenses(&mut request)
            .iter_mut()
            .map(|expense| {
                let mut written = Vec::new();
                if let Some(metadata) = expense.metadata.take() {
                    write_struct(&metadata, &mut written);
                }
                written
            })
            .collect();
        Self {
            request: request.encode_to_vec(),
            metadata,
        }
    }
}

fn write_struct(fields: &Struct, out: &mut Vec<u8>) {
    let mut fields: Vec<_> = fields.fields.iter().collect();
    fields.sort_unstable_by_key(|(name, _)| *name);
    write_head(b'{', fields.len(), out);
    for (name, value) in fields {
        write_text(name, out);
        write_value(value, out);
    }
}

fn write_value(value: &Value, out: &mut Vec<u8>) {
    match &value.kind {
        None | Some(Kind::NullValue(_)) => out.push(b'0'),
        Some(Kind::BoolValue(value)) => out.push(if *value { b't' } else { b'f' }),
        Some(Kind::NumberValue(value)) => {
            out.push(b'n');
            out.extend(value.to_bits().to_be_bytes());
        }
        Some(Kind::StringValue(text)) => write_text(text, out),
        Some(Kind::ListValue(list)) => {
            write_head(b'[', list.values.len(), out);
            for value in &list.values {
                write_value(value, out);
            }
        }
        Some(Kind::StructValue(fields)) => write_struct(fields, out),
    }
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    write_head(b's', text.len(), out);
    out.extend(text.as_bytes());
}

fn write_head(kind: u8, length: usize, out: &mut Vec<u8>) {
    out.push(kind);
    out.extend((length as u64).to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(json: &str) -> wire::CreateExpenseRequest {
        wire::CreateExpenseRequest {
            expense: Some(wire::Expense {
                metadata: Some(serde_json::from_str(json).unwrap()),
                ..wire::Expense::default()
            }),
        }
    }

    fn form(json: &str) -> Vec<u8> {
        Repeatable::from(&request(json)).encode_to_vec()
    }

    #[test]
    fn the_order_of_names_does_not_matter() {
        let one = r#"{"a":1,"b":{"x":[1,2],"y":null},"c":"t","d":true,"e":2,"f":3}"#;
        let other = r#"{"f":3,"e":2,"d":true,"c":"t","b":{"y":null,"x":[1,2]},"a":1}"#;
        assert_eq!(form(one), form(other));
    }

    #[test]
    fn what_differs_stays_different() {
        let forms = [
            "{}",
            r#"{"a":1}"#,
            r#"{"a":2}"#,
            r#"{"a":"1"}"#,
            r#"{"a":[1,2]}"#,
            r#"{"a":[2,1]}"#,
            r#"{"a":[["b",1]]}"#,
            r#"{"a":{"b":1}}"#,
            r#"{"a":true}"#,
            r#"{"a":false}"#,
            r#"{"a":null}"#,
            r#"{"a":"","b":""}"#,
            r#"{"a":"b"}"#,
        ]
        .map(form);
        for (index, one) in forms.iter().enumerate() {
            assert!(!forms[index + 1..].contains(one), "{index}");
        }
        assert_ne!(
            forms[0],
            Repeatable::from(&wire::CreateExpenseRequest::default()).encode_to_vec()
        );
    }
}
