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
    /// The rules whose actions led to the fact, the first one first; empty when a person did it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rule_chain: Vec<Uuid>,
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

    /// Says which rules' actions led to the fact, the first one first. Said once; of an event that a person led to,
    /// not at all.
    #[must_use]
    pub fn caused_by(mut self, rule_chain: &[Uuid]) -> Self {
        if !rule_chain.is_empty() && self.body.ends_with('}') {
            let ids: Vec<String> = rule_chain.iter().map(|id| format!("\"{id}\"")).collect();
            self.body.pop();
            self.body.push_str(",\"ruleChain\":[");
            self.body.push_str(&ids.join(","));
            self.body.push_str("]}");
        }
        self
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

#[cfg(test)]
mod tests {
    use pfms_proto::events::v1::UserDeleted;

    use super::*;

    #[test]
    fn an_event_carries_the_rules_that_led_to_it() {
        let user = UserId::generate();
        let at = Timestamp::UNIX_EPOCH;
        let outgoing = || Outgoing::new(user, at, &UserDeleted::default()).unwrap();
        let read = |outgoing: Outgoing| serde_json::from_str::<Event>(&outgoing.body).unwrap();
        let chain = [Uuid::now_v7(), Uuid::now_v7()];
        let led = read(outgoing().caused_by(&chain));
        assert_eq!(led.rule_chain, chain);
        assert_eq!(led.user(), user);
        assert!(!outgoing().caused_by(&[]).body.contains("ruleChain"));
        assert_eq!(read(outgoing()).rule_chain, Vec::<Uuid>::new());
    }
}
