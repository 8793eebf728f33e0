//! What happened and to whom, as components see it.

use jiff::Timestamp;
use pfms_plugin_host as host;
use serde_json::Value as Json;

use crate::fact::{Fact, Value, decimal};
use crate::facts::{Limits, Subject, day, money};
use crate::occasion::Occasion;
use crate::schema::{Kind, TIME};
use crate::store::people::Person;

/// What happened.
#[must_use]
pub fn event(fact: &Fact) -> host::Event {
    let expense = || expense(fact);
    let named = match fact.name() {
        "expense.created" => expense().map(host::Event::ExpenseCreated),
        "expense.updated" => expense().map(host::Event::ExpenseUpdated),
        "expense.deleted" => expense().map(host::Event::ExpenseDeleted),
        TIME => tick(fact).map(host::Event::Time),
        _ => None,
    };
    named.unwrap_or_else(|| {
        host::Event::Named(host::NamedEvent {
            name: fact.name().to_owned(),
            fields: fields(fact),
        })
    })
}

/// What surrounds an evaluation.
#[must_use]
pub fn context(occasion: &Occasion, rule_id: uuid::Uuid, person: &Person) -> host::Context {
    let local = occasion.occurred_at.to_zoned(person.zone());
    host::Context {
        event_id: occasion.event_id.to_string(),
        rule_id: rule_id.to_string(),
        occurred_at: instant(occasion.occurred_at),
        user: host::User {
            currency: person.currency.clone(),
            time_zone: person.time_zone.clone(),
            utc_offset_seconds: local.offset().seconds(),
            today: day(local.date()),
        },
    }
}

/// Whom and what facts are about; `happened` is what [`event`] gives.
#[must_use]
pub fn subject<'a>(occasion: &Occasion, happened: &'a host::Event, person: &Person) -> Subject<'a> {
    Subject {
        user_id: occasion.user_id,
        expense: happened.expense(),
        today: person.day_of(occasion.occurred_at),
        is_past: occasion.is_past,
        limits: Limits {
            daily: person.daily_limit,
            monthly: person.monthly_limit,
        },
    }
}

/// A point in time.
#[must_use]
pub fn instant(at: Timestamp) -> host::Instant {
    // Nanoseconds are always added to whole seconds, which are counted down before 1970.
    let nanoseconds = at.subsec_nanosecond();
    let (seconds, nanoseconds) = if nanoseconds < 0 {
        (at.as_second() - 1, nanoseconds + 1_000_000_000)
    } else {
        (at.as_second(), nanoseconds)
    };
    host::Instant {
        seconds,
        nanoseconds: nanoseconds.unsigned_abs(),
    }
}

fn expense(fact: &Fact) -> Option<host::Expense> {
    let given = |name: &str| Some(fact.text(name).to_owned()).filter(|text| !text.is_empty());
    Some(host::Expense {
        id: fact.expense_id()?.to_string(),
        amount: money(fact.amount()?),
        category_id: fact.id("categoryId").map(|id| id.to_string()),
        category: given("category"),
        merchant: given("merchant"),
        description: given("description"),
        date: day(fact.date()?),
        tags: fact.texts("tags").iter().map(|tag| tag.written.clone()).collect(),
    })
}

fn tick(fact: &Fact) -> Option<host::Tick> {
    let Some(Value::Instant(scheduled_for)) = fact.get("scheduledFor") else {
        return None;
    };
    Some(host::Tick {
        scheduled_for: instant(*scheduled_for),
        date: day(fact.date()?),
        minute: fact.shown("minute").parse().ok()?,
    })
}

/// The fields that are not empty.
fn fields(fact: &Fact) -> Vec<host::Field> {
    let mut fields = Vec::new();
    for (place, field) in fact.schema().fields().iter().enumerate() {
        let Some(value) = fact.at(place) else { continue };
        if let (Kind::Open, Value::Open(members)) = (field.kind, value) {
            let members = members.iter().filter_map(|(name, member)| {
                let name = format!("{}.{name}", field.name);
                self::member(member).map(|value| host::Field { name, value })
            });
            fields.extend(members);
        } else if let Some(value) = self::value(value) {
            let name = field.name.clone();
            fields.push(host::Field { name, value });
        }
    }
    fields
}

fn value(value: &Value) -> Option<host::Value> {
    Some(match value {
        Value::Text(text) if text.written.is_empty() => return None,
        Value::Text(text) => host::Value::Text(text.written.clone()),
        Value::Texts(texts) if texts.is_empty() => return None,
        Value::Texts(texts) => host::Value::Texts(texts.iter().map(|text| text.written.clone()).collect()),
        Value::Money(amount) => host::Value::Money(money(*amount)),
        Value::Date(date) => host::Value::Date(day(*date)),
        Value::Id(id) => host::Value::Text(id.to_string()),
        Value::Number(number) => self::number(*number),
        Value::Flag(flag) => host::Value::Flag(*flag),
        Value::Instant(at) => host::Value::Instant(instant(*at)),
        Value::Open(_) => return None,
    })
}

fn member(member: &Json) -> Option<host::Value> {
    match member {
        Json::String(text) => Some(host::Value::Text(text.clone())),
        Json::Bool(flag) => Some(host::Value::Flag(*flag)),
        Json::Number(number) => decimal(number).map(self::number),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

fn number(number: rust_decimal::Decimal) -> host::Value {
    let number = number.normalize();
    match number.is_integer().then(|| i64::try_from(number.mantissa())) {
        Some(Ok(whole)) if number.scale() == 0 => host::Value::Whole(whole),
        _ => host::Value::Decimal(number.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::Schema;

    #[test]
    fn an_event_without_a_record_shows_its_fields_that_are_not_empty() {
        let data =
            json!({"topic": "habit.kept", "data": {"days": 3.0, "rate": 0.5, "new": true, "list": [1]}});
        let fact = Fact::read(Schema::find("automation.trigger").unwrap(), &data).unwrap();
        let host::Event::Named(named) = event(&fact) else {
            panic!("has no record of its own");
        };
        let find = |name: &str| {
            let found = named.fields.iter().find(|field| field.name == name);
            found.map(|field| field.value.clone())
        };
        assert_eq!(find("data.days"), Some(host::Value::Whole(3)));
        assert_eq!(find("data.rate"), Some(host::Value::Decimal("0.5".into())));
        assert_eq!(find("data.new"), Some(host::Value::Flag(true)));
        assert_eq!(find("data.list"), None);
        assert_eq!(find("topic"), Some(host::Value::Text("habit.kept".into())));
    }

    #[test]
    fn points_in_time_before_1970_count_their_fraction_upwards() {
        let at: Timestamp = "1969-12-31T23:59:59.25Z".parse().unwrap();
        let shown = instant(at);
        assert_eq!((shown.seconds, shown.nanoseconds), (-1, 250_000_000));
    }
}
