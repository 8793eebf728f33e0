//! Web addresses that rules may call.
//!
//! A person registers an address and gets a secret. Messages are signed with it in the way of Standard Webhooks
//! ([`secret`]), sent to public addresses only ([`address`], [`sender`]), tried again when they are not taken
//! (`crate::effects`), and every try is kept ([`Courier`]).

pub mod address;
mod api;
mod courier;
pub mod secret;
mod sender;
mod store;
mod target;

use jiff::Timestamp;
use pfms_proto::automation::v1 as wire;
use pfms_runtime::parse::{self, UpdateMask, wire_time};
use pfms_runtime::{Error, Violations};
use pfms_types::Id;

pub use self::api::Webhooks;
pub use self::courier::Courier;
pub(crate) use self::courier::{Letter, PING, RULE_ACTION};
pub use self::target::{Allowed, Target};

/// Webhooks that a user has at most.
pub const MAX_WEBHOOKS: i32 = 50;
/// Longest name, in characters.
const MAX_NAME: usize = 100;

/// Never a value: it only tells ids apart.
#[derive(Debug)]
pub enum WebhookMarker {}

/// The id of a webhook.
pub type WebhookId = Id<WebhookMarker>;

/// A web address that rules may call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// What its owner says of it.
    pub draft: Draft,
    /// When it got its secret.
    pub secret_at: Timestamp,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What its owner says of a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// 1 to 100 characters.
    pub name: String,
    /// Where messages go.
    pub target: Target,
    /// Whether messages are sent.
    pub active: bool,
}

impl Draft {
    /// Reads a webhook to register.
    ///
    /// # Errors
    /// Names each field that is wrong.
    pub fn parse(webhook: &wire::Webhook, allowed: &Allowed) -> Result<Self, Violations> {
        let mut violations = Violations::default();
        let name = parse::required_text(&mut violations, "name", &webhook.name, MAX_NAME);
        let target = violations.keep("url", allowed.parse(&webhook.url));
        match target.filter(|_| violations.is_empty()) {
            Some(target) => Ok(Self {
                name,
                target,
                active: webhook.active.unwrap_or(true),
            }),
            None => Err(violations),
        }
    }

    /// What it becomes by a change; violations name the change's fields.
    ///
    /// # Errors
    /// Names each field that is wrong.
    pub fn changed(
        &self,
        change: wire::Webhook,
        mask: Option<pbjson_types::FieldMask>,
        allowed: &Allowed,
    ) -> Result<Self, Violations> {
        let mut violations = Violations::default();
        let mask = UpdateMask::parse(&mut violations, mask, &["name", "url", "active"]);
        if !violations.is_empty() {
            return Err(violations);
        }
        let touches_url = mask.touches("url", !change.url.is_empty());
        let merged = wire::Webhook {
            name: if mask.touches("name", !change.name.is_empty()) {
                change.name
            } else {
                self.name.clone()
            },
            url: change.url,
            active: if mask.touches("active", change.active.is_some()) {
                change.active
            } else {
                Some(self.active)
            },
            ..wire::Webhook::default()
        };
        if touches_url {
            return Self::parse(&merged, allowed);
        }
        // An address that the operator has ceased to allow can still be switched off.
        let name = parse::required_text(&mut violations, "name", &merged.name, MAX_NAME);
        if violations.is_empty() {
            Ok(Self {
                name,
                target: self.target.clone(),
                active: merged.active.unwrap_or(true),
            })
        } else {
            Err(violations)
        }
    }
}

impl Webhook {
    /// As it goes out, without its secret.
    #[must_use]
    pub fn wire(&self) -> wire::Webhook {
        wire::Webhook {
            id: self.id.to_string(),
            name: self.draft.name.clone(),
            url: self.draft.target.as_str().to_owned(),
            active: Some(self.draft.active),
            secret: String::new(),
            secret_time: Some(wire_time(self.secret_at)),
            create_time: Some(wire_time(self.created_at)),
            update_time: Some(wire_time(self.updated_at)),
        }
    }
}

/// A webhook by the id in a request.
fn parse_id(field: &str, text: &str) -> Result<WebhookId, Error> {
    text.parse().map_err(|error| Error::invalid(field, error))
}
