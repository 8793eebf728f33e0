//! Rules as their owners see them.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_proto::automation::v1 as wire;
use pfms_runtime::{Error, Violations};
use pfms_types::{PageSize, UserId};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::index;
use super::people::Person;
use crate::action::Action;
use crate::condition::Condition;
use crate::config::Config;
use crate::group::GroupId;
use crate::module::ModuleId;
use crate::policy::Policy;
use crate::rule::{Component, Draft, Rule, RuleId, Stage};
use crate::schedule;
use crate::trigger::Trigger;

struct Row {
    id: Uuid,
    name: String,
    description: String,
    event: String,
    topic: String,
    schedule: Option<Json<wire::Schedule>>,
    condition: Option<Json<wire::Condition>>,
    actions: Json<Vec<wire::Action>>,
    module_id: Option<Uuid>,
    config: Option<Value>,
    is_active: bool,
    execution_count: i64,
    last_executed_at: Option<jiff_sqlx::Timestamp>,
    created_at: jiff_sqlx::Timestamp,
    updated_at: jiff_sqlx::Timestamp,
    stage: i16,
    position: i32,
    stop_processing: bool,
    group_id: Option<Uuid>,
    cooldown_seconds: i32,
    daily_cap: i32,
    active_from: Option<jiff_sqlx::Date>,
    active_until: Option<jiff_sqlx::Date>,
    failure_limit: i32,
    consecutive_failures: i32,
    disabled_reason: String,
}

impl Row {
    fn rule(self) -> Result<Rule, Error> {
        let unreadable = |what: &dyn std::fmt::Display| {
            Error::internal(format!("rule {} in the database: {what}", self.id))
        };
        let mut violations = Violations::default();
        let trigger = wire::Trigger {
            event: self.event,
            topic: self.topic,
            schedule: self.schedule.map(|schedule| schedule.0),
        };
        let Some(trigger) = Trigger::parse(&mut violations, Some(&trigger)) else {
            return Err(unreadable(&violations));
        };
        let schema = trigger.schema;
        let condition = self
            .condition
            .and_then(|condition| Condition::parse(&mut violations, "condition", schema, condition.0));
        let actions = Action::parse_all(&mut violations, schema, self.actions.0);
        if !violations.is_empty() {
            return Err(unreadable(&violations));
        }
        let component = self.module_id.map(|id| Component {
            module_id: ModuleId::from(id),
            config: self.config.map(Config::stored).unwrap_or_default(),
        });
        Ok(Rule {
            id: self.id.into(),
            draft: Draft {
                name: self.name,
                description: self.description,
                trigger,
                condition,
                actions,
                component,
                active: self.is_active,
                stage: Stage::numbered(self.stage),
                position: self.position,
                stop_processing: self.stop_processing,
                group_id: self.group_id.map(GroupId::from),
                cooldown_seconds: self.cooldown_seconds,
                daily_cap: self.daily_cap,
                active_from: self.active_from.map(jiff_sqlx::Date::to_jiff),
                active_until: self.active_until.map(jiff_sqlx::Date::to_jiff),
                failure_limit: self.failure_limit,
            },
            disabled_reason: self.disabled_reason,
            consecutive_failures: self.consecutive_failures,
            execution_count: self.execution_count,
            last_executed_at: self.last_executed_at.map(jiff_sqlx::Timestamp::to_jiff),
            created_at: self.created_at.to_jiff(),
            updated_at: self.updated_at.to_jiff(),
        })
    }
}

/// Adds a rule with its index, its modules and its schedule.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    connection: &mut PgConnection,
    user_id: UserId,
    draft: Draft,
    at: Timestamp,
) -> Result<Rule, Error> {
    let rule = Rule {
        id: RuleId::generate(),
        draft,
        execution_count: 0,
        last_executed_at: None,
        disabled_reason: String::new(),
        consecutive_failures: 0,
        created_at: at,
        updated_at: at,
    };
    let columns = Columns::of(&rule.draft);
    let draft = &rule.draft;
    sqlx::query!(
        "INSERT INTO automation_rules
             (user_id, id, name, description, event, topic, schedule, condition, actions, module_id, config,
              is_active, created_at, updated_at, stage, position, stop_processing, group_id, cooldown_seconds,
              daily_cap, active_from, active_until, failure_limit)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14, $15, $16, $17, $18, $19, $20,
                 $21, $22)",
        user_id.uuid(),
        rule.id.uuid(),
        draft.name,
        draft.description,
        draft.trigger.name(),
        draft.trigger.topic,
        columns.schedule as _,
        columns.condition as _,
        columns.actions as _,
        columns.module_id,
        columns.config,
        draft.active,
        at.to_sqlx() as _,
        draft.stage.number(),
        draft.position,
        draft.stop_processing,
        draft.group_id.map(GroupId::uuid),
        draft.cooldown_seconds,
        draft.daily_cap,
        draft.active_from.map(ToSqlx::to_sqlx) as _,
        draft.active_until.map(ToSqlx::to_sqlx) as _,
        draft.failure_limit,
    )
    .execute(&mut *connection)
    .await?;
    follow(connection, user_id, &rule).await?;
    Ok(rule)
}

