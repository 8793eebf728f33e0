//! What events and the like can do beyond what is generated.

use crate::{Event, Expense, Field, Money, NamedEvent, Notification, Priority, Value};

impl Event {
    /// The expense that the event is about; none for other events.
    #[must_use]
    pub fn expense(&self) -> Option<&Expense> {
        match self {
            Self::ExpenseCreated(expense) | Self::ExpenseUpdated(expense) | Self::ExpenseDeleted(expense) => {
                Some(expense)
            }
            Self::Time(_) | Self::Named(_) => None,
        }
    }

    /// The event's name as triggers give it, for example "expense.created".
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::ExpenseCreated(_) => "expense.created",
            Self::ExpenseUpdated(_) => "expense.updated",
            Self::ExpenseDeleted(_) => "expense.deleted",
            Self::Time(_) => "time",
            Self::Named(event) => &event.name,
        }
    }
}

impl NamedEvent {
    /// The value of a field; none when it is empty or the event has no such field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.fields
            .iter()
            .find(|field| field.name == name)
            .map(|field| &field.value)
    }

    /// A field that holds text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.field(name)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A field that holds an amount of money.
    #[must_use]
    pub fn money(&self, name: &str) -> Option<&Money> {
        match self.field(name)? {
            Value::Money(money) => Some(money),
            _ => None,
        }
    }
}

impl Field {
    /// A named value.
    #[must_use]
    pub fn new(name: impl Into<String>, value: Value) -> Self {
        Self {
            name: name.into(),
            value,
        }
    }
}

impl Notification {
    /// A message without a body, by all ways that the person allows.
    #[must_use]
    pub fn new(title: impl Into<String>, priority: Priority) -> Self {
        Self {
            title: title.into(),
            body: String::new(),
            priority,
            channels: Vec::new(),
        }
    }

    /// The same with a body.
    #[must_use]
    pub fn body(self, body: impl Into<String>) -> Self {
        Self {
            body: body.into(),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_name_and_kind() {
        let event = NamedEvent {
            name: "income.received".into(),
            fields: vec![
                Field::new("source", Value::Text("Work".into())),
                Field::new("hours", Value::Whole(3)),
            ],
        };
        assert_eq!(event.text("source"), Some("Work"));
        assert_eq!(event.text("hours"), None);
        assert_eq!(event.field("hours"), Some(&Value::Whole(3)));
        assert_eq!(event.money("amount"), None);
        assert_eq!(Event::Named(event).name(), "income.received");
    }
}
