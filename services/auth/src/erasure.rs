//! The erasure of an account, from the request until every service has said that it has nothing left.
//!
//! Services are asked by `user.deleted`, again and again until all have answered by `user.purged`; auth is one of
//! them. So a crash anywhere only delays the end.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use pfms_proto::events::v1::{AuditRecorded, UserDeleted, UserPurged};
use pfms_runtime::events::{Event, HandleError, Handler, Outgoing, outbox};
use pfms_runtime::{Clock, Database, Error, Holder};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::api::Auth;
use crate::store::erasures::{self, Open, Progress};

/// How long services have before they are asked again.
const PATIENCE: SignedDuration = SignedDuration::from_mins(1);
/// Erasures that are begun in one transaction.
const BATCH: i64 = 100;

/// Asks services to erase whom it is time to erase.
///
/// # Errors
/// When the database or Redis does not answer.
pub(crate) async fn ask(database: &Database, auth: &Auth) -> Result<(), Error> {
    let now = database.clock().now();
    let mut transaction = database.pool().begin().await?;
    let due = erasures::take_due(&mut transaction, now, now - PATIENCE, BATCH).await?;
    let mut events = Vec::with_capacity(due.len());
    for Open { id, user_id } in due {
        // Counters are found by the account's address, which is gone when auth itself has erased.
        auth.forget_tries(user_id).await?;
        let deleted = UserDeleted {
            user_id: user_id.to_string(),
            erasure_id: id.to_string(),
        };
        events.push(Outgoing::new(user_id, now, &deleted)?);
    }
    outbox::insert(&mut transaction, &events).await?;
    transaction.commit().await?;
    if !events.is_empty() {
        database.wake_relay();
    }
    Ok(())
}

/// Collects the receipts.
pub struct Receipts {
    clock: Clock,
    holders: Vec<Holder>,
}

impl Receipts {
    /// Of these services, all of which have to answer.
    #[must_use]
    pub fn new(clock: Clock, holders: Vec<Holder>) -> Self {
        Self { clock, holders }
    }
}

#[async_trait]
impl Handler for Receipts {
    type Plan = (Uuid, String);

    async fn plan(&self, event: &Event) -> Result<Self::Plan, HandleError> {
        let purged: UserPurged = event.data()?;
        let id = purged
            .erasure_id
            .parse()
            .map_err(|error| HandleError::Malformed(format!("erasureId: {error}")))?;
        Ok((id, purged.service))
    }

    async fn apply(
        &self,
        transaction: &mut PgConnection,
        _: &Event,
        (id, service): Self::Plan,
    ) -> Result<Vec<Outgoing>, HandleError> {
        // One receipt after the other: the last one sees all.
        if !erasures::lock_open(transaction, id).await? {
            return Ok(Vec::new());
        }
        let now = self.clock.now();
        let received = erasures::receive(transaction, id, &service, now).await?;
        if !missing(&self.holders, &received).is_empty() {
            return Ok(Vec::new());
        }
        erasures::complete(transaction, id, now).await?;
        let erased = AuditRecorded {
            actor: "auth".to_owned(),
            action: "auth.account.erased".to_owned(),
            target: id.to_string(),
            succeeded: true,
            ..AuditRecorded::default()
        };
        Ok(vec![Outgoing::new(Uuid::nil().into(), now, &erased)?])
    }
}

/// An erasure that is not done, for the operator.
#[derive(Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenErasure {
    /// The erasure.
    pub erasure_id: Uuid,
    /// When the user asked for it.
    pub requested_at: Timestamp,
    /// When services are asked first.
    pub due_at: Timestamp,
    /// When services were asked last.
    pub asked_at: Option<Timestamp>,
    /// Services that have not said that they have nothing left.
    pub missing: Vec<&'static str>,
}

/// The erasures that are not done, the oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn open(pool: &PgPool, holders: &[Holder]) -> Result<Vec<OpenErasure>, Error> {
    let open = erasures::open(pool).await?;
    let describe = |progress: Progress| OpenErasure {
        erasure_id: progress.id,
        requested_at: progress.requested_at,
        due_at: progress.due_at,
        asked_at: progress.asked_at,
        missing: missing(holders, &progress.received),
    };
    Ok(open.into_iter().map(describe).collect())
}

/// Takes an erasure back before services were asked; false when it is too late, or there is none.
///
/// # Errors
/// When the database does not answer.
pub async fn cancel(pool: &PgPool, erasure_id: Uuid, now: Timestamp) -> Result<bool, Error> {
    Ok(erasures::cancel(pool, erasure_id, now).await?)
}

fn missing(holders: &[Holder], received: &[String]) -> Vec<&'static str> {
    holders
        .iter()
        .map(|holder| holder.service)
        .filter(|service| !received.iter().any(|one| one == service))
        .collect()
}
