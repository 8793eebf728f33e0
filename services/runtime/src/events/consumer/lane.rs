//! The events of some users, one after the other: each is handled, tried again later, or put to rest.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures::StreamExt;
use lapin::message::Delivery;
use lapin::options::BasicAckOptions;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{Consumer, Entered, HandleError, MAX_PAUSE, Scene, header};
use crate::erasure::Tombstones;
use crate::error::chain;
use crate::events::publish::pass_on;
use crate::events::topology::{dead_queue, retry_queue};
use crate::events::{Broker, BrokerError, Event};
use crate::telemetry::metrics;
use crate::telemetry::trace::{self, Scope};
use crate::{Database, Error};

/// Longest cause that is kept with a failed event, in characters.
const MAX_CAUSE: usize = 500;

/// Events that are looked at for each that is handled together with others: some are of the same user.
const LOOKED_AT: usize = 4;

/// A delivery, and the event that it is.
pub(super) type Received = (Delivery, Result<Event, serde_json::Error>);

/// Works on some users' events.
pub(super) struct Lane {
    pub consumer: Arc<Consumer>,
    pub queue: String,
    pub broker: Broker,
    pub database: Database,
    pub tombstones: Tombstones,
    pub stop: CancellationToken,
    /// Deliveries in all lanes; those that are given back to the broker by a stop or a lost channel stay in it.
    pub unacknowledged: Arc<AtomicUsize>,
}

impl Lane {
    /// Works until the sender is gone and nothing is left, or it is stopped.
    pub async fn run(self, mut received: mpsc::Receiver<Received>) -> Result<(), BrokerError> {
        let mut waiting = VecDeque::new();
        loop {
            if waiting.is_empty() {
                let Some(first) = received.recv().await else {
                    return Ok(());
                };
                waiting.push_back(first);
            }
            while let Ok(next) = received.try_recv() {
                waiting.push_back(next);
            }
            if self.stop.is_cancelled() {
                return Ok(());
            }
            let mut batch = self.take(&mut waiting);
            if batch.len() > 1 {
                self.deliver_together(batch).await?;
            } else if let Some((delivery, event)) = batch.pop() {
                let entered = self.enter(&delivery, event);
                self.deliver(&delivery, &entered).await?;
            } else if let Some((delivery, other)) = waiting.pop_front() {
                match other {
                    // An exchange that fans out brings every event, also those that this consumer does not listen to.
                    Ok(_) => self.acknowledge(&delivery).await?,
                    Err(error) => self.bury(&delivery, &format!("not an event: {error}")).await?,
                }
            }
        }
    }

    /// Takes the first event of each user, as many as are handled together; none when the first that waits is not to
    /// be handled.
    fn take(&self, waiting: &mut VecDeque<Received>) -> Vec<(Delivery, Event)> {
        let most = self.consumer.process.together();
        let mut users = HashSet::new();
        let is_next = |(place, (_, event)): (usize, &Received)| match event {
            Ok(event) if self.consumer.listens_to(event) && users.insert(event.user_id) => Some(place),
            _ => None,
        };
        let looked_at = waiting.iter().take(most * LOOKED_AT).enumerate();
        let mut places: Vec<usize> = looked_at.filter_map(is_next).take(most).collect();
        if places.first() != Some(&0) {
            return Vec::new();
        }
        let mut batch = Vec::with_capacity(places.len());
        // From the back, so that the places before stay what they are.
        while let Some(place) = places.pop() {
            if let Some((delivery, Ok(event))) = waiting.remove(place) {
                batch.push((delivery, event));
            }
        }
        batch.reverse();
        batch
    }

    fn enter(&self, delivery: &Delivery, event: Event) -> Entered {
        let correlation_id = delivery
            .properties
            .correlation_id()
            .as_ref()
            .map(lapin::types::ShortString::as_str);
        let span = trace::consumer_span(
            self.consumer.name,
            &event.name,
            header(delivery, "traceparent").as_deref(),
            correlation_id,
        );
        let scope = Scope::new(span, correlation_id.unwrap_or_default().into());
        Entered { event, scope }
    }

    fn scene(&self) -> Scene<'_> {
        Scene {
            database: &self.database,
            tombstones: &self.tombstones,
            consumer: self.consumer.name,
        }
    }

    /// Handles events of as many users: together what can be, and the rest one by one.
    async fn deliver_together(&self, batch: Vec<(Delivery, Event)>) -> Result<(), BrokerError> {
        let started = Instant::now();
        let (mut deliveries, mut entered) = (Vec::new(), Vec::new());
        for (delivery, event) in batch {
            entered.push(self.enter(&delivery, event));
            deliveries.push(Some(delivery));
        }
        let scene = self.scene();
        let mut handled = self.consumer.process.process_together(&scene, &entered);
        while let Some((place, first)) = handled.next().await {
            let delivery = deliveries.get_mut(place).and_then(Option::take);
            if let (Some(delivery), Some(entered)) = (delivery, entered.get(place)) {
                let done = self.handled(&delivery, &entered.event, first, started);
                entered.scope.run(done).await?;
            }
        }
        drop(handled);
        for (delivery, entered) in deliveries.into_iter().zip(&entered) {
            if self.stop.is_cancelled() {
                return Ok(());
            }
            if let Some(delivery) = delivery {
                self.deliver(&delivery, entered).await?;
            }
        }
        Ok(())
    }

    async fn deliver(&self, delivery: &Delivery, entered: &Entered) -> Result<(), BrokerError> {
        let work = self.deliver_in_scope(delivery, &entered.event);
        entered.scope.run(work).await
    }

    async fn deliver_in_scope(&self, delivery: &Delivery, event: &Event) -> Result<(), BrokerError> {
        let mut pause = Duration::from_millis(100);
        let started = Instant::now();
        let scene = self.scene();
        loop {
            let result = self.consumer.process.process(&scene, event).await;
            match result {
                Ok(first) => return self.handled(delivery, event, first, started).await,
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
                Err(_) if self.is_erased(event).await => return self.acknowledge(delivery).await,
                Err(HandleError::Malformed(cause)) => {
                    metrics::event_handled(self.consumer.name, "dead", started);
                    return self.bury(delivery, &cause).await;
                }
                Err(HandleError::Failed(error)) => {
                    metrics::event_handled(self.consumer.name, "failed", started);
                    return self.retry_later(delivery, event, &cause_of(&error)).await;
                }
            }
        }
    }

    async fn handled(
        &self,
        delivery: &Delivery,
        event: &Event,
        first: bool,
        started: Instant,
    ) -> Result<(), BrokerError> {
        metrics::event_handled(
            self.consumer.name,
            if first { "handled" } else { "duplicate" },
            started,
        );
        tracing::debug!(event_id = %event.id, first, "handled");
        self.acknowledge(delivery).await
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
        let cause: String = cause.chars().take(MAX_CAUSE).collect();
        let attempt = attempt.to_string();
        let headers = [("x-attempt", attempt.as_str()), ("x-cause", cause.as_str())];
        // A channel for this one: failures are few, and what is received here must not be published on.
        let channel = self.broker.confirming_channel().await?;
        pass_on(&channel, delivery, queue, &headers).await?;
        self.acknowledge(delivery).await
    }

    async fn acknowledge(&self, delivery: &Delivery) -> Result<(), BrokerError> {
        delivery.ack(BasicAckOptions::default()).await?;
        self.unacknowledged.fetch_sub(1, Ordering::Release);
        Ok(())
    }
}

fn cause_of(error: &Error) -> String {
    match error {
        Error::Internal(cause) => chain(cause.as_ref()),
        other => chain(other),
    }
}
