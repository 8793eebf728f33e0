//! Families and their members.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_types::UserId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::family::role::Role;
use crate::family::{Family, FamilyId, Member};

/// The family that a user is in.
///
/// # Errors
/// When the database does not answer.
pub async fn of(connection: &mut PgConnection, user_id: UserId) -> Result<Option<Family>, Error> {
    let row = sqlx::query!(
        r#"SELECT families.id, families.created_at AS "created_at: jiff_sqlx::Timestamp"
           FROM family_members member JOIN families ON families.id = member.family_id
           WHERE member.user_id = $1"#,
        user_id.uuid(),
    )
    .fetch_optional(&mut *connection)
    .await?;
    match row {
        Some(row) => with_members(connection, row.id, row.created_at.to_jiff()).await,
        None => Ok(None),
    }
}

/// The same; until the transaction ends nothing else changes the family.
///
/// # Errors
/// When the database does not answer.
pub async fn lock_of(connection: &mut PgConnection, user_id: UserId) -> Result<Option<Family>, Error> {
    let family_id = sqlx::query_scalar!(
        "SELECT family_id FROM family_members WHERE user_id = $1",
        user_id.uuid()
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(family_id) = family_id else {
        return Ok(None);
    };
    let family = lock(connection, family_id.into()).await?;
    // Meanwhile the membership may have ended.
    Ok(family.filter(|family| family.member(user_id).is_ok()))
}

/// A family, which nothing else changes until the transaction ends.
///
/// # Errors
/// When the database does not answer.
pub async fn lock(connection: &mut PgConnection, id: FamilyId) -> Result<Option<Family>, Error> {
    let row = sqlx::query!(
        r#"SELECT created_at AS "created_at: jiff_sqlx::Timestamp" FROM families WHERE id = $1 FOR UPDATE"#,
        id.uuid(),
    )
    .fetch_optional(&mut *connection)
    .await?;
    match row {
        Some(row) => with_members(connection, id.uuid(), row.created_at.to_jiff()).await,
        None => Ok(None),
    }
}

async fn with_members(
    connection: &mut PgConnection,
    id: Uuid,
    created_at: Timestamp,
) -> Result<Option<Family>, Error> {
    let rows = sqlx::query!(
        r#"SELECT user_id, role, joined_at AS "joined_at: jiff_sqlx::Timestamp"
           FROM family_members WHERE family_id = $1
           ORDER BY role <> 'owner', family_members.joined_at, user_id"#,
        id,
    )
    .fetch_all(connection)
    .await?;
    let members = rows
        .into_iter()
        .map(|row| {
            Ok(Member {
                user_id: row.user_id.into(),
                role: Role::read(&row.role).ok_or_else(|| Error::internal("a role that is none"))?,
                joined_at: row.joined_at.to_jiff(),
            })
        })
        .collect::<Result<_, Error>>()?;
    Ok(Some(Family {
        id: id.into(),
        created_at,
        members,
    }))
}

/// Stores a new family with its owner.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(connection: &mut PgConnection, family: &Family) -> Result<(), Error> {
    sqlx::query!(
        "INSERT INTO families (id, created_at) VALUES ($1, $2)",
        family.id.uuid(),
        family.created_at.to_sqlx() as _,
    )
    .execute(&mut *connection)
    .await?;
    for member in &family.members {
        join(connection, family.id, member).await?;
    }
    Ok(())
}

/// Adds a member; false when the person is in a family already.
///
/// # Errors
/// When the database does not answer.
pub async fn join(connection: &mut PgConnection, id: FamilyId, member: &Member) -> Result<bool, Error> {
    let inserted = sqlx::query!(
        "INSERT INTO family_members (user_id, family_id, role, joined_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id) DO NOTHING",
        member.user_id.uuid(),
        id.uuid(),
        member.role.as_str(),
        member.joined_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Gives a member another role.
///
/// # Errors
/// When the database does not answer.
pub async fn set_role(connection: &mut PgConnection, user_id: UserId, role: Role) -> Result<(), Error> {
    sqlx::query!(
        "UPDATE family_members SET role = $2 WHERE user_id = $1",
        user_id.uuid(),
        role.as_str()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends a membership, and with it what was shared with and by the member.
///
/// # Errors
/// When the database does not answer.
pub async fn remove(connection: &mut PgConnection, user_id: UserId) -> Result<(), Error> {
    sqlx::query!("DELETE FROM family_members WHERE user_id = $1", user_id.uuid())
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends a family, its memberships and what was shared.
///
/// # Errors
/// When the database does not answer.
pub async fn dissolve(connection: &mut PgConnection, id: FamilyId) -> Result<(), Error> {
    sqlx::query!("DELETE FROM families WHERE id = $1", id.uuid())
        .execute(connection)
        .await?;
    Ok(())
}
