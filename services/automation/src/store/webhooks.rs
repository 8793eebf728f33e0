//! Webhooks, as far as rules refer to them.

use pfms_runtime::Error;
use pfms_types::UserId;
use sqlx::PgConnection;
use uuid::Uuid;

/// Whether a user has a webhook.
///
/// # Errors
/// When the database does not answer.
pub async fn exists(connection: &mut PgConnection, user_id: UserId, id: Uuid) -> Result<bool, Error> {
    let exists = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM webhooks WHERE user_id = $1 AND id = $2) as "exists!""#,
        user_id.uuid(),
        id,
    )
    .fetch_one(connection)
    .await?;
    Ok(exists)
}
