//! One event on its way to its exchange.

use lapin::message::Delivery;
use lapin::options::BasicPublishOptions;
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Confirmation, PublisherConfirm};
use uuid::Uuid;

use super::{Broker, BrokerError};

/// An event as it is published.
pub(super) struct Message<'a> {
    pub id: Uuid,
    pub exchange: &'a str,
    pub event: &'a str,
    pub body: &'a str,
    pub traceparent: &'a str,
    pub correlation_id: &'a str,
}

/// Publishes an event; it is the broker's once the confirmation is there.
pub(super) async fn publish(
    broker: &Broker,
    channel: &Channel,
    message: &Message<'_>,
) -> Result<PublisherConfirm, lapin::Error> {
    let mut headers = FieldTable::default();
    headers.insert(
        "traceparent".into(),
        AMQPValue::LongString(message.traceparent.into()),
    );
    let properties = BasicProperties::default()
        .with_message_id(message.id.to_string().into())
        .with_type(message.event.into())
        .with_correlation_id(message.correlation_id.into())
        .with_content_type("application/json".into())
        .with_delivery_mode(2)
        .with_headers(headers);
    channel
        .basic_publish(
            broker.name(message.exchange).into(),
            message.event.into(),
            BasicPublishOptions::default(),
            message.body.as_bytes(),
            properties,
        )
        .await
}

/// Puts what was delivered into a queue of ours, with these headers beside those that it has; it is the broker's when
/// this returns. The channel is one that confirms.
pub(super) async fn pass_on(
    channel: &Channel,
    delivery: &Delivery,
    queue: &str,
    headers: &[(&str, &str)],
) -> Result<(), BrokerError> {
    let mut all = delivery.properties.headers().clone().unwrap_or_default();
    for (name, value) in headers {
        all.insert((*name).into(), AMQPValue::LongString((*value).into()));
    }
    let confirm = channel
        .basic_publish(
            "".into(),
            queue.into(),
            BasicPublishOptions::default(),
            &delivery.data,
            delivery.properties.clone().with_headers(all),
        )
        .await?;
    taken(confirm).await
}

/// Waits until the broker has a message.
pub(super) async fn taken(confirm: PublisherConfirm) -> Result<(), BrokerError> {
    match confirm.await? {
        Confirmation::Ack(_) => Ok(()),
        _ => Err(BrokerError::NotConfirmed),
    }
}
