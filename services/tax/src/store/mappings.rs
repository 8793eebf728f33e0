//! Mappings.

use jiff_sqlx::ToSqlx;
use pfms_runtime::{Database, Error};
use pfms_types::{PageSize, UserId};
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use super::unknown;
use crate::mapping::{Mapping, MappingId, Rule, Source};

struct Row {
    id: Uuid,
    country: String,
    source: String,
    mapped: String,
    target: String,
    created_at: jiff_sqlx::Timestamp,
}

impl TryFrom<Row> for Mapping {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.id.into(),
            rule: Rule {
                country: row.country,
                source: Source::from_stored(&row.source).ok_or_else(|| unknown("source"))?,
                from: row.mapped,
                to: row.target,
            },
            created_at: row.created_at.to_jiff(),
        })
    }
}

/// Adds a mapping.
///
/// # Errors
/// `MAPPING_EXISTS` when the same is mapped already in that country.
pub async fn insert(connection: &mut PgConnection, user_id: UserId, mapping: &Mapping) -> Result<(), Error> {
    let rule = &mapping.rule;
    let inserted = sqlx::query!(
        "INSERT INTO tax_mappings (user_id, id, country, source, mapped, target, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (user_id, source, mapped, country) DO NOTHING",
        user_id.uuid(),
        mapping.id.uuid(),
        rule.country,
        rule.source.as_str(),
        rule.from,
        rule.to,
        mapping.created_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    if inserted.rows_affected() == 0 {
        return Err(Error::AlreadyExists {
            reason: "MAPPING_EXISTS",
            message: "the same is mapped in that country already; delete that mapping first".to_owned(),
        });
    }
    Ok(())
}

/// One mapping.
///
/// # Errors
/// When the database does not answer.
pub async fn find(
    executor: impl PgExecutor<'_>,
    user_id: UserId,
    id: MappingId,
) -> Result<Option<Mapping>, Error> {
    sqlx::query_as!(
        Row,
        r#"SELECT id, country, source, mapped, target, created_at AS "created_at: _"
           FROM tax_mappings WHERE user_id = $1 AND id = $2"#,
        user_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(executor)
    .await?
    .map(TryInto::try_into)
    .transpose()
}

/// Mappings below an id, the latest first; one more than the page holds when there is a next page.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    pool: &PgPool,
    user_id: UserId,
    before: Option<Uuid>,
    size: PageSize,
) -> Result<Vec<Mapping>, Error> {
    sqlx::query_as!(
        Row,
        r#"SELECT id, country, source, mapped, target, created_at AS "created_at: _"
           FROM tax_mappings WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"#,
        user_id.uuid(),
        before.unwrap_or(Uuid::max()),
        size.limit_with_lookahead(),
    )
    .fetch_all(pool)
    .await?
    .into_iter()
    .map(TryInto::try_into)
    .collect()
}

/// Every mapping of incomes and investments of a user.
///
/// # Errors
/// When the database does not answer.
pub async fn of_incomes(pool: &PgPool, user_id: UserId) -> Result<Vec<Mapping>, Error> {
    sqlx::query_as!(
        Row,
        r#"SELECT id, country, source, mapped, target, created_at AS "created_at: _"
           FROM tax_mappings WHERE user_id = $1 AND source <> 'expense' ORDER BY id"#,
        user_id.uuid(),
    )
    .fetch_all(pool)
    .await?
    .into_iter()
    .map(TryInto::try_into)
    .collect()
}

/// The mappings of a category of expenses, held so that they stay until the transaction ends.
///
/// # Errors
/// When the database does not answer.
pub async fn of_category(
    connection: &mut PgConnection,
    user_id: UserId,
    category: Uuid,
) -> Result<Vec<Mapping>, Error> {
    sqlx::query_as!(
        Row,
        r#"SELECT id, country, source, mapped, target, created_at AS "created_at: _"
           FROM tax_mappings WHERE user_id = $1 AND source = 'expense' AND mapped = $2 ORDER BY id FOR SHARE"#,
        user_id.uuid(),
        category.to_string(),
    )
    .fetch_all(connection)
    .await?
    .into_iter()
    .map(TryInto::try_into)
    .collect()
}

/// Which of these users map expenses.
///
/// # Errors
/// When the database does not answer.
pub async fn users_with_expenses(database: &Database, users: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    let mut connection = database.connect().await?;
    let mapping = sqlx::query_scalar!(
        "SELECT DISTINCT user_id FROM tax_mappings WHERE user_id = ANY($1) AND source = 'expense'",
        users,
    )
    .fetch_all(&mut *connection)
    .await?;
    connection.keep();
    Ok(mapping)
}

/// Deletes a mapping and the deductions that it made; false when there is none.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(connection: &mut PgConnection, user_id: UserId, id: MappingId) -> Result<bool, Error> {
    // The lock holds off events that would make another deduction by it.
    let held = sqlx::query_scalar!(
        "SELECT id FROM tax_mappings WHERE user_id = $1 AND id = $2 FOR UPDATE",
        user_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(&mut *connection)
    .await?;
    if held.is_none() {
        return Ok(false);
    }
    sqlx::query!(
        "DELETE FROM tax_deductions WHERE user_id = $1 AND mapping_id = $2",
        user_id.uuid(),
        id.uuid(),
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "DELETE FROM tax_mappings WHERE user_id = $1 AND id = $2",
        user_id.uuid(),
        id.uuid(),
    )
    .execute(connection)
    .await?;
    Ok(true)
}
