//! How much a user has. A row for each user counts, so that a limit costs one update.

use pfms_runtime::Error;
use pfms_types::UserId;
use sqlx::PgConnection;

use crate::group::MAX_GROUPS;
use crate::module::MAX_MODULES;
use crate::rule::MAX_RULES;

/// Counts another rule.
///
/// # Errors
/// `TOO_MANY_RULES` when the user has the most already.
pub async fn take_rule(connection: &mut PgConnection, user_id: UserId) -> Result<(), Error> {
    let taken = sqlx::query!(
        "INSERT INTO quotas AS quota (user_id, rules) VALUES ($1, 1)
         ON CONFLICT (user_id) DO UPDATE SET rules = quota.rules + 1 WHERE quota.rules < $2",
        user_id.uuid(),
        MAX_RULES,
    )
    .execute(connection)
    .await?;
    if taken.rows_affected() == 0 {
        return Err(Error::ResourceExhausted {
            reason: "TOO_MANY_RULES",
            message: format!("a user can have {MAX_RULES} rules; delete one first"),
        });
    }
    Ok(())
}

/// Counts a rule less.
///
/// # Errors
/// When the database does not answer.
pub async fn give_rule(connection: &mut PgConnection, user_id: UserId) -> Result<(), Error> {
    sqlx::query!(
        "UPDATE quotas SET rules = rules - 1 WHERE user_id = $1",
        user_id.uuid()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Counts another module.
///
/// # Errors
/// `TOO_MANY_MODULES` when the user has the most already.
pub async fn take_module(connection: &mut PgConnection, user_id: UserId) -> Result<(), Error> {
    let taken = sqlx::query!(
        "INSERT INTO quotas AS quota (user_id, modules) VALUES ($1, 1)
         ON CONFLICT (user_id) DO UPDATE SET modules = quota.modules + 1 WHERE quota.modules < $2",
        user_id.uuid(),
        MAX_MODULES,
    )
    .execute(connection)
    .await?;
    if taken.rows_affected() == 0 {
        return Err(Error::ResourceExhausted {
            reason: "TOO_MANY_MODULES",
            message: format!("a user can have {MAX_MODULES} modules; delete one first"),
        });
    }
    Ok(())
}

/// Counts a module less.
///
/// # Errors
/// When the database does not answer.
pub async fn give_module(connection: &mut PgConnection, user_id: UserId) -> Result<(), Error> {
    sqlx::query!(
        "UPDATE quotas SET modules = modules - 1 WHERE user_id = $1",
        user_id.uuid()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Counts another group.
///
/// # Errors
/// `TOO_MANY_GROUPS` when the user has the most already.
pub async fn take_group(connection: &mut PgConnection, user_id: UserId) -> Result<(), Error> {
    let taken = sqlx::query!(
        "INSERT INTO quotas AS quota (user_id, groups) VALUES ($1, 1)
         ON CONFLICT (user_id) DO UPDATE SET groups = quota.groups + 1 WHERE quota.groups < $2",
        user_id.uuid(),
        MAX_GROUPS,
    )
    .execute(connection)
    .await?;
    if taken.rows_affected() == 0 {
        return Err(Error::ResourceExhausted {
            reason: "TOO_MANY_GROUPS",
            message: format!("a user can have {MAX_GROUPS} groups; delete one first"),
        });
    }
    Ok(())
}

/// Counts a group less.
///
/// # Errors
/// When the database does not answer.
pub async fn give_group(connection: &mut PgConnection, user_id: UserId) -> Result<(), Error> {
    sqlx::query!(
        "UPDATE quotas SET groups = groups - 1 WHERE user_id = $1",
        user_id.uuid()
    )
    .execute(connection)
    .await?;
    Ok(())
}
