//! What a person is told, and what asks for it.

use std::str::FromStr;

use jiff::Timestamp;
use pfms_proto::events::v1::NotificationSend;
use pfms_types::{Id, UserId};
use serde_json::Value;

use crate::preferences::{Delivery, IN_APP, Preferences, SECURITY};
use crate::template::{self, Variables};

/// Longest category, in characters.
const MAX_CATEGORY: usize = 50;
/// Longest template key, in characters.
const MAX_TEMPLATE_KEY: usize = 100;
/// Largest data as JSON, in bytes.
const MAX_DATA: usize = 16 * 1024;
/// Deepest data. Protobuf decoders stop at about a hundred messages, and each level is three.
const MAX_DEPTH: usize = 16;

/// Never a value: it only tells ids apart.
#[derive(Debug)]
pub enum NotificationMarker {}

/// The id of a notification, which is that of the event that asked for it.
pub type NotificationId = Id<NotificationMarker>;

/// A notification as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Notification {
    /// Unique per user.
    pub id: NotificationId,
    /// What it is about: 1 to 50 characters.
    pub category: String,
    /// One line of at most 200 characters.
    pub title: String,
    /// Plain text of at most 2,000 characters.
    pub body: String,
    /// What it refers to: an object.
    pub data: Option<Value>,
    /// How urgent it is.
    pub priority: Priority,
    /// When it was first marked as read.
    pub read_at: Option<Timestamp>,
    /// When it was stored.
    pub created_at: Timestamp,
    /// Until when quiet hours hold it back.
    pub held_until: Option<Timestamp>,
}

impl Notification {
    /// When it is shown, and where it stands in the list.
    #[must_use]
    pub fn deliver_at(&self) -> Timestamp {
        self.held_until.unwrap_or(self.created_at)
    }
}

/// How urgent a notification is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Priority {
    /// May wait.
    Low,
    /// Usual; also what an event that does not say gets.
    #[default]
    Medium,
    /// Soon.
    High,
    /// Now.
    Urgent,
}

impl Priority {
    /// As in events and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }
}

impl FromStr for Priority {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        match text {
            "low" => Ok(Self::Low),
            "medium" => Ok(Self::Medium),
            "high" => Ok(Self::High),
            "urgent" => Ok(Self::Urgent),
            _ => Err(Malformed("priority must be low, medium, high or urgent")),
        }
    }
}

/// Why an event is not one that asks for a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(&'static str);

impl Malformed {
    /// What it would have to be.
    pub(crate) const fn new(what: &'static str) -> Self {
        Self(what)
    }
}

/// The texts of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// With variables; not blank.
    pub title: String,
    /// With variables.
    pub body: String,
}

/// A notification that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    category: String,
    template_key: String,
    title: String,
    body: String,
    priority: Priority,
    variables: Variables,
    data: Option<Value>,
    about: Option<UserId>,
    /// Whether the list of notifications is one of the ways that it is to take.
    in_app: bool,
}

/// Ways to reach a person. Only the first is served so far: what names others alone is not shown anywhere.
const CHANNELS: [&str; 4] = [IN_APP, "push", "email", "sms"];

impl Wanted {
    /// From an event that is about `user_id`.
    ///
    /// # Errors
    /// When a field is not what `notification.send` says, or the event is about one user and tells another.
    pub fn parse(user_id: UserId, send: NotificationSend) -> Result<Self, Malformed> {
        if send.user_id.parse() != Ok(user_id) {
            return Err(Malformed("the data's userId is not the event's"));
        }
        let category = key(&send.category, MAX_CATEGORY).ok_or(Malformed(
            "category must have 1 to 50 characters and no control characters",
        ))?;
        if send.template_key.is_empty() {
            if send.title.trim().is_empty() {
                return Err(Malformed("there is neither a title nor a templateKey"));
            }
        } else if key(&send.template_key, MAX_TEMPLATE_KEY).is_none() {
            return Err(Malformed(
                "templateKey must have at most 100 characters and no control characters",
            ));
        }
        let priority = match send.priority.as_str() {
            "" => Priority::default(),
            given => given.parse()?,
        };
        let data = send
            .data
            .map(serde_json::to_value)
            .transpose()
            .map_err(|_| Malformed("data is not JSON"))?;
        if let Some(data) = &data {
            check_data(data)?;
        }
        if !send
            .channels
            .iter()
            .all(|channel| CHANNELS.contains(&channel.as_str()))
        {
            return Err(Malformed("channels must be in_app, push, email or sms"));
        }
        let in_app = send.channels.is_empty() || send.channels.iter().any(|channel| channel == IN_APP);
        let about = match send.about_user_id.as_str() {
            "" => None,
            id => Some(id.parse().map_err(|_| Malformed("aboutUserId is no id"))?),
        };
        Ok(Self {
            category,
            template_key: send.template_key,
            title: send.title,
            body: send.body,
            priority,
            variables: send.variables,
            data,
            about,
            in_app,
        })
    }

    /// Another user whom its texts name.
    #[must_use]
    pub fn about(&self) -> Option<UserId> {
        self.about
    }

    /// What becomes of it by the ways that it is to take and a person's preferences. What matters to the account's
    /// security is shown whatever it says.
    #[must_use]
    pub fn delivery(&self, preferences: &Preferences, now: Timestamp) -> Delivery {
        if !self.in_app && self.category != SECURITY {
            return Delivery::Never;
        }
        preferences.delivery(&self.category, self.priority, now)
    }

    /// Category and key of the template that is needed because title or body is not given.
    #[must_use]
    pub fn template(&self) -> Option<(&str, &str)> {
        let complete = !self.title.trim().is_empty() && !self.body.trim().is_empty();
        (!complete && !self.template_key.is_empty()).then_some((&self.category, &self.template_key))
    }

