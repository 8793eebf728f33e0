//! Consumers: each event takes effect once, however often it is delivered.

mod claim;
mod joint;
mod lane;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions};
use lapin::types::{AMQPValue, FieldTable};
use pfms_proto::event::EventData;
use sqlx::PgConnection;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

pub use self::claim::Claim;
pub(crate) use self::joint::Entered;
use self::joint::Joint;
pub use self::joint::{JointHandler, Planned};
use self::lane::{Lane, Received};
use super::topology::{Bindings, declare_queue};
use super::{Broker, BrokerError, Event, Outgoing, outbox};
use crate::erasure::Tombstones;
use crate::error::chain;
use crate::telemetry::metrics;
use crate::{Database, Error};

/// Events that are handed out before they are acknowledged: more than one person records at once, so that
/// a batch of 1,000 waits in its own lane and holds up nobody else.
const PREFETCH: u16 = 2_048;
/// Events that are worked on at the same time; one user's are worked on one after the other.
/// Many, because a user whose rules are slow holds up the others in the same lane.
const LANES: usize = 64;
/// Events that are looked at together, before each goes its way.
const GLANCE: usize = 256;
/// Longest pause while something that is needed is away.
const MAX_PAUSE: Duration = Duration::from_secs(5);

/// Why an event was not handled.
#[derive(Debug, thiserror::Error)]
pub enum HandleError {
    /// It will never be handled: its data is not what its name says.
    #[error("malformed event: {0}")]
    Malformed(String),
    /// It may be handled later.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<serde_json::Error> for HandleError {
    fn from(error: serde_json::Error) -> Self {
        Self::Malformed(error.to_string())
    }
}

impl From<sqlx::Error> for HandleError {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// What a service does with events.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// What [`Handler::plan`] finds out and [`Handler::apply`] needs.
    type Plan: Send;

    /// Finds out what is to be done, without writing: reads, calls and computations that must not hold a
    /// transaction open.
    async fn plan(&self, event: &Event) -> Result<Self::Plan, HandleError>;

    /// Whether the plan is to do nothing. Then nothing is written, also not that the event took effect: to plan
    /// the same nothing again, should it be delivered again, costs less than a commit for each event.
    fn is_idle(_plan: &Self::Plan) -> bool {
        false
    }

    /// Which of several events, of several users, surely have an idle plan, found out for all of them at once;
    /// nothing when a handler has no cheaper way than planning each. The others are planned.
    async fn idle(&self, _events: &[&Event]) -> Result<Vec<bool>, HandleError> {
        Ok(Vec::new())
    }

    /// Writes, in the transaction that also notes that the event took effect. What it returns is published with
    /// it.
    async fn apply(
        &self,
        transaction: &mut PgConnection,
        event: &Event,
        plan: Self::Plan,
    ) -> Result<Vec<Outgoing>, HandleError>;
}

/// Handles an event from its delivery to its acknowledgement; false when there was nothing to do.
#[async_trait]
pub(crate) trait Process: Send + Sync {
    /// Does it.
    async fn process(&self, scene: &Scene<'_>, event: &Event) -> Result<bool, HandleError>;

    /// How many events, of as many users, are best handled together.
    fn together(&self) -> usize {
        1
    }

    /// Handles several events, of as many users. Gives the places of those that it could handle together with others,
    /// and what [`Process::process`] would give. The rest is to be handled one by one.
    fn process_together<'a>(
        &'a self,
        _scene: &'a Scene<'a>,
        _events: &'a [Entered],
    ) -> BoxStream<'a, (usize, bool)> {
        stream::empty().boxed()
    }

    /// Which of these need no handling, as [`Handler::idle`] says.
    async fn idle(&self, _events: &[&Event]) -> Result<Vec<bool>, HandleError> {
        Ok(Vec::new())
    }

    /// Whether to handle one event finds out as cheaply that there is nothing to do.
    fn is_quick(&self) -> bool {
        false
    }
}

/// Where an event is handled.
pub(crate) struct Scene<'a> {
    pub database: &'a Database,
    pub tombstones: &'a Tombstones,
    /// The consumer's name.
    pub consumer: &'a str,
}

struct Once<H> {
    handler: H,
    /// Whether events take effect also when their user was erased.
    of_the_erased_too: bool,
}

