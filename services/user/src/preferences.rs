//! Financial preferences.

use jiff::Timestamp;
use pfms_proto::types::v1::Money as WireMoney;
use pfms_proto::user::v1::{self as wire, UpdateFinancialPreferencesRequest};
use pfms_runtime::parse::{self, UpdateMask, wire_money, wire_time};
use pfms_runtime::{Error, Violations};
use pfms_types::Money;

use crate::edit::Edit;

/// What can be changed.
const UPDATABLE: &[&str] = &[
    "daily_budget_limit",
    "monthly_budget_limit",
    "savings_target",
    "investment_risk_level",
    "salary_day",
    "earning_schedule",
];

/// How much risk a person wants to carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RiskLevel {
    /// Capital preservation first.
    Low,
    /// Balanced.
    Medium,
    /// Growth first.
    High,
}

/// How often a person is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EarningSchedule {
    /// Every month.
    Monthly,
    /// Every week.
    Weekly,
    /// Every two weeks.
    Biweekly,
}

/// What a person plans to spend, save and earn, as far as it was said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// Spending limit per day; positive.
    pub daily_budget_limit: Option<Money>,
    /// Spending limit per month; positive.
    pub monthly_budget_limit: Option<Money>,
    /// Savings per month to aim for; positive.
    pub savings_target: Option<Money>,
    /// Attitude to risk.
    pub investment_risk_level: Option<RiskLevel>,
    /// Day of the month on which salary arrives, 1 to 31.
    pub salary_day: Option<i16>,
    /// How often income arrives.
    pub earning_schedule: Option<EarningSchedule>,
}

/// What an update changes; nothing as the new value clears.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PreferencesChange {
    daily_budget_limit: Edit<Option<Money>>,
    monthly_budget_limit: Edit<Option<Money>>,
    savings_target: Edit<Option<Money>>,
    investment_risk_level: Edit<Option<RiskLevel>>,
    salary_day: Edit<Option<i16>>,
    earning_schedule: Edit<Option<EarningSchedule>>,
}

impl PreferencesChange {
    /// Reads an update.
    ///
    /// # Errors
    /// Names each field that breaks a rule.
    pub fn parse(request: UpdateFinancialPreferencesRequest) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let mask = UpdateMask::parse(&mut violations, request.update_mask, UPDATABLE);
        let Some(given) = request.preferences else {
            violations.add("preferences", "is required");
            return Err(violations.into());
        };
        let mut inner = Violations::default();
        let change = Self::read(&mut inner, &mask, &given);
        violations.nest("preferences", inner);
        if violations.is_empty() {
            Ok(change)
        } else {
            Err(violations.into())
        }
    }

    fn read(violations: &mut Violations, mask: &UpdateMask, given: &wire::FinancialPreferences) -> Self {
        let mut money = |field: &str, json: &str, value: Option<&WireMoney>| {
            mask.touches(field, value.is_some())
                .then(|| value.and_then(|value| parse::positive_money(violations, json, Some(value))))
                .into()
        };
        let mut change = Self {
            daily_budget_limit: money(
                "daily_budget_limit",
                "dailyBudgetLimit",
                given.daily_budget_limit.as_ref(),
            ),
            monthly_budget_limit: money(
                "monthly_budget_limit",
                "monthlyBudgetLimit",
                given.monthly_budget_limit.as_ref(),
            ),
            savings_target: money("savings_target", "savingsTarget", given.savings_target.as_ref()),
            ..Self::default()
        };
        if mask.touches("investment_risk_level", given.investment_risk_level != 0) {
            change.investment_risk_level = violations
                .keep("investmentRiskLevel", risk_level(given.investment_risk_level))
                .into();
        }
        if mask.touches("salary_day", given.salary_day != 0) {
            change.salary_day = violations.keep("salaryDay", salary_day(given.salary_day)).into();
        }
        if mask.touches("earning_schedule", given.earning_schedule != 0) {
            change.earning_schedule = violations
                .keep("earningSchedule", earning_schedule(given.earning_schedule))
                .into();
        }
        change
    }

    /// The preferences with this change.
    #[must_use]
    pub fn apply(self, to: &Preferences) -> Preferences {
        Preferences {
            daily_budget_limit: self.daily_budget_limit.apply(to.daily_budget_limit),
            monthly_budget_limit: self.monthly_budget_limit.apply(to.monthly_budget_limit),
            savings_target: self.savings_target.apply(to.savings_target),
            investment_risk_level: self.investment_risk_level.apply(to.investment_risk_level),
            salary_day: self.salary_day.apply(to.salary_day),
            earning_schedule: self.earning_schedule.apply(to.earning_schedule),
        }
    }
}

