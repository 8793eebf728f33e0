//! An event on its way out and on its way in.

use jiff::Timestamp;
use pfms_proto::event::EventData;
use pfms_types::UserId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Error;
use crate::telemetry::trace;

/// An event that is about to be written to the outbox.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// `UUIDv7`.
    pub id: Uuid,
    /// Where it is published.
    pub exchange: &'static str,
    /// Its name and routing key.
    pub event: &'static str,
    /// Whom it is about.
    pub user_id: UserId,
    /// The JSON that is published.
    pub body: String,
    /// The trace that the fact belongs to (W3C Trace Context).
    pub traceparent: String,
    /// The request that the fact came from.
    pub correlation_id: String,
}

/// An event as it arrived.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// The same however often it is delivered.
    pub id: Uuid,
    /// Its name.
    #[serde(rename = "event")]
    pub name: String,
    /// When the fact was committed.
    pub occurred_at: Timestamp,
    /// Whom it is about.
    pub user_id: Uuid,
    /// What belongs to the name.
    pub data: serde_json::Value,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a, D> {
    id: Uuid,
    event: &'static str,
    occurred_at: Timestamp,
    user_id: Uuid,
    data: &'a D,
}

impl Outgoing {
    /// An event of this moment, in the current trace.
    ///
    /// # Errors
    /// When the data cannot be written as JSON.
    pub fn new<D: EventData>(user_id: UserId, at: Timestamp, data: &D) -> Result<Self, Error> {
        let id = Uuid::now_v7();
        let body = Body {
            id,
            event: D::NAME,
            occurred_at: at,
            user_id: user_id.uuid(),
            data,
        };
        let context = trace::current();
        Ok(Self {
            id,
            exchange: D::EXCHANGE,
            event: D::NAME,
            user_id,
            body: serde_json::to_string(&body).map_err(Error::internal)?,
            traceparent: context.traceparent,
            correlation_id: context.correlation_id,
        })
    }
}

impl Event {
    /// The data as the message that belongs to the name.
    ///
    /// # Errors
    /// When it is not that message.
    pub fn data<D: EventData>(&self) -> Result<D, serde_json::Error> {
        D::deserialize(&self.data)
    }

    /// Whom it is about.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.user_id.into()
    }
}
