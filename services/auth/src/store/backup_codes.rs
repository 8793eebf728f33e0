//! Backup codes.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_types::UserId;
use sqlx::PgConnection;

/// Stores codes in place of all that there were.
///
/// # Errors
/// When the database does not answer.
pub async fn replace(
    connection: &mut PgConnection,
    user_id: UserId,
    hashes: &[Vec<u8>],
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    remove(connection, user_id).await?;
    sqlx::query!(
        "INSERT INTO backup_codes (user_id, code_hash, created_at) SELECT $1, hash, $3 FROM unnest($2::bytea[]) hash",
        user_id.uuid(),
        hashes,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Uses a code up; false when there is no such, or it was used.
///
/// # Errors
/// When the database does not answer.
pub async fn use_up(
    connection: &mut PgConnection,
    user_id: UserId,
    hash: &[u8; 32],
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let used = sqlx::query!(
        "UPDATE backup_codes SET used_at = $3 WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL",
        user_id.uuid(),
        &hash[..],
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(used.rows_affected() == 1)
}

/// Removes all codes.
///
/// # Errors
/// When the database does not answer.
pub async fn remove(connection: &mut PgConnection, user_id: UserId) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM backup_codes WHERE user_id = $1", user_id.uuid())
        .execute(connection)
        .await?;
    Ok(())
}
