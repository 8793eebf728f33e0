//! The latest news of expenses.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_types::UserId;
use sqlx::PgConnection;
use uuid::Uuid;

/// Notes news of an expense from a moment; false when later news were heard already. The row is held until the
/// transaction ends.
///
/// # Errors
/// When the database does not answer.
pub async fn hear(
    connection: &mut PgConnection,
    user_id: UserId,
    expense_id: Uuid,
    at: Timestamp,
    now: Timestamp,
) -> Result<bool, Error> {
    let heard = sqlx::query!(
        "INSERT INTO tax_expense_versions AS known (user_id, expense_id, at, noted_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id, expense_id) DO UPDATE SET at = excluded.at, noted_at = excluded.noted_at
             WHERE known.at <= excluded.at",
        user_id.uuid(),
        expense_id,
        at.to_sqlx() as _,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(heard.rows_affected() == 1)
}
