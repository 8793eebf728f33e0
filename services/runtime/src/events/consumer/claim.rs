//! Noting that events take effect: together with their effects, and only once.

use std::collections::HashSet;

use sqlx::PgConnection;
use uuid::Uuid;

use super::{Event, Scene};

/// Events that are about to take effect, of one consumer. Who writes their effects notes them in the same transaction,
/// or with [`claiming!`](crate::claiming) in the same statement, and leaves out those that were noted before.
pub struct Claim<'a> {
    consumer: &'a str,
    ids: Vec<Uuid>,
    /// What stands for their users; none where it does not matter whether they were erased.
    digests: Vec<Option<Vec<u8>>>,
}

impl<'a> Claim<'a> {
    /// Of nothing: for effects of what was noted otherwise.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            consumer: "",
            ids: Vec::new(),
            digests: Vec::new(),
        }
    }

    /// Of events that count as handled when their users were erased.
    pub(super) fn of<'e>(scene: &Scene<'a>, events: impl Iterator<Item = &'e Event>) -> Self {
        let digest = |event: &'e Event| (event.id, Some(scene.tombstones.digest(event.user()).to_vec()));
        let (ids, digests) = events.map(digest).unzip();
        Self {
            consumer: scene.consumer,
            ids,
            digests,
        }
    }

    /// Of an event that takes effect also when its user was erased.
    pub(super) fn of_the_erased_too(scene: &Scene<'a>, event: &Event) -> Self {
        Self {
            consumer: scene.consumer,
            ids: vec![event.id],
            digests: vec![None],
        }
    }

    /// The inbox.
    #[must_use]
    pub const fn consumer(&self) -> &str {
        self.consumer
    }

    /// The events' ids.
    #[must_use]
    pub fn ids(&self) -> &[Uuid] {
        &self.ids
    }

    /// What stands for the events' users, in their order; none where it does not matter whether they were erased.
    #[must_use]
    pub fn digests(&self) -> &[Option<Vec<u8>>] {
        &self.digests
    }

    /// Notes them, and gives those that had not been noted before.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn take(&self, connection: &mut PgConnection) -> Result<HashSet<Uuid>, sqlx::Error> {
        let first = crate::claiming!(self, "SELECT event_id FROM first")
            .fetch_all(connection)
            .await?;
        Ok(first.into_iter().map(|row| row.event_id).collect())
    }
}

/// A checked query that notes a [`Claim`](crate::events::Claim) in the statement that writes the effects. What follows
/// the claim is the rest of the statement, which finds the events that had not been noted before in `first (event_id)`;
/// its own arguments begin with `$4`.
#[macro_export]
macro_rules! claiming {
    ($claim:expr, $rest:literal $(, $argument:expr)* $(,)?) => {
        // In the order of ids, so that two processes that were given the same events do not wait for each other in turn.
        ::sqlx::query!(
            "WITH first AS (
                 INSERT INTO inbox (consumer, event_id)
                 SELECT $1, arrived.id FROM unnest($2::uuid[], $3::bytea[]) AS arrived (id, digest)
                 WHERE NOT EXISTS (SELECT FROM erased_users WHERE erased_users.digest = arrived.digest)
                 ORDER BY arrived.id
                 ON CONFLICT DO NOTHING
                 RETURNING event_id
             ) "
                + $rest,
            $crate::events::Claim::consumer(&$claim),
            $crate::events::Claim::ids(&$claim),
            $crate::events::Claim::digests(&$claim) as _,
            $($argument),*
        )
    };
}
