//! Groups of rules.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_types::{PageSize, UserId};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::group::{Draft, Group, GroupId};

struct Row {
    id: Uuid,
    name: String,
    description: String,
    is_active: bool,
    created_at: jiff_sqlx::Timestamp,
    updated_at: jiff_sqlx::Timestamp,
}

impl From<Row> for Group {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            draft: Draft {
                name: row.name,
                description: row.description,
                active: row.is_active,
            },
            created_at: row.created_at.to_jiff(),
            updated_at: row.updated_at.to_jiff(),
        }
    }
}

/// Adds a group.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    connection: &mut PgConnection,
    user_id: UserId,
    draft: Draft,
    at: Timestamp,
) -> Result<Group, Error> {
    let group = Group {
        id: GroupId::generate(),
        draft,
        created_at: at,
        updated_at: at,
    };
    sqlx::query!(
        "INSERT INTO rule_groups (user_id, id, name, description, is_active, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6)",
        user_id.uuid(),
        group.id.uuid(),
        group.draft.name,
        group.draft.description,
        group.draft.active,
        at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(group)
}

/// Stores a group's new content.
///
/// # Errors
/// When the database does not answer.
pub async fn update(connection: &mut PgConnection, user_id: UserId, group: &Group) -> Result<(), Error> {
    sqlx::query!(
        "UPDATE rule_groups SET name = $3, description = $4, is_active = $5, updated_at = $6
         WHERE user_id = $1 AND id = $2",
        user_id.uuid(),
        group.id.uuid(),
        group.draft.name,
        group.draft.description,
        group.draft.active,
        group.updated_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// One group.
///
/// # Errors
/// When the database does not answer.
pub async fn find(
    connection: &mut PgConnection,
    user_id: UserId,
    id: GroupId,
) -> Result<Option<Group>, Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id, name, description, is_active, created_at as "created_at: jiff_sqlx::Timestamp",
                  updated_at as "updated_at: jiff_sqlx::Timestamp"
           FROM rule_groups WHERE user_id = $1 AND id = $2"#,
        user_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Group::from))
}

/// One group, which nobody else changes until the transaction ends, and which no rule joins until then.
///
/// # Errors
/// When the database does not answer.
pub async fn lock(
    connection: &mut PgConnection,
    user_id: UserId,
    id: GroupId,
) -> Result<Option<Group>, Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id, name, description, is_active, created_at as "created_at: jiff_sqlx::Timestamp",
                  updated_at as "updated_at: jiff_sqlx::Timestamp"
           FROM rule_groups WHERE user_id = $1 AND id = $2 FOR UPDATE"#,
        user_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Group::from))
}

/// Groups below an id, the latest first; one more than the page holds when there is a next page.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    pool: &PgPool,
    user_id: UserId,
    before: Option<Uuid>,
    size: PageSize,
) -> Result<Vec<Group>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id, name, description, is_active, created_at as "created_at: jiff_sqlx::Timestamp",
                  updated_at as "updated_at: jiff_sqlx::Timestamp"
           FROM rule_groups WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"#,
        user_id.uuid(),
        before.unwrap_or(Uuid::max()),
        size.limit_with_lookahead(),
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(Group::from).collect())
}

/// Deletes a group, whose rules stay, in no group; false when there is none.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(connection: &mut PgConnection, user_id: UserId, id: GroupId) -> Result<bool, Error> {
    // The lock holds off rules that would join: their foreign key locks the same row.
    if lock(connection, user_id, id).await?.is_none() {
        return Ok(false);
    }
    sqlx::query!(
        "UPDATE automation_rules SET group_id = NULL WHERE user_id = $1 AND group_id = $2",
        user_id.uuid(),
        id.uuid(),
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "DELETE FROM rule_groups WHERE user_id = $1 AND id = $2",
        user_id.uuid(),
        id.uuid(),
    )
    .execute(connection)
    .await?;
    Ok(true)
}
