//! What a rule answered, as a case describes it: names in camelCase, amounts as "4.50 EUR".

use pfms_plugin_host::{Action, Money};
use serde_json::{Map, Value, json};

/// Actions as a case describes them.
#[must_use]
pub fn actions(actions: &[Action]) -> Value {
    actions.iter().map(action).collect()
}

fn action(action: &Action) -> Value {
    let (name, content) = match action {
        Action::Notify(notification) => ("notify", plain(notification)),
        Action::Categorize(id) => ("categorize", json!(id)),
        Action::Tag(tags) => ("tag", json!(tags)),
        Action::Save(saving) => ("save", plain(saving)),
        Action::Log(line) => ("log", json!(line)),
        Action::CreateExpense(expense) => ("createExpense", plain(expense)),
        Action::Emit(emission) => {
            let fields: Map<String, Value> = emission
                .fields
                .iter()
                .map(|field| (field.name.clone(), content_of(plain(&field.value))))
                .collect();
            ("emit", json!({"topic": emission.topic, "fields": fields}))
        }
        Action::Webhook(call) => {
            // As JSON, so that a case need not know how it was written; as text when it is none.
            let payload = serde_json::from_str(&call.payload).unwrap_or_else(|_| json!(call.payload));
            (
                "webhook",
                json!({"webhookId": call.webhook_id, "payload": payload}),
            )
        }
    };
    json!({ name: content })
}

/// A type of the host as JSON, amounts in words.
fn plain<T: serde::Serialize>(value: &T) -> Value {
    serde_json::to_value(value).map_or(Value::Null, in_words)
}

fn in_words(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(in_words).collect(),
        Value::Object(fields) => match serde_json::from_value::<Money>(Value::Object(fields.clone())) {
            Ok(money) => Value::String(format!(
                "{} {}",
                crate::case::amount_text(money.minor, money.exponent),
                money.currency
            )),
            Err(_) => Value::Object(
                fields
                    .into_iter()
                    .map(|(name, field)| (name, in_words(field)))
                    .collect(),
            ),
        },
        other => other,
    }
}

/// The value of a field without its kind: `{"money": "4.50 EUR"}` is "4.50 EUR".
fn content_of(value: Value) -> Value {
    match value {
        Value::Object(fields) if fields.len() == 1 => {
            fields.into_iter().next().map_or(Value::Null, |(_, field)| field)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use pfms_plugin_host::{
        Channel, Date, Emission, Field, NewExpense, Notification, Priority, Value as FieldValue, WebhookCall,
    };

    use super::*;

    fn money(minor: i64) -> Money {
        Money {
            minor,
            currency: "EUR".into(),
            exponent: 2,
        }
    }

    #[test]
    fn answers_read_as_cases_are_written() {
        let notify = Action::Notify(Notification {
            title: "t".into(),
            body: "b".into(),
            priority: Priority::High,
            channels: vec![Channel::InApp],
        });
        let create = Action::CreateExpense(NewExpense {
            amount: money(450),
            category_id: None,
            merchant: Some("m".into()),
            description: None,
            date: Date {
                year: 2025,
                month: 12,
                day: 11,
            },
            tags: vec![],
        });
        let emit = Action::Emit(Emission {
            topic: "pace".into(),
            fields: vec![
                Field {
                    name: "left".into(),
                    value: FieldValue::Money(money(-5)),
                },
                Field {
                    name: "days".into(),
                    value: FieldValue::Whole(3),
                },
            ],
        });
        let webhook = Action::Webhook(WebhookCall {
            webhook_id: "w".into(),
            payload: r#"{"a": 1}"#.into(),
        });
        assert_eq!(
            actions(&[notify, create, emit, webhook, Action::Categorize("c".into())]),
            json!([
                {"notify": {"title": "t", "body": "b", "priority": "high", "channels": ["in-app"]}},
                {"createExpense": {"amount": "4.50 EUR", "categoryId": null, "merchant": "m", "description": null,
                    "date": "2025-12-11", "tags": []}},
                {"emit": {"topic": "pace", "fields": {"left": "-0.05 EUR", "days": 3}}},
                {"webhook": {"webhookId": "w", "payload": {"a": 1}}},
                {"categorize": "c"},
            ])
        );
    }
}
