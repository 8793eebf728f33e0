//! Privacy settings.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_types::UserId;
use sqlx::PgConnection;

use crate::privacy::{Privacy, Visibility};

/// A user's settings and when they last changed, if they were ever set.
///
/// # Errors
/// When the database does not answer.
pub async fn find(
    connection: &mut PgConnection,
    user_id: UserId,
) -> Result<Option<(Privacy, Timestamp)>, Error> {
    let row = sqlx::query!(
        r#"SELECT profile_visibility, show_net_worth, allow_analytics, data_sharing,
                  updated_at AS "updated_at: jiff_sqlx::Timestamp"
           FROM privacy_settings WHERE user_id = $1"#,
        user_id.uuid(),
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| {
        let privacy = Privacy {
            visibility: Visibility::read(&row.profile_visibility),
            show_net_worth: row.show_net_worth,
            allow_analytics: row.allow_analytics,
            data_sharing: row.data_sharing,
        };
        (privacy, row.updated_at.to_jiff())
    }))
}

/// Stores a user's settings. The profile exists.
///
/// # Errors
/// When the database does not answer.
pub async fn save(
    connection: &mut PgConnection,
    user_id: UserId,
    privacy: Privacy,
    now: Timestamp,
) -> Result<(), Error> {
    sqlx::query!(
        "INSERT INTO privacy_settings
             (user_id, profile_visibility, show_net_worth, allow_analytics, data_sharing, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (user_id) DO UPDATE
             SET profile_visibility = excluded.profile_visibility, show_net_worth = excluded.show_net_worth,
                 allow_analytics = excluded.allow_analytics, data_sharing = excluded.data_sharing,
                 updated_at = excluded.updated_at",
        user_id.uuid(),
        privacy.visibility.as_str(),
        privacy.show_net_worth,
        privacy.allow_analytics,
        privacy.data_sharing,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}
