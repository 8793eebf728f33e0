//! From the actions that were sent to ones that can be done.

use pfms_proto::automation::v1 as wire;
use pfms_proto::automation::v1::action::Kind;
use pfms_runtime::{Violations, parse};
use uuid::Uuid;

use super::{
    Action, Channel, MAX_ACTIONS, MAX_BODY, MAX_DESCRIPTION, MAX_FIELD_TEXT, MAX_FIELDS, MAX_LOG,
    MAX_MERCHANT, MAX_NOTE, MAX_TAG, MAX_TAGS, MAX_TITLE, NewExpense, Notify, Priority, Quantity, Save,
};
use crate::condition::percent;
use crate::config::Config;
use crate::rule::Component;
use crate::schema::Schema;
use crate::template;

impl Action {
    /// Reads the actions of a rule that listens to this; violations name `actions[i]` and what is below.
    pub fn parse_all(violations: &mut Violations, schema: &Schema, actions: Vec<wire::Action>) -> Vec<Self> {
        if actions.len() > MAX_ACTIONS {
            violations.add("actions", format!("must be at most {MAX_ACTIONS}"));
            return Vec::new();
        }
        let mut parsed = Vec::new();
        for (index, action) in actions.into_iter().enumerate() {
            let path = format!("actions[{index}]");
            match action.kind {
                None => violations.add(
                    path,
                    "must be one of notify, categorize, tag, save, log, createExpense, emit, webhook, run",
                ),
                Some(kind) => {
                    let mut parser = Parser { violations, schema };
                    parsed.extend(parser.action(&path, kind));
                }
            }
        }
        parsed
    }
}

struct Parser<'a> {
    violations: &'a mut Violations,
    schema: &'a Schema,
}

