//! How long things are kept, and the removal of what has been kept long enough.

use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use sqlx::AssertSqlSafe;

use crate::storage::purge_idempotency_keys;
use crate::{Database, Error};

/// Rows that one statement removes: it holds nobody up.
const BATCH: u64 = 5_000;

/// Days for which things are kept.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Retention")]
pub struct Retention {
    /// Days for which it is remembered that an event took effect; the broker must not hold one back for longer.
    #[arg(long, env = "PFMS_INBOX_DAYS", default_value_t = 30, value_parser = clap::value_parser!(u16).range(7..=366))]
    pub inbox_days: u16,

    /// Days for which a notification can be read.
    #[arg(long, env = "PFMS_NOTIFICATION_DAYS", default_value_t = 366, value_parser = clap::value_parser!(u16).range(1..))]
    pub notification_days: u16,

    /// Days for which the log says what a rule did.
    #[arg(long, env = "PFMS_EXECUTION_DAYS", default_value_t = 90, value_parser = clap::value_parser!(u16).range(1..))]
    pub execution_days: u16,

    /// Days for which an account's owner can list its security events.
    #[arg(long, env = "PFMS_SECURITY_EVENT_DAYS", default_value_t = 400, value_parser = clap::value_parser!(u16).range(30..))]
    pub security_event_days: u16,

    /// Days for which the audit log says from where and to what something was done; who and what stays.
    #[arg(long, env = "PFMS_AUDIT_PERSONAL_DAYS", default_value_t = 400, value_parser = clap::value_parser!(u16).range(30..))]
    pub audit_personal_days: u16,
}

impl Default for Retention {
    /// As the command line has it.
    fn default() -> Self {
        Self {
            inbox_days: 30,
            notification_days: 366,
            execution_days: 90,
            security_event_days: 400,
            audit_personal_days: 400,
        }
    }
}

/// A table whose rows are removed when they are old.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    table: &'static str,
    since: &'static str,
    days: fn(&Retention) -> u16,
}

/// In every service's schema.
const COMMON: Kept = Kept::new("inbox", "received_at", |days| days.inbox_days);

impl Kept {
    /// Rows of `table` are kept for these days from the instant in the column `since`.
    #[must_use]
    pub const fn new(table: &'static str, since: &'static str, days: fn(&Retention) -> u16) -> Self {
        Self { table, since, days }
    }

    /// Removes the rows that have been kept long enough, and says how many.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn remove_old(&self, database: &Database, retention: &Retention) -> Result<u64, Error> {
        let Self { table, since, .. } = self;
        let kept = SignedDuration::from_hours(24 * i64::from((self.days)(retention)));
        let before = database.clock().now() - kept;
        // The names are constants of ours. A row's place alone would not do in a partitioned table.
        let statement = format!(
            "DELETE FROM {table} WHERE (tableoid, ctid) IN
                 (SELECT tableoid, ctid FROM {table} WHERE {since} < $1 LIMIT {BATCH})"
        );
        let mut removed = 0;
        loop {
            let batch = sqlx::query(AssertSqlSafe(statement.as_str()))
                .bind(before.to_sqlx())
                .execute(database.pool())
                .await?
                .rows_affected();
            removed += batch;
            if batch < BATCH {
                return Ok(removed);
            }
        }
    }
}

/// Removes what has been kept long enough: idempotency keys, inbox rows, and the service's own rows.
///
/// # Errors
/// When the database does not answer.
pub async fn purge(database: Database, kept: &'static [Kept], retention: Retention) -> Result<(), Error> {
    let keys = purge_idempotency_keys(database.pool(), database.clock().now()).await?;
    let mut rows = 0;
    for table in [&COMMON].into_iter().chain(kept) {
        rows += table.remove_old(&database, &retention).await?;
    }
    tracing::debug!(keys, rows, "what had been kept long enough was removed");
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[derive(clap::Parser)]
    struct Program {
        #[command(flatten)]
        retention: Retention,
    }

    #[test]
    fn the_defaults_are_the_command_lines() {
        let parsed = Program::try_parse_from(["pfms"]).unwrap().retention;
        assert_eq!(format!("{parsed:?}"), format!("{:?}", Retention::default()));
    }
}
