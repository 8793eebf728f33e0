//! Categories.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_types::{Id, UserId};
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use crate::category::{Category, CategoryId, Details, SYSTEM};

struct Row {
    id: Uuid,
    name: String,
    icon: String,
    color: String,
    parent_id: Option<Uuid>,
    is_system: bool,
    created_at: jiff_sqlx::Timestamp,
}

impl From<Row> for Category {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            details: Details {
                name: row.name,
                icon: row.icon,
                color: row.color,
                parent_id: row.parent_id.map(Into::into),
            },
            system: row.is_system,
            created_at: row.created_at.to_jiff(),
        }
    }
}

/// Gives a user the system's categories, once. A category of the same name that is there already stays.
pub async fn seed(pool: &PgPool, user_id: UserId, now: Timestamp) -> Result<(), Error> {
    let ids: Vec<Uuid> = SYSTEM.iter().map(|_| CategoryId::generate().uuid()).collect();
    let column = |pick: fn(&(&str, &str, &str)) -> String| SYSTEM.iter().map(pick).collect::<Vec<_>>();
    sqlx::query!(
        "WITH first AS (INSERT INTO category_seeds (user_id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING user_id)
         INSERT INTO expense_categories (user_id, id, name, icon, color, parent_id, is_system, created_at)
         SELECT first.user_id, seed.id, seed.name, seed.icon, seed.color, NULL, true, $6
         FROM first, unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) AS seed (id, name, icon, color)
         ON CONFLICT DO NOTHING",
        user_id.uuid(),
        &ids,
        &column(|(name, _, _)| (*name).to_owned()),
        &column(|(_, icon, _)| (*icon).to_owned()),
        &column(|(_, _, color)| (*color).to_owned()),
        now.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// A category of a user.
pub async fn get(
    executor: impl PgExecutor<'_>,
    user_id: UserId,
    id: CategoryId,
) -> Result<Option<Category>, Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id, name, icon, color, parent_id, is_system, created_at AS "created_at: _"
           FROM expense_categories WHERE user_id = $1 AND id = $2"#,
        user_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(Into::into))
}

/// At most `limit` categories whose name comes after `after`, whatever the case.
pub async fn list(
    pool: &PgPool,
    user_id: UserId,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Category>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id, name, icon, color, parent_id, is_system, created_at AS "created_at: _"
           FROM expense_categories
           WHERE user_id = $1 AND ($2::text IS NULL OR lower(name) > lower($2))
           ORDER BY lower(name) LIMIT $3"#,
        user_id.uuid(),
        after,
        limit,
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Every category of a user with its parent. Until the transaction ends no other changes the user's tree.
pub async fn lock_tree(
    connection: &mut PgConnection,
    user_id: UserId,
) -> Result<Vec<(CategoryId, Option<CategoryId>)>, Error> {
    sqlx::query!(
        "SELECT pg_advisory_xact_lock(hashtextextended('categories:' || $1::uuid::text, 0))",
        user_id.uuid()
    )
    .fetch_one(&mut *connection)
    .await?;
    let rows = sqlx::query!(
        "SELECT id, parent_id FROM expense_categories WHERE user_id = $1",
        user_id.uuid()
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id.into(), row.parent_id.map(Into::into)))
        .collect())
}

/// Adds a category; false when the name is taken.
pub async fn insert(
    connection: &mut PgConnection,
    user_id: UserId,
    category: &Category,
) -> Result<bool, Error> {
    let details = &category.details;
    let inserted = sqlx::query!(
        "INSERT INTO expense_categories (user_id, id, name, icon, color, parent_id, is_system, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (user_id, lower(name)) DO NOTHING",
        user_id.uuid(),
        category.id.uuid(),
        details.name,
        details.icon,
        details.color,
        details.parent_id.map(Id::uuid),
        category.system,
        category.created_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Writes what changed; false when the name is another category's.
pub async fn update(
    connection: &mut PgConnection,
    user_id: UserId,
    category: &Category,
) -> Result<bool, Error> {
    let details = &category.details;
    let updated = sqlx::query!(
        "UPDATE expense_categories SET name = $3, icon = $4, color = $5, parent_id = $6
         WHERE user_id = $1 AND id = $2 AND NOT EXISTS (
             SELECT FROM expense_categories other
             WHERE other.user_id = $1 AND lower(other.name) = lower($3) AND other.id <> $2)",
        user_id.uuid(),
        category.id.uuid(),
        details.name,
        details.icon,
        details.color,
        details.parent_id.map(Id::uuid),
    )
    .execute(connection)
    .await?;
    Ok(updated.rows_affected() == 1)
}

/// Moves a category's expenses to another one; false when there are some and they have nowhere to go.
pub async fn reassign(
    connection: &mut PgConnection,
    user_id: UserId,
    from: CategoryId,
    to: Option<CategoryId>,
) -> Result<bool, Error> {
    let Some(to) = to else {
        let used = sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT FROM expenses WHERE user_id = $1 AND category_id = $2) AS "used!""#,
            user_id.uuid(),
            from.uuid(),
        )
        .fetch_one(connection)
        .await?;
        return Ok(!used);
    };
    sqlx::query!(
        "UPDATE expenses SET category_id = $3 WHERE user_id = $1 AND category_id = $2",
        user_id.uuid(),
        from.uuid(),
        to.uuid(),
    )
    .execute(connection)
    .await?;
    Ok(true)
}

/// Deletes a category; false when an expense refers to it, also one that is recorded at the same moment.
pub async fn delete(connection: &mut PgConnection, user_id: UserId, id: CategoryId) -> Result<bool, Error> {
    let deleted = sqlx::query!(
        "DELETE FROM expense_categories WHERE user_id = $1 AND id = $2",
        user_id.uuid(),
        id.uuid()
    )
    .execute(connection)
    .await;
    match deleted {
        Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => Ok(false),
        deleted => Ok(deleted.map(|_| true)?),
    }
}

/// The names of those of the categories that are the user's.
pub async fn names(
    connection: &mut PgConnection,
    user_id: UserId,
    ids: &[Uuid],
) -> Result<Vec<(CategoryId, String)>, Error> {
    let rows = sqlx::query!(
        "SELECT id, name FROM expense_categories WHERE user_id = $1 AND id = ANY($2) FOR SHARE",
        user_id.uuid(),
        ids,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id.into(), row.name)).collect())
}