#[async_trait]
impl<H: Handler> Process for Once<H> {
    async fn idle(&self, events: &[&Event]) -> Result<Vec<bool>, HandleError> {
        self.handler.idle(events).await
    }

    async fn process(&self, scene: &Scene<'_>, event: &Event) -> Result<bool, HandleError> {
        let Self {
            handler,
            of_the_erased_too,
        } = self;
        let database = scene.database;
        let plan = handler.plan(event).await?;
        if H::is_idle(&plan) {
            return Ok(true);
        }
        let claim = if *of_the_erased_too {
            Claim::of_the_erased_too(scene, event)
        } else {
            Claim::of(scene, std::iter::once(event))
        };
        let mut transaction = database.pool().begin().await?;
        if claim.take(&mut transaction).await?.is_empty() {
            transaction.rollback().await?;
            return Ok(false);
        }
        let events = handler.apply(&mut transaction, event, plan).await?;
        outbox::insert(&mut transaction, &events).await?;
        transaction.commit().await?;
        if !events.is_empty() {
            database.wake_relay();
        }
        Ok(true)
    }
}

/// A durable queue, the events that go into it, and what is done with them.
pub struct Consumer {
    name: &'static str,
    bindings: Bindings,
    process: Arc<dyn Process>,
}

impl Consumer {
    /// A consumer whose queue and inbox have this name, for example "notification.send".
    pub fn new(name: &'static str, handler: impl Handler) -> Self {
        Self::with_process(
            name,
            Once {
                handler,
                of_the_erased_too: false,
            },
        )
    }

    /// The same for a handler that is also to be told of users who were erased, and keeps nothing that names them.
    pub fn of_the_erased_too(name: &'static str, handler: impl Handler) -> Self {
        Self::with_process(
            name,
            Once {
                handler,
                of_the_erased_too: true,
            },
        )
    }

    /// The same for a handler that writes the effects of several events at once.
    pub fn joint(name: &'static str, handler: impl JointHandler) -> Self {
        Self::with_process(name, Joint(handler))
    }

    /// A consumer that handles its events in a way of its own, more than once if need be.
    pub(crate) fn with_process(name: &'static str, process: impl Process + 'static) -> Self {
        Self {
            name,
            bindings: Bindings::new(),
            process: Arc::new(process),
        }
    }

    /// Listens to an event.
    #[must_use]
    pub fn on<D: EventData>(mut self) -> Self {
        self.bindings.push((D::EXCHANGE, D::NAME));
        self
    }

    fn listens_to(&self, event: &Event) -> bool {
        self.bindings.iter().any(|(_, name)| *name == event.name)
    }

    /// The queue's name without namespace.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Makes the queue exist, so that events are kept for it.
    ///
    /// # Errors
    /// When the broker does not answer; then the queue is made before anything is published over its next
    /// connection.
    pub async fn declare(&self, broker: &Broker) -> Result<(), BrokerError> {
        broker
            .keep_queue(broker.name(self.name), self.bindings.clone())
            .await
    }

