//! Recording expenses.

use jiff_sqlx::ToSqlx;
use pfms_runtime::call::IdempotencyKey;
use pfms_runtime::events::Outgoing;
use pfms_runtime::{Database, Error};
use pfms_types::UserId;
use sqlx::PgConnection;

use crate::expense::Expense;

/// How recording one expense ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Created {
    /// It is stored, with its event and its idempotent answer.
    Stored,
    /// The idempotency key was used before.
    KeyTaken,
    /// The category is not one of the user's.
    NoSuchCategory,
}

/// Stores an expense, its event and the answer for its idempotency key in one statement and one round trip.
pub async fn create(
    database: &Database,
    user_id: UserId,
    expense: &Expense,
    event: &Outgoing,
    key: Option<&IdempotencyKey>,
    response: &[u8],
) -> Result<Created, Error> {
    let details = &expense.details;
    let currency = details.amount.currency();
    let mut connection = database.connect().await?;
    let row = sqlx::query!(
        r#"WITH category AS (
             SELECT name FROM expense_categories WHERE user_id = $1 AND id = $5
           ), claimed AS (
             INSERT INTO idempotency_keys AS held (user_id, key, fingerprint, response, created_at)
             SELECT $1, $17::text, $18::bytea, $19::bytea, $16
             WHERE $17::text IS NOT NULL AND ($5::uuid IS NULL OR EXISTS (SELECT FROM category))
             ON CONFLICT (user_id, key) DO UPDATE
               SET fingerprint = excluded.fingerprint, response = excluded.response, created_at = excluded.created_at
               WHERE held.created_at < excluded.created_at - interval '24 hours'
             RETURNING 1
           ), stored AS (
             INSERT INTO expenses (user_id, id, amount_minor, currency, category_id, description, merchant, date, time,
                                   location, payment_method, tags, attachments, source, metadata, created_at, updated_at)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::text[], $13::text[], $14, $15, $16, $16
             WHERE ($5::uuid IS NULL OR EXISTS (SELECT FROM category))
               AND ($17::text IS NULL OR EXISTS (SELECT FROM claimed))
             RETURNING 1
           ), published AS (
             INSERT INTO outbox (id, exchange, event, user_id, body, traceparent, correlation_id)
             SELECT $20::uuid, $21::text, $22::text, $1,
                    coalesce((SELECT jsonb_set($23::text::jsonb, '{data,category}', to_jsonb(name))::text FROM category), $23::text),
                    $24::text, $25::text
             FROM stored
           )
           SELECT EXISTS (SELECT FROM stored) AS "stored!",
                  $5::uuid IS NULL OR EXISTS (SELECT FROM category) OR EXISTS (
                    SELECT FROM idempotency_keys held WHERE held.user_id = $1 AND held.key = $17::text
                      AND held.created_at >= $16 - interval '24 hours') AS "key_taken!""#,
        user_id.uuid(),
        expense.id.uuid(),
        details.amount.minor(),
        currency.code(),
        details.category_id.map(pfms_types::Id::uuid),
        details.description,
        details.merchant,
        details.date.to_sqlx() as _,
        details.time.map(ToSqlx::to_sqlx) as _,
        details.location,
        details.payment_method,
        &details.tags,
        &details.attachments,
        details.source.as_str(),
        details.metadata,
        expense.created_at.to_sqlx() as _,
        key.map(|key| key.key.as_str()),
        key.map(|key| &key.fingerprint[..]),
        response,
        event.id,
        event.exchange,
        event.event,
        event.body,
        event.traceparent,
        event.correlation_id,
    )
    .fetch_one(&mut *connection)
    .await;
    let row = match row {
        // The category was deleted meanwhile.
        Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => {
            return Ok(Created::NoSuchCategory);
        }
        row => row?,
    };
    connection.keep();
    // Nothing is stored when the category is missing or the key is taken. A repetition gets its answer also when
    // the category was deleted since.
    Ok(match (row.stored, row.key_taken) {
        (true, _) => Created::Stored,
        (false, true) => Created::KeyTaken,
        (false, false) => Created::NoSuchCategory,
    })
}

/// Stores several expenses. Their categories were checked in the same transaction.
pub async fn create_all(
    connection: &mut PgConnection,
    user_id: UserId,
    expenses: &[Expense],
) -> Result<(), Error> {
    let rows: Vec<serde_json::Value> = expenses.iter().map(as_json).collect();
    sqlx::query!(
        "INSERT INTO expenses (user_id, id, amount_minor, currency, category_id, description, merchant, date, time,
                               location, payment_method, tags, attachments, source, metadata, created_at, updated_at)
         SELECT $1, id, amount_minor, currency, category_id, description, merchant, date, time,
                location, payment_method, tags, attachments, source, metadata, created_at, created_at
         FROM jsonb_to_recordset($2) AS row (
             id uuid, amount_minor bigint, currency char(3), category_id uuid, description text, merchant text, date date,
             time time, location jsonb, payment_method text, tags text[], attachments text[], source text, metadata jsonb,
             created_at timestamptz)",
        user_id.uuid(),
        serde_json::Value::Array(rows),
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn as_json(expense: &Expense) -> serde_json::Value {
    let details = &expense.details;
    serde_json::json!({
        "id": expense.id.uuid(),
        "amount_minor": details.amount.minor(),
        "currency": details.amount.currency().code(),
        "category_id": details.category_id.map(pfms_types::Id::uuid),
        "description": details.description,
        "merchant": details.merchant,
        "date": details.date,
        "time": details.time,
        "location": details.location,
        "payment_method": details.payment_method,
        "tags": details.tags,
        "attachments": details.attachments,
        "source": details.source.as_str(),
        "metadata": details.metadata,
        "created_at": expense.created_at,
    })
}
