//! Preferences, as user's events tell them.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_runtime::{Database, Error};
use pfms_types::UserId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::preferences::{Preferences, QuietHours};

/// The preferences of those of whom something was heard.
///
/// # Errors
/// When the database does not answer.
pub async fn of_all(database: &Database, users: &[UserId]) -> Result<HashMap<UserId, Preferences>, Error> {
    let users: Vec<Uuid> = users.iter().map(|user_id| user_id.uuid()).collect();
    let mut connection = database.connect().await?;
    let rows = sqlx::query!(
        r#"SELECT user_id, in_app_off, quiet_start AS "quiet_start: jiff_sqlx::Time",
                  quiet_end AS "quiet_end: jiff_sqlx::Time", time_zone
           FROM preferences WHERE user_id = ANY($1)"#,
        &users,
    )
    .fetch_all(&mut *connection)
    .await?;
    connection.keep();
    let held = rows.into_iter().map(|row| {
        let preferences = Preferences {
            in_app_off: row.in_app_off.into_iter().collect(),
            quiet_hours: row.quiet_start.zip(row.quiet_end).map(|(start, end)| QuietHours {
                start: start.to_jiff(),
                end: end.to_jiff(),
            }),
            time_zone: row.time_zone,
        };
        (row.user_id.into(), preferences)
    });
    Ok(held.collect())
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
