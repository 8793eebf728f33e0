//! Removes the events of a user who is erased from where they would stay.

use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicGetOptions, BasicNackOptions};
use pfms_types::UserId;

use super::topology::resting_queues;
use super::{Broker, BrokerError};

impl Broker {
    /// Removes events that are about a user or name one from a consumer's waiting queues and dead letters; gives how many. What waits in the
    /// consumer's own queue is dropped when it is delivered.
    ///
    /// # Errors
    /// When the broker does not answer or the consumer has no queues.
    pub async fn forget(&self, consumer: &str, user_id: UserId) -> Result<usize, BrokerError> {
        let mut forgotten = 0;
        for queue in resting_queues(&self.name(consumer)) {
            forgotten += self.forget_in(&queue, user_id).await?;
        }
        Ok(forgotten)
    }

    async fn forget_in(&self, queue: &str, user_id: UserId) -> Result<usize, BrokerError> {
        let channel = self.channel().await?;
        let mut kept: Option<Delivery> = None;
        let mut forgotten = 0;
        // Only those that are there now, each of which is looked at once: what is held back does not come again.
        let mut left = None;
        while left != Some(0)
            && let Some(message) = channel
                .basic_get(queue.into(), BasicGetOptions::default())
                .await?
        {
            left = Some(left.map_or(message.message_count, |left| left - 1));
            let delivery = message.delivery;
            if is_about(&delivery.data, user_id) {
                delivery.ack(BasicAckOptions::default()).await?;
                forgotten += 1;
            } else {
                kept = Some(delivery);
            }
        }
        if let Some(last) = kept {
            // All at once, so that they go back in their order.
            last.nack(BasicNackOptions {
                multiple: true,
                requeue: true,
            })
            .await?;
        }
        channel.close(200, "done".into()).await?;
        Ok(forgotten)
    }
}

/// Whether a message is about a user or names one, be it an event or not.
fn is_about(body: &[u8], user_id: UserId) -> bool {
    String::from_utf8_lossy(body).contains(&user_id.to_string())
}