/// Stores a rule's new content with its index, its modules and its schedule.
///
/// # Errors
/// When the database does not answer.
pub async fn update(connection: &mut PgConnection, user_id: UserId, rule: &Rule) -> Result<(), Error> {
    let columns = Columns::of(&rule.draft);
    let draft = &rule.draft;
    sqlx::query!(
        "UPDATE automation_rules
         SET name = $3, description = $4, event = $5, condition = $6, actions = $7, module_id = $8, config = $9,
             is_active = $10, updated_at = $11, topic = $12, schedule = $13, stage = $14, position = $15,
             stop_processing = $16, group_id = $17, cooldown_seconds = $18, daily_cap = $19, active_from = $20,
             active_until = $21, failure_limit = $22, consecutive_failures = $23, disabled_reason = $24
         WHERE user_id = $1 AND id = $2",
        user_id.uuid(),
        rule.id.uuid(),
        draft.name,
        draft.description,
        draft.trigger.name(),
        columns.condition as _,
        columns.actions as _,
        columns.module_id,
        columns.config,
        draft.active,
        rule.updated_at.to_sqlx() as _,
        draft.trigger.topic,
        columns.schedule as _,
        draft.stage.number(),
        draft.position,
        draft.stop_processing,
        draft.group_id.map(GroupId::uuid),
        draft.cooldown_seconds,
        draft.daily_cap,
        draft.active_from.map(ToSqlx::to_sqlx) as _,
        draft.active_until.map(ToSqlx::to_sqlx) as _,
        draft.failure_limit,
        rule.consecutive_failures,
        rule.disabled_reason,
    )
    .execute(&mut *connection)
    .await?;
    index::delete(connection, user_id, rule.id).await?;
    sqlx::query!(
        "DELETE FROM rule_modules WHERE user_id = $1 AND rule_id = $2",
        user_id.uuid(),
        rule.id.uuid(),
    )
    .execute(&mut *connection)
    .await?;
    schedule::unset(connection, user_id, rule.id).await?;
    follow(connection, user_id, rule).await
}

/// Writes what follows from a rule's content.
async fn follow(connection: &mut PgConnection, user_id: UserId, rule: &Rule) -> Result<(), Error> {
    index::insert(connection, user_id, rule).await?;
    let mut modules: Vec<Uuid> = rule
        .draft
        .components()
        .map(|(_, one)| one.module_id.uuid())
        .collect();
    modules.sort_unstable();
    modules.dedup();
    if !modules.is_empty() {
        sqlx::query!(
            "INSERT INTO rule_modules (user_id, rule_id, module_id)
             SELECT $1, $2, module_id FROM unnest($3::uuid[]) AS used (module_id)",
            user_id.uuid(),
            rule.id.uuid(),
            &modules,
        )
        .execute(&mut *connection)
        .await?;
    }
    match &rule.draft.trigger.schedule {
        Some(schedule) if rule.draft.active => {
            let zone = sqlx::query_scalar!("SELECT time_zone FROM people WHERE user_id = $1", user_id.uuid())
                .fetch_optional(&mut *connection)
                .await?;
            let zone = zone.unwrap_or_else(|| Person::default().time_zone);
            schedule::set(connection, user_id, rule.id, schedule, &zone, rule.updated_at).await
        }
        _ => Ok(()),
    }
}

struct Columns {
    condition: Option<Json<wire::Condition>>,
    actions: Json<Vec<wire::Action>>,
    module_id: Option<Uuid>,
    config: Option<Value>,
    schedule: Option<Json<wire::Schedule>>,
}

impl Columns {
    fn of(draft: &Draft) -> Self {
        let component = draft.component.as_ref();
        Self {
            condition: draft
                .condition
                .as_ref()
                .map(|condition| Json(condition.wire().clone())),
            actions: Json(draft.actions.iter().map(Action::wire).collect()),
            module_id: component.map(|component| component.module_id.uuid()),
            config: component.map(|component| component.config.json()),
            schedule: draft
                .trigger
                .schedule
                .as_ref()
                .map(|schedule| Json(schedule.wire())),
        }
    }
}

/// One rule.
///
/// # Errors
/// When the database does not answer.
pub async fn find(pool: &PgPool, user_id: UserId, id: RuleId) -> Result<Option<Rule>, Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id, name, description, event, topic, schedule as "schedule: Json<wire::Schedule>",
                  condition as "condition: Json<wire::Condition>",
                  actions as "actions: Json<Vec<wire::Action>>", module_id, config, is_active, execution_count,
                  last_executed_at as "last_executed_at: jiff_sqlx::Timestamp",
                  created_at as "created_at: jiff_sqlx::Timestamp",
                  updated_at as "updated_at: jiff_sqlx::Timestamp", stage, position, stop_processing, group_id,
                  cooldown_seconds, daily_cap, active_from as "active_from: jiff_sqlx::Date",
                  active_until as "active_until: jiff_sqlx::Date", failure_limit, consecutive_failures,
                  disabled_reason
           FROM automation_rules WHERE user_id = $1 AND id = $2"#,
        user_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(pool)
    .await?;
    row.map(Row::rule).transpose()
}

