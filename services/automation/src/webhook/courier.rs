//! Delivers messages, and keeps what became of each try.

use std::time::Instant;

use jiff::Timestamp;
use pfms_runtime::error::chain;
use pfms_runtime::sealed::Seals;
use pfms_runtime::{Database, Error};
use pfms_types::UserId;
use serde_json::json;
use uuid::Uuid;

use super::sender::{Answer, Post, SendError, Sender};
use super::store::{self, Delivery};
use super::{Allowed, WebhookId};
use crate::effects::Outcome;

/// The type of messages that rules send.
pub(crate) const RULE_ACTION: &str = "rule.action";
/// The type of messages that try a webhook.
pub(crate) const PING: &str = "webhook.ping";

/// Delivers messages.
pub struct Courier {
    database: Database,
    seals: Seals,
    sender: Sender,
}

/// A message to a webhook.
pub(crate) struct Letter<'a> {
    /// The same for all tries.
    pub message_id: Uuid,
    pub webhook_id: WebhookId,
    pub kind: &'static str,
    pub execution_id: Option<Uuid>,
    /// Which try it is, from 1.
    pub attempt: i32,
    /// When it was written.
    pub written_at: Timestamp,
    pub data: &'a serde_json::Value,
}

impl Courier {
    /// Sends to what is allowed.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(database: Database, seals: Seals, allowed: Allowed) -> Result<Self, Error> {
        Ok(Self {
            database,
            seals,
            sender: Sender::new(allowed)?,
        })
    }

    /// Tries to deliver a message.
    ///
    /// # Errors
    /// When the database does not answer. That a message is not taken is no error.
    pub(crate) async fn deliver(&self, user_id: UserId, letter: &Letter<'_>) -> Result<Outcome, Error> {
        let now = self.database.clock().now();
        let mut connection = self.database.pool().acquire().await?;
        let keyed = store::keyed(&mut connection, &self.seals, user_id, letter.webhook_id, now).await?;
        drop(connection);
        let Some(keyed) = keyed else {
            return Ok(Outcome::Failed(
                "WEBHOOK_NOT_FOUND",
                "the webhook was deleted".to_owned(),
            ));
        };
        if !keyed.active {
            return Ok(Outcome::Failed(
                "WEBHOOK_INACTIVE",
                "the webhook is switched off".to_owned(),
            ));
        }
        let body = json!({
            "type": letter.kind,
            "timestamp": letter.written_at,
            "data": letter.data,
        });
        let started = Instant::now();
        let post = Post {
            message_id: letter.message_id,
            timestamp: now.as_second(),
            body: body.to_string().into_bytes(),
            secrets: &keyed.secrets,
        };
        let sent = self.sender.send(&keyed.target, post).await;
        let micros = i64::try_from(started.elapsed().as_micros()).unwrap_or(i64::MAX);
        let outcome = judged(&sent);
        let delivery = Delivery::new(letter, sent, micros, now);
        store::keep(self.database.pool(), user_id, &delivery).await?;
        Ok(outcome)
    }
}

fn judged(sent: &Result<Answer, SendError>) -> Outcome {
    match sent {
        Ok(answer) => match answer.status {
            200..=299 => Outcome::Done(format!("the receiver answered {}", answer.status)),
            // The receiver says that it will never want it.
            410 => Outcome::Failed("GONE", "the receiver answered 410".to_owned()),
            status => Outcome::Again("NOT_TAKEN", format!("the receiver answered {status}")),
        },
        Err(error @ (SendError::NotAllowed(_) | SendError::NotPublic)) => {
            Outcome::Failed(error.reason(), error.to_string())
        }
        Err(error) => Outcome::Again(error.reason(), error.to_string()),
    }
}

impl Delivery {
    fn new(letter: &Letter<'_>, sent: Result<Answer, SendError>, micros: i64, at: Timestamp) -> Self {
        let (status, body, reason, message) = match sent {
            Ok(answer) => (answer.status, answer.body, "", String::new()),
            Err(error) => (0, String::new(), error.reason(), chain(&error)),
        };
        Self {
            id: Uuid::now_v7(),
            webhook_id: letter.webhook_id.uuid(),
            message_id: letter.message_id,
            kind: letter.kind.to_owned(),
            execution_id: letter.execution_id,
            attempt: letter.attempt,
            response_status: i32::from(status),
            response_body: body,
            error_reason: reason.to_owned(),
            error_message: message,
            duration_micros: micros,
            attempted_at: at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_receiver_that_takes_it_has_it() {
        let judge = |status| {
            let body = String::new();
            judged(&Ok(Answer { status, body }))
        };
        assert!(matches!(judge(200), Outcome::Done(_)));
        assert!(matches!(judge(204), Outcome::Done(_)));
        assert!(matches!(judge(410), Outcome::Failed("GONE", _)));
        for status in [100, 301, 302, 400, 404, 429, 500, 503] {
            assert!(
                matches!(judge(status), Outcome::Again("NOT_TAKEN", _)),
                "{status}"
            );
        }
        assert!(matches!(
            judged(&Err(SendError::NotPublic)),
            Outcome::Failed("ADDRESS_NOT_PUBLIC", _)
        ));
        assert!(matches!(
            judged(&Err(SendError::NameNotFound)),
            Outcome::Again("NAME_NOT_FOUND", _)
        ));
    }
}
