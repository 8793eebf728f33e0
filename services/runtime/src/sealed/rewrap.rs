//! Moves what is wrapped to the current version of the master key.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, PgPool};

use super::seals::rewrap_batch;
use super::{MasterSeal, MasterSealed};
use crate::Error;
use crate::secrets::MasterKey;

/// Data keys that one transaction moves.
const BATCH: i64 = 500;

/// How many things depend on each version of the master key. Version 0 stands for what was sealed before there were
/// versions; it depends on the lowest one.
pub type Counts = BTreeMap<u16, u64>;

/// What a schema holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Data keys of users.
    pub data_keys: Counts,
    /// Secrets that belong to no user.
    pub secrets: Counts,
}

/// What was moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Data keys of users.
    pub data_keys: u64,
    /// Secrets that belong to no user.
    pub secrets: u64,
}

/// Counts what a schema holds by version.
///
/// # Errors
/// When the database does not answer, or a secret cannot be opened.
pub async fn status(pool: &PgPool, master: &MasterKey, columns: &[MasterSealed]) -> Result<Status, Error> {
    let mut status = Status::default();
    let counted =
        sqlx::query!(r#"SELECT master_version, count(*) AS "count!" FROM data_keys GROUP BY master_version"#)
            .fetch_all(pool)
            .await?;
    for row in counted {
        let version = u16::try_from(row.master_version).map_err(Error::internal)?;
        status.data_keys.insert(version, row.count.unsigned_abs());
    }
    for column in columns {
        let seal = MasterSeal::new(master, column.purpose);
        for (id, sealed) in secrets(pool, column).await? {
            let version = seal.version(&place(column, &id), &sealed)?;
            *status.secrets.entry(version.unwrap_or(0)).or_default() += 1;
        }
    }
    Ok(status)
}

/// Moves everything in a schema to the current version. Each batch commits by itself, so that what was stopped goes
/// on where it was.
///
/// # Errors
/// When the database does not answer, or a version that is needed is not given.
pub async fn rewrap(pool: &PgPool, master: &MasterKey, columns: &[MasterSealed]) -> Result<Moved, Error> {
    let mut moved = Moved::default();
    loop {
        match rewrap_batch(pool, master, BATCH).await? {
            0 => break,
            count => moved.data_keys += count as u64,
        }
    }
    for column in columns {
        let seal = MasterSeal::new(master, column.purpose);
        for (id, sealed) in secrets(pool, column).await? {
            let place = place(column, &id);
            if seal.version(&place, &sealed)? == Some(master.current()) {
                continue;
            }
            let again = seal.seal(&place, &seal.open(&place, &sealed)?)?;
            let statement = format!(
                "UPDATE {} SET {} = $2 WHERE {} = $1 AND {} = $3",
                column.table, column.column, column.id, column.column
            );
            moved.secrets += sqlx::query(AssertSqlSafe(statement))
                .bind(&id)
                .bind(again)
                .bind(sealed)
                .execute(pool)
                .await?
                .rows_affected();
        }
    }
    Ok(moved)
}

/// The sealed values of a column; there are few, because they belong to no user.
async fn secrets(pool: &PgPool, column: &MasterSealed) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let statement = format!(
        "SELECT {}, {} FROM {} ORDER BY {}",
        column.id, column.column, column.table, column.id
    );
    Ok(sqlx::query_as(AssertSqlSafe(statement)).fetch_all(pool).await?)
}

fn place(column: &MasterSealed, id: &str) -> String {
    format!("{}/{id}", column.place)
}
