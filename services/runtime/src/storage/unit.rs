//! A unit of work: rows, events and the idempotent answer commit together or not at all.

use pfms_types::UserId;
use sqlx::{PgConnection, PgTransaction};

use super::{Database, idempotency};
use crate::Error;
use crate::call::IdempotencyKey;
use crate::events::{Outgoing, outbox};

/// What beginning gives.
pub enum Begun<M> {
    /// A unit to work in.
    Fresh(Unit),
    /// The answer that the first request with this key got.
    Replay(M),
}

/// A transaction with the events that belong to it. Dropped without [`Unit::commit`], it leaves nothing.
pub struct Unit {
    database: Database,
    transaction: PgTransaction<'static>,
    user_id: UserId,
    key: Option<IdempotencyKey>,
    events: Vec<Outgoing>,
}

impl Unit {
    pub(super) fn new(
        database: Database,
        transaction: PgTransaction<'static>,
        user_id: UserId,
        key: Option<IdempotencyKey>,
    ) -> Self {
        Self {
            database,
            transaction,
            user_id,
            key,
            events: Vec::new(),
        }
    }

    /// The connection, for the service's own statements.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }

    /// Publishes an event if this unit commits.
    pub fn publish(&mut self, event: Outgoing) {
        self.events.push(event);
    }

    /// Commits rows, events and the answer.
    ///
    /// # Errors
    /// When the database does not answer; then nothing was written, or the answer was lost on the way and a
    /// repetition with the same key finds it.
    pub async fn commit<M: prost::Message>(mut self, response: M) -> Result<M, Error> {
        outbox::insert(&mut self.transaction, &self.events).await?;
        if let Some(key) = &self.key {
            idempotency::store(
                &mut self.transaction,
                self.user_id,
                key,
                &response.encode_to_vec(),
            )
            .await?;
        }
        self.transaction.commit().await?;
        if !self.events.is_empty() {
            self.database.wake_relay();
        }
        Ok(response)
    }
}