    /// Renders what is given, and the template's part for what is not.
    ///
    /// # Errors
    /// When there is no title.
    pub fn render(
        self,
        id: NotificationId,
        template: Option<&Template>,
        now: Timestamp,
    ) -> Result<Notification, Malformed> {
        let pick = |given: String, of: fn(&Template) -> &String| match template {
            Some(template) if given.trim().is_empty() => of(template).clone(),
            _ => given,
        };
        let title = template::title(&pick(self.title, |template| &template.title), &self.variables);
        let body = template::body(&pick(self.body, |template| &template.body), &self.variables);
        if title.is_empty() {
            return Err(Malformed(
                "there is no title, and no template with this category and templateKey",
            ));
        }
        Ok(Notification {
            id,
            category: self.category,
            title,
            body,
            data: self.data,
            priority: self.priority,
            read_at: None,
            created_at: now,
            held_until: None,
        })
    }
}

fn key(text: &str, max: usize) -> Option<String> {
    let good = !text.is_empty() && text.chars().count() <= max && !text.contains(char::is_control);
    good.then(|| text.to_owned())
}

fn check_data(data: &Value) -> Result<(), Malformed> {
    if data.to_string().len() > MAX_DATA {
        return Err(Malformed("data must be at most 16 KiB of JSON"));
    }
    check_value(data, MAX_DEPTH)
}

fn check_value(value: &Value, depth: usize) -> Result<(), Malformed> {
    let Some(below) = depth.checked_sub(1) else {
        return Err(Malformed("data must be nested at most 16 deep"));
    };
    match value {
        Value::String(text) => check_text(text),
        Value::Array(values) => values.iter().try_for_each(|value| check_value(value, below)),
        Value::Object(fields) => fields.iter().try_for_each(|(name, value)| {
            check_text(name)?;
            check_value(value, below)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

/// PostgreSQL keeps no NUL.
fn check_text(text: &str) -> Result<(), Malformed> {
    if text.contains('\0') {
        return Err(Malformed("data must not hold NUL characters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn send(user_id: UserId) -> NotificationSend {
        NotificationSend {
            user_id: user_id.to_string(),
            category: "rule".into(),
            title: "{{ rule }}".into(),
            variables: HashMap::from([("rule".into(), "Food".into())]),
            ..NotificationSend::default()
        }
    }

    fn parse(change: impl FnOnce(&mut NotificationSend)) -> Result<Wanted, Malformed> {
        let user_id = UserId::generate();
        let mut send = send(user_id);
        change(&mut send);
        Wanted::parse(user_id, send)
    }

    #[test]
    fn what_is_given_goes_before_the_template() {
        let template = Template {
            title: "from the template".into(),
            body: "{{ rule }} matched".into(),
        };
        let wanted = parse(|send| send.template_key = "rule.matched".into()).unwrap();
        assert_eq!(wanted.template(), Some(("rule", "rule.matched")));
        let id = NotificationId::generate();
        let rendered = wanted.render(id, Some(&template), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(
            (rendered.title.as_str(), rendered.body.as_str()),
            ("Food", "Food matched")
        );
        assert_eq!(rendered.priority, Priority::Medium);
    }

    #[test]
    fn a_template_is_not_asked_for_when_all_is_given() {
        let wanted = parse(|send| {
            send.body = "given".into();
            send.template_key = "rule.matched".into();
        });
        assert_eq!(wanted.unwrap().template(), None);
    }

    #[test]
    fn a_missing_template_leaves_no_title() {
        let wanted = parse(|send| {
            send.title.clear();
            send.template_key = "none".into();
        });
        let rendered = wanted
            .unwrap()
            .render(NotificationId::generate(), None, Timestamp::UNIX_EPOCH);
        assert!(rendered.is_err());
    }

    #[test]
    fn what_is_to_take_another_way_is_not_in_the_list() {
        let preferences = Preferences::default();
        let delivery = |channels: &[&str], category: &str| {
            let wanted = parse(|send| {
                send.channels = channels.iter().map(|&channel| channel.to_owned()).collect();
                send.category = category.to_owned();
            });
            wanted.unwrap().delivery(&preferences, Timestamp::UNIX_EPOCH)
        };
        assert_eq!(delivery(&[], "rule"), Delivery::Now);
        assert_eq!(delivery(&["push", "in_app"], "rule"), Delivery::Now);
        assert_eq!(delivery(&["push", "email"], "rule"), Delivery::Never);
        assert_eq!(delivery(&["sms"], "security"), Delivery::Now);
    }

    #[test]
    fn malformed_events_are_told() {
        let deep = (0..200).fold(pbjson_types::Value::from("x"), |inner, _| vec![inner].into());
        let data = |value: pbjson_types::Value| Some([("a".to_owned(), value)].into_iter().collect());
        for bad in [
            parse(|send| send.user_id = UserId::generate().to_string()),
            parse(|send| send.user_id.clear()),
            parse(|send| send.category.clear()),
            parse(|send| send.category = "c".repeat(51)),
            parse(|send| send.category = "a\0".into()),
            parse(|send| send.title = " \n".into()),
            parse(|send| send.template_key = "k".repeat(101)),
            parse(|send| send.priority = "HIGH".into()),
            parse(|send| send.channels = vec!["in_app".into(), "pigeon".into()]),
            parse(|send| send.data = data("\0".into())),
            parse(|send| send.data = data("x".repeat(17_000).into())),
            parse(|send| send.data = data(f64::NAN.into())),
            parse(|send| send.data = data(deep)),
        ] {
            assert!(bad.is_err());
        }
    }
}
