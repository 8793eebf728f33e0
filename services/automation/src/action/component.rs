//! What a component asks for.

use pfms_plugin_host as host;
use pfms_runtime::{Violations, parse};
use pfms_types::{Currency, Money};
use serde_json::Value as Json;
use uuid::Uuid;

use super::deed::{Deed, Notice, Planned, Standing};
use super::parse::checked_tags;
use super::resolve::{call, emit, on_expense, record, resolve_save};
use super::{
    Action, Channel, MAX_ACTIONS, MAX_BODY, MAX_FIELD_TEXT, MAX_FIELDS, MAX_LOG, MAX_MERCHANT, MAX_NOTE,
    MAX_TITLE, NewExpense, Notify, Priority, Quantity, Save,
};
use crate::config::{Config, MAX_CONFIG_BYTES};
use crate::fact::Fact;

/// Longest description of an expense that a component asks for, in characters.
const MAX_DESCRIPTION: usize = 1_000;

/// Reads what a component returned for an event.
///
/// # Errors
/// Says which action is not what the contract asks for.
pub fn of_component(actions: Vec<host::Action>, fact: &Fact) -> Result<Vec<Planned>, String> {
    if actions.len() > MAX_ACTIONS {
        let count = actions.len();
        return Err(format!(
            "the rule returned {count} actions; at most {MAX_ACTIONS} are taken"
        ));
    }
    let mut planned = Vec::new();
    for (index, action) in actions.into_iter().enumerate() {
        let mut violations = Violations::default();
        let one = of_one(&mut violations, action, fact);
        match one {
            Some(one) if violations.is_empty() => planned.push(one),
            _ => return Err(format!("action {index} of the rule: {violations}")),
        }
    }
    Ok(planned)
}

fn of_one(violations: &mut Violations, action: host::Action, fact: &Fact) -> Option<Planned> {
    match action {
        host::Action::Notify(notification) => Some(notify(violations, notification)),
        host::Action::Categorize(id) => {
            let category_id = self::id(violations, "category", &id)?;
            Some(on_expense(&Action::Categorize(category_id), fact, |expense_id| {
                Deed::Categorize {
                    expense_id,
                    category_id,
                }
            }))
        }
        host::Action::Tag(tags) => {
            let tags = violations.keep("tags", checked_tags(tags))?;
            if tags.is_empty() {
                violations.add("tags", "must hold a tag");
            }
            Some(on_expense(&Action::Tag(tags.clone()), fact, |expense_id| {
                Deed::Tag { expense_id, tags }
            }))
        }
        host::Action::Save(saving) => {
            let goal_id = id(violations, "goal-id", &saving.goal_id);
            let amount = amount(violations, &saving.amount);
            let note = parse::text(violations, "note", saving.note, MAX_NOTE);
            let save = Save {
                goal_id: goal_id?,
                quantity: Quantity::Amount(amount?),
                note: String::new(),
            };
            Some(resolve_save(&save, note, fact))
        }
        host::Action::Log(line) => {
            let line = parse::text(violations, "line", line, MAX_LOG);
            Some(Planned::new(
                &Action::Log(line.clone()),
                Standing::Due(Deed::Log(line)),
            ))
        }
        host::Action::CreateExpense(expense) => create_expense(violations, expense).map(record),
        host::Action::Emit(emission) => {
            let topic = violations.keep("topic", crate::trigger::topic(&emission.topic).map(str::to_owned));
            let fields = emission
                .fields
                .into_iter()
                .map(|field| (field.name, json(field.value)));
            let fields = Config::of_fields(fields);
            let checked = fields.check_flat(MAX_FIELDS, MAX_FIELD_TEXT);
            violations.keep("fields", checked)?;
            if fields.all_texts().iter().any(|text| text.contains('\0')) {
                violations.add("fields", "must not hold the character U+0000");
            }
            Some(emit(topic?, fields))
        }
        host::Action::Webhook(sent) => {
            let webhook_id = id(violations, "webhook-id", &sent.webhook_id);
            let payload = payload(&sent.payload).ok_or_else(|| {
                format!(
                    "must be a JSON object of at most {MAX_CONFIG_BYTES} bytes without the character U+0000"
                )
            });
            let payload = violations.keep("payload", payload)?;
            let json = payload.json();
            Some(call(webhook_id?, Some(payload), json))
        }
    }
}

fn notify(violations: &mut Violations, notification: host::Notification) -> Planned {
    let title = parse::required_text(violations, "title", &notification.title, MAX_TITLE);
    if title.contains('\n') {
        violations.add("title", "must be one line");
    }
    let body = parse::text(violations, "body", notification.body, MAX_BODY);
    let priority = match notification.priority {
        host::Priority::Low => Priority::Low,
        host::Priority::Medium => Priority::Medium,
        host::Priority::High => Priority::High,
        host::Priority::Urgent => Priority::Urgent,
    };
    let mut channels = Vec::new();
    for channel in notification.channels {
        let channel = match channel {
            host::Channel::InApp => Channel::InApp,
            host::Channel::Push => Channel::Push,
            host::Channel::Email => Channel::Email,
            host::Channel::Sms => Channel::Sms,
        };
        if !channels.contains(&channel) {
            channels.push(channel);
        }
    }
    let action = Action::Notify(Notify {
        title: title.clone(),
        body: body.clone(),
        priority,
        channels: channels.clone(),
    });
    let notice = Notice {
        title,
        body,
        is_template: false,
        priority,
        channels,
    };
    Planned::new(&action, Standing::Due(Deed::Notify(notice)))
}

