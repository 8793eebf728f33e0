//! Calculations.

use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_types::{PageSize, UserId};
use sqlx::{PgConnection, PgPool, Postgres, QueryBuilder};
use uuid::Uuid;

use super::{small, unknown};
use crate::calculation::{Calculation, CalculationId, Component, MAX_KEPT, Outcome};

/// A row of `tax_calculations`.
#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    country: String,
    currency: String,
    component_name: String,
    component_version: String,
    component_hash: String,
    digest: Vec<u8>,
    verified: bool,
    situation: serde_json::Value,
    left_out: serde_json::Value,
    assessment: serde_json::Value,
    figures: serde_json::Value,
    fuel: i64,
    calculated_at: jiff_sqlx::Timestamp,
}

impl TryFrom<Row> for Calculation {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.id.into(),
            digest: row.digest.try_into().map_err(|_| unknown("digest"))?,
            outcome: Outcome {
                country: row.country,
                currency: row.currency.parse().map_err(Error::internal)?,
                component: Component {
                    name: row.component_name,
                    version: row.component_version,
                    hash: row.component_hash,
                },
                verified: row.verified,
                input: serde_json::from_value(row.situation).map_err(Error::internal)?,
                left_out: serde_json::from_value(row.left_out).map_err(Error::internal)?,
                assessment: serde_json::from_value(row.assessment).map_err(Error::internal)?,
                figures: serde_json::from_value(row.figures).map_err(Error::internal)?,
                fuel: row.fuel,
            },
            calculated_at: row.calculated_at.to_jiff(),
        })
    }
}

/// Adds a calculation, and removes the oldest of its year beyond those that are kept.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    connection: &mut PgConnection,
    user_id: UserId,
    calculation: &Calculation,
) -> Result<(), Error> {
    let outcome = &calculation.outcome;
    let assessment = &outcome.assessment;
    let json = |value: Result<serde_json::Value, serde_json::Error>| value.map_err(Error::internal);
    sqlx::query!(
        "INSERT INTO tax_calculations
             (user_id, id, year, country, currency, component_name, component_version, component_hash, digest,
              verified, total_income_minor, taxable_income_minor, total_deductions_minor, tax_owed_minor,
              capital_gains_tax_minor, situation, left_out, assessment, figures, fuel, calculated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
        user_id.uuid(),
        calculation.id.uuid(),
        small(outcome.input.year),
        outcome.country,
        outcome.currency.code(),
        outcome.component.name,
        outcome.component.version,
        outcome.component.hash,
        &calculation.digest[..],
        outcome.verified,
        assessment.total_income,
        assessment.taxable_income,
        assessment.total_deductions,
        assessment.owed,
        assessment.capital_gains_tax,
        json(serde_json::to_value(&outcome.input))?,
        json(serde_json::to_value(&outcome.left_out))?,
        json(serde_json::to_value(assessment))?,
        json(serde_json::to_value(&outcome.figures))?,
        outcome.fuel,
        calculation.calculated_at.to_sqlx() as _,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "DELETE FROM tax_calculations WHERE user_id = $1 AND year = $2 AND id <= (
             SELECT id FROM tax_calculations WHERE user_id = $1 AND year = $2 ORDER BY id DESC OFFSET $3 LIMIT 1)",
        user_id.uuid(),
        small(outcome.input.year),
        MAX_KEPT,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The latest calculation of a year.
///
/// # Errors
/// When the database does not answer.
pub async fn latest(pool: &PgPool, user_id: UserId, year: u16) -> Result<Option<Calculation>, Error> {
    sqlx::query_as!(
        Row,
        r#"SELECT id, country, currency, component_name, component_version, component_hash, digest, verified,
                  situation, left_out, assessment, figures, fuel, calculated_at AS "calculated_at: _"
           FROM tax_calculations WHERE user_id = $1 AND year = $2 ORDER BY id DESC LIMIT 1"#,
        user_id.uuid(),
        small(year),
    )
    .fetch_optional(pool)
    .await?
    .map(TryInto::try_into)
    .transpose()
}

/// One calculation.
///
/// # Errors
/// When the database does not answer.
pub async fn find(pool: &PgPool, user_id: UserId, id: CalculationId) -> Result<Option<Calculation>, Error> {
    sqlx::query_as!(
        Row,
        r#"SELECT id, country, currency, component_name, component_version, component_hash, digest, verified,
                  situation, left_out, assessment, figures, fuel, calculated_at AS "calculated_at: _"
           FROM tax_calculations WHERE user_id = $1 AND id = $2"#,
        user_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(pool)
    .await?
    .map(TryInto::try_into)
    .transpose()
}

/// Calculations below an id without lines and situation, the latest first; one more than the page holds when there is a
/// next page.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    pool: &PgPool,
    user_id: UserId,
    year: Option<u16>,
    before: Option<Uuid>,
    size: PageSize,
) -> Result<Vec<Calculation>, Error> {
    let mut query = QueryBuilder::<Postgres>::new(
        "SELECT id, country, currency, component_name, component_version, component_hash, digest, verified, \
         situation || '{\"profile\": [], \"incomes\": [], \"deductions\": []}' AS situation, \
         '[]'::jsonb AS left_out, assessment || '{\"lines\": [], \"ignored\": []}' AS assessment, \
         '[]'::jsonb AS figures, fuel, calculated_at FROM tax_calculations WHERE user_id = ",
    );
    query.push_bind(user_id.uuid());
    if let Some(year) = year {
        query.push(" AND year = ").push_bind(small(year));
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
