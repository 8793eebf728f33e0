//! From an action as a rule says it to what is to be done about an event.

use jiff::civil::Date;
use serde_json::{Value as Json, json};

use super::deed::{Deed, NO_SAVINGS, Notice, Planned, Refusal, Standing, UNAVAILABLE};
use super::{
    Action, MAX_BODY, MAX_DESCRIPTION, MAX_FIELD_TEXT, MAX_LOG, MAX_NOTE, MAX_TITLE, NewExpense, Notify,
    Quantity, Save,
};
use crate::config::MAX_CONFIG_BYTES;
use crate::fact::Fact;
use crate::schema::Kind;
use crate::template::render;

/// Most fields of an event that a notification without a text shows.
const MAX_SHOWN: usize = 6;

/// What an action is resolved with.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The rule's id.
    pub rule_id: uuid::Uuid,
    /// The rule's name.
    pub rule: &'a str,
    /// What happened.
    pub fact: &'a Fact,
    /// The event as it is told to webhooks.
    pub event: &'a Json,
    /// The day of the event in the owner's zone.
    pub today: Date,
}

/// What is to be done for an action of a rule. Components are not run here: an action that runs one is refused.
#[must_use]
pub fn resolve(action: &Action, scene: Scene<'_>) -> Planned {
    let fact = scene.fact;
    let fill = |text: &str, max: usize| render(text, scene.rule, fact, max);
    match action {
        Action::Notify(notify) => {
            let (notice, shown) = notice(notify, scene);
            Planned::new(&Action::Notify(shown), Standing::Due(Deed::Notify(notice)))
        }
        Action::Categorize(category_id) => on_expense(action, fact, |expense_id| Deed::Categorize {
            expense_id,
            category_id: *category_id,
        }),
        Action::Tag(tags) => on_expense(action, fact, |expense_id| Deed::Tag {
            expense_id,
            tags: tags.clone(),
        }),
        Action::Save(save) => {
            let note = fill(&save.note, MAX_NOTE);
            resolve_save(save, note, fact)
        }
        Action::Log(message) => {
            let line = fill(message, MAX_LOG);
            Planned::new(&Action::Log(line.clone()), Standing::Due(Deed::Log(line)))
        }
        Action::CreateExpense(expense) => {
            let date = expense.date.or_else(|| fact.date()).unwrap_or(scene.today);
            let description = fill(&expense.description, MAX_DESCRIPTION);
            record(NewExpense {
                date: Some(date),
                description,
                ..expense.clone()
            })
        }
        Action::Emit { topic, fields } => {
            let fields = fields.with_texts(&|text| fill(text, MAX_FIELD_TEXT));
            emit(topic.clone(), fields)
        }
        Action::Webhook { webhook_id, payload } => {
            let payload = payload.as_ref();
            let filled = payload.map(|payload| payload.with_texts(&|text| fill(text, MAX_CONFIG_BYTES)));
            let sent = filled.as_ref().map_or_else(
                || json!({"rule": {"id": scene.rule_id, "name": scene.rule}, "event": scene.event}),
                crate::config::Config::json,
            );
            call(*webhook_id, filled, sent)
        }
        Action::Run(_) => refuse(action, "NOT_RUN", "the component did not run".to_owned()),
    }
}

/// What is not done, and failed.
pub(crate) fn refuse(action: &Action, reason: &'static str, detail: String) -> Planned {
    let refusal = Refusal {
        reason,
        detail,
        is_idle: false,
    };
    Planned::new(action, Standing::Refused(refusal))
}

pub(super) fn on_expense(action: &Action, fact: &Fact, deed: impl FnOnce(uuid::Uuid) -> Deed) -> Planned {
    if let Some(expense_id) = fact.expense_id().filter(|_| fact.schema().has_expense()) {
        Planned::new(action, Standing::Due(deed(expense_id)))
    } else {
        let detail = format!("{} is not about an expense that is there", fact.name());
        refuse(action, "NO_EXPENSE", detail)
    }
}

