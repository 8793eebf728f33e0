//! Erases a user when `user.deleted` arrives, and says so.

use async_trait::async_trait;
use pfms_proto::events::v1::{UserDeleted, UserPurged};
use uuid::Uuid;

use super::Eraser;
use crate::events::{Consumer, Event, HandleError, Outgoing, Process, Scene, outbox};

struct Purge {
    service: &'static str,
    eraser: Eraser,
}

/// The queue of a service's erasures. It lives as long as the process, and there is one for each service.
pub(crate) fn queue(service: &str) -> &'static str {
    format!("{service}.user-deleted").leak()
}

/// The consumer that a service with tables has.
pub(crate) fn consumer(queue: &'static str, service: &'static str, eraser: Eraser) -> Consumer {
    Consumer::with_process(queue, Purge { service, eraser }).on::<UserDeleted>()
}

#[async_trait]
impl Process for Purge {
    /// Without an inbox row: a repetition finds less to remove, and says again that it is done, since auth asks
    /// again only when it has not heard.
    async fn process(&self, scene: &Scene<'_>, event: &Event) -> Result<bool, HandleError> {
        let deleted: UserDeleted = event.data()?;
        let erasure_id: Uuid = deleted
            .erasure_id
            .parse()
            .map_err(|error| HandleError::Malformed(format!("erasureId: {error}")))?;
        self.eraser.erase(event.user(), erasure_id).await?;
        let purged = UserPurged {
            erasure_id: erasure_id.to_string(),
            service: self.service.to_owned(),
        };
        // About nobody: the user's id is what has just been removed.
        let purged = Outgoing::new(Uuid::nil().into(), scene.database.clock().now(), &purged)?;
        let mut connection = scene.database.pool().acquire().await?;
        outbox::insert(&mut connection, &[purged]).await?;
        scene.database.wake_relay();
        Ok(true)
    }
}
