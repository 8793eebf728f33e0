//! The connection to the broker, made again when it is lost.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use lapin::options::ConfirmSelectOptions;
#[cfg(feature = "testing")]
use lapin::options::QueueDeleteOptions;
use lapin::{Channel, Connection, ConnectionProperties};
use tokio::sync::Mutex;

#[cfg(feature = "testing")]
use super::topology::resting_queues;
use super::topology::{Bindings, declare_queue};

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Why the broker did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    /// The broker or the way to it failed.
    #[error("RabbitMQ: {0}")]
    Amqp(#[from] lapin::Error),
    /// It took too long.
    #[error("RabbitMQ: no answer within {0:?}")]
    Timeout(Duration),
    /// The broker did not take a message.
    #[error("RabbitMQ did not confirm a message")]
    NotConfirmed,
    /// The outbox could not be read.
    #[error("outbox: {0}")]
    Database(#[from] sqlx::Error),
}

/// One connection for the process; every relay and consumer has channels of its own.
#[derive(Clone)]
pub struct Broker {
    url: Arc<str>,
    namespace: Arc<str>,
    connection: Arc<Mutex<Option<Connection>>>,
    /// The queues of this process' consumers. They are made before a new connection is used: what a relay
    /// publishes before its queue exists is lost.
    queues: Arc<std::sync::Mutex<Vec<(String, Bindings)>>>,
}

impl Broker {
    /// Connects when a channel is first wanted. `namespace` begins the name of every exchange and queue.
    #[must_use]
    pub fn new(url: &str, namespace: &str) -> Self {
        Self {
            url: url.into(),
            namespace: namespace.into(),
            connection: Arc::default(),
            queues: Arc::default(),
        }
    }

    /// Makes a queue exist, now or as soon as the broker is there.
    pub(super) async fn keep_queue(&self, queue: String, bindings: Bindings) -> Result<(), BrokerError> {
        {
            let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
            queues.push((queue.clone(), bindings.clone()));
        }
        let channel = self.channel().await?;
        declare_queue(self, &channel, &queue, &bindings).await
    }

    /// Removes the queues of this process' consumers with all that is in them.
    #[cfg(feature = "testing")]
    pub(crate) async fn remove_queues(&self) -> Result<(), BrokerError> {
        let queues = {
            let mut held = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *held)
        };
        let channel = self.channel().await?;
        for (queue, _) in queues {
            for name in resting_queues(&queue).into_iter().chain([queue]) {
                channel
                    .queue_delete(name.into(), QueueDeleteOptions::default())
                    .await?;
            }
        }
        Ok(())
    }

    /// The name of an exchange or queue of this mesh.
    #[must_use]
    pub fn name(&self, name: &str) -> String {
        format!("{}{name}", self.namespace)
    }

    /// Whether the connection stands.
    pub async fn is_connected(&self) -> bool {
        self.connection
            .lock()
            .await
            .as_ref()
            .is_some_and(|connection| connection.status().connected())
    }

    /// A channel, on a new connection where the old one is lost.
    pub(super) async fn channel(&self) -> Result<Channel, BrokerError> {
        let mut held = self.connection.lock().await;
        if let Some(connection) = held.as_ref().filter(|connection| connection.status().connected()) {
            return Ok(connection.create_channel().await?);
        }
        let properties = ConnectionProperties::default().with_connection_name("pfms".into());
        let connecting = Connection::connect(&self.url, properties);
        let connection = tokio::time::timeout(CONNECT_TIMEOUT, connecting)
            .await
            .map_err(|_| BrokerError::Timeout(CONNECT_TIMEOUT))??;
        let channel = connection.create_channel().await?;
        let queues = {
            let queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
            queues.clone()
        };
        for (queue, bindings) in &queues {
            declare_queue(self, &channel, queue, bindings).await?;
        }
        *held = Some(connection);
        Ok(channel)
    }

    /// A channel on which every message is confirmed.
    pub(super) async fn confirming_channel(&self) -> Result<Channel, BrokerError> {
        let channel = self.channel().await?;
        channel.confirm_select(ConfirmSelectOptions::default()).await?;
        Ok(channel)
    }

    /// Closes the connection, so that the broker hands unacknowledged messages on at once.
    pub async fn close(&self) {
        if let Some(connection) = self.connection.lock().await.take()
            && let Err(error) = connection.close(200, "bye".into()).await
        {
            tracing::debug!(%error, "closing the broker's connection");
        }
    }
}
