//! Preferences, as user's events tell them.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_types::UserId;
use sqlx::{PgConnection, PgPool};

use crate::preferences::{Preferences, QuietHours};

/// A person's preferences; of whom nothing was heard, those of everyone.
///
/// # Errors
/// When the database does not answer.
pub async fn of(pool: &PgPool, user_id: UserId) -> Result<Preferences, Error> {
    let row = sqlx::query!(
        r#"SELECT in_app_off, quiet_start AS "quiet_start: jiff_sqlx::Time",
                  quiet_end AS "quiet_end: jiff_sqlx::Time", time_zone
           FROM preferences WHERE user_id = $1"#,
        user_id.uuid(),
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map_or_else(Preferences::default, |row| Preferences {
        in_app_off: row.in_app_off.into_iter().collect(),
        quiet_hours: row.quiet_start.zip(row.quiet_end).map(|(start, end)| QuietHours {
            start: start.to_jiff(),
            end: end.to_jiff(),
        }),
        time_zone: row.time_zone,
    }))
}

/// Stores preferences that changed at an instant, unless later ones are known.
///
/// # Errors
/// When the database does not answer.
pub async fn save(
    connection: &mut PgConnection,
    user_id: UserId,
    preferences: &Preferences,
    changed_at: Timestamp,
) -> Result<(), Error> {
    let hours = preferences.quiet_hours;
    let off: Vec<String> = preferences.in_app_off.iter().cloned().collect();
    sqlx::query!(
        "INSERT INTO preferences AS held (user_id, in_app_off, quiet_start, quiet_end, time_zone, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (user_id) DO UPDATE
             SET in_app_off = excluded.in_app_off, quiet_start = excluded.quiet_start,
                 quiet_end = excluded.quiet_end, time_zone = excluded.time_zone, updated_at = excluded.updated_at
             WHERE held.updated_at <= excluded.updated_at",
        user_id.uuid(),
        &off,
        hours.map(|hours| hours.start.to_sqlx()) as _,
        hours.map(|hours| hours.end.to_sqlx()) as _,
        preferences.time_zone,
        changed_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}
