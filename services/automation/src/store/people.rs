//! What rules are told about their owner.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_types::{Currency, Money, UserId};
use sqlx::{PgConnection, PgPool};

/// What a person counts and lives in, and means to spend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// ISO 4217 code.
    pub currency: String,
    /// IANA zone.
    pub time_zone: String,
    /// The limit per day.
    pub daily_limit: Option<Money>,
    /// The limit per month.
    pub monthly_limit: Option<Money>,
}

impl Default for Person {
    /// What a profile says at first.
    fn default() -> Self {
        Self {
            currency: "USD".to_owned(),
            time_zone: "UTC".to_owned(),
            daily_limit: None,
            monthly_limit: None,
        }
    }
}

impl Person {
    /// The zone; UTC where the database of zones does not know it.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        crate::schedule::zone(&self.time_zone)
    }

    /// The day of a moment on the person's calendar.
    #[must_use]
    pub fn day_of(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone()).date()
    }
}

/// A person as it is stored; nothing is known of one whose columns are null.
#[derive(Default)]
pub struct Row {
    /// ISO 4217 code.
    pub currency: Option<String>,
    /// IANA zone.
    pub time_zone: Option<String>,
    /// The limit per day, in minor units.
    pub daily_limit_minor: Option<i64>,
    /// Its currency.
    pub daily_limit_currency: Option<String>,
    /// The limit per month, in minor units.
    pub monthly_limit_minor: Option<i64>,
    /// Its currency.
    pub monthly_limit_currency: Option<String>,
}

impl From<Row> for Person {
    fn from(row: Row) -> Self {
        let money = |minor: Option<i64>, currency: Option<String>| {
            let currency: Currency = currency?.parse().ok()?;
            Some(Money::from_minor(minor?, currency))
        };
        let at_first = Self::default();
        Self {
            currency: row.currency.unwrap_or(at_first.currency),
            time_zone: row.time_zone.unwrap_or(at_first.time_zone),
            daily_limit: money(row.daily_limit_minor, row.daily_limit_currency),
            monthly_limit: money(row.monthly_limit_minor, row.monthly_limit_currency),
        }
    }
}

/// Notes what a person changed to at a time, unless something later is known. Tells whether it is news.
///
/// # Errors
/// When the database does not answer.
pub async fn store(
    connection: &mut PgConnection,
    user_id: UserId,
    person: &Person,
    at: Timestamp,
) -> Result<bool, Error> {
    let code = |limit: Option<Money>| limit.map(|limit| limit.currency().code().to_owned());
    let stored = sqlx::query!(
        "INSERT INTO people AS known
             (user_id, currency, time_zone, updated_at, daily_limit_minor, daily_limit_currency,
              monthly_limit_minor, monthly_limit_currency)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (user_id) DO UPDATE
             SET currency = excluded.currency, time_zone = excluded.time_zone, updated_at = excluded.updated_at,
                 daily_limit_minor = excluded.daily_limit_minor,
                 daily_limit_currency = excluded.daily_limit_currency,
                 monthly_limit_minor = excluded.monthly_limit_minor,
                 monthly_limit_currency = excluded.monthly_limit_currency
             WHERE known.updated_at <= excluded.updated_at",
        user_id.uuid(),
        person.currency,
        person.time_zone,
        at.to_sqlx() as _,
        person.daily_limit.map(Money::minor),
        code(person.daily_limit),
        person.monthly_limit.map(Money::minor),
        code(person.monthly_limit),
    )
    .execute(connection)
    .await?;
    Ok(stored.rows_affected() == 1)
}

/// What is known of a person.
///
/// # Errors
/// When the database does not answer.
pub async fn find(pool: &PgPool, user_id: UserId) -> Result<Person, Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT currency as "currency?", time_zone as "time_zone?", daily_limit_minor, daily_limit_currency,
                  monthly_limit_minor, monthly_limit_currency
           FROM people WHERE user_id = $1"#,
        user_id.uuid()
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.unwrap_or_default().into())
}
