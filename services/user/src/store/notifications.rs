//! Notification preferences.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_types::UserId;
use sqlx::PgConnection;

use crate::notifications::{Category, Channel, Preferences, QuietHours, Route};

/// A user's preferences and when they last changed, if they were ever set.
///
/// # Errors
/// When the database does not answer.
pub async fn find(
    connection: &mut PgConnection,
    user_id: UserId,
) -> Result<Option<(Preferences, Timestamp)>, Error> {
    let settings = sqlx::query!(
        r#"SELECT quiet_start AS "quiet_start: jiff_sqlx::Time", quiet_end AS "quiet_end: jiff_sqlx::Time",
                  updated_at AS "updated_at: jiff_sqlx::Timestamp"
           FROM notification_settings WHERE user_id = $1"#,
        user_id.uuid(),
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(settings) = settings else {
        return Ok(None);
    };
    let rows = sqlx::query!(
        "SELECT channel, category, enabled FROM notification_preferences WHERE user_id = $1",
        user_id.uuid(),
    )
    .fetch_all(connection)
    .await?;
    let choices = rows
        .into_iter()
        .filter_map(|row| Some((read_route(&row.channel, &row.category)?, row.enabled)));
    let quiet_hours = settings
        .quiet_start
        .zip(settings.quiet_end)
        .map(|(start, end)| QuietHours {
            start: start.to_jiff(),
            end: end.to_jiff(),
        });
    Ok(Some((
        Preferences::new(choices, quiet_hours),
        settings.updated_at.to_jiff(),
    )))
}

/// Stores a user's preferences. The profile exists.
///
/// # Errors
/// When the database does not answer.
pub async fn save(
    connection: &mut PgConnection,
    user_id: UserId,
    preferences: &Preferences,
    now: Timestamp,
) -> Result<(), Error> {
    let hours = preferences.quiet_hours;
    sqlx::query!(
        "INSERT INTO notification_settings (user_id, quiet_start, quiet_end, updated_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id) DO UPDATE
             SET quiet_start = excluded.quiet_start, quiet_end = excluded.quiet_end, updated_at = excluded.updated_at",
        user_id.uuid(),
        hours.map(|hours| hours.start.to_sqlx()) as _,
        hours.map(|hours| hours.end.to_sqlx()) as _,
        now.to_sqlx() as _,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "DELETE FROM notification_preferences WHERE user_id = $1",
        user_id.uuid()
    )
    .execute(&mut *connection)
    .await?;
    let (mut channels, mut categories, mut enabled) = (Vec::new(), Vec::new(), Vec::new());
    for ((channel, category), on) in preferences.choices() {
        channels.push(channel.as_str().to_owned());
        categories.push(category.as_str().to_owned());
        enabled.push(on);
    }
    sqlx::query!(
        "INSERT INTO notification_preferences (user_id, channel, category, enabled)
         SELECT $1, choice.channel, choice.category, choice.enabled
         FROM unnest($2::text[], $3::text[], $4::bool[]) AS choice (channel, category, enabled)",
        user_id.uuid(),
        &channels,
        &categories,
        &enabled,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A route that an older version stored and this one does not know is no route any more.
fn read_route(channel: &str, category: &str) -> Option<Route> {
    let channel = Channel::ALL.into_iter().find(|one| one.as_str() == channel)?;
    let category = Category::ALL.into_iter().find(|one| one.as_str() == category)?;
    Some((channel, category))
}
