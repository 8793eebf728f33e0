//! Incomes.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_types::{PageSize, UserId};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool, Postgres, QueryBuilder};
use uuid::Uuid;

use super::{money, unknown};
use crate::country::Year;
use crate::income::{Details, Income, IncomeId, Origin};
use crate::person;
use crate::situation::MAX_INPUTS;

/// A row of `tax_incomes`.
#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    origin: String,
    r#type: String,
    country: Option<String>,
    kind: Option<String>,
    person: String,
    amount_minor: i64,
    withheld_minor: i64,
    currency: String,
    date: jiff_sqlx::Date,
    acquired: Option<jiff_sqlx::Date>,
    description: String,
    created_at: jiff_sqlx::Timestamp,
    updated_at: jiff_sqlx::Timestamp,
}

impl TryFrom<Row> for Income {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.id.into(),
            origin: Origin::from_stored(&row.origin, row.r#type).ok_or_else(|| unknown("origin"))?,
            details: Details {
                kind: row.country.zip(row.kind),
                person: person::from_stored(&row.person).ok_or_else(|| unknown("person"))?,
                amount: money(row.amount_minor, &row.currency)?,
                withheld: row.withheld_minor,
                date: row.date.to_jiff(),
                acquired: row.acquired.map(jiff_sqlx::Date::to_jiff),
                description: row.description,
            },
            created_at: row.created_at.to_jiff(),
            updated_at: row.updated_at.to_jiff(),
        })
    }
}

/// Adds an income that was entered.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(connection: &mut PgConnection, user_id: UserId, income: &Income) -> Result<(), Error> {
    store(connection, user_id, income, None).await
}

/// Notes what another service told at a moment, unless it told later news of the same already. What the user said of
/// it stays.
///
/// # Errors
/// When the database does not answer.
pub async fn hear(
    connection: &mut PgConnection,
    user_id: UserId,
    income: &Income,
    at: Timestamp,
) -> Result<(), Error> {
    store(connection, user_id, income, Some(at)).await
}

