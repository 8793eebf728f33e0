//! Dead letters: events that failed every time, for an operator to look at and send again.

use std::time::Duration;

use lapin::options::{BasicAckOptions, BasicGetOptions, BasicNackOptions, QueueDeclareOptions};
use lapin::types::FieldTable;
use lapin::{Channel, message::Delivery};

use super::consumer::header;
use super::publish::{Message, pass_on, publish, taken};
use super::topology::{dead_queue, declare_exchanges};
use super::{Broker, BrokerError, Outgoing};

/// How often it is looked whether the broker has taken messages back.
const LOOKS: usize = 100;
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(10);

/// An event that no try could handle.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeadEvent {
    /// The consumer that failed.
    pub consumer: String,
    /// The event's id.
    pub event_id: String,
    /// Its name.
    pub event: String,
    /// The last failure.
    pub cause: String,
    /// The body as it was published.
    pub body: String,
}

/// Access to the dead letters of consumers.
pub struct DeadLetters {
    broker: Broker,
}

impl DeadLetters {
    /// On this broker.
    #[must_use]
    pub fn new(broker: Broker) -> Self {
        Self { broker }
    }

    /// The first `limit` dead letters of a consumer. They stay; where there are more, these go to the end, because
    /// that is where a quorum queue puts what it gets back.
    ///
    /// # Errors
    /// When the broker does not answer or the consumer has no queue.
    pub async fn list(&self, consumer: &str, limit: usize) -> Result<Vec<DeadEvent>, BrokerError> {
        let channel = self.broker.channel().await?;
        let queue = dead_queue(&self.broker.name(consumer));
        let mut held = Vec::new();
        while held.len() < limit {
            let Some(message) = channel
                .basic_get(queue.as_str().into(), BasicGetOptions::default())
                .await?
            else {
                break;
            };
            held.push(message.delivery);
        }
        let events = held.iter().map(|delivery| describe(consumer, delivery)).collect();
        if let Some(last) = held.last() {
            // All at once, so that they go back in their order.
            last.nack(BasicNackOptions {
                multiple: true,
                requeue: true,
            })
            .await?;
        }
        await_ready(&channel, &queue, held.len()).await?;
        Ok(events)
    }

    /// Sends dead letters of a consumer to it again, all of them or the one with this id; gives how many. `act` is
    /// published first: there is no replay of which the audit log was not told.
    ///
    /// # Errors
    /// When the broker does not answer or the consumer has no queue.
    pub async fn replay(
        &self,
        consumer: &str,
        event_id: Option<&str>,
        act: &Outgoing,
    ) -> Result<usize, BrokerError> {
        let publishing = self.broker.confirming_channel().await?;
        self.tell(&publishing, act).await?;
        let channel = self.broker.channel().await?;
        let queue = self.broker.name(consumer);
        let dead = dead_queue(&queue);
        let mut kept: Option<Delivery> = None;
        let (mut replayed, mut passed_over) = (0, 0);
        // Only those that are there now: one that fails again at once would be replayed without end.
        let mut left = None;
        while left != Some(0)
            && let Some(message) = channel
                .basic_get(dead.as_str().into(), BasicGetOptions::default())
                .await?
        {
            left = Some(left.map_or(message.message_count, |left| left - 1));
            let delivery = message.delivery;
            if event_id.is_some_and(|wanted| wanted != id_of(&delivery)) {
                kept = Some(delivery);
                passed_over += 1;
                continue;
            }
            pass_on(&publishing, &delivery, &queue, &[("x-attempt", "0")]).await?;
            delivery.ack(BasicAckOptions::default()).await?;
            replayed += 1;
        }
        if let Some(last) = kept {
            last.nack(BasicNackOptions {
                multiple: true,
                requeue: true,
            })
            .await?;
        }
        await_ready(&channel, &dead, passed_over).await?;
        Ok(replayed)
    }
}

impl DeadLetters {
    async fn tell(&self, channel: &Channel, act: &Outgoing) -> Result<(), BrokerError> {
        declare_exchanges(&self.broker, channel).await?;
        let message = Message {
            id: act.id,
            exchange: act.exchange,
            event: act.event,
            body: &act.body,
            traceparent: &act.traceparent,
            correlation_id: &act.correlation_id,
        };
        taken(publish(&self.broker, channel, &message).await?).await
    }
}

/// Waits until what was given back is in the queue again, so that the next look finds it: a quorum
/// queue takes messages back some time after it was told to.
async fn await_ready(channel: &Channel, queue: &str, count: usize) -> Result<(), BrokerError> {
    let options = QueueDeclareOptions {
        passive: true,
        ..QueueDeclareOptions::default()
    };
    for _ in 0..LOOKS {
        let state = channel
            .queue_declare(queue.into(), options, FieldTable::default())
            .await?;
        if usize::try_from(state.message_count()).is_ok_and(|ready| ready >= count) {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    channel.close(200, "done".into()).await?;
    Ok(())
}

fn id_of(delivery: &Delivery) -> String {
    delivery
        .properties
        .message_id()
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn describe(consumer: &str, delivery: &Delivery) -> DeadEvent {
    DeadEvent {
        consumer: consumer.to_owned(),
        event_id: id_of(delivery),
        event: delivery
            .properties
            .kind()
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        cause: header(delivery, "x-cause").unwrap_or_default(),
        body: String::from_utf8_lossy(&delivery.data).into_owned(),
    }
}
