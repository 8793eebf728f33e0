//! Appends what has arrived: one process at a time, many rows at once.

use std::collections::{HashMap, HashSet, hash_map};

use jiff::Timestamp;
use pfms_runtime::erasure::Tombstones;
use pfms_runtime::{Database, Error};
use pfms_types::UserId;

use super::arrival::Arrival;
use super::chain::Head;
use super::entry::{Digest, Entry, Personal, subject};
use crate::store::{audit_log, audit_subjects};

/// Rows that are appended in one transaction.
const BATCH: i64 = 500;

/// Appends all that has arrived, and says how much that was.
///
/// # Errors
/// When the database does not answer.
pub async fn append(database: &Database, tombstones: &Tombstones) -> Result<usize, Error> {
    let mut appended = 0;
    loop {
        let batch = append_batch(database, tombstones).await?;
        appended += batch;
        if batch < usize::try_from(BATCH).unwrap_or(usize::MAX) {
            return Ok(appended);
        }
    }
}

async fn append_batch(database: &Database, tombstones: &Tombstones) -> Result<usize, Error> {
    let mut transaction = database.pool().begin().await?;
    audit_log::lock(&mut transaction).await?;
    let arrivals = audit_log::take_arrivals(&mut transaction, BATCH).await?;
    if arrivals.is_empty() {
        transaction.rollback().await?;
        return Ok(0);
    }
    let mut head = audit_log::head(&mut *transaction).await?;
    let subjects = subjects(&mut transaction, &arrivals).await?;
    let targets: Vec<UserId> = arrivals.iter().filter_map(target).collect();
    let gone = tombstones.among(&mut transaction, &targets).await?;
    let now = database.clock().now();
    let mut rows = Vec::with_capacity(arrivals.len());
    for arrival in &arrivals {
        let entry = entry(arrival, head.seq + 1, &subjects, &gone, now)?;
        let digest = entry.digest(&head.digest);
        head = Head {
            seq: entry.seq,
            digest,
        };
        rows.push((entry, digest));
    }
    audit_log::insert(&mut transaction, &rows).await?;
    transaction.commit().await?;
    Ok(arrivals.len())
}

fn entry(
    arrival: &Arrival,
    seq: i64,
    subjects: &HashMap<UserId, Digest>,
    gone: &HashSet<UserId>,
    now: Timestamp,
) -> Result<Entry, Error> {
    let personal = Personal {
        salt: random()?,
        target: arrival.target.clone(),
        ip_address: arrival.ip_address.clone(),
        user_agent: arrival.user_agent.clone(),
    };
    let subject = arrival
        .user_id
        .and_then(|user_id| subjects.get(&user_id).copied());
    // What is about an account that is gone, or names one, must not tell whose it was.
    let erased = arrival.user_id.is_some() && subject.is_none()
        || target(arrival).is_some_and(|user_id| gone.contains(&user_id));
    Ok(Entry {
        seq,
        event_id: arrival.event_id,
        occurred_at: arrival.occurred_at,
        recorded_at: now,
        actor: arrival.actor.clone(),
        action: arrival.action.clone(),
        succeeded: arrival.succeeded,
        subject,
        personal_digest: personal.digest(),
        personal: (!erased).then_some(personal),
    })
}

/// The account that an act was done to, if it was one.
fn target(arrival: &Arrival) -> Option<UserId> {
    arrival.target.parse().ok()
}

/// What the accounts of these acts are named by in the log. An account that is gone has no name.
async fn subjects(
    connection: &mut sqlx::PgConnection,
    arrivals: &[Arrival],
) -> Result<HashMap<UserId, Digest>, Error> {
    let mut fresh = HashMap::new();
    for user_id in arrivals.iter().filter_map(|arrival| arrival.user_id) {
        if let hash_map::Entry::Vacant(place) = fresh.entry(user_id) {
            let key = random()?;
            place.insert((key, subject(&key, user_id)));
        }
    }
    Ok(audit_subjects::ensure(connection, &fresh).await?)
}

fn random() -> Result<[u8; 32], Error> {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Error::internal("there is no randomness"))?;
    Ok(bytes)
}
