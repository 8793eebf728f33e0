//! Takes in what any service tells the audit log.

use async_trait::async_trait;
use pfms_proto::events::v1::AuditRecorded;
use pfms_runtime::events::{Consumer, Event, HandleError, Handler, Outgoing};
use sqlx::PgConnection;

use super::arrival::Arrival;
use crate::store::audit_log;

/// The consumer of acts that are to be kept.
#[must_use]
pub fn consumer() -> Consumer {
    // What happened stays in the log; what is about an account that is gone is appended without what names it.
    Consumer::of_the_erased_too("auth.audit", Recorder).on::<AuditRecorded>()
}

struct Recorder;

#[async_trait]
impl Handler for Recorder {
    type Plan = Arrival;

    async fn plan(&self, event: &Event) -> Result<Arrival, HandleError> {
        Arrival::of(event.id, event.occurred_at, &event.data()?).map_err(HandleError::Malformed)
    }

    async fn apply(
        &self,
        transaction: &mut PgConnection,
        _: &Event,
        arrival: Arrival,
    ) -> Result<Vec<Outgoing>, HandleError> {
        audit_log::note_arrival(transaction, &arrival).await?;
        Ok(Vec::new())
    }
}