    /// Works until it is stopped, through losses of the connection.
    pub async fn run(
        self,
        broker: Broker,
        database: Database,
        tombstones: Tombstones,
        stop: CancellationToken,
    ) {
        let mut pause = Duration::from_millis(100);
        let consumer = Arc::new(self);
        while !stop.is_cancelled() {
            let started = tokio::time::Instant::now();
            if let Err(error) = consumer.consume(&broker, &database, &tombstones, &stop).await {
                tracing::warn!(consumer = consumer.name, error = %chain(&error), "the queue is out of reach");
            }
            if started.elapsed() > MAX_PAUSE {
                pause = Duration::from_millis(100);
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
            pause = (pause * 2).min(MAX_PAUSE);
        }
    }

    async fn consume(
        self: &Arc<Self>,
        broker: &Broker,
        database: &Database,
        tombstones: &Tombstones,
        stop: &CancellationToken,
    ) -> Result<(), BrokerError> {
        let queue = broker.name(self.name);
        let channel = broker.channel().await?;
        declare_queue(broker, &channel, &queue, &self.bindings).await?;
        channel.basic_qos(PREFETCH, BasicQosOptions::default()).await?;
        let deliveries = channel
            .basic_consume(
                queue.as_str().into(),
                self.name.into(),
                BasicConsumeOptions::default(),
                FieldTable::default(),
            )
            .await?;
        let mut deliveries = deliveries.ready_chunks(GLANCE);
        // Dropped with this function: when the channel is lost, what its lanes still hold comes again.
        let mut lanes = tokio::task::JoinSet::new();
        let unacknowledged = Arc::new(AtomicUsize::new(0));
        let senders: Vec<_> = (0..LANES)
            .map(|_| {
                let (sender, receiver) = mpsc::channel(usize::from(PREFETCH));
                let lane = Lane {
                    consumer: Arc::clone(self),
                    queue: queue.clone(),
                    broker: broker.clone(),
                    database: database.clone(),
                    tombstones: tombstones.clone(),
                    stop: stop.clone(),
                    unacknowledged: Arc::clone(&unacknowledged),
                };
                lanes.spawn(lane.run(receiver));
                sender
            })
            .collect();
        'work: loop {
            let delivery = tokio::select! {
                () = stop.cancelled() => break,
                Some(ended) = lanes.join_next() => {
                    ended.map_err(|error| lapin::Error::from(std::io::Error::other(error)))??;
                    continue;
                }
                deliveries = deliveries.next() => deliveries,
            };
            let Some(delivery) = delivery else { break };
            let received = delivery.into_iter().map(receive).collect::<Result<Vec<_>, _>>()?;
            for (delivery, event) in self.pass_over(received, &unacknowledged).await? {
                let lane = event.as_ref().map_or(0, lane_of);
                unacknowledged.fetch_add(1, Ordering::Relaxed);
                if senders[lane].send((delivery, event)).await.is_err() {
                    break 'work;
                }
            }
        }
        // Ends the lanes after what they hold; a bounded stop is the process's business.
        drop(senders);
        while let Some(ended) = lanes.join_next().await {
            ended.map_err(|error| lapin::Error::from(std::io::Error::other(error)))??;
        }
        Ok(())
    }

    /// Acknowledges what needs no handling, and gives the rest. What an idle event would find depends on nothing that
    /// the user's earlier events write, so it need not wait for them in a lane.
    async fn pass_over(
        &self,
        received: Vec<Received>,
        unacknowledged: &AtomicUsize,
    ) -> Result<Vec<Received>, BrokerError> {
        // Nothing is added meanwhile.
        let is_all_done = unacknowledged.load(Ordering::Acquire) == 0;
        if is_all_done && received.len() == 1 && self.process.is_quick() {
            return Ok(received);
        }
        let heard: Vec<&Event> = received
            .iter()
            .filter_map(|(_, event)| event.as_ref().ok())
            .filter(|event| self.listens_to(event))
            .collect();
        let started = std::time::Instant::now();
        // Without an answer each is handled, and waits there for what is away.
        let mut idle = self.process.idle(&heard).await.unwrap_or_default().into_iter();
        let mut passed = Vec::new();
        // How many of those come before everything that is not done with.
        let mut leading = 0;
        let mut rest = Vec::with_capacity(received.len());
        for (delivery, event) in received {
            let is_idle = match &event {
                Ok(event) if self.listens_to(event) => idle.next().unwrap_or(false),
                _ => false,
            };
            if is_idle {
                leading += usize::from(is_all_done && rest.is_empty());
                passed.push(delivery);
            } else {
                rest.push((delivery, event));
            }
        }
        // Those in one go: each acknowledgement is an entry in the log of the queue.
        if let Some(last) = leading.checked_sub(1).and_then(|place| passed.get(place)) {
            last.ack(BasicAckOptions { multiple: true }).await?;
        }
        for delivery in passed.iter().skip(leading) {
            delivery.ack(BasicAckOptions::default()).await?;
        }
        for _ in &passed {
            metrics::event_handled(self.name, "handled", started);
        }
        Ok(rest)
    }
}

fn receive(delivery: Result<Delivery, lapin::Error>) -> Result<Received, lapin::Error> {
    let delivery = delivery?;
    let event = serde_json::from_slice::<Event>(&delivery.data);
    Ok((delivery, event))
}

fn lane_of(event: &Event) -> usize {
    // The last bytes of a UUIDv7 are random.
    usize::from(event.user_id.as_bytes()[15]) % LANES
}

/// A header's text.
pub(in crate::events) fn header(delivery: &Delivery, name: &str) -> Option<String> {
    match delivery.properties.headers().as_ref()?.inner().get(name)? {
        AMQPValue::LongString(text) => Some(text.to_string()),
        _ => None,
    }
}
