//! Events that are committed with their facts.

use sqlx::PgConnection;

use super::Outgoing;
use crate::Error;

/// Writes events in the caller's transaction.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(connection: &mut PgConnection, events: &[Outgoing]) -> Result<(), Error> {
    if events.is_empty() {
        return Ok(());
    }
    let columns = Columns::of(events);
    sqlx::query!(
        "INSERT INTO outbox (id, exchange, event, user_id, body, traceparent, correlation_id)
         SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[])",
        &columns.ids,
        &columns.exchanges,
        &columns.events,
        &columns.user_ids,
        &columns.bodies,
        &columns.traceparents,
        &columns.correlation_ids,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Events as arrays, for statements that write facts and events at once.
#[derive(Debug, Default)]
pub struct Columns {
    /// Event ids.
    pub ids: Vec<uuid::Uuid>,
    /// Exchanges.
    pub exchanges: Vec<String>,
    /// Names.
    pub events: Vec<String>,
    /// Whom they are about.
    pub user_ids: Vec<uuid::Uuid>,
    /// JSON bodies.
    pub bodies: Vec<String>,
    /// Traces.
    pub traceparents: Vec<String>,
    /// Requests.
    pub correlation_ids: Vec<String>,
}

impl Columns {
    /// From events, in their order.
    #[must_use]
    pub fn of<'a>(events: impl IntoIterator<Item = &'a Outgoing>) -> Self {
        let mut columns = Self::default();
        for event in events {
            columns.ids.push(event.id);
            columns.exchanges.push(event.exchange.to_owned());
            columns.events.push(event.event.to_owned());
            columns.user_ids.push(event.user_id.uuid());
            columns.bodies.push(event.body.clone());
            columns.traceparents.push(event.traceparent.clone());
            columns.correlation_ids.push(event.correlation_id.clone());
        }
        columns
    }
}