/// One rule, which nobody else changes until the transaction ends.
///
/// # Errors
/// When the database does not answer.
pub async fn lock(connection: &mut PgConnection, user_id: UserId, id: RuleId) -> Result<Option<Rule>, Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id, name, description, event, topic, schedule as "schedule: Json<wire::Schedule>",
                  condition as "condition: Json<wire::Condition>",
                  actions as "actions: Json<Vec<wire::Action>>", module_id, config, is_active, execution_count,
                  last_executed_at as "last_executed_at: jiff_sqlx::Timestamp",
                  created_at as "created_at: jiff_sqlx::Timestamp",
                  updated_at as "updated_at: jiff_sqlx::Timestamp", stage, position, stop_processing, group_id,
                  cooldown_seconds, daily_cap, active_from as "active_from: jiff_sqlx::Date",
                  active_until as "active_until: jiff_sqlx::Date", failure_limit, consecutive_failures,
                  disabled_reason
           FROM automation_rules WHERE user_id = $1 AND id = $2 FOR NO KEY UPDATE"#,
        user_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(connection)
    .await?;
    row.map(Row::rule).transpose()
}

/// Rules below an id, the latest first; one more than the page holds when there is a next page.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    pool: &PgPool,
    user_id: UserId,
    before: Option<Uuid>,
    size: PageSize,
) -> Result<Vec<Rule>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id, name, description, event, topic, schedule as "schedule: Json<wire::Schedule>",
                  condition as "condition: Json<wire::Condition>",
                  actions as "actions: Json<Vec<wire::Action>>", module_id, config, is_active, execution_count,
                  last_executed_at as "last_executed_at: jiff_sqlx::Timestamp",
                  created_at as "created_at: jiff_sqlx::Timestamp",
                  updated_at as "updated_at: jiff_sqlx::Timestamp", stage, position, stop_processing, group_id,
                  cooldown_seconds, daily_cap, active_from as "active_from: jiff_sqlx::Date",
                  active_until as "active_until: jiff_sqlx::Date", failure_limit, consecutive_failures,
                  disabled_reason
           FROM automation_rules WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"#,
        user_id.uuid(),
        before.unwrap_or(Uuid::max()),
        size.limit_with_lookahead(),
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter().map(Row::rule).collect()
}

/// Deletes a rule with its index and log; false when there is none.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(connection: &mut PgConnection, user_id: UserId, id: RuleId) -> Result<bool, Error> {
    let deleted = sqlx::query!(
        "DELETE FROM automation_rules WHERE user_id = $1 AND id = $2",
        user_id.uuid(),
        id.uuid(),
    )
    .execute(connection)
    .await?;
    Ok(deleted.rows_affected() == 1)
}

/// Takes rules that were switched off out of the index and the schedules.
///
/// # Errors
/// When the database does not answer.
pub async fn withdraw(connection: &mut PgConnection, user_id: UserId, ids: &[RuleId]) -> Result<(), Error> {
    for id in ids {
        index::delete(connection, user_id, *id).await?;
        schedule::unset(connection, user_id, *id).await?;
    }
    Ok(())
}

/// How often rules may act, by owner and id; those that do not exist any more or are switched off are not in it. Nobody
/// else changes them until the transaction ends.
///
/// # Errors
/// When the database does not answer.
pub async fn lock_policies(
    connection: &mut PgConnection,
    user_ids: &[Uuid],
    ids: &[Uuid],
) -> Result<HashMap<(Uuid, Uuid), Policy>, Error> {
    let rows = sqlx::query!(
        r#"SELECT rule.user_id, rule.id, cooldown_seconds, daily_cap,
                  last_acted_at as "last_acted_at: jiff_sqlx::Timestamp",
                  acted_on as "acted_on: jiff_sqlx::Date", acted_count
           FROM (SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS wanted (user_id, id)
                 ORDER BY user_id, id OFFSET 0) AS wanted
           CROSS JOIN LATERAL (
               SELECT * FROM automation_rules
               WHERE user_id = wanted.user_id AND id = wanted.id AND is_active
               FOR NO KEY UPDATE) AS rule"#,
        user_ids,
        ids,
    )
    .fetch_all(connection)
    .await?;
    let policies = rows.into_iter().map(|row| {
        let policy = Policy {
            cooldown_seconds: row.cooldown_seconds,
            daily_cap: row.daily_cap,
            last_acted_at: row.last_acted_at.map(jiff_sqlx::Timestamp::to_jiff),
            acted_on: row.acted_on.map(jiff_sqlx::Date::to_jiff),
            acted_count: row.acted_count,
        };
        ((row.user_id, row.id), policy)
    });
    Ok(policies.collect())
}
