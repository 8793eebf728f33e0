//! SQL of proposals.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_types::{PageSize, UserId};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::events::Correction;
use super::{Proposal, ProposalId, Record};

/// Most proposals of a user, of all states; the least telling open ones make room.
const MAX_PROPOSALS: i64 = 500;

struct Row {
    id: Uuid,
    merchant: String,
    category_id: Uuid,
    category: String,
    corrections: i32,
    right_count: i32,
    wrong_count: i32,
    created_at: jiff_sqlx::Timestamp,
    updated_at: jiff_sqlx::Timestamp,
}

impl From<Row> for Proposal {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            merchant: row.merchant,
            category_id: row.category_id,
            category: row.category,
            corrections: row.corrections,
            record: Record {
                right: row.right_count,
                wrong: row.wrong_count,
            },
            created_at: row.created_at.to_jiff(),
            updated_at: row.updated_at.to_jiff(),
        }
    }
}

/// Counts a correction. One that contradicts an open proposal for the same merchant takes that away: the person has
/// changed their mind.
pub(super) async fn learn(
    connection: &mut PgConnection,
    user_id: UserId,
    correction: &Correction,
    at: Timestamp,
) -> Result<(), Error> {
    sqlx::query!(
        "DELETE FROM proposals WHERE user_id = $1 AND merchant_key = $2 AND category_id <> $3 AND state = 'OPEN'",
        user_id.uuid(),
        correction.merchant_key,
        correction.category_id,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "INSERT INTO proposals (user_id, id, merchant_key, merchant, category_id, category, corrections, right_count,
                                wrong_count, share_millionth, state, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9, 'OPEN', $10, $10)
         ON CONFLICT (user_id, merchant_key, category_id) DO UPDATE
         SET merchant = excluded.merchant, category = excluded.category, corrections = proposals.corrections + 1,
             right_count = excluded.right_count, wrong_count = excluded.wrong_count,
             share_millionth = excluded.share_millionth, updated_at = excluded.updated_at",
        user_id.uuid(),
        ProposalId::generate().uuid(),
        correction.merchant_key,
        correction.merchant,
        correction.category_id,
        correction.category,
        correction.record.right,
        correction.record.wrong,
        correction.record.share_millionth(),
        at.to_sqlx() as _,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "DELETE FROM proposals WHERE user_id = $1 AND id IN (
             SELECT id FROM proposals WHERE user_id = $1 ORDER BY state = 'OPEN', updated_at DESC OFFSET $2)",
        user_id.uuid(),
        MAX_PROPOSALS,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Where a page begins.
#[derive(Clone, Copy, Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct Cursor {
    pub share_millionth: i32,
    pub id: Uuid,
}

/// Open proposals after a cursor, the likeliest first; one more than the page holds when there is a next page.
pub(super) async fn list(
    pool: &PgPool,
    user_id: UserId,
    after: Option<Cursor>,
    size: PageSize,
) -> Result<Vec<Proposal>, Error> {
    let after = after.unwrap_or(Cursor {
        share_millionth: i32::MAX,
        id: Uuid::max(),
    });
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id, merchant, category_id, category, corrections, right_count, wrong_count,
                  created_at AS "created_at: jiff_sqlx::Timestamp", updated_at AS "updated_at: jiff_sqlx::Timestamp"
           FROM proposals
           WHERE user_id = $1 AND state = 'OPEN' AND (share_millionth, id) < ($2, $3)
           ORDER BY share_millionth DESC, id DESC LIMIT $4"#,
        user_id.uuid(),
        after.share_millionth,
        after.id,
        size.limit_with_lookahead(),
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(Proposal::from).collect())
}

/// Closes an open proposal; nothing when there is none with this id.
pub(super) async fn close(
    connection: &mut PgConnection,
    user_id: UserId,
    id: ProposalId,
    state: &str,
    now: Timestamp,
) -> Result<Option<Proposal>, Error> {
    let row = sqlx::query_as!(
        Row,
        r#"UPDATE proposals SET state = $3, updated_at = $4 WHERE user_id = $1 AND id = $2 AND state = 'OPEN'
           RETURNING id, merchant, category_id, category, corrections, right_count, wrong_count,
                     created_at AS "created_at: jiff_sqlx::Timestamp", updated_at AS "updated_at: jiff_sqlx::Timestamp""#,
        user_id.uuid(),
        id.uuid(),
        state,
        now.to_sqlx() as _,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Proposal::from))
}
