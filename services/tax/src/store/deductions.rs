//! Deductions.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_types::{PageSize, UserId};
use sqlx::{PgConnection, PgPool, Postgres, QueryBuilder};
use uuid::Uuid;

use super::{large, money, small, unknown};
use crate::country::Year;
use crate::deduction::{Deduction, DeductionId, Details, Status};
use crate::person;
use crate::situation::MAX_INPUTS;

/// A row of `tax_deductions`.
#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    country: String,
    year: Option<i16>,
    category: String,
    amount_minor: i64,
    currency: String,
    person: String,
    description: String,
    date: Option<jiff_sqlx::Date>,
    document_url: String,
    status: String,
    expense_id: Option<Uuid>,
    mapping_id: Option<Uuid>,
    created_at: jiff_sqlx::Timestamp,
    updated_at: jiff_sqlx::Timestamp,
}

impl TryFrom<Row> for Deduction {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.id.into(),
            details: Details {
                country: row.country,
                year: row.year.map(large),
                category: row.category,
                amount: money(row.amount_minor, &row.currency)?,
                person: person::from_stored(&row.person).ok_or_else(|| unknown("person"))?,
                description: row.description,
                date: row.date.map(jiff_sqlx::Date::to_jiff),
                document_url: row.document_url,
                status: Status::from_stored(&row.status).ok_or_else(|| unknown("status"))?,
            },
            made_of: row
                .expense_id
                .zip(row.mapping_id)
                .map(|(expense, mapping)| (expense, mapping.into())),
            created_at: row.created_at.to_jiff(),
            updated_at: row.updated_at.to_jiff(),
        })
    }
}