pub(super) fn resolve_save(save: &Save, note: String, fact: &Fact) -> Planned {
    let amount = match save.quantity {
        Quantity::Amount(amount) => Some(amount),
        Quantity::Percent(percent) => fact.amount().and_then(|amount| {
            // Rounded down, as the action is documented. 2^63 * 10^6 is below 2^127.
            let share = i128::from(amount.minor()) * i128::from(percent) / 1_000_000;
            let minor = i64::try_from(share).ok().filter(|minor| *minor > 0)?;
            Some(pfms_types::Money::from_minor(minor, amount.currency()))
        }),
    };
    let quantity = amount.map_or(save.quantity, Quantity::Amount);
    let shown = Action::Save(Save {
        quantity,
        note,
        ..save.clone()
    });
    if amount.is_none() {
        let refusal = Refusal {
            reason: "NOTHING_TO_SAVE",
            detail: "the share of the event's amount is not more than zero".to_owned(),
            is_idle: true,
        };
        return Planned::new(&shown, Standing::Refused(refusal));
    }
    refuse(&shown, UNAVAILABLE, NO_SAVINGS.to_owned())
}

pub(super) fn record(expense: NewExpense) -> Planned {
    let Some(date) = expense.date else {
        return refuse(
            &Action::CreateExpense(expense),
            "NO_DATE",
            "has no day".to_owned(),
        );
    };
    let deed = Deed::CreateExpense {
        amount: expense.amount,
        category_id: expense.category_id,
        merchant: expense.merchant.clone(),
        description: expense.description.clone(),
        date,
        tags: expense.tags.clone(),
    };
    Planned::new(&Action::CreateExpense(expense), Standing::Due(deed))
}

pub(super) fn emit(topic: String, fields: crate::config::Config) -> Planned {
    let deed = Deed::Emit {
        topic: topic.clone(),
        fields: fields.json(),
    };
    Planned::new(&Action::Emit { topic, fields }, Standing::Due(deed))
}

pub(super) fn call(webhook_id: uuid::Uuid, shown: Option<crate::config::Config>, payload: Json) -> Planned {
    let action = Action::Webhook {
        webhook_id,
        payload: shown,
    };
    if payload.to_string().len() > MAX_CONFIG_BYTES {
        let detail = format!(
            "what is to be sent has more than {MAX_CONFIG_BYTES} bytes with the event's values in it"
        );
        return refuse(&action, "PAYLOAD_TOO_LARGE", detail);
    }
    Planned::new(&action, Standing::Due(Deed::Webhook { webhook_id, payload }))
}

/// A rule's notification, and how it looks. About expenses the notification service has a template in the owner's
/// language; about everything else the texts are made here.
fn notice(notify: &Notify, scene: Scene<'_>) -> (Notice, Notify) {
    let fact = scene.fact;
    let fill = |text: &str, max: usize| render(text, scene.rule, fact, max);
    let title = match fill(&notify.title, MAX_TITLE) {
        title if title.trim().is_empty() => match fact.amount() {
            Some(amount) => fill(&format!("{{{{ rule }}}}: {amount}"), MAX_TITLE),
            None => fill("{{ rule }}", MAX_TITLE),
        },
        title => title,
    };
    let body = match fill(&notify.body, MAX_BODY) {
        body if body.trim().is_empty() => summary(fact),
        body => body,
    };
    let is_template = fact.schema().is_of_expense();
    let given = |template: &str, filled: &str| {
        if is_template {
            template.to_owned()
        } else {
            filled.to_owned()
        }
    };
    let notice = Notice {
        title: given(&notify.title, &title),
        body: given(&notify.body, &body),
        is_template,
        priority: notify.priority,
        channels: notify.channels.clone(),
    };
    let shown = Notify {
        title,
        body,
        ..notify.clone()
    };
    (notice, shown)
}

/// The fields of an event that say something to people.
fn summary(fact: &Fact) -> String {
    let mut lines = Vec::new();
    for field in fact.schema().fields() {
        let shown = fact.shown(&field.name);
        if field.kind != Kind::Id && !shown.is_empty() && lines.len() < MAX_SHOWN {
            let shown: String = shown.chars().take(200).collect();
            lines.push(format!("{}: {shown}", field.name));
        }
    }
    if lines.is_empty() {
        return fact.name().to_owned();
    }
    lines.join("\n")
}
