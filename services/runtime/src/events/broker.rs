//! The connections to the broker, made again when they are lost.

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

/// How long the broker may take to let a connection or channel begin or end.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// Why the broker did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    /// The broker or the way to it failed.
    #[error("RabbitMQ: {0}")]
    Amqp(#[from] lapin::Error),
    /// It took too long.
    #[error("RabbitMQ: no answer within {0:?}")]
    Timeout(Duration),
    /// The broker takes no messages for the time being.
    #[error("RabbitMQ takes no messages: it is short of memory or disk")]
    Blocked,
    /// The broker did not take a message.
    #[error("RabbitMQ did not confirm a message")]
    NotConfirmed,
    /// The outbox could not be read.
    #[error("outbox: {0}")]
    Database(#[from] sqlx::Error),
}

/// What a process has to do with the broker. It takes events over one connection and gives them over another: a broker
/// that is short of memory or disk stops reading from whoever publishes, and what it has already delivered could then
/// not be acknowledged, which is what would make room.
#[derive(Clone)]
pub struct Broker {
    url: Arc<str>,
    namespace: Arc<str>,
    receiving: Link,
    publishing: Link,
    /// The queues of this process' consumers. They are made before a new connection is used: what a relay
    /// publishes before its queue exists is lost.
    queues: Arc<std::sync::Mutex<Vec<(String, Bindings)>>>,
}

/// How the broker stands to this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrokerState {
    /// It takes and gives events.
    Connected,
    /// It gives events, and takes none: it is short of memory or disk.
    Blocked,
    /// It is out of reach, or was not needed yet.
    Disconnected,
}

/// A connection, shared by those who have channels on it.
type Link = Arc<Mutex<Option<Connection>>>;

impl Broker {
    /// Connects when a channel is first wanted. `namespace` begins the name of every exchange and queue.
    #[must_use]
    pub fn new(url: &str, namespace: &str) -> Self {
        Self {
            url: url.into(),
            namespace: namespace.into(),
            receiving: Link::default(),
            publishing: Link::default(),
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

    /// Removes the queues of this process' consumers with all that is in them. Over a new connection where one is lost:
    /// a broker that makes and removes the queues of hundreds of tests loses some.
    #[cfg(feature = "testing")]
    pub(crate) async fn remove_queues(&self) -> Result<(), BrokerError> {
        const TRIES: usize = 3;
        let queues = {
            let mut held = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *held)
        };
        for _ in 1..TRIES {
            match self.remove(&queues).await {
                Ok(()) => return Ok(()),
                Err(error) => tracing::warn!(%error, "queues stay for now"),
            }
            self.close().await;
        }
        self.remove(&queues).await
    }

    #[cfg(feature = "testing")]
    async fn remove(&self, queues: &[(String, Bindings)]) -> Result<(), BrokerError> {
        let channel = self.channel().await?;
        for (queue, _) in queues {
            for name in resting_queues(queue).into_iter().chain([queue.clone()]) {
                in_time(channel.queue_delete(name.into(), QueueDeleteOptions::default())).await?;
            }
        }
        Ok(())
    }

    /// The name of an exchange or queue of this mesh.
    #[must_use]
    pub fn name(&self, name: &str) -> String {
        format!("{}{name}", self.namespace)
    }

    /// Whether events can be taken and given.
    pub async fn state(&self) -> BrokerState {
        let publishing = status(&self.publishing).await;
        match status(&self.receiving).await.or(publishing) {
            None => BrokerState::Disconnected,
            Some(_) if publishing == Some(BrokerState::Blocked) => BrokerState::Blocked,
            Some(_) => BrokerState::Connected,
        }
    }

    /// A channel to receive on, on which nothing is ever published.
    pub(super) async fn channel(&self) -> Result<Channel, BrokerError> {
        self.channel_of(&self.receiving, "pfms receiving").await
    }

    /// A channel to publish on, where every message is confirmed.
    pub(super) async fn confirming_channel(&self) -> Result<Channel, BrokerError> {
        let channel = self.channel_of(&self.publishing, "pfms publishing").await?;
        channel.confirm_select(ConfirmSelectOptions::default()).await?;
        Ok(channel)
    }

    /// Fails while the broker takes no messages: what is given to the client then only fills memory.
    pub(super) async fn ensure_takes(&self) -> Result<(), BrokerError> {
        match status(&self.publishing).await {
            Some(BrokerState::Blocked) => Err(BrokerError::Blocked),
            _ => Ok(()),
        }
    }

    /// A channel, on a new connection where the old one is lost.
    async fn channel_of(&self, link: &Link, name: &str) -> Result<Channel, BrokerError> {
        let mut held = link.lock().await;
        if let Some(connection) = held.as_ref().filter(|connection| connection.status().connected()) {
            if connection.status().blocked() {
                return Err(BrokerError::Blocked);
            }
            return in_time(connection.create_channel()).await;
        }
        let properties = ConnectionProperties::default().with_connection_name(name.into());
        let connection = in_time(Connection::connect(&self.url, properties)).await?;
        let channel = in_time(connection.create_channel()).await?;
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

    /// Closes the connections, so that the broker hands unacknowledged messages on at once.
    pub async fn close(&self) {
        for link in [&self.receiving, &self.publishing] {
            if let Some(connection) = link.lock().await.take()
                && let Err(error) = in_time(connection.close(200, "bye".into())).await
            {
                tracing::debug!(%error, "closing a connection to the broker");
            }
        }
    }
}

/// How a connection stands; nothing where it does not.
async fn status(link: &Link) -> Option<BrokerState> {
    let held = link.lock().await;
    let status = held.as_ref()?.status();
    match (status.connected(), status.blocked()) {
        (false, _) => None,
        (true, true) => Some(BrokerState::Blocked),
        (true, false) => Some(BrokerState::Connected),
    }
}

/// The broker's answer, while somebody waits for it.
async fn in_time<T>(answer: impl Future<Output = Result<T, lapin::Error>>) -> Result<T, BrokerError> {
    let answer = tokio::time::timeout(ANSWER_TIMEOUT, answer).await;
    Ok(answer.map_err(|_| BrokerError::Timeout(ANSWER_TIMEOUT))??)
}