async fn store(
    connection: &mut PgConnection,
    user_id: UserId,
    income: &Income,
    told_at: Option<Timestamp>,
) -> Result<(), Error> {
    let details = &income.details;
    let (origin, type_) = income.origin.stored();
    let (country, kind) = details.kind.clone().unzip();
    let currency = details.amount.currency();
    sqlx::query!(
        "INSERT INTO tax_incomes AS known
             (user_id, id, origin, type, country, kind, person, amount_minor, withheld_minor, currency, date,
              acquired, description, told_at, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)
         ON CONFLICT (user_id, id) DO UPDATE
             SET origin = excluded.origin, type = excluded.type, amount_minor = excluded.amount_minor,
                 withheld_minor = excluded.withheld_minor, currency = excluded.currency, date = excluded.date,
                 acquired = excluded.acquired, description = excluded.description, told_at = excluded.told_at,
                 updated_at = excluded.updated_at
             WHERE known.told_at <= excluded.told_at",
        user_id.uuid(),
        income.id.uuid(),
        origin,
        type_,
        country,
        kind,
        person::as_str(details.person),
        details.amount.minor(),
        details.withheld,
        currency.code(),
        details.date.to_sqlx() as _,
        details.acquired.map(ToSqlx::to_sqlx) as _,
        details.description,
        told_at.map(ToSqlx::to_sqlx) as _,
        income.created_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// One income.
///
/// # Errors
/// When the database does not answer.
pub async fn find(pool: &PgPool, user_id: UserId, id: IncomeId) -> Result<Option<Income>, Error> {
    sqlx::query_as!(
        Row,
        r#"SELECT id, origin, type, country, kind, person, amount_minor, withheld_minor, currency,
                  date AS "date: _", acquired AS "acquired: _", description, created_at AS "created_at: _",
                  updated_at AS "updated_at: _"
           FROM tax_incomes WHERE user_id = $1 AND id = $2"#,
        user_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(pool)
    .await?
    .map(TryInto::try_into)
    .transpose()
}

/// The same, held until the transaction ends.
///
/// # Errors
/// When the database does not answer.
pub async fn lock(
    connection: &mut PgConnection,
    user_id: UserId,
    id: IncomeId,
) -> Result<Option<Income>, Error> {
    sqlx::query_as!(
        Row,
        r#"SELECT id, origin, type, country, kind, person, amount_minor, withheld_minor, currency,
                  date AS "date: _", acquired AS "acquired: _", description, created_at AS "created_at: _",
                  updated_at AS "updated_at: _"
           FROM tax_incomes WHERE user_id = $1 AND id = $2 FOR UPDATE"#,
        user_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(connection)
    .await?
    .map(TryInto::try_into)
    .transpose()
}

/// The incomes of a tax year by date; one more than can be calculated with when there are too many.
///
/// # Errors
/// When the database does not answer.
pub async fn of_year(pool: &PgPool, user_id: UserId, year: &Year) -> Result<Vec<Income>, Error> {
    let limit = i64::try_from(MAX_INPUTS).unwrap_or(i64::MAX).saturating_add(1);
    sqlx::query_as!(
        Row,
        r#"SELECT id, origin, type, country, kind, person, amount_minor, withheld_minor, currency,
                  date AS "date: _", acquired AS "acquired: _", description, created_at AS "created_at: _",
                  updated_at AS "updated_at: _"
           FROM tax_incomes WHERE user_id = $1 AND date BETWEEN $2 AND $3 ORDER BY date, id LIMIT $4"#,
        user_id.uuid(),
        year.first_day.to_sqlx() as _,
        year.last_day.to_sqlx() as _,
        limit,
    )
    .fetch_all(pool)
    .await?
    .into_iter()
    .map(TryInto::try_into)
    .collect()
}

/// A place in a list of incomes.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Position {
    /// The date of the last income that was shown.
    pub date: Date,
    /// Its id.
    pub id: Uuid,
}

/// Incomes after a position, the latest date first; one more than the page holds when there is a next page. The text
/// depends on the filter, so that PostgreSQL plans for what is asked.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    pool: &PgPool,
    user_id: UserId,
    (start, end): (Option<Date>, Option<Date>),
    after: Option<Position>,
    size: PageSize,
) -> Result<Vec<Income>, Error> {
    let mut query = QueryBuilder::<Postgres>::new(
        "SELECT id, origin, type, country, kind, person, amount_minor, withheld_minor, currency, date, acquired, \
         description, created_at, updated_at FROM tax_incomes WHERE user_id = ",
    );
    query.push_bind(user_id.uuid());
    if let Some(start) = start {
        query.push(" AND date >= ").push_bind(start.to_sqlx());
    }
    if let Some(end) = end {
        query.push(" AND date <= ").push_bind(end.to_sqlx());
    }
    if let Some(after) = after {
        query.push(" AND (date, id) < (").push_bind(after.date.to_sqlx());
        query.push(", ").push_bind(after.id).push(")");
    }
    query
        .push(" ORDER BY date DESC, id DESC LIMIT ")
        .push_bind(size.limit_with_lookahead());
    let rows: Vec<Row> = query.build_query_as().fetch_all(pool).await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Writes what changed.
///
/// # Errors
/// When the database does not answer.
pub async fn update(connection: &mut PgConnection, user_id: UserId, income: &Income) -> Result<(), Error> {
    let details = &income.details;
    let (country, kind) = details.kind.clone().unzip();
    let currency = details.amount.currency();
    sqlx::query!(
        "UPDATE tax_incomes SET country = $3, kind = $4, person = $5, amount_minor = $6, withheld_minor = $7,
                currency = $8, date = $9, acquired = $10, description = $11, updated_at = $12
         WHERE user_id = $1 AND id = $2",
        user_id.uuid(),
        income.id.uuid(),
        country,
        kind,
        person::as_str(details.person),
        details.amount.minor(),
        details.withheld,
        currency.code(),
        details.date.to_sqlx() as _,
        details.acquired.map(ToSqlx::to_sqlx) as _,
        details.description,
        income.updated_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes an income that the transaction holds.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(connection: &mut PgConnection, user_id: UserId, id: IncomeId) -> Result<(), Error> {
    sqlx::query!(
        "DELETE FROM tax_incomes WHERE user_id = $1 AND id = $2",
        user_id.uuid(),
        id.uuid(),
    )
    .execute(connection)
    .await?;
    Ok(())
}
