//! Exchanges and queues.

use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, ExchangeKind};

use super::{Broker, BrokerError};

/// The exchanges and events that go into a queue.
pub(super) type Bindings = Vec<(&'static str, &'static str)>;

/// Exchanges and how they route.
const EXCHANGES: &[(&str, ExchangeKind)] = &[
    ("user.events", ExchangeKind::Fanout),
    ("financial.events", ExchangeKind::Topic),
    ("notification.events", ExchangeKind::Direct),
    ("analytics.events", ExchangeKind::Topic),
];

/// Seconds that a failed event waits before the next try; after the last one it rests with the dead letters.
pub(super) const RETRY_SECONDS: &[u32] = &[1, 5, 30, 120, 600];

/// The queue in which an event waits for its next try.
pub(super) fn retry_queue(queue: &str, attempt: usize) -> Option<String> {
    RETRY_SECONDS
        .get(attempt)
        .map(|seconds| format!("{queue}.retry.{seconds}s"))
}

/// The queue in which events rest that failed every time.
pub(super) fn dead_queue(queue: &str) -> String {
    format!("{queue}.dead")
}

/// The queues beside a consumer's own in which its events stay for long: those that wait, and the dead letters.
pub(super) fn resting_queues(queue: &str) -> Vec<String> {
    (0..RETRY_SECONDS.len())
        .filter_map(|attempt| retry_queue(queue, attempt))
        .chain([dead_queue(queue)])
        .collect()
}

/// Declares the exchanges.
pub(super) async fn declare_exchanges(broker: &Broker, channel: &Channel) -> Result<(), BrokerError> {
    for (name, kind) in EXCHANGES {
        let options = ExchangeDeclareOptions {
            durable: true,
            ..ExchangeDeclareOptions::default()
        };
        channel
            .exchange_declare(
                broker.name(name).into(),
                kind.clone(),
                options,
                FieldTable::default(),
            )
            .await?;
    }
    Ok(())
}

/// Declares a consumer's queue with its waiting and dead-letter queues, and binds it to its events.
pub(super) async fn declare_queue(
    broker: &Broker,
    channel: &Channel,
    queue: &str,
    bindings: &[(&'static str, &'static str)],
) -> Result<(), BrokerError> {
    declare_exchanges(broker, channel).await?;
    declare(channel, queue, &[]).await?;
    declare(channel, &dead_queue(queue), &[]).await?;
    for (attempt, seconds) in RETRY_SECONDS.iter().enumerate() {
        let Some(waiting) = retry_queue(queue, attempt) else {
            continue;
        };
        let arguments = [
            (
                "x-message-ttl",
                AMQPValue::LongLongInt(i64::from(*seconds) * 1000),
            ),
            ("x-dead-letter-exchange", AMQPValue::LongString("".into())),
            ("x-dead-letter-routing-key", AMQPValue::LongString(queue.into())),
            // Nothing is lost on the way back, which needs this overflow behaviour.
            (
                "x-dead-letter-strategy",
                AMQPValue::LongString("at-least-once".into()),
            ),
            ("x-overflow", AMQPValue::LongString("reject-publish".into())),
        ];
        declare(channel, &waiting, &arguments).await?;
    }
    for (exchange, event) in bindings {
        channel
            .queue_bind(
                queue.into(),
                broker.name(exchange).into(),
                (*event).into(),
                QueueBindOptions::default(),
                FieldTable::default(),
            )
            .await?;
    }
    Ok(())
}

async fn declare(channel: &Channel, name: &str, arguments: &[(&str, AMQPValue)]) -> Result<(), BrokerError> {
    let mut table = FieldTable::default();
    table.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
    for (key, value) in arguments {
        table.insert((*key).into(), value.clone());
    }
    let options = QueueDeclareOptions {
        durable: true,
        ..QueueDeclareOptions::default()
    };
    channel.queue_declare(name.into(), options, table).await?;
    Ok(())
}