fn risk_level(value: i32) -> Result<Option<RiskLevel>, &'static str> {
    use wire::InvestmentRiskLevel as Wire;
    match Wire::try_from(value) {
        Ok(Wire::Unspecified) => Ok(None),
        Ok(Wire::Low) => Ok(Some(RiskLevel::Low)),
        Ok(Wire::Medium) => Ok(Some(RiskLevel::Medium)),
        Ok(Wire::High) => Ok(Some(RiskLevel::High)),
        Err(_) => Err("must be a known level, for example INVESTMENT_RISK_LEVEL_MEDIUM"),
    }
}

fn earning_schedule(value: i32) -> Result<Option<EarningSchedule>, &'static str> {
    use wire::EarningSchedule as Wire;
    match Wire::try_from(value) {
        Ok(Wire::Unspecified) => Ok(None),
        Ok(Wire::Monthly) => Ok(Some(EarningSchedule::Monthly)),
        Ok(Wire::Weekly) => Ok(Some(EarningSchedule::Weekly)),
        Ok(Wire::Biweekly) => Ok(Some(EarningSchedule::Biweekly)),
        Err(_) => Err("must be a known schedule, for example EARNING_SCHEDULE_MONTHLY"),
    }
}

fn salary_day(value: i32) -> Result<Option<i16>, &'static str> {
    match i16::try_from(value) {
        Ok(0) => Ok(None),
        Ok(day @ 1..=31) => Ok(Some(day)),
        _ => Err("must be a day of the month, 1 to 31"),
    }
}

/// The preferences as they go out; the instant is that of the last change.
#[must_use]
pub fn to_wire(preferences: &Preferences, updated_at: Option<Timestamp>) -> wire::FinancialPreferences {
    use wire::{EarningSchedule as WireSchedule, InvestmentRiskLevel as WireRisk};
    let risk = preferences
        .investment_risk_level
        .map_or(WireRisk::Unspecified, |level| match level {
            RiskLevel::Low => WireRisk::Low,
            RiskLevel::Medium => WireRisk::Medium,
            RiskLevel::High => WireRisk::High,
        });
    let schedule =
        preferences
            .earning_schedule
            .map_or(WireSchedule::Unspecified, |schedule| match schedule {
                EarningSchedule::Monthly => WireSchedule::Monthly,
                EarningSchedule::Weekly => WireSchedule::Weekly,
                EarningSchedule::Biweekly => WireSchedule::Biweekly,
            });
    wire::FinancialPreferences {
        daily_budget_limit: preferences.daily_budget_limit.map(wire_money),
        monthly_budget_limit: preferences.monthly_budget_limit.map(wire_money),
        savings_target: preferences.savings_target.map(wire_money),
        investment_risk_level: risk.into(),
        salary_day: preferences.salary_day.map_or(0, i32::from),
        earning_schedule: schedule.into(),
        update_time: updated_at.map(wire_time),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn salary_days_are_days_of_a_month() {
        assert_eq!(salary_day(0), Ok(None));
        assert_eq!(salary_day(31), Ok(Some(31)));
        for day in [-1, 32, i32::MAX, i32::MIN, 65_537] {
            assert!(salary_day(day).is_err(), "{day}");
        }
    }
}