impl Parser<'_> {
    fn action(&mut self, path: &str, kind: Kind) -> Option<Action> {
        match kind {
            Kind::Notify(notify) => self.notify(&format!("{path}.notify"), notify).map(Action::Notify),
            Kind::Categorize(categorize) => {
                let path = format!("{path}.categorize");
                self.needs_expense(&path);
                let id = self.id(&format!("{path}.categoryId"), &categorize.category_id);
                id.map(Action::Categorize)
            }
            Kind::Tag(tag) => {
                let path = format!("{path}.tag");
                self.needs_expense(&path);
                if tag.tags.is_empty() {
                    self.violations.add(format!("{path}.tags"), "must hold a tag");
                }
                self.tags(&format!("{path}.tags"), tag.tags).map(Action::Tag)
            }
            Kind::Save(save) => self.save(&format!("{path}.save"), save).map(Action::Save),
            Kind::Log(log) => {
                let field = format!("{path}.log.message");
                let message = parse::required_text(self.violations, &field, &log.message, MAX_LOG);
                Some(Action::Log(self.template(&field, message)))
            }
            Kind::CreateExpense(expense) => {
                let path = format!("{path}.createExpense");
                self.create_expense(&path, expense).map(Action::CreateExpense)
            }
            Kind::Emit(emit) => self.emit(&format!("{path}.emit"), &emit),
            Kind::Webhook(webhook) => self.webhook(&format!("{path}.webhook"), webhook),
            Kind::Run(component) => {
                Component::parse(self.violations, &format!("{path}.run"), &component).map(Action::Run)
            }
        }
    }

    fn notify(&mut self, path: &str, notify: wire::Notify) -> Option<Notify> {
        let priority = match wire::Priority::try_from(notify.priority) {
            Ok(wire::Priority::Unspecified | wire::Priority::Medium) => Some(Priority::Medium),
            Ok(wire::Priority::Low) => Some(Priority::Low),
            Ok(wire::Priority::High) => Some(Priority::High),
            Ok(wire::Priority::Urgent) => Some(Priority::Urgent),
            Err(_) => {
                self.violations
                    .add(format!("{path}.priority"), "is not a known priority");
                None
            }
        };
        let mut channels = Vec::new();
        for (index, channel) in notify.channels.iter().enumerate() {
            let channel = match wire::Channel::try_from(*channel) {
                Ok(wire::Channel::InApp) => Channel::InApp,
                Ok(wire::Channel::Push) => Channel::Push,
                Ok(wire::Channel::Email) => Channel::Email,
                Ok(wire::Channel::Sms) => Channel::Sms,
                Ok(wire::Channel::Unspecified) | Err(_) => {
                    self.violations
                        .add(format!("{path}.channels[{index}]"), "is not a known channel");
                    continue;
                }
            };
            if !channels.contains(&channel) {
                channels.push(channel);
            }
        }
        let title = self.text(&format!("{path}.title"), notify.title, MAX_TITLE);
        let body = self.text(&format!("{path}.body"), notify.body, MAX_BODY);
        Some(Notify {
            title,
            body,
            priority: priority?,
            channels,
        })
    }

    fn save(&mut self, path: &str, save: wire::Save) -> Option<Save> {
        let goal_id = self.id(&format!("{path}.goalId"), &save.goal_id);
        let quantity = match save.quantity {
            Some(wire::save::Quantity::Amount(amount)) => {
                let amount = parse::positive_money(self.violations, &format!("{path}.amount"), Some(&amount));
                amount.map(Quantity::Amount)
            }
            Some(wire::save::Quantity::Percent(text)) => {
                let field = format!("{path}.percent");
                if self.schema.position("amount").is_none() {
                    let problem = format!("needs an amount, which {} has not", self.schema.name());
                    self.violations.add(&field, problem);
                }
                let problem = "must be a decimal above 0, at most 100, with up to 4 digits after the point";
                let percent = percent(&text, 100).ok_or(problem);
                self.violations.keep(field, percent).map(Quantity::Percent)
            }
            None => {
                self.violations.add(path, "must hold amount or percent");
                None
            }
        };
        let note = self.text(&format!("{path}.note"), save.note, MAX_NOTE);
        Some(Save {
            goal_id: goal_id?,
            quantity: quantity?,
            note,
        })
    }

    fn create_expense(&mut self, path: &str, expense: wire::CreateExpense) -> Option<NewExpense> {
        let amount = parse::positive_money(
            self.violations,
            &format!("{path}.amount"),
            expense.amount.as_ref(),
        );
        let category_id = parse::optional_id::<()>(
            self.violations,
            &format!("{path}.categoryId"),
            &expense.category_id,
        );
        let merchant = parse::text(
            self.violations,
            &format!("{path}.merchant"),
            expense.merchant,
            MAX_MERCHANT,
        );
        let field = format!("{path}.description");
        let description =
            parse::required_text(self.violations, &field, &expense.description, MAX_DESCRIPTION);
        let description = self.template(&field, description);
        let date = parse::optional_date(self.violations, &format!("{path}.date"), &expense.date);
        let tags = self.tags(&format!("{path}.tags"), expense.tags);
        Some(NewExpense {
            amount: amount?,
            category_id: category_id.map(pfms_types::Id::uuid),
            merchant,
            description,
            date,
            tags: tags?,
        })
    }

    fn emit(&mut self, path: &str, emit: &wire::Emit) -> Option<Action> {
        let topic = self.violations.keep(
            format!("{path}.topic"),
            crate::trigger::topic(&emit.topic).map(str::to_owned),
        );
        let fields = self
            .violations
            .keep(format!("{path}.fields"), fields(emit.fields.as_ref()));
        if let Some(fields) = &fields {
            for (name, text) in fields.texts() {
                let field = format!("{path}.fields.{name}");
                if let Err(problem) = template::check(text, self.schema) {
                    self.violations.add(field, problem);
                }
            }
        }
        Some(Action::Emit {
            topic: topic?,
            fields: fields?,
        })
    }

    fn webhook(&mut self, path: &str, webhook: wire::CallWebhook) -> Option<Action> {
        let webhook_id = self.id(&format!("{path}.webhookId"), &webhook.webhook_id);
        let payload = webhook.payload.map(|payload| {
            let field = format!("{path}.payload");
            let payload = self.violations.keep(&field, Config::parse(Some(&payload)))?;
            for text in payload.all_texts() {
                if let Err(problem) = template::check(text, self.schema) {
                    self.violations.add(&field, problem);
                    return None;
                }
            }
            Some(payload)
        });
        Some(Action::Webhook {
            webhook_id: webhook_id?,
            payload: match payload {
                None => None,
                Some(payload) => Some(payload?),
            },
        })
    }

    fn needs_expense(&mut self, path: &str) {
        if !self.schema.has_expense() {
            let problem = format!(
                "needs an expense that is there, which {} has not",
                self.schema.name()
            );
            self.violations.add(path, problem);
        }
    }

    fn id(&mut self, field: &str, text: &str) -> Option<Uuid> {
        parse::id::<()>(self.violations, field, text).map(pfms_types::Id::uuid)
    }

    fn tags(&mut self, field: &str, tags: Vec<String>) -> Option<Vec<String>> {
        self.violations.keep(field, checked_tags(tags))
    }

    /// A text with variables, which may be empty.
    fn text(&mut self, field: &str, text: String, max: usize) -> String {
        let text = self.template(field, text);
        parse::text(self.violations, field, text, max)
    }

    fn template(&mut self, field: &str, text: String) -> String {
        if let Err(problem) = template::check(&text, self.schema) {
            self.violations.add(field, problem);
        }
        text
    }
}

/// Tags without doubles, trimmed.
pub(super) fn checked_tags(tags: Vec<String>) -> Result<Vec<String>, String> {
    let mut kept: Vec<String> = Vec::new();
    for tag in tags {
        let tag = tag.trim();
        let is_good = (1..=MAX_TAG).contains(&tag.chars().count()) && !tag.chars().any(char::is_control);
        if !is_good {
            return Err(format!("must hold tags of 1 to {MAX_TAG} characters on one line"));
        }
        if !kept.iter().any(|known| known == tag) {
            kept.push(tag.to_owned());
        }
    }
    if kept.len() > MAX_TAGS {
        return Err(format!("must hold at most {MAX_TAGS} tags"));
    }
    Ok(kept)
}

/// The fields of an event that a rule or a service emits: texts, numbers and truth values.
///
/// # Errors
/// Says what is wrong with them.
pub fn fields(sent: Option<&pbjson_types::Struct>) -> Result<Config, String> {
    let fields = Config::parse(sent)?;
    fields.check_flat(MAX_FIELDS, MAX_FIELD_TEXT)?;
    Ok(fields)
}
