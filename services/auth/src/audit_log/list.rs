//! Looks into the log, for the operator.

use jiff::Timestamp;
use pfms_runtime::{Database, Error};
use pfms_types::UserId;

use super::entry::Entry;
use crate::store::{audit_log, audit_subjects};

/// Which rows are wanted. What is absent does not restrict.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// About this account.
    pub user_id: Option<UserId>,
    /// By this actor.
    pub actor: Option<String>,
    /// Actions that begin so.
    pub action: Option<String>,
    /// Only what failed, or only what succeeded.
    pub succeeded: Option<bool>,
    /// Not before.
    pub since: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// At most so many, the latest.
    pub limit: i64,
}

/// The latest rows that a filter lets through, in the order of the log.
///
/// # Errors
/// When the database does not answer, or the account has no name in the log: then it is gone or did nothing.
pub async fn list(database: &Database, filter: &Filter) -> Result<Vec<Entry>, Error> {
    let subject = match filter.user_id {
        None => None,
        Some(user_id) => Some(
            audit_subjects::find(database.pool(), user_id)
                .await?
                .ok_or(Error::NotFound("the account's trace in the audit log"))?,
        ),
    };
    let mut rows = audit_log::latest(database.pool(), filter, subject).await?;
    rows.reverse();
    Ok(rows)
}
