//! What members share.

use std::collections::BTreeMap;

use pfms_runtime::Error;
use pfms_types::UserId;
use sqlx::{PgConnection, PgPool};

use crate::family::FamilyId;
use crate::family::role::Role;
use crate::family::sharing::{Area, Audience, Grant, Sharing};

/// What a user shares.
///
/// # Errors
/// When the database does not answer.
pub async fn of(connection: &mut PgConnection, user_id: UserId) -> Result<Sharing, Error> {
    let rows = sqlx::query!(
        "SELECT area, member_id FROM family_shares WHERE user_id = $1",
        user_id.uuid()
    )
    .fetch_all(connection)
    .await?;
    let mut audiences = BTreeMap::new();
    for row in rows {
        let Some(area) = Area::read(&row.area) else {
            continue;
        };
        let audience: &mut Audience = audiences.entry(area).or_default();
        match (audience, row.member_id) {
            (Audience::Members(members), Some(member)) => {
                members.insert(member.into());
            }
            (audience, None) => *audience = Audience::Everyone,
            (Audience::Everyone, Some(_)) => {}
        }
    }
    Ok(Sharing::new(audiences))
}

/// Stores what a member shares.
///
/// # Errors
/// When the database does not answer.
pub async fn save(
    connection: &mut PgConnection,
    family_id: FamilyId,
    user_id: UserId,
    sharing: &Sharing,
) -> Result<(), Error> {
    forget(connection, user_id).await?;
    let (mut areas, mut members) = (Vec::new(), Vec::new());
    for (area, audience) in sharing.areas() {
        match audience {
            Audience::Everyone => {
                areas.push(area.as_str().to_owned());
                members.push(None);
            }
            Audience::Members(chosen) => {
                for member in chosen {
                    areas.push(area.as_str().to_owned());
                    members.push(Some(member.uuid()));
                }
            }
        }
    }
    sqlx::query!(
        "INSERT INTO family_shares (user_id, family_id, area, member_id)
         SELECT $1, $2, share.area, share.member_id
         FROM unnest($3::text[], $4::uuid[]) AS share (area, member_id)",
        user_id.uuid(),
        family_id.uuid(),
        &areas,
        &members as &[Option<uuid::Uuid>],
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends all that a member shares.
///
/// # Errors
/// When the database does not answer.
pub async fn forget(connection: &mut PgConnection, user_id: UserId) -> Result<(), Error> {
    sqlx::query!("DELETE FROM family_shares WHERE user_id = $1", user_id.uuid())
        .execute(connection)
        .await?;
    Ok(())
}

/// What a user is granted of an area of another one, if both are in one family and the area is shared with the user.
///
/// # Errors
/// When the database does not answer.
pub async fn grant(pool: &PgPool, owner: UserId, reader: UserId, area: Area) -> Result<Option<Grant>, Error> {
    let row = sqlx::query!(
        r#"SELECT owner.role AS owner_role, reader.role AS reader_role,
                  coalesce(privacy.show_net_worth, false) AS "show_net_worth!"
           FROM family_members owner
           JOIN family_members reader ON reader.family_id = owner.family_id AND reader.user_id = $2
           LEFT JOIN privacy_settings privacy ON privacy.user_id = owner.user_id
           WHERE owner.user_id = $1 AND EXISTS (
               SELECT FROM family_shares share
               WHERE share.user_id = $1 AND share.area = $3 AND (share.member_id IS NULL OR share.member_id = $2))"#,
        owner.uuid(),
        reader.uuid(),
        area.as_str(),
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.and_then(|row| {
        Some(Grant {
            owner: Role::read(&row.owner_role)?,
            reader: Role::read(&row.reader_role)?,
            area,
            show_net_worth: row.show_net_worth,
        })
    }))
}

/// What other members share with a user, in the order of their ids.
///
/// # Errors
/// When the database does not answer.
pub async fn with(pool: &PgPool, reader: UserId) -> Result<Vec<(UserId, Grant)>, Error> {
    let rows = sqlx::query!(
        r#"SELECT DISTINCT owner.user_id, owner.role AS owner_role, reader.role AS reader_role, share.area,
                  coalesce(privacy.show_net_worth, false) AS "show_net_worth!"
           FROM family_members reader
           JOIN family_members owner ON owner.family_id = reader.family_id AND owner.user_id <> reader.user_id
           JOIN family_shares share ON share.user_id = owner.user_id
               AND (share.member_id IS NULL OR share.member_id = reader.user_id)
           LEFT JOIN privacy_settings privacy ON privacy.user_id = owner.user_id
           WHERE reader.user_id = $1
           ORDER BY owner.user_id, share.area"#,
        reader.uuid(),
    )
    .fetch_all(pool)
    .await?;
    let grants = rows.into_iter().filter_map(|row| {
        let grant = Grant {
            owner: Role::read(&row.owner_role)?,
            reader: Role::read(&row.reader_role)?,
            area: Area::read(&row.area)?,
            show_net_worth: row.show_net_worth,
        };
        Some((row.user_id.into(), grant))
    });
    Ok(grants.collect())
}
