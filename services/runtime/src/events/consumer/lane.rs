//! The events of some users, one after the other: each is handled, tried again later, or put to rest.

use std::sync::Arc;
use std::time::Duration;

use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicPublishOptions};
use lapin::types::AMQPValue;
use lapin::{Channel, Confirmation};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::{Consumer, HandleError, MAX_PAUSE, Scene, header};
use crate::erasure::Tombstones;
use crate::error::chain;
use crate::events::topology::{dead_queue, retry_queue};
use crate::events::{BrokerError, Event};
use crate::telemetry::{metrics, trace};
use crate::{Database, Error};

/// Longest cause that is kept with a failed event, in characters.
const MAX_CAUSE: usize = 500;

/// A delivery, and the event that it is.
pub(super) type Received = (Delivery, Result<Event, serde_json::Error>);

/// Works on some users' events.
pub(super) struct Lane {
    pub consumer: Arc<Consumer>,
    pub queue: String,
    pub channel: Channel,
    pub database: Database,
    pub tombstones: Tombstones,
    pub stop: CancellationToken,
}

impl Lane {
    /// Works until the sender is gone and nothing is left, or it is stopped.
    pub async fn run(self, mut received: mpsc::Receiver<Received>) -> Result<(), BrokerError> {
        while let Some((delivery, event)) = received.recv().await {
            if self.stop.is_cancelled() {
                return Ok(());
            }
            match event {
                // An exchange that fans out brings every event, also those that this consumer does not listen to.
                Ok(event) if !self.consumer.listens_to(&event) => self.acknowledge(&delivery).await?,
                Ok(event) => self.deliver(delivery, event).await?,
                Err(error) => self.bury(&delivery, &format!("not an event: {error}")).await?,
            }
        }
        Ok(())
    }

    async fn deliver(&self, delivery: Delivery, event: Event) -> Result<(), BrokerError> {
        let span = trace::consumer_span(
            self.consumer.name,
            &event.name,
            header(&delivery, "traceparent").as_deref(),
            delivery
                .properties
                .correlation_id()
                .as_ref()
                .map(lapin::types::ShortString::as_str),
        );
        let correlation_id = delivery
            .properties
            .correlation_id()
            .as_ref()
            .map_or("", lapin::types::ShortString::as_str);
        let work = trace::correlated(correlation_id.into(), self.deliver_in_span(delivery, event));
        work.instrument(span).await
    }

    async fn deliver_in_span(&self, delivery: Delivery, event: Event) -> Result<(), BrokerError> {
        let mut pause = Duration::from_millis(100);
        let started = std::time::Instant::now();
        let scene = Scene {
            database: &self.database,
            tombstones: &self.tombstones,
            consumer: self.consumer.name,
        };
        loop {
            let result = self.consumer.process.process(&scene, &event).await;
            match result {
                Ok(first) => {
                    metrics::event_handled(
                        self.consumer.name,
                        if first { "handled" } else { "duplicate" },
                        started,
                    );
                    tracing::debug!(event_id = %event.id, first, "handled");
                    return self.acknowledge(&delivery).await;
                }
                Err(HandleError::Failed(error @ Error::Unavailable { .. })) => {
                    // The event is not at fault: wait here, so that later events of its user do not overtake it.
                    tracing::warn!(event_id = %event.id, error = %chain(&error), "waiting to handle");
                    tokio::select! {
                        () = self.stop.cancelled() => return Ok(()),
                        () = tokio::time::sleep(pause) => {}
                    }
                    pause = (pause * 2).min(MAX_PAUSE);
                }
                // Nothing of a user who was erased is kept, also not to be tried again.
                Err(_) if self.is_erased(&event).await => return self.acknowledge(&delivery).await,
                Err(HandleError::Malformed(cause)) => {
                    metrics::event_handled(self.consumer.name, "dead", started);
                    return self.bury(&delivery, &cause).await;
                }
                Err(HandleError::Failed(error)) => {
                    metrics::event_handled(self.consumer.name, "failed", started);
                    return self.retry_later(&delivery, &event, &cause_of(&error)).await;
                }
            }
        }
    }

    async fn is_erased(&self, event: &Event) -> bool {
        let erased = self.tombstones.has(self.database.pool(), event.user()).await;
        erased.unwrap_or(false)
    }

    async fn retry_later(&self, delivery: &Delivery, event: &Event, cause: &str) -> Result<(), BrokerError> {
        let attempt = header(delivery, "x-attempt")
            .and_then(|text| text.parse().ok())
            .unwrap_or(0);
        match retry_queue(&self.queue, attempt) {
            Some(waiting) => {
                tracing::warn!(event_id = %event.id, attempt, error = cause, "trying again later");
                self.move_to(delivery, &waiting, attempt + 1, cause).await
            }
            None => self.bury(delivery, cause).await,
        }
    }

    async fn bury(&self, delivery: &Delivery, cause: &str) -> Result<(), BrokerError> {
        tracing::error!(
            consumer = self.consumer.name,
            error = cause,
            "event moved to the dead letters"
        );
        self.move_to(delivery, &dead_queue(&self.queue), 0, cause).await
    }

    async fn move_to(
        &self,
        delivery: &Delivery,
        queue: &str,
        attempt: usize,
        cause: &str,
    ) -> Result<(), BrokerError> {
        let mut headers = delivery.properties.headers().clone().unwrap_or_default();
        headers.insert(
            "x-attempt".into(),
            AMQPValue::LongString(attempt.to_string().into()),
        );
        let cause: String = cause.chars().take(MAX_CAUSE).collect();
        headers.insert("x-cause".into(), AMQPValue::LongString(cause.into()));
        let properties = delivery.properties.clone().with_headers(headers);
        let confirmation = self
            .channel
            .basic_publish(
                "".into(),
                queue.into(),
                BasicPublishOptions::default(),
                &delivery.data,
                properties,
            )
            .await?
            .await?;
        if !matches!(confirmation, Confirmation::Ack(_)) {
            return Err(BrokerError::NotConfirmed);
        }
        self.acknowledge(delivery).await
    }

    async fn acknowledge(&self, delivery: &Delivery) -> Result<(), BrokerError> {
        delivery.ack(BasicAckOptions::default()).await?;
        Ok(())
    }
}

fn cause_of(error: &Error) -> String {
    match error {
        Error::Internal(cause) => chain(cause.as_ref()),
        other => chain(other),
    }
}
