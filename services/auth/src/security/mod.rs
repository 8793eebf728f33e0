//! Security events: each is kept for the account's owner to list, goes to the audit log, and is told to the owner
//! where it may mean that somebody else is at work.

mod kind;
mod notice;
mod sign_in;

use std::fmt::Display;

use jiff::Timestamp;
use pfms_runtime::Error;
use pfms_runtime::events::{Outgoing, outbox};
use pfms_types::UserId;
use sqlx::PgConnection;
use uuid::Uuid;

pub use kind::{Kind, Telling};
pub use notice::variables;
pub use sign_in::{note_failure, note_success};

use crate::letters::Template;
use crate::origin::Origin;
use crate::store::mails::{self, NewMail};
use crate::store::security_events;

/// Most characters of a target or label that are kept.
const MAX_TEXT: usize = 200;

/// Something that happened to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityEvent {
    /// What happened.
    pub kind: Kind,
    /// What it happened to, for example a session's id; empty when the kind says it.
    pub target: String,
    /// What its owner calls that, for example a passkey's name; may be empty.
    pub label: String,
}

impl From<Kind> for SecurityEvent {
    fn from(kind: Kind) -> Self {
        Self {
            kind,
            target: String::new(),
            label: String::new(),
        }
    }
}

impl SecurityEvent {
    /// What it happened to.
    #[must_use]
    pub fn on(mut self, target: impl Display) -> Self {
        self.target = clip(&target.to_string());
        self
    }

    /// What its owner calls that.
    #[must_use]
    #[allow(dead_code, reason = "passkeys, providers and tokens have names")]
    pub fn called(mut self, label: &str) -> Self {
        self.label = clip(label);
        self
    }
}

fn clip(text: &str) -> String {
    text.chars().take(MAX_TEXT).collect()
}

/// Keeps an event in the caller's unit, and gives what the unit is to publish.
///
/// # Errors
/// When the database does not answer, or there is no such account.
pub async fn record(
    connection: &mut PgConnection,
    user_id: UserId,
    event: impl Into<SecurityEvent>,
    origin: &Origin,
    now: Timestamp,
) -> Result<Vec<Outgoing>, Error> {
    let event = event.into();
    let id = Uuid::now_v7();
    security_events::insert(connection, user_id, id, &event, origin, now).await?;
    let mut outgoing = vec![notice::audit(user_id, &event, origin, now)?];
    if event.kind.telling() == Telling::High {
        let mail = NewMail {
            security_event_id: Some(id),
            ..NewMail::plain(Template::Security)
        };
        mails::queue(connection, user_id, &mail, now).await?;
    }
    if event.kind.telling() != Telling::Not {
        outgoing.push(notice::notification(user_id, id, &event, origin, now)?);
    }
    Ok(outgoing)
}

/// The same in a plain transaction, what is published included. The caller wakes the relay once it has committed.
///
/// # Errors
/// When the database does not answer, or there is no such account.
pub async fn note(
    connection: &mut PgConnection,
    user_id: UserId,
    event: impl Into<SecurityEvent>,
    origin: &Origin,
    now: Timestamp,
) -> Result<(), Error> {
    let outgoing = record(connection, user_id, event, origin, now).await?;
    outbox::insert(connection, &outgoing).await
}
