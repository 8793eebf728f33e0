//! Rules as their owners see them.

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
use crate::action::Action;
use crate::condition::Condition;
use crate::config::Config;
use crate::module::ModuleId;
use crate::rule::{Component, Draft, Rule, RuleId};

struct Row {
    id: Uuid,
    name: String,
    description: String,
    event: String,
    condition: Option<Json<wire::Condition>>,
    actions: Json<Vec<wire::Action>>,
    module_id: Option<Uuid>,
    config: Option<Value>,
    is_active: bool,
    execution_count: i64,
    last_executed_at: Option<jiff_sqlx::Timestamp>,
    created_at: jiff_sqlx::Timestamp,
    updated_at: jiff_sqlx::Timestamp,
}

impl Row {
    fn rule(self) -> Result<Rule, Error> {
        let unreadable = |what: &dyn std::fmt::Display| {
            Error::internal(format!("rule {} in the database: {what}", self.id))
        };
        let mut violations = Violations::default();
        let trigger = self.event.parse().map_err(|error| unreadable(&error))?;
        let condition = self
            .condition
            .and_then(|condition| Condition::parse(&mut violations, "condition", condition.0));
        let actions = Action::parse_all(&mut violations, self.actions.0);
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
            },
            execution_count: self.execution_count,
            last_executed_at: self.last_executed_at.map(jiff_sqlx::Timestamp::to_jiff),
            created_at: self.created_at.to_jiff(),
            updated_at: self.updated_at.to_jiff(),
        })
    }
}

/// Adds a rule and its index.
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
        created_at: at,
        updated_at: at,
    };
    let Columns {
        condition,
        actions,
        module_id,
        config,
    } = Columns::of(&rule.draft);
    sqlx::query!(
        "INSERT INTO automation_rules
             (user_id, id, name, description, event, condition, actions, module_id, config, is_active,
              created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)",
        user_id.uuid(),
        rule.id.uuid(),
        rule.draft.name,
        rule.draft.description,
        rule.draft.trigger.name(),
        condition as _,
        actions as _,
        module_id,
        config,
        rule.draft.active,
        at.to_sqlx() as _,
    )
    .execute(&mut *connection)
    .await?;
    index::insert(connection, user_id, &rule).await?;
    Ok(rule)
}

/// Stores a rule's new content and index.
///
/// # Errors
/// When the database does not answer.
pub async fn update(connection: &mut PgConnection, user_id: UserId, rule: &Rule) -> Result<(), Error> {
    let Columns {
        condition,
        actions,
        module_id,
        config,
    } = Columns::of(&rule.draft);
    sqlx::query!(
        "UPDATE automation_rules
         SET name = $3, description = $4, event = $5, condition = $6, actions = $7, module_id = $8, config = $9,
             is_active = $10, updated_at = $11
         WHERE user_id = $1 AND id = $2",
        user_id.uuid(),
        rule.id.uuid(),
        rule.draft.name,
        rule.draft.description,
        rule.draft.trigger.name(),
        condition as _,
        actions as _,
        module_id,
        config,
        rule.draft.active,
        rule.updated_at.to_sqlx() as _,
    )
    .execute(&mut *connection)
    .await?;
    index::delete(connection, user_id, rule.id).await?;
    index::insert(connection, user_id, rule).await
}

struct Columns {
    condition: Option<Json<wire::Condition>>,
    actions: Json<Vec<wire::Action>>,
    module_id: Option<Uuid>,
    config: Option<Value>,
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
        r#"SELECT id, name, description, event, condition as "condition: Json<wire::Condition>",
                  actions as "actions: Json<Vec<wire::Action>>", module_id, config, is_active, execution_count,
                  last_executed_at as "last_executed_at: jiff_sqlx::Timestamp",
                  created_at as "created_at: jiff_sqlx::Timestamp",
                  updated_at as "updated_at: jiff_sqlx::Timestamp"
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
        r#"SELECT id, name, description, event, condition as "condition: Json<wire::Condition>",
                  actions as "actions: Json<Vec<wire::Action>>", module_id, config, is_active, execution_count,
                  last_executed_at as "last_executed_at: jiff_sqlx::Timestamp",
                  created_at as "created_at: jiff_sqlx::Timestamp",
                  updated_at as "updated_at: jiff_sqlx::Timestamp"
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
        r#"SELECT id, name, description, event, condition as "condition: Json<wire::Condition>",
                  actions as "actions: Json<Vec<wire::Action>>", module_id, config, is_active, execution_count,
                  last_executed_at as "last_executed_at: jiff_sqlx::Timestamp",
                  created_at as "created_at: jiff_sqlx::Timestamp",
                  updated_at as "updated_at: jiff_sqlx::Timestamp"
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
