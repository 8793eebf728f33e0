//! What rules may know of expenses.

use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_types::{Id, UserId};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::internal::{Average, History, Only, Selection, Spending};

/// An expense, with its category's name.
pub struct Known {
    /// The expense's id.
    pub id: Uuid,
    /// In minor units.
    pub amount_minor: i64,
    /// ISO 4217.
    pub currency: String,
    /// Nil when not categorised.
    pub category_id: Option<Uuid>,
    /// The category's name.
    pub category: Option<String>,
    /// What it was for.
    pub description: String,
    /// Who was paid.
    pub merchant: String,
    /// When.
    pub date: jiff_sqlx::Date,
    /// Its tags.
    pub tags: Vec<String>,
}

/// What was spent in a period, by category and currency.
pub struct Sum {
    /// The period's first day.
    pub first: jiff_sqlx::Date,
    /// Nil for what is not categorised.
    pub category_id: Option<Uuid>,
    /// The category's name.
    pub category: Option<String>,
    /// ISO 4217.
    pub currency: String,
    /// In minor units, at most the largest amount that there is.
    pub total: i64,
    /// Of how many expenses.
    pub count: i64,
}

/// The conditions of a selection as parameters.
struct Narrow {
    merchant: Option<String>,
    by_category: bool,
    category_id: Option<Uuid>,
}

impl Narrow {
    fn of(only: &Only) -> Self {
        let (merchant, by_category, category_id) = match only {
            Only::Any => (None, false, None),
            Only::Merchant(merchant) => (Some(merchant.clone()), false, None),
            Only::Category(id) => (None, true, id.map(Id::uuid)),
        };
        Self {
            merchant,
            by_category,
            category_id,
        }
    }
}

/// At most `limit` expenses, the latest day first.
pub async fn recent(
    connection: &mut PgConnection,
    user_id: UserId,
    selection: &Selection,
    limit: i64,
) -> Result<Vec<Known>, Error> {
    let narrow = Narrow::of(&selection.only);
    Ok(sqlx::query_as!(
        Known,
        r#"SELECT expenses.id, amount_minor, currency, category_id, category.name AS "category?", description, merchant,
                  date AS "date: _", tags
           FROM expenses
           LEFT JOIN expense_categories category ON category.user_id = $1 AND category.id = expenses.category_id
           WHERE expenses.user_id = $1 AND date >= $2 AND ($3::date IS NULL OR date <= $3)
             AND ($4::uuid IS NULL OR expenses.id <> $4)
             AND ($5::text IS NULL OR (merchant <> '' AND lower(merchant) = lower($5)))
             AND (NOT $6::boolean OR category_id IS NOT DISTINCT FROM $7::uuid)
           ORDER BY date DESC, expenses.id DESC LIMIT $8"#,
        user_id.uuid(),
        selection.start.to_sqlx() as _,
        selection.end.map(ToSqlx::to_sqlx) as _,
        selection.except.map(Id::uuid),
        narrow.merchant,
        narrow.by_category,
        narrow.category_id,
        limit,
    )
    .fetch_all(connection)
    .await?)
}

/// The sum of a selection in one currency, at most the largest amount that there is, and of how many expenses it is.
pub async fn average(
    connection: &mut PgConnection,
    user_id: UserId,
    query: &Average,
) -> Result<(i64, i64), Error> {
    let selection = &query.selection;
    let narrow = Narrow::of(&selection.only);
    let row = sqlx::query!(
        r#"SELECT least(coalesce(sum(amount_minor), 0), 9223372036854775807)::bigint AS "total!", count(*) AS "count!"
           FROM (
             SELECT amount_minor FROM expenses
             WHERE user_id = $1 AND date >= $2 AND ($3::date IS NULL OR date <= $3) AND ($4::uuid IS NULL OR id <> $4)
               AND ($5::text IS NULL OR (merchant <> '' AND lower(merchant) = lower($5)))
               AND (NOT $6::boolean OR category_id IS NOT DISTINCT FROM $7::uuid)
               AND currency = $8
             ORDER BY date DESC, id DESC LIMIT $9
           ) AS latest"#,
        user_id.uuid(),
        selection.start.to_sqlx() as _,
        selection.end.map(ToSqlx::to_sqlx) as _,
        selection.except.map(Id::uuid),
        narrow.merchant,
        narrow.by_category,
        narrow.category_id,
        query.currency.code(),
        query.limit,
    )
    .fetch_one(connection)
    .await?;
    Ok((row.total, row.count))
}

/// What was spent in each of the periods.
pub async fn spending(
    connection: &mut PgConnection,
    user_id: UserId,
    query: &Spending,
) -> Result<Vec<Sum>, Error> {
    let (Some((_, last)), Some((first, _))) = (query.periods.first(), query.periods.last()) else {
        return Ok(Vec::new());
    };
    Ok(sqlx::query_as!(
        Sum,
        r#"SELECT spent.first AS "first!: _", spent.category_id, category.name AS "category?", spent.currency AS "currency!",
                  spent.total AS "total!", spent.count AS "count!"
           FROM (
             SELECT date_trunc($2, date::timestamp)::date AS first, category_id, currency,
                    least(sum(amount_minor), 9223372036854775807)::bigint AS total, count(*) AS count
             FROM expenses WHERE user_id = $1 AND date BETWEEN $3 AND $4
             GROUP BY 1, 2, 3
           ) AS spent
           LEFT JOIN expense_categories category ON category.user_id = $1 AND category.id = spent.category_id"#,
        user_id.uuid(),
        query.period.name(),
        first.to_sqlx() as _,
        query.until.unwrap_or(*last).to_sqlx() as _,
    )
    .fetch_all(connection)
    .await?)
}

/// A page of the history, in the order of recording.
pub async fn history(pool: &PgPool, user_id: UserId, page: &History) -> Result<Vec<Known>, Error> {
    Ok(sqlx::query_as!(
        Known,
        r#"SELECT expenses.id, amount_minor, currency, category_id, category.name AS "category?", description, merchant,
                  date AS "date: _", tags
           FROM expenses
           LEFT JOIN expense_categories category ON category.user_id = $1 AND category.id = expenses.category_id
           WHERE expenses.user_id = $1 AND expenses.id > $2
             AND ($3::date IS NULL OR date >= $3) AND ($4::date IS NULL OR date <= $4)
           ORDER BY expenses.id LIMIT $5"#,
        user_id.uuid(),
        page.after.map_or(Uuid::nil(), Id::uuid),
        page.start.map(ToSqlx::to_sqlx) as _,
        page.end.map(ToSqlx::to_sqlx) as _,
        page.limit,
    )
    .fetch_all(pool)
    .await?)
}

/// How many expenses a page of the history and all after it hold.
pub async fn count_history(pool: &PgPool, user_id: UserId, page: &History) -> Result<i64, Error> {
    Ok(sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM expenses
           WHERE user_id = $1 AND id > $2 AND ($3::date IS NULL OR date >= $3) AND ($4::date IS NULL OR date <= $4)"#,
        user_id.uuid(),
        page.after.map_or(Uuid::nil(), Id::uuid),
        page.start.map(ToSqlx::to_sqlx) as _,
        page.end.map(ToSqlx::to_sqlx) as _,
    )
    .fetch_one(pool)
    .await?)
}