/// Adds a deduction that was entered.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    connection: &mut PgConnection,
    user_id: UserId,
    deduction: &Deduction,
) -> Result<(), Error> {
    let details = &deduction.details;
    let currency = details.amount.currency();
    sqlx::query!(
        "INSERT INTO tax_deductions
             (user_id, id, country, year, category, amount_minor, currency, person, description, date,
              document_url, status, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)",
        user_id.uuid(),
        deduction.id.uuid(),
        details.country,
        details.year.map(small),
        details.category,
        details.amount.minor(),
        currency.code(),
        person::as_str(details.person),
        details.description,
        details.date.map(ToSqlx::to_sqlx) as _,
        details.document_url,
        details.status.as_str(),
        deduction.created_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// One deduction.
///
/// # Errors
/// When the database does not answer.
pub async fn find(pool: &PgPool, user_id: UserId, id: DeductionId) -> Result<Option<Deduction>, Error> {
    sqlx::query_as!(
        Row,
        r#"SELECT id, country, year, category, amount_minor, currency, person, description, date AS "date: _",
                  document_url, status, expense_id, mapping_id, created_at AS "created_at: _",
                  updated_at AS "updated_at: _"
           FROM tax_deductions WHERE user_id = $1 AND id = $2"#,
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
    id: DeductionId,
) -> Result<Option<Deduction>, Error> {
    sqlx::query_as!(
        Row,
        r#"SELECT id, country, year, category, amount_minor, currency, person, description, date AS "date: _",
                  document_url, status, expense_id, mapping_id, created_at AS "created_at: _",
                  updated_at AS "updated_at: _"
           FROM tax_deductions WHERE user_id = $1 AND id = $2 FOR UPDATE"#,
        user_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(connection)
    .await?
    .map(TryInto::try_into)
    .transpose()
}

/// The deductions of a tax year, of any country and status; one more than can be calculated with when there are too
/// many.
///
/// # Errors
/// When the database does not answer.
pub async fn of_year(pool: &PgPool, user_id: UserId, year: &Year) -> Result<Vec<Deduction>, Error> {
    let limit = i64::try_from(MAX_INPUTS).unwrap_or(i64::MAX).saturating_add(1);
    sqlx::query_as!(
        Row,
        r#"SELECT id AS "id!", country AS "country!", year, category AS "category!",
                  amount_minor AS "amount_minor!", currency AS "currency!", person AS "person!",
                  description AS "description!", date AS "date: _", document_url AS "document_url!",
                  status AS "status!", expense_id, mapping_id, created_at AS "created_at!: _",
                  updated_at AS "updated_at!: _"
           FROM (SELECT * FROM tax_deductions WHERE user_id = $1 AND year = $2
                 UNION ALL
                 SELECT * FROM tax_deductions
                 WHERE user_id = $1 AND year IS NULL AND date BETWEEN $3 AND $4) AS all_of_year
           ORDER BY id LIMIT $5"#,
        user_id.uuid(),
        small(year.year),
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

/// Which deductions to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Only of this tax year.
    pub year: Option<&'a Year>,
    /// Only with this status.
    pub status: Option<Status>,
}

/// Deductions below an id, the latest first; one more than the page holds when there is a next page. The text depends
/// on the filter, so that PostgreSQL plans for what is asked.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    pool: &PgPool,
    user_id: UserId,
    filter: Filter<'_>,
    before: Option<Uuid>,
    size: PageSize,
) -> Result<Vec<Deduction>, Error> {
    let mut query = QueryBuilder::<Postgres>::new(
        "SELECT id, country, year, category, amount_minor, currency, person, description, date, document_url, status, \
         expense_id, mapping_id, created_at, updated_at FROM tax_deductions WHERE user_id = ",
    );
    query.push_bind(user_id.uuid());
    if let Some(year) = filter.year {
        query.push(" AND (year = ").push_bind(small(year.year));
        query
            .push(" OR year IS NULL AND date BETWEEN ")
            .push_bind(year.first_day.to_sqlx());
        query.push(" AND ").push_bind(year.last_day.to_sqlx()).push(")");
    }
    if let Some(status) = filter.status {
        query.push(" AND status = ").push_bind(status.as_str());
    }
    if let Some(before) = before {
        query.push(" AND id < ").push_bind(before);
    }
    query
        .push(" ORDER BY id DESC LIMIT ")
        .push_bind(size.limit_with_lookahead());
    let rows: Vec<Row> = query.build_query_as().fetch_all(pool).await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Writes what changed.
///
/// # Errors
/// When the database does not answer.
pub async fn update(
    connection: &mut PgConnection,
    user_id: UserId,
    deduction: &Deduction,
) -> Result<(), Error> {
    let details = &deduction.details;
    let currency = details.amount.currency();
    sqlx::query!(
        "UPDATE tax_deductions SET country = $3, year = $4, category = $5, amount_minor = $6, currency = $7,
                person = $8, description = $9, date = $10, document_url = $11, status = $12, updated_at = $13
         WHERE user_id = $1 AND id = $2",
        user_id.uuid(),
        deduction.id.uuid(),
        details.country,
        details.year.map(small),
        details.category,
        details.amount.minor(),
        currency.code(),
        person::as_str(details.person),
        details.description,
        details.date.map(ToSqlx::to_sqlx) as _,
        details.document_url,
        details.status.as_str(),
        deduction.updated_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes a deduction that the transaction holds.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(connection: &mut PgConnection, user_id: UserId, id: DeductionId) -> Result<(), Error> {
    sqlx::query!(
        "DELETE FROM tax_deductions WHERE user_id = $1 AND id = $2",
        user_id.uuid(),
        id.uuid(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What an expense is, for the deductions that it makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spent {
    /// The expense's id.
    pub expense_id: Uuid,
    /// What was spent.
    pub amount: pfms_types::Money,
    /// The day.
    pub date: Date,
    /// What it was for.
    pub description: String,
}

/// Makes a deduction of an expense, or lets the one that is there follow it: what a person said of it stays, but what
/// was approved is claimed anew when its amount changed.
///
/// # Errors
/// When the database does not answer.
pub async fn follow(
    connection: &mut PgConnection,
    user_id: UserId,
    spent: &Spent,
    mapping: &crate::mapping::Mapping,
    now: jiff::Timestamp,
) -> Result<(), Error> {
    let currency = spent.amount.currency();
    sqlx::query!(
        "INSERT INTO tax_deductions AS known
             (user_id, id, country, category, amount_minor, currency, person, description, date, document_url,
              status, expense_id, mapping_id, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'taxpayer', $7, $8, '', 'claimed', $9, $10, $11, $11)
         ON CONFLICT (user_id, expense_id, mapping_id) WHERE expense_id IS NOT NULL DO UPDATE
             SET amount_minor = excluded.amount_minor, currency = excluded.currency, date = excluded.date,
                 status = CASE WHEN known.status = 'approved'
                                    AND (known.amount_minor, known.currency)
                                        IS DISTINCT FROM (excluded.amount_minor, excluded.currency)
                               THEN 'claimed' ELSE known.status END,
                 updated_at = excluded.updated_at",
        user_id.uuid(),
        DeductionId::generate().uuid(),
        mapping.rule.country,
        mapping.rule.to,
        spent.amount.minor(),
        currency.code(),
        spent.description,
        spent.date.to_sqlx() as _,
        spent.expense_id,
        mapping.id.uuid(),
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes what an expense made by other mappings than these.
///
/// # Errors
/// When the database does not answer.
pub async fn unfollow(
    connection: &mut PgConnection,
    user_id: UserId,
    expense_id: Uuid,
    mappings: &[Uuid],
) -> Result<(), Error> {
    sqlx::query!(
        "DELETE FROM tax_deductions WHERE user_id = $1 AND expense_id = $2 AND mapping_id <> ALL($3)",
        user_id.uuid(),
        expense_id,
        mappings,
    )
    .execute(connection)
    .await?;
    Ok(())
}
