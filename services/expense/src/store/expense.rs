//! Reading, changing and deleting single expenses.

use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_types::UserId;
use sqlx::{PgConnection, PgPool};

use super::row::ExpenseRow;
use crate::expense::{Expense, ExpenseId};

/// An expense of a user.
pub async fn get(pool: &PgPool, user_id: UserId, id: ExpenseId) -> Result<Option<Expense>, Error> {
    sqlx::query_as!(
        ExpenseRow,
        r#"SELECT id, amount_minor, currency, category_id, description, merchant, date AS "date: _", time AS "time: _",
                  location, payment_method, tags, attachments, source, metadata,
                  created_at AS "created_at: _", updated_at AS "updated_at: _"
           FROM expenses WHERE user_id = $1 AND id = $2"#,
        user_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(pool)
    .await?
    .map(TryInto::try_into)
    .transpose()
}

/// The same, held until the transaction ends.
pub async fn lock(
    connection: &mut PgConnection,
    user_id: UserId,
    id: ExpenseId,
) -> Result<Option<Expense>, Error> {
    sqlx::query_as!(
        ExpenseRow,
        r#"SELECT id, amount_minor, currency, category_id, description, merchant, date AS "date: _", time AS "time: _",
                  location, payment_method, tags, attachments, source, metadata,
                  created_at AS "created_at: _", updated_at AS "updated_at: _"
           FROM expenses WHERE user_id = $1 AND id = $2 FOR UPDATE"#,
        user_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(connection)
    .await?
    .map(TryInto::try_into)
    .transpose()
}

/// Writes what changed.
pub async fn update(connection: &mut PgConnection, user_id: UserId, expense: &Expense) -> Result<(), Error> {
    let details = &expense.details;
    let currency = details.amount.currency();
    sqlx::query!(
        "UPDATE expenses SET amount_minor = $3, currency = $4, category_id = $5, description = $6, merchant = $7,
                date = $8, time = $9, location = $10, payment_method = $11, tags = $12, attachments = $13, source = $14,
                metadata = $15, updated_at = $16
         WHERE user_id = $1 AND id = $2",
        user_id.uuid(),
        expense.id.uuid(),
        details.amount.minor(),
        currency.code(),
        details.category_id.map(pfms_types::Id::uuid),
        details.description,
        details.merchant,
        details.date.to_sqlx() as _,
        details.time.map(ToSqlx::to_sqlx) as _,
        details.location,
        details.payment_method,
        &details.tags,
        &details.attachments,
        details.source.as_str(),
        details.metadata,
        expense.updated_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes an expense that the transaction holds.
pub async fn delete(connection: &mut PgConnection, user_id: UserId, id: ExpenseId) -> Result<(), Error> {
    sqlx::query!(
        "DELETE FROM expenses WHERE user_id = $1 AND id = $2",
        user_id.uuid(),
        id.uuid()
    )
    .execute(connection)
    .await?;
    Ok(())
}
