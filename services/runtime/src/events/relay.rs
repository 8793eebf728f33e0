//! From the outbox to the broker.

use std::time::Duration;

use futures::future::try_join_all;
use lapin::Channel;
use sqlx::{Connection, PgConnection};
use tokio_util::sync::CancellationToken;

use super::publish::{Message, publish, taken};
use super::topology::declare_exchanges;
use super::{Broker, BrokerError};
use crate::Database;
use crate::error::chain;

/// Events that are published in one go.
const BATCH: u16 = 500;
/// What the relay waits for more to come when events come in quick succession: a batch costs both servers nearly as
/// much as an event.
const GATHER: Duration = Duration::from_millis(10);
/// How often the outbox is looked at when nothing wakes the relay: for events of a process that was killed.
const POLL: Duration = Duration::from_secs(1);
/// How long the broker may take to confirm a batch, before the batch is given up.
const CONFIRM_TIMEOUT: Duration = Duration::from_secs(30);
/// Longest pause after a failure.
const MAX_PAUSE: Duration = Duration::from_secs(5);
/// One relay at a time publishes from a schema, so that a user's events keep their order.
const LOCK: i32 = 0x7066_6d73;

/// Publishes what a service's transactions left in the outbox.
pub struct Relay {
    database: Database,
    url: String,
    service: &'static str,
    broker: Broker,
}

impl Relay {
    /// For one service. The relay has a connection of its own, so that requests cannot starve it.
    #[must_use]
    pub fn new(database: Database, url: String, service: &'static str, broker: Broker) -> Self {
        Self {
            database,
            url,
            service,
            broker,
        }
    }

    /// Works until it is stopped.
    pub async fn run(self, stop: CancellationToken) {
        let mut pause = Duration::from_millis(100);
        while !stop.is_cancelled() {
            match self.relay(&stop, &mut pause).await {
                Ok(()) => return,
                Err(error) => {
                    tracing::warn!(service = self.service, error = %chain(&error), "events wait in the outbox");
                    tokio::select! {
                        () = stop.cancelled() => return,
                        () = tokio::time::sleep(pause) => {}
                    }
                    pause = (pause * 2).min(MAX_PAUSE);
                }
            }
        }
    }

    async fn relay(&self, stop: &CancellationToken, pause: &mut Duration) -> Result<(), BrokerError> {
        let channel = self.broker.confirming_channel().await?;
        declare_exchanges(&self.broker, &channel).await?;
        let mut connection = PgConnection::connect(&self.url).await?;
        // A deletion that is lost in a crash only means that its event is sent again, and consumers drop it.
        sqlx::query("SET synchronous_commit = off")
            .execute(&mut connection)
            .await?;
        // The outbox holds few events and the room of many that are gone, through which the index leads past.
        sqlx::query("SET enable_seqscan = off")
            .execute(&mut connection)
            .await?;
        let committed = self.database.committed();
        loop {
            // Registered before looking, so that a commit in between is not missed.
            let woken = committed.notified();
            let mut published = self.publish_batch(&mut connection, &channel).await?;
            while published == usize::from(BATCH) {
                published = self.publish_batch(&mut connection, &channel).await?;
            }
            *pause = Duration::from_millis(100);
            if published > 1 {
                tokio::time::sleep(GATHER).await;
            }
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = woken => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
    }

    /// Publishes the oldest events and forgets them once the broker has them. If this process dies in between, its
    /// session ends and gives up the lock, and the events are published again, in the same order.
    async fn publish_batch(
        &self,
        connection: &mut PgConnection,
        channel: &Channel,
    ) -> Result<usize, BrokerError> {
        self.broker.ensure_takes().await?;
        // One round trip between a commit and its publication. The lock is taken when there is something to publish, and
        // by the one who gets to publish it.
        let events = sqlx::query!(
            r#"WITH oldest AS MATERIALIZED (
                 SELECT seq, id, exchange, event, body, traceparent, correlation_id FROM outbox ORDER BY seq LIMIT $1
               )
               SELECT * FROM oldest
               WHERE (SELECT pg_try_advisory_lock($2, hashtext(current_schema())) WHERE EXISTS (SELECT FROM oldest))
               ORDER BY seq"#,
            i64::from(BATCH),
            LOCK,
        )
        .fetch_all(&mut *connection)
        .await?;
        if events.is_empty() {
            return Ok(0);
        }
        let mut confirms = Vec::with_capacity(events.len());
        for event in &events {
            let message = Message {
                id: event.id,
                exchange: &event.exchange,
                event: &event.event,
                body: &event.body,
                traceparent: &event.traceparent,
                correlation_id: &event.correlation_id,
            };
            confirms.push(taken(publish(&self.broker, channel, &message).await?));
        }
        tokio::time::timeout(CONFIRM_TIMEOUT, try_join_all(confirms))
            .await
            .map_err(|_| BrokerError::Timeout(CONFIRM_TIMEOUT))??;
        let published: Vec<i64> = events.iter().map(|event| event.seq).collect();
        // Who gets the lock before the deletion can be seen sends these events again, in their order, and consumers drop
        // them: that is not worth a round trip of its own.
        sqlx::query!(
            "WITH forgotten AS (DELETE FROM outbox WHERE seq = ANY($1))
             SELECT pg_advisory_unlock($2, hashtext(current_schema()))",
            &published,
            LOCK,
        )
        .fetch_one(connection)
        .await?;
        Ok(events.len())
    }
}
