//! From a row to an expense.

use jiff_sqlx::{Date, Time, Timestamp};
use pfms_runtime::Error;
use pfms_types::Money;
use uuid::Uuid;

use crate::expense::{Details, Expense, Source};

/// A row of `expenses`.
#[derive(sqlx::FromRow)]
pub struct ExpenseRow {
    pub id: Uuid,
    pub amount_minor: i64,
    pub currency: String,
    pub category_id: Option<Uuid>,
    pub description: String,
    pub merchant: String,
    pub date: Date,
    pub time: Option<Time>,
    pub location: Option<serde_json::Value>,
    pub payment_method: String,
    pub tags: Vec<String>,
    pub attachments: Vec<String>,
    pub source: String,
    pub metadata: Option<serde_json::Value>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl TryFrom<ExpenseRow> for Expense {
    type Error = Error;

    fn try_from(row: ExpenseRow) -> Result<Self, Error> {
        let currency = row.currency.parse().map_err(Error::internal)?;
        let source =
            Source::from_stored(&row.source).ok_or_else(|| Error::internal("an unknown source is stored"))?;
        Ok(Self {
            id: row.id.into(),
            details: Details {
                amount: Money::from_minor(row.amount_minor, currency),
                category_id: row.category_id.map(Into::into),
                description: row.description,
                merchant: row.merchant,
                date: row.date.to_jiff(),
                time: row.time.map(Time::to_jiff),
                location: row.location,
                payment_method: row.payment_method,
                tags: row.tags,
                attachments: row.attachments,
                source,
                metadata: row.metadata,
            },
            created_at: row.created_at.to_jiff(),
            updated_at: row.updated_at.to_jiff(),
        })
    }
}