fn create_expense(violations: &mut Violations, expense: host::NewExpense) -> Option<NewExpense> {
    let amount = amount(violations, &expense.amount);
    let category_id = expense.category_id.as_deref();
    let category_id = category_id.and_then(|text| id(violations, "category-id", text));
    let merchant = expense.merchant.unwrap_or_default();
    let merchant = parse::text(violations, "merchant", merchant, MAX_MERCHANT);
    let description = expense.description.unwrap_or_default();
    let description = parse::text(violations, "description", description, MAX_DESCRIPTION);
    let date = parse::date(violations, "date", &expense.date.to_string());
    let tags = violations.keep("tags", checked_tags(expense.tags));
    Some(NewExpense {
        amount: amount?,
        category_id,
        merchant,
        description,
        date: Some(date?),
        tags: tags?,
    })
}

fn amount(violations: &mut Violations, money: &host::Money) -> Option<Money> {
    let currency = violations.keep("amount.currency", money.currency.parse::<Currency>())?;
    if money.exponent != currency.exponent() {
        let exponent = currency.exponent();
        violations.add("amount.exponent", format!("must be {exponent} for {currency}"));
    }
    if money.minor <= 0 {
        violations.add("amount", "must be more than zero");
    }
    Some(Money::from_minor(money.minor, currency))
}

fn id(violations: &mut Violations, field: &str, text: &str) -> Option<Uuid> {
    parse::id::<()>(violations, field, text).map(pfms_types::Id::uuid)
}

fn payload(text: &str) -> Option<Config> {
    if text.len() > MAX_CONFIG_BYTES {
        return None;
    }
    let value: Json = serde_json::from_str(text).ok().filter(Json::is_object)?;
    // jsonb cannot hold it, escaped or not.
    (!value.to_string().contains("\\u0000")).then(|| Config::stored(value))
}

/// A field of an event as JSON has it: exactly, which for decimals, amounts and times is a text.
fn json(value: host::Value) -> Json {
    match value {
        host::Value::Text(text) | host::Value::Decimal(text) => text.into(),
        host::Value::Texts(texts) => texts.join(", ").into(),
        host::Value::Whole(whole) => whole.into(),
        host::Value::Flag(flag) => flag.into(),
        host::Value::Date(date) => date.to_string().into(),
        host::Value::Money(money) => match money.currency.parse::<Currency>() {
            Ok(currency) => Money::from_minor(money.minor, currency).to_string().into(),
            Err(_) => Json::Null,
        },
        host::Value::Instant(at) => {
            let nanoseconds = i32::try_from(at.nanoseconds).unwrap_or(i32::MAX);
            match jiff::Timestamp::new(at.seconds, nanoseconds) {
                Ok(at) => at.to_string().into(),
                Err(_) => Json::Null,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::Schema;

    fn expense() -> Fact {
        let data = json!({"expenseId": "01890a5d-ac96-774b-bcce-b302099a8057", "date": "2025-12-11",
                          "amount": {"amount": "1.00", "currency": "USD"}});
        Fact::read(Schema::find("expense.created").unwrap(), &data).unwrap()
    }

    fn notify(title: &str) -> host::Action {
        host::Action::Notify(host::Notification {
            title: title.into(),
            body: String::new(),
            priority: host::Priority::Low,
            channels: vec![host::Channel::Email, host::Channel::Email],
        })
    }

    fn refused(action: host::Action) -> bool {
        of_component(vec![action], &expense()).is_err()
    }

    #[test]
    fn a_component_that_breaks_the_contract_is_told_where() {
        assert!(!refused(notify("well")));
        let problem = of_component(vec![notify("well"), notify(" ")], &expense()).unwrap_err();
        assert!(problem.contains("action 1"), "{problem}");
        assert!(refused(notify(&"x".repeat(201))));
        assert!(refused(notify("nul \0")));
        assert!(of_component(vec![notify("x"); 11], &expense()).is_err());
        assert!(refused(host::Action::Categorize("food".into())));
        assert!(refused(host::Action::Tag(vec![])));
        assert!(refused(host::Action::Tag(vec!["x".repeat(51)])));
        let emit = |topic: &str, fields| {
            host::Action::Emit(host::Emission {
                topic: topic.into(),
                fields,
            })
        };
        assert!(!refused(emit("habit.kept", vec![])));
        assert!(refused(emit("Habit", vec![])));
        let bad = host::Value::Money(host::Money {
            minor: 1,
            currency: "XXX1".into(),
            exponent: 2,
        });
        let field = host::Field {
            name: "x".into(),
            value: bad,
        };
        assert!(refused(emit("habit.kept", vec![field])));
        let call = |payload: &str| {
            host::Action::Webhook(host::WebhookCall {
                webhook_id: "01890a5d-ac96-774b-bcce-b302099a8057".into(),
                payload: payload.into(),
            })
        };
        assert!(!refused(call("{}")));
        for bad in ["", "[]", "{", r#"{"a":"\u0000"}"#] {
            assert!(refused(call(bad)), "{bad}");
        }
    }

    #[test]
    fn what_cannot_be_done_is_said_with_its_reason() {
        let saving = host::Action::Save(host::Saving {
            goal_id: "01890a5d-ac96-774b-bcce-b302099a8057".into(),
            amount: host::Money {
                minor: 100,
                currency: "USD".into(),
                exponent: 2,
            },
            note: "round up".into(),
        });
        let planned = of_component(vec![saving], &expense()).unwrap();
        assert_eq!(planned[0].result()["reason"], "ACTION_UNAVAILABLE");
        assert_eq!(planned[0].result()["action"]["save"]["note"], "round up");
        let income = Fact::read(Schema::find("income.received").unwrap(), &json!({})).unwrap();
        let planned = of_component(vec![host::Action::Tag(vec!["a".into()])], &income).unwrap();
        assert_eq!(planned[0].result()["reason"], "NO_EXPENSE");
    }
}
