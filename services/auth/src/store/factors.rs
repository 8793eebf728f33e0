//! Which second factors an account has, whatever their kind.

use jiff::Timestamp;
use pfms_types::UserId;
use sqlx::PgConnection;

/// An account's second factors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Enrolled {
    /// Since when an authenticator app is asked for.
    pub totp: Option<Timestamp>,
    /// Since when codes by SMS are asked for.
    pub sms: Option<Timestamp>,
    /// How many passkeys there are.
    pub passkeys: u32,
    /// How many backup codes are unused.
    pub backup_codes: u32,
}

impl Enrolled {
    /// Whether sign-ins ask for a second factor. Backup codes stand in for a factor; they are none.
    #[must_use]
    pub fn any(&self) -> bool {
        self.totp.is_some() || self.sms.is_some() || self.passkeys > 0
    }
}

/// What an account has.
///
/// # Errors
/// When the database does not answer.
pub async fn enrolled(connection: &mut PgConnection, user_id: UserId) -> Result<Enrolled, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT (SELECT confirmed_at FROM totp_factors WHERE user_id = $1)
                      AS "totp: jiff_sqlx::Timestamp",
                  (SELECT confirmed_at FROM sms_factors WHERE user_id = $1)
                      AS "sms: jiff_sqlx::Timestamp",
                  (SELECT count(*) FROM passkeys WHERE user_id = $1) AS "passkeys!",
                  (SELECT count(*) FROM backup_codes WHERE user_id = $1 AND used_at IS NULL)
                      AS "backup_codes!""#,
        user_id.uuid(),
    )
    .fetch_one(connection)
    .await?;
    Ok(Enrolled {
        totp: row.totp.map(jiff_sqlx::Timestamp::to_jiff),
        sms: row.sms.map(jiff_sqlx::Timestamp::to_jiff),
        passkeys: u32::try_from(row.passkeys).unwrap_or(u32::MAX),
        backup_codes: u32::try_from(row.backup_codes).unwrap_or(u32::MAX),
    })
}

/// Lets nobody else change the account's factors until the transaction ends.
///
/// # Errors
/// When the database does not answer.
pub async fn lock(connection: &mut PgConnection, user_id: UserId) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT id FROM users WHERE id = $1 FOR UPDATE", user_id.uuid())
        .fetch_optional(connection)
        .await?;
    Ok(())
}

/// Removes everything that a second factor could be, and the challenges that wait for one. Says whether there
/// was any.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_all(connection: &mut PgConnection, user_id: UserId) -> Result<bool, sqlx::Error> {
    let row = sqlx::query!(
        r#"WITH totp AS (DELETE FROM totp_factors WHERE user_id = $1 RETURNING 1),
                numbers AS (DELETE FROM sms_factors WHERE user_id = $1 RETURNING 1),
                sent AS (DELETE FROM sms_codes WHERE user_id = $1),
                keys AS (DELETE FROM passkeys WHERE user_id = $1 RETURNING 1),
                codes AS (DELETE FROM backup_codes WHERE user_id = $1 RETURNING 1),
                waiting AS (DELETE FROM mfa_challenges WHERE user_id = $1)
           SELECT (SELECT count(*) FROM totp) + (SELECT count(*) FROM numbers) + (SELECT count(*) FROM keys)
                      + (SELECT count(*) FROM codes) AS "removed!""#,
        user_id.uuid(),
    )
    .fetch_one(connection)
    .await?;
    Ok(row.removed > 0)
}
