//! What is published of a security event.

use std::collections::HashMap;

use jiff::Timestamp;
use pbjson_types::Struct;
use pfms_proto::events::v1::{AuditRecorded, NotificationSend};
use pfms_runtime::Error;
use pfms_runtime::events::Outgoing;
use pfms_types::UserId;
use uuid::Uuid;

use super::{SecurityEvent, Telling};
use crate::device;
use crate::origin::Origin;

/// The category of notifications about security.
const CATEGORY: &str = "security";

/// For the audit log.
pub(super) fn audit(
    user_id: UserId,
    event: &SecurityEvent,
    origin: &Origin,
    now: Timestamp,
) -> Result<Outgoing, Error> {
    let data = AuditRecorded {
        user_id: user_id.to_string(),
        actor: event.kind.actor().to_owned(),
        action: event.kind.name().to_owned(),
        target: event.target.clone(),
        succeeded: event.kind.succeeded(),
        ip_address: origin.ip.map(|ip| ip.to_string()).unwrap_or_default(),
        user_agent: origin.user_agent.clone().unwrap_or_default(),
    };
    Outgoing::new(user_id, now, &data)
}

/// For the account's owner. The texts are notification's templates, whose keys are the kinds' names.
pub(super) fn notification(
    user_id: UserId,
    id: Uuid,
    event: &SecurityEvent,
    origin: &Origin,
    now: Timestamp,
) -> Result<Outgoing, Error> {
    let text = |value: &str| pbjson_types::Value::from(value.to_owned());
    let data = NotificationSend {
        user_id: user_id.to_string(),
        category: CATEGORY.to_owned(),
        template_key: event.kind.name().to_owned(),
        title: String::new(),
        body: String::new(),
        priority: match event.kind.telling() {
            Telling::High => "high",
            Telling::Medium | Telling::Not => "medium",
        }
        .to_owned(),
        variables: variables(event, origin, now),
        data: Some(Struct {
            fields: HashMap::from([
                ("securityEventId".to_owned(), text(&id.to_string())),
                ("kind".to_owned(), text(event.kind.name())),
            ]),
        }),
        about_user_id: String::new(),
        channels: Vec::new(),
    };
    Outgoing::new(user_id, now, &data)
}

/// What texts about an event may show: `device`, `place`, `time` and `label`.
#[must_use]
pub fn variables(event: &SecurityEvent, origin: &Origin, now: Timestamp) -> HashMap<String, String> {
    HashMap::from([
        (
            "device".to_owned(),
            device::describe(origin.user_agent.as_deref()),
        ),
        (
            "place".to_owned(),
            origin.ip.map(|ip| ip.to_string()).unwrap_or_default(),
        ),
        (
            "time".to_owned(),
            now.strftime("%-d %B %Y, %H:%M UTC").to_string(),
        ),
        ("label".to_owned(), event.label.clone()),
    ])
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::*;

    #[test]
    fn a_text_says_when_where_and_with_what() {
        let origin = Origin {
            user_agent: Some("curl/8.5.0".into()),
            ip: "203.0.113.7".parse().ok(),
        };
        let at = Timestamp::constant(1_800_000_000, 0);
        let shown = variables(
            &SecurityEvent::from(Kind::TokenCreated).called("cron"),
            &origin,
            at,
        );
        assert_eq!(shown["device"], "curl");
        assert_eq!(shown["place"], "203.0.113.7");
        assert_eq!(shown["time"], "15 January 2027, 08:00 UTC");
        assert_eq!(shown["label"], "cron");
    }
}
