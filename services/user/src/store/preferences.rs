//! Financial preferences.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_types::{Money, UserId};
use sqlx::PgConnection;

use crate::preferences::{EarningSchedule, Preferences, RiskLevel};

/// A user's preferences and when they last changed, if they were ever set.
///
/// # Errors
/// When the database does not answer.
pub async fn find(
    connection: &mut PgConnection,
    user_id: UserId,
) -> Result<Option<(Preferences, Timestamp)>, Error> {
    let row = sqlx::query!(
        r#"SELECT daily_budget_limit_minor, daily_budget_limit_currency, monthly_budget_limit_minor,
                  monthly_budget_limit_currency, savings_target_minor, savings_target_currency,
                  investment_risk_level, salary_day, earning_schedule,
                  updated_at AS "updated_at: jiff_sqlx::Timestamp"
           FROM financial_preferences WHERE user_id = $1"#,
        user_id.uuid(),
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        let preferences = Preferences {
            daily_budget_limit: money(row.daily_budget_limit_minor, row.daily_budget_limit_currency)?,
            monthly_budget_limit: money(row.monthly_budget_limit_minor, row.monthly_budget_limit_currency)?,
            savings_target: money(row.savings_target_minor, row.savings_target_currency)?,
            investment_risk_level: row.investment_risk_level.as_deref().and_then(read_risk_level),
            salary_day: row.salary_day,
            earning_schedule: row.earning_schedule.as_deref().and_then(read_schedule),
        };
        Ok((preferences, row.updated_at.to_jiff()))
    })
    .transpose()
}

/// Stores a user's preferences. The profile exists.
///
/// # Errors
/// When the database does not answer.
pub async fn save(
    connection: &mut PgConnection,
    user_id: UserId,
    preferences: &Preferences,
    now: Timestamp,
) -> Result<(), Error> {
    let minor = |money: Option<Money>| money.map(Money::minor);
    let currency = |money: Option<Money>| money.map(|money| money.currency().to_string());
    sqlx::query!(
        "INSERT INTO financial_preferences
             (user_id, daily_budget_limit_minor, daily_budget_limit_currency, monthly_budget_limit_minor,
              monthly_budget_limit_currency, savings_target_minor, savings_target_currency,
              investment_risk_level, salary_day, earning_schedule, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (user_id) DO UPDATE
             SET daily_budget_limit_minor = excluded.daily_budget_limit_minor,
                 daily_budget_limit_currency = excluded.daily_budget_limit_currency,
                 monthly_budget_limit_minor = excluded.monthly_budget_limit_minor,
                 monthly_budget_limit_currency = excluded.monthly_budget_limit_currency,
                 savings_target_minor = excluded.savings_target_minor,
                 savings_target_currency = excluded.savings_target_currency,
                 investment_risk_level = excluded.investment_risk_level,
                 salary_day = excluded.salary_day,
                 earning_schedule = excluded.earning_schedule,
                 updated_at = excluded.updated_at",
        user_id.uuid(),
        minor(preferences.daily_budget_limit),
        currency(preferences.daily_budget_limit),
        minor(preferences.monthly_budget_limit),
        currency(preferences.monthly_budget_limit),
        minor(preferences.savings_target),
        currency(preferences.savings_target),
        preferences.investment_risk_level.map(risk_level),
        preferences.salary_day,
        preferences.earning_schedule.map(schedule),
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn money(minor: Option<i64>, currency: Option<String>) -> Result<Option<Money>, Error> {
    minor
        .zip(currency)
        .map(|(minor, currency)| {
            Ok(Money::from_minor(
                minor,
                currency.parse().map_err(Error::internal)?,
            ))
        })
        .transpose()
}

fn risk_level(level: RiskLevel) -> &'static str {
    match level {
        RiskLevel::Low => "low",
        RiskLevel::Medium => "medium",
        RiskLevel::High => "high",
    }
}

fn read_risk_level(text: &str) -> Option<RiskLevel> {
    [RiskLevel::Low, RiskLevel::Medium, RiskLevel::High]
        .into_iter()
        .find(|level| risk_level(*level) == text)
}

fn schedule(schedule: EarningSchedule) -> &'static str {
    match schedule {
        EarningSchedule::Monthly => "monthly",
        EarningSchedule::Weekly => "weekly",
        EarningSchedule::Biweekly => "biweekly",
    }
}

fn read_schedule(text: &str) -> Option<EarningSchedule> {
    [
        EarningSchedule::Monthly,
        EarningSchedule::Weekly,
        EarningSchedule::Biweekly,
    ]
    .into_iter()
    .find(|one| schedule(*one) == text)
}
