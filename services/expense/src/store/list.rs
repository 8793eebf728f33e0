//! Pages of expenses. The text depends on the filter, so that PostgreSQL plans for what is asked.

use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_types::UserId;
use sqlx::{PgPool, Postgres, QueryBuilder};

use super::row::ExpenseRow;
use crate::expense::Expense;
use crate::filter::{Filter, Position};

/// At most `limit` expenses after a position, the latest date first.
pub async fn list(
    pool: &PgPool,
    user_id: UserId,
    filter: &Filter,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<Expense>, Error> {
    let mut query = QueryBuilder::<Postgres>::new(
        "SELECT id, amount_minor, currency, category_id, description, merchant, date, time, location, payment_method, \
         tags, attachments, source, metadata, created_at, updated_at FROM expenses WHERE user_id = ",
    );
    query.push_bind(user_id.uuid());
    narrow(&mut query, user_id, filter);
    if let Some(after) = after {
        query.push(" AND (date, id) < (").push_bind(after.date.to_sqlx());
        query.push(", ").push_bind(after.id).push(")");
    }
    query.push(" ORDER BY date DESC, id DESC LIMIT ").push_bind(limit);
    let rows: Vec<ExpenseRow> = query.build_query_as().fetch_all(pool).await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

fn narrow(query: &mut QueryBuilder<Postgres>, user_id: UserId, filter: &Filter) {
    if let Some(start) = filter.start {
        query.push(" AND date >= ").push_bind(start.to_sqlx());
    }
    if let Some(end) = filter.end {
        query.push(" AND date <= ").push_bind(end.to_sqlx());
    }
    if let Some(category) = filter.category_id {
        query
            .push(" AND category_id IN (WITH RECURSIVE below AS (SELECT ")
            .push_bind(category.uuid());
        query.push(" AS id UNION SELECT child.id FROM expense_categories child JOIN below ON child.parent_id = below.id");
        query
            .push(" WHERE child.user_id = ")
            .push_bind(user_id.uuid())
            .push(") SELECT id FROM below)");
    }
    if let Some(currency) = filter.currency {
        query
            .push(" AND currency = ")
            .push_bind(currency.code().to_owned());
    }
    if let Some(min) = filter.min_minor {
        query.push(" AND amount_minor >= ").push_bind(min);
    }
    if let Some(max) = filter.max_minor {
        query.push(" AND amount_minor <= ").push_bind(max);
    }
    if !filter.tags.is_empty() {
        query.push(" AND tags @> ").push_bind(filter.tags.clone());
    }
    if let Some(text) = &filter.text {
        let pattern = format!("%{}%", escape_like(text));
        query.push(" AND (description ILIKE ").push_bind(pattern.clone());
        query.push(" OR merchant ILIKE ").push_bind(pattern).push(")");
    }
}

/// A text in which LIKE's wildcards stand for themselves.
fn escape_like(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
