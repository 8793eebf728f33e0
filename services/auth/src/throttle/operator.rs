//! What an operator does to the table of limits, from the command line.

use pfms_proto::events::v1::AuditRecorded;
use pfms_runtime::events::{Outgoing, outbox};
use pfms_runtime::{Database, Error};
use uuid::Uuid;

use super::{Act, Limit, Subject};
use crate::store::limits;

/// Every limit of tries, in order.
///
/// # Errors
/// When the database does not answer.
pub async fn list_limits(database: &Database) -> Result<Vec<(Act, Subject, Limit)>, Error> {
    Ok(limits::all(database.pool()).await?)
}

/// Sets a limit of tries, which every process follows within a minute, and notes it for the audit log.
///
/// # Errors
/// When the database does not answer, or a number is out of its range.
pub async fn set_limit(database: &Database, act: Act, subject: Subject, limit: Limit) -> Result<(), Error> {
    if limit.longest_delay < limit.first_delay {
        return Err(Error::invalid(
            "longest delay",
            "must not be shorter than the first one",
        ));
    }
    let mut transaction = database.pool().begin().await?;
    limits::set(&mut transaction, act, subject, limit).await?;
    let audit = AuditRecorded {
        actor: "operator".to_owned(),
        action: "auth.limit.set".to_owned(),
        target: format!("{} {}: {limit}", act.name(), subject.name()),
        succeeded: true,
        ..AuditRecorded::default()
    };
    let event = Outgoing::new(Uuid::nil().into(), database.clock().now(), &audit)?;
    outbox::insert(&mut transaction, &[event]).await?;
    transaction.commit().await?;
    Ok(())
}
