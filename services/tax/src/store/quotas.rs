//! How much a user has. A row for each user counts, so that a limit costs one update.

use pfms_runtime::Error;
use pfms_types::UserId;
use sqlx::PgConnection;

use crate::component::MAX_COMPONENTS;
use crate::deduction::MAX_DEDUCTIONS;
use crate::income::MAX_INCOMES;
use crate::mapping::MAX_MAPPINGS;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quota {
    /// Deductions that were entered.
    Deductions,
    /// Incomes that were entered.
    Incomes,
    /// Mappings.
    Mappings,
    /// Components.
    Components,
}

/// Counts another one.
///
/// # Errors
/// When the user has the most already.
pub async fn take(connection: &mut PgConnection, user_id: UserId, quota: Quota) -> Result<(), Error> {
    let user = user_id.uuid();
    let (taken, what, limit) = match quota {
        Quota::Deductions => (
            sqlx::query!(
                "INSERT INTO tax_quotas AS quota (user_id, deductions) VALUES ($1, 1) ON CONFLICT (user_id)
                 DO UPDATE SET deductions = quota.deductions + 1 WHERE quota.deductions < $2",
                user,
                MAX_DEDUCTIONS,
            )
            .execute(connection)
            .await?,
            "deductions",
            MAX_DEDUCTIONS,
        ),
        Quota::Incomes => (
            sqlx::query!(
                "INSERT INTO tax_quotas AS quota (user_id, incomes) VALUES ($1, 1) ON CONFLICT (user_id)
                 DO UPDATE SET incomes = quota.incomes + 1 WHERE quota.incomes < $2",
                user,
                MAX_INCOMES,
            )
            .execute(connection)
            .await?,
            "incomes",
            MAX_INCOMES,
        ),
        Quota::Mappings => (
            sqlx::query!(
                "INSERT INTO tax_quotas AS quota (user_id, mappings) VALUES ($1, 1) ON CONFLICT (user_id)
                 DO UPDATE SET mappings = quota.mappings + 1 WHERE quota.mappings < $2",
                user,
                MAX_MAPPINGS,
            )
            .execute(connection)
            .await?,
            "mappings",
            MAX_MAPPINGS,
        ),
        Quota::Components => (
            sqlx::query!(
                "INSERT INTO tax_quotas AS quota (user_id, components) VALUES ($1, 1) ON CONFLICT (user_id)
                 DO UPDATE SET components = quota.components + 1 WHERE quota.components < $2",
                user,
                MAX_COMPONENTS,
            )
            .execute(connection)
            .await?,
            "components",
            MAX_COMPONENTS,
        ),
    };
    if taken.rows_affected() == 0 {
        return Err(Error::ResourceExhausted {
            reason: "QUOTA_EXCEEDED",
            message: format!("a user can enter {limit} {what}; delete one first"),
        });
    }
    Ok(())
}

/// Counts one less.
///
/// # Errors
/// When the database does not answer.
pub async fn give(connection: &mut PgConnection, user_id: UserId, quota: Quota) -> Result<(), Error> {
    let part = |wanted| i32::from(quota == wanted);
    sqlx::query!(
        "UPDATE tax_quotas SET deductions = deductions - $2, incomes = incomes - $3, mappings = mappings - $4,
                components = components - $5
         WHERE user_id = $1",
        user_id.uuid(),
        part(Quota::Deductions),
        part(Quota::Incomes),
        part(Quota::Mappings),
        part(Quota::Components),
    )
    .execute(connection)
    .await?;
    Ok(())
}
