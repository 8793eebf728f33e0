//! Erasures and the receipts of services.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_types::UserId;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// An erasure that is not done.
pub struct Open {
    /// The erasure.
    pub id: Uuid,
    /// Who is erased.
    pub user_id: UserId,
}

/// An erasure that is not done, as an operator sees it.
pub struct Progress {
    /// The erasure.
    pub id: Uuid,
    /// When the user asked for it.
    pub requested_at: Timestamp,
    /// When services are asked first.
    pub due_at: Timestamp,
    /// When services were asked last.
    pub asked_at: Option<Timestamp>,
    /// Services that have nothing left.
    pub received: Vec<String>,
}

/// Stops an account: nobody signs in. False when it had stopped before.
///
/// # Errors
/// When the database does not answer.
pub async fn deactivate(
    connection: &mut PgConnection,
    user_id: UserId,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let stopped = sqlx::query!(
        "UPDATE users SET is_active = false, updated_at = $2 WHERE id = $1 AND is_active",
        user_id.uuid(),
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(stopped.rows_affected() == 1)
}

/// Records an erasure.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    connection: &mut PgConnection,
    erasure: &Open,
    digest: &[u8; 32],
    now: Timestamp,
    due_at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO erasures (id, digest, subject, requested_at, due_at) VALUES ($1, $2, $3, $4, $5)",
        erasure.id,
        &digest[..],
        erasure.user_id.uuid(),
        now.to_sqlx() as _,
        due_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes up to `limit` erasures that are due and for which services were not asked since `before`, and notes that
/// they are asked now. Another process that looks meanwhile takes others.
///
/// # Errors
/// When the database does not answer.
pub async fn take_due(
    connection: &mut PgConnection,
    now: Timestamp,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<Open>, sqlx::Error> {
    let taken = sqlx::query!(
        r#"UPDATE erasures SET asked_at = $1
           WHERE id IN (
             SELECT id FROM erasures
             WHERE completed_at IS NULL AND due_at <= $1 AND (asked_at IS NULL OR asked_at <= $2)
             ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED
           )
           RETURNING id, subject AS "subject!""#,
        now.to_sqlx() as _,
        before.to_sqlx() as _,
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(taken
        .into_iter()
        .map(|row| Open {
            id: row.id,
            user_id: row.subject.into(),
        })
        .collect())
}

/// Waits for an erasure's turn; false when there is none, or it is done.
///
/// # Errors
/// When the database does not answer.
pub async fn lock_open(connection: &mut PgConnection, id: Uuid) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar!(
        "SELECT id FROM erasures WHERE id = $1 AND completed_at IS NULL FOR UPDATE",
        id
    )
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}

/// Notes that a service has nothing left; gives all that have said so.
///
/// # Errors
/// When the database does not answer.
pub async fn receive(
    connection: &mut PgConnection,
    id: Uuid,
    service: &str,
    now: Timestamp,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query!(
        "INSERT INTO erasure_receipts (erasure_id, service, received_at) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING",
        id,
        service,
        now.to_sqlx() as _,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query_scalar!("SELECT service FROM erasure_receipts WHERE erasure_id = $1", id)
        .fetch_all(connection)
        .await
}

/// Ends an erasure: what remains names nobody.
///
/// # Errors
/// When the database does not answer.
pub async fn complete(connection: &mut PgConnection, id: Uuid, now: Timestamp) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE erasures SET subject = NULL, completed_at = $2 WHERE id = $1",
        id,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Erasures that are not done, the oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn open(pool: &PgPool) -> Result<Vec<Progress>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT id, requested_at AS "requested_at: jiff_sqlx::Timestamp",
                  due_at AS "due_at: jiff_sqlx::Timestamp", asked_at AS "asked_at: jiff_sqlx::Timestamp",
                  ARRAY(SELECT service FROM erasure_receipts WHERE erasure_id = erasures.id) AS "received!"
           FROM erasures WHERE completed_at IS NULL ORDER BY requested_at"#
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Progress {
            id: row.id,
            requested_at: row.requested_at.to_jiff(),
            due_at: row.due_at.to_jiff(),
            asked_at: row.asked_at.map(jiff_sqlx::Timestamp::to_jiff),
            received: row.received,
        })
        .collect())
}

/// Takes an erasure back for which no service was asked yet, and lets its account work again; false when there is
/// no such erasure.
///
/// # Errors
/// When the database does not answer.
pub async fn cancel(pool: &PgPool, id: Uuid, now: Timestamp) -> Result<bool, sqlx::Error> {
    let mut transaction = pool.begin().await?;
    let subject = sqlx::query_scalar!(
        r#"DELETE FROM erasures WHERE id = $1 AND asked_at IS NULL RETURNING subject AS "subject!""#,
        id
    )
    .fetch_optional(&mut *transaction)
    .await?;
    let Some(subject) = subject else {
        return Ok(false);
    };
    sqlx::query!(
        "UPDATE users SET is_active = true, updated_at = $2 WHERE id = $1",
        subject,
        now.to_sqlx() as _,
    )
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(true)
}
