//! What rules are told about their owner.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_types::UserId;
use sqlx::{PgConnection, PgPool};

/// What a person counts and lives in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// ISO 4217 code.
    pub currency: String,
    /// IANA zone.
    pub time_zone: String,
}

impl Default for Person {
    /// What a profile says at first.
    fn default() -> Self {
        Self {
            currency: "USD".to_owned(),
            time_zone: "UTC".to_owned(),
        }
    }
}

/// Notes what a person changed to at a time, unless something later is known.
///
/// # Errors
/// When the database does not answer.
pub async fn store(
    connection: &mut PgConnection,
    user_id: UserId,
    person: &Person,
    at: Timestamp,
) -> Result<(), Error> {
    sqlx::query!(
        "INSERT INTO people AS known (user_id, currency, time_zone, updated_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id) DO UPDATE
             SET currency = excluded.currency, time_zone = excluded.time_zone, updated_at = excluded.updated_at
             WHERE known.updated_at <= excluded.updated_at",
        user_id.uuid(),
        person.currency,
        person.time_zone,
        at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What is known of a person.
///
/// # Errors
/// When the database does not answer.
pub async fn find(pool: &PgPool, user_id: UserId) -> Result<Person, Error> {
    let person = sqlx::query_as!(
        Person,
        "SELECT currency, time_zone FROM people WHERE user_id = $1",
        user_id.uuid()
    )
    .fetch_optional(pool)
    .await?;
    Ok(person.unwrap_or_default())
}
