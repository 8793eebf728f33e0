//! Profiles.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_types::UserId;
use sqlx::{PgConnection, PgPool};

use super::{large, small};
use crate::profile::{Profile, Said};
use crate::value::Fields;

struct Row {
    year: i16,
    country: String,
    region: String,
    fields: serde_json::Value,
    prepaid_minor: i64,
    component_hash: Option<String>,
    created_at: jiff_sqlx::Timestamp,
    updated_at: jiff_sqlx::Timestamp,
}

impl TryFrom<Row> for Profile {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let fields: Fields = serde_json::from_value(row.fields).map_err(Error::internal)?;
        Ok(Self {
            year: large(row.year),
            said: Said {
                country: row.country,
                region: row.region,
                fields,
                prepaid: row.prepaid_minor,
                component: row.component_hash,
            },
            created_at: row.created_at.to_jiff(),
            updated_at: row.updated_at.to_jiff(),
        })
    }
}

/// Sets the profile of a year, and gives it as it is then.
///
/// # Errors
/// When the database does not answer, or the user has no such component.
pub async fn set(
    connection: &mut PgConnection,
    user_id: UserId,
    year: u16,
    said: &Said,
    now: Timestamp,
) -> Result<Profile, Error> {
    let fields = serde_json::to_value(&said.fields).map_err(Error::internal)?;
    let row = sqlx::query_as!(
        Row,
        r#"INSERT INTO tax_profiles AS known
               (user_id, year, country, region, fields, prepaid_minor, component_hash, created_at, updated_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
           ON CONFLICT (user_id, year) DO UPDATE
               SET country = excluded.country, region = excluded.region, fields = excluded.fields,
                   prepaid_minor = excluded.prepaid_minor, component_hash = excluded.component_hash,
                   updated_at = excluded.updated_at
           RETURNING year, country, region, fields, prepaid_minor, component_hash,
                     created_at AS "created_at: _", updated_at AS "updated_at: _""#,
        user_id.uuid(),
        small(year),
        said.country,
        said.region,
        fields,
        said.prepaid,
        said.component,
        now.to_sqlx() as _,
    )
    .fetch_one(connection)
    .await;
    match row {
        // The component was deleted meanwhile.
        Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => Err(Error::invalid(
            "componentHash",
            "must be the hash of one of your components",
        )),
        row => row?.try_into(),
    }
}

/// The profile of a year.
///
/// # Errors
/// When the database does not answer.
pub async fn find(pool: &PgPool, user_id: UserId, year: u16) -> Result<Option<Profile>, Error> {
    sqlx::query_as!(
        Row,
        r#"SELECT year, country, region, fields, prepaid_minor, component_hash, created_at AS "created_at: _",
                  updated_at AS "updated_at: _"
           FROM tax_profiles WHERE user_id = $1 AND year = $2"#,
        user_id.uuid(),
        small(year),
    )
    .fetch_optional(pool)
    .await?
    .map(TryInto::try_into)
    .transpose()
}

/// Every profile of a user, the latest year first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(pool: &PgPool, user_id: UserId) -> Result<Vec<Profile>, Error> {
    sqlx::query_as!(
        Row,
        r#"SELECT year, country, region, fields, prepaid_minor, component_hash, created_at AS "created_at: _",
                  updated_at AS "updated_at: _"
           FROM tax_profiles WHERE user_id = $1 ORDER BY year DESC"#,
        user_id.uuid(),
    )
    .fetch_all(pool)
    .await?
    .into_iter()
    .map(TryInto::try_into)
    .collect()
}

/// Deletes the profile of a year; false when there is none.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(connection: &mut PgConnection, user_id: UserId, year: u16) -> Result<bool, Error> {
    let deleted = sqlx::query!(
        "DELETE FROM tax_profiles WHERE user_id = $1 AND year = $2",
        user_id.uuid(),
        small(year),
    )
    .execute(connection)
    .await?;
    Ok(deleted.rows_affected() == 1)
}

/// The component that the latest profile for a country chooses.
///
/// # Errors
/// When the database does not answer.
pub async fn component_for(pool: &PgPool, user_id: UserId, country: &str) -> Result<Option<String>, Error> {
    let hash = sqlx::query_scalar!(
        "SELECT component_hash FROM tax_profiles WHERE user_id = $1 AND country = $2 ORDER BY year DESC LIMIT 1",
        user_id.uuid(),
        country,
    )
    .fetch_optional(pool)
    .await?;
    Ok(hash.flatten())
}
