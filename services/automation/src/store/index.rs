//! From an event to the rules that it can match.

use pfms_proto::automation::v1 as wire;
use pfms_runtime::Error;
use pfms_types::UserId;
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::condition::Condition;
use crate::fact::Fact;
use crate::index;
use crate::rule::{Rule, RuleId};
use crate::trigger::Trigger;

/// A rule that an event may match.
pub struct Candidate {
    /// The rule's id.
    pub id: Uuid,
    /// The rule's name.
    pub name: String,
    /// What must hold.
    pub condition: Option<Json<wire::Condition>>,
    /// What to do.
    pub actions: Json<Vec<wire::Action>>,
    /// The component's hash.
    pub hash: Option<String>,
    /// What the component is told.
    pub config: Option<Value>,
}

/// Enters a rule, if it is active.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(connection: &mut PgConnection, user_id: UserId, rule: &Rule) -> Result<(), Error> {
    if !rule.draft.active {
        return Ok(());
    }
    let (mut keys, mut currencies, mut least, mut greatest) = (vec![], vec![], vec![], vec![]);
    for entry in index::entries(rule.draft.condition.as_ref().map(Condition::test)) {
        keys.push(entry.key);
        currencies.push(entry.currency);
        least.push(entry.min_minor);
        greatest.push(entry.max_minor);
    }
    sqlx::query!(
        "INSERT INTO rule_index (user_id, event, rule_id, key, currency, min_minor, max_minor)
         SELECT $1::uuid, $2::text, $3::uuid, * FROM unnest($4::text[], $5::text[], $6::bigint[], $7::bigint[])",
        user_id.uuid(),
        rule.draft.trigger.name(),
        rule.id.uuid(),
        &keys,
        &currencies,
        &least,
        &greatest,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes a rule out.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(connection: &mut PgConnection, user_id: UserId, id: RuleId) -> Result<(), Error> {
    sqlx::query!(
        "DELETE FROM rule_index WHERE user_id = $1 AND rule_id = $2",
        user_id.uuid(),
        id.uuid(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Rules whose entries an event meets, in the order of their creation.
///
/// # Errors
/// When the database does not answer.
pub async fn candidates(
    pool: &PgPool,
    user_id: UserId,
    trigger: Trigger,
    fact: &Fact,
) -> Result<Vec<Candidate>, Error> {
    let currency = fact.amount.currency();
    // LATERAL with OFFSET or LIMIT leaves the planner one way: a probe of the index for each key and currency, then
    // of the rules that were met. Left to its estimates it reads all rules of a user who has many.
    let candidates = sqlx::query_as!(
        Candidate,
        r#"SELECT rule.id as "id!", rule.name as "name!", rule.condition as "condition?: Json<wire::Condition>",
                  rule.actions as "actions!: Json<Vec<wire::Action>>", module.hash as "hash?",
                  rule.config as "config?"
           FROM (SELECT DISTINCT entry.rule_id
                 FROM unnest($3::text[]) AS wanted (key)
                 CROSS JOIN unnest(ARRAY['', $4]) AS paid (currency)
                 CROSS JOIN LATERAL (
                     SELECT rule_id FROM rule_index
                     WHERE user_id = $1 AND event = $2 AND key = wanted.key AND currency = paid.currency
                       AND min_minor <= $5 AND max_minor >= $5
                     OFFSET 0) AS entry) AS met
           CROSS JOIN LATERAL (
               SELECT * FROM automation_rules WHERE user_id = $1 AND id = met.rule_id LIMIT 1) AS rule
           LEFT JOIN LATERAL (
               SELECT hash FROM modules WHERE user_id = $1 AND id = rule.module_id LIMIT 1) AS module ON true
           ORDER BY rule.id"#,
        user_id.uuid(),
        trigger.name(),
        &index::keys(fact),
        currency.code(),
        fact.amount.minor(),
    )
    .fetch_all(pool)
    .await?;
    Ok(candidates)
}
