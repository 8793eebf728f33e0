//! What accounts are named by in the audit log.

use std::collections::HashMap;

use pfms_types::UserId;
use sqlx::{PgConnection, PgPool};

use crate::audit_log::Digest;

/// The names of these accounts; an account that has none gets the key and name given. An account that does not
/// exist has no name.
///
/// # Errors
/// When the database does not answer.
pub async fn ensure(
    connection: &mut PgConnection,
    fresh: &HashMap<UserId, ([u8; 32], Digest)>,
) -> Result<HashMap<UserId, Digest>, sqlx::Error> {
    let mut ids = Vec::with_capacity(fresh.len());
    let mut keys = Vec::with_capacity(fresh.len());
    let mut subjects = Vec::with_capacity(fresh.len());
    for (user_id, (key, subject)) in fresh {
        ids.push(user_id.uuid());
        keys.push(key.to_vec());
        subjects.push(subject.to_vec());
    }
    // Locked, so that an account that is being deleted takes the rows with it that are about to be appended.
    sqlx::query!(
        "INSERT INTO audit_subjects (user_id, key, subject)
         SELECT fresh.* FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS fresh (user_id, key, subject)
         JOIN (SELECT id FROM users WHERE id = ANY($1) FOR KEY SHARE) AS known ON known.id = fresh.user_id
         ON CONFLICT (user_id) DO NOTHING",
        &ids,
        &keys,
        &subjects,
    )
    .execute(&mut *connection)
    .await?;
    let rows = sqlx::query!(
        "SELECT user_id, subject FROM audit_subjects WHERE user_id = ANY($1)",
        &ids,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| Ok((row.user_id.into(), digest(&row.subject)?)))
        .collect()
}

/// The name of an account, when it has one.
///
/// # Errors
/// When the database does not answer.
pub async fn find(pool: &PgPool, user_id: UserId) -> Result<Option<Digest>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT subject FROM audit_subjects WHERE user_id = $1",
        user_id.uuid(),
    )
    .fetch_optional(pool)
    .await?;
    row.map(|row| digest(&row.subject)).transpose()
}

/// A digest as it is stored.
///
/// # Errors
/// When it has another length.
pub fn digest(bytes: &[u8]) -> Result<Digest, sqlx::Error> {
    bytes
        .try_into()
        .map_err(|error| sqlx::Error::Decode(Box::new(error)))
}
