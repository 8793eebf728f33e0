//! Mails that are due.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_types::UserId;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::letters::Template;

/// A mail to send.
pub struct Mail {
    /// Whom to.
    pub user_id: UserId,
    /// `UUIDv7`.
    pub id: Uuid,
    /// The letter's name.
    pub template: String,
    /// The token of its link, sealed.
    pub secret_sealed: Option<Vec<u8>>,
    /// Where it goes, sealed, when that is not the account's address.
    pub address_sealed: Option<Vec<u8>>,
    /// The security event that it tells of.
    pub security_event_id: Option<Uuid>,
    /// How often it was tried, this time included.
    pub attempts: i32,
    /// When it was queued.
    pub created_at: Timestamp,
}

/// A mail that is about to be queued.
pub struct NewMail {
    /// `UUIDv7`.
    pub id: Uuid,
    /// The letter.
    pub template: Template,
    /// The token of its link, sealed.
    pub secret_sealed: Option<Vec<u8>>,
    /// Where it goes, sealed, when that is not the account's address.
    pub address_sealed: Option<Vec<u8>>,
    /// The security event that it tells of.
    pub security_event_id: Option<Uuid>,
}

impl NewMail {
    /// A letter that says all by itself.
    #[must_use]
    pub fn plain(template: Template) -> Self {
        Self {
            id: Uuid::now_v7(),
            template,
            secret_sealed: None,
            address_sealed: None,
            security_event_id: None,
        }
    }
}

/// Queues a mail.
///
/// # Errors
/// When the database does not answer.
pub async fn queue(
    connection: &mut PgConnection,
    user_id: UserId,
    mail: &NewMail,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO mails (user_id, id, template, secret_sealed, address_sealed, security_event_id, due_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
        user_id.uuid(),
        mail.id,
        mail.template.as_str(),
        mail.secret_sealed,
        mail.address_sealed,
        mail.security_event_id,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes a mail that is due, for until then: no other process takes it before.
///
/// # Errors
/// When the database does not answer.
pub async fn take(pool: &PgPool, now: Timestamp, until: Timestamp) -> Result<Option<Mail>, sqlx::Error> {
    let row = sqlx::query!(
        r#"UPDATE mails SET attempts = attempts + 1, due_at = $2
           WHERE (user_id, id) = (SELECT user_id, id FROM mails WHERE due_at <= $1 ORDER BY due_at LIMIT 1
                                  FOR UPDATE SKIP LOCKED)
           RETURNING user_id, id, template, secret_sealed, address_sealed, security_event_id, attempts,
                     created_at AS "created_at: jiff_sqlx::Timestamp""#,
        now.to_sqlx() as _,
        until.to_sqlx() as _,
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| Mail {
        user_id: row.user_id.into(),
        id: row.id,
        template: row.template,
        secret_sealed: row.secret_sealed,
        address_sealed: row.address_sealed,
        security_event_id: row.security_event_id,
        attempts: row.attempts,
        created_at: row.created_at.to_jiff(),
    }))
}

/// Lets what is queued go to this address, whatever becomes the account's.
///
/// # Errors
/// When the database does not answer.
pub async fn keep_to(
    connection: &mut PgConnection,
    user_id: UserId,
    address_sealed: &[u8],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE mails SET address_sealed = $2 WHERE user_id = $1 AND address_sealed IS NULL",
        user_id.uuid(),
        address_sealed,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes a mail that went out or never will.
///
/// # Errors
/// When the database does not answer.
pub async fn remove(pool: &PgPool, user_id: UserId, id: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM mails WHERE user_id = $1 AND id = $2",
        user_id.uuid(),
        id
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Makes a mail due again.
///
/// # Errors
/// When the database does not answer.
pub async fn postpone(
    pool: &PgPool,
    user_id: UserId,
    id: Uuid,
    due_at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE mails SET due_at = $3 WHERE user_id = $1 AND id = $2",
        user_id.uuid(),
        id,
        due_at.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(())
}
