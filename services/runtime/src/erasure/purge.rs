//! Removes what a service holds of a user. Everything here may be interrupted anywhere and done again.

use std::time::Duration;

use pfms_types::UserId;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::Tombstones;
use crate::events::{Broker, BrokerError};
use crate::personal::{PersonalData, Table};
use crate::redis::Redis;
use crate::sealed::Seals;
use crate::{Context, Database, Error};

/// Rows that one statement removes.
const BATCH: i64 = 5_000;
/// How long transactions that began before the mark are waited for: longer than any statement may run.
const MAX_WAIT: Duration = Duration::from_secs(15);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// Erases users from one service.
#[derive(Clone)]
pub struct Eraser {
    database: Database,
    tombstones: Tombstones,
    seals: Seals,
    personal: PersonalData,
    redis: Redis,
    broker: Broker,
    consumers: Vec<&'static str>,
}

impl Eraser {
    /// From the service of this context, which holds `personal` and whose consumers have these names.
    #[must_use]
    pub fn new(context: &Context, personal: PersonalData, consumers: Vec<&'static str>) -> Self {
        Self {
            database: context.database.clone(),
            tombstones: Tombstones::new(&context.settings.master_key),
            seals: context.seals.clone(),
            personal,
            redis: context.redis.clone(),
            broker: context.broker.clone(),
            consumers,
        }
    }

    /// Removes everything that the service holds of a user: marks the user, waits until nothing that began before
    /// can write any more, then removes events, rows, answers, the data key and Redis keys.
    ///
    /// # Errors
    /// When a server does not answer; then it is to be done again.
    pub async fn erase(&self, user_id: UserId, erasure_id: Uuid) -> Result<(), Error> {
        let now = self.database.clock().now();
        self.tombstones
            .set(self.database.pool(), user_id, erasure_id, now)
            .await?;
        self.outlast_writers().await?;
        self.remove_rows("outbox", "user_id", user_id).await?;
        for table in self.personal.tables {
            self.remove_rows(table.name, table.column, user_id).await?;
        }
        self.remove_answers(user_id).await?;
        let mut connection = self.database.pool().acquire().await?;
        self.seals.destroy(&mut connection, user_id).await?;
        drop(connection);
        for consumer in &self.consumers {
            self.broker.forget(consumer, user_id).await.map_err(away)?;
        }
        for pattern in self.personal.redis {
            self.redis
                .remove_matching(&pattern.replace(crate::personal::USER, &user_id.to_string()))
                .await?;
        }
        Ok(())
    }

    /// Waits until every transaction that began before now has ended: it may not have seen the mark.
    async fn outlast_writers(&self) -> Result<(), Error> {
        let pool = self.database.pool();
        let marked_at = sqlx::query_scalar!(r#"SELECT clock_timestamp() AS "now!: jiff_sqlx::Timestamp""#)
            .fetch_one(pool)
            .await?;
        let deadline = tokio::time::Instant::now() + MAX_WAIT;
        loop {
            let writing = sqlx::query_scalar!(
                r#"SELECT EXISTS (
                     SELECT FROM pg_stat_activity
                     WHERE datname = current_database() AND usename = current_user
                       AND pid <> pg_backend_pid() AND xact_start < $1
                   ) AS "writing!""#,
                marked_at as _,
            )
            .fetch_one(pool)
            .await?;
            if !writing {
                return Ok(());
            }
            if tokio::time::Instant::now() > deadline {
                return Err(Error::Unavailable {
                    what: "the database",
                    cause: "transactions from before an erasure have not ended".into(),
                });
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn remove_rows(&self, table: &str, column: &str, user_id: UserId) -> Result<(), Error> {
        let statement = format!(
            "DELETE FROM {table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {table} WHERE {column} = $1 LIMIT $2))",
            table = Table::quoted(table),
            column = Table::quoted(column),
        );
        loop {
            let removed = sqlx::query(AssertSqlSafe(statement.clone()))
                .bind(user_id.uuid())
                .bind(BATCH)
                .execute(self.database.pool())
                .await?
                .rows_affected();
            if removed < BATCH.unsigned_abs() {
                return Ok(());
            }
        }
    }

    /// Answers that are kept to be repeated: the user's own, that of the registration, which nobody's key keeps, and
    /// what others were told of the user. They live for a day, so looking through all of them is looking through few.
    async fn remove_answers(&self, user_id: UserId) -> Result<(), Error> {
        sqlx::query!(
            "DELETE FROM idempotency_keys
             WHERE user_id = $1 OR position(convert_to($2, 'UTF8') IN response) > 0",
            user_id.uuid(),
            user_id.to_string(),
        )
        .execute(self.database.pool())
        .await?;
        Ok(())
    }
}

fn away(error: BrokerError) -> Error {
    Error::Unavailable {
        what: "the broker",
        cause: Box::new(error),
    }
}
