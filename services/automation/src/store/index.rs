//! From an event to the rules that it can match.

use jiff::civil::Date;
use pfms_proto::automation::v1 as wire;
use pfms_runtime::{Database, Error};
use pfms_types::UserId;
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::people::{self, Person};
use crate::condition::Condition;
use crate::config::Config;
use crate::fact::Fact;
use crate::index;
use crate::occasion::Occasion;
use crate::policy::Policy;
use crate::rule::{Component, Rule, RuleId};

/// What an event may match.
#[derive(Default)]
pub struct Found {
    /// Rules in the order in which they run.
    pub candidates: Vec<Candidate>,
    /// Their owner; not looked up where there are no rules.
    pub person: Person,
}

/// A rule that an event may match.
pub struct Candidate {
    /// The rule's id.
    pub id: Uuid,
    /// The rule's name.
    pub name: String,
    /// Only with this topic; empty: any.
    pub topic: String,
    /// What must hold.
    pub condition: Option<wire::Condition>,
    /// What to do.
    pub actions: Vec<wire::Action>,
    /// What decides.
    pub component: Option<Component>,
    /// Whether the later rules are left out where it acts.
    pub stop_processing: bool,
    /// How often it may act.
    pub policy: Policy,
    /// Whether it is in a group that is switched off.
    pub is_group_off: bool,
    /// The first day on which it takes part.
    pub active_from: Option<Date>,
    /// The last one.
    pub active_until: Option<Date>,
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
    for entry in index::entries(
        &rule.draft.trigger,
        rule.draft.condition.as_ref().map(Condition::test),
    ) {
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

/// Most rules that are held for several events at once.
const MOST_TOGETHER: u16 = 512;

/// Of each of several events: the rules whose entries it meets, or the one that is meant, as far as they are active.
/// They come by stage, position and age. Nothing when together they meet so many that each event is better
/// looked up by itself.
///
/// # Errors
/// When the database does not answer.
pub async fn candidates(
    database: &Database,
    occasions: &[Option<&Occasion>],
) -> Result<Option<Vec<Found>>, Error> {
    let (mut probes, mut meant) = (Probes::default(), Meant::default());
    for (place, occasion) in occasions.iter().enumerate() {
        let place = i32::try_from(place).unwrap_or(i32::MAX);
        if let Some(occasion) = occasion {
            match occasion.only {
                Some(rule_id) => meant.add(place, occasion, rule_id),
                None => probes.add(place, occasion),
            }
        }
    }
    let most = (occasions.len() > 1).then_some(MOST_TOGETHER);
    // LATERAL with OFFSET or LIMIT leaves the planner one way: a probe of the index for each key and currency, then
    // of the rules that were met. Left to its estimates it reads all rules of a user who has many. The arrays come by
    // way of SELECT, so that their lengths are no reason to plan anew each time, which takes longer than the rest.
    let mut connection = database.connect().await?;
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT met.place as "place!", rule.id as "id?", rule.name as "name?", rule.topic as "topic?",
                  rule.condition as "condition?: Json<wire::Condition>",
                  rule.actions as "actions?: Json<Vec<wire::Action>>", rule.module_id as "module_id?",
                  rule.config as "config?", rule.stop_processing as "stop_processing?",
                  rule.cooldown_seconds as "cooldown_seconds?", rule.daily_cap as "daily_cap?",
                  rule.active_from as "active_from?: jiff_sqlx::Date",
                  rule.active_until as "active_until?: jiff_sqlx::Date",
                  rule.last_acted_at as "last_acted_at?: jiff_sqlx::Timestamp",
                  rule.acted_on as "acted_on?: jiff_sqlx::Date", rule.acted_count as "acted_count?",
                  rule.is_group_off as "is_group_off?",
                  person.currency as "currency?", person.time_zone as "time_zone?",
                  person.daily_limit_minor as "daily_limit_minor?",
                  person.daily_limit_currency as "daily_limit_currency?",
                  person.monthly_limit_minor as "monthly_limit_minor?",
                  person.monthly_limit_currency as "monthly_limit_currency?"
           FROM (SELECT * FROM (
                     SELECT DISTINCT probe.place, probe.user_id, probe.event, entry.rule_id
                     FROM unnest((SELECT $1::integer[]), (SELECT $2::uuid[]), (SELECT $3::text[]), (SELECT $4::text[]),
                                 (SELECT $5::text[]), (SELECT $6::bigint[]))
                          AS probe (place, user_id, event, key, currency, minor)
                     CROSS JOIN LATERAL (
                         SELECT rule_id FROM rule_index
                         WHERE user_id = probe.user_id AND event = probe.event AND key = probe.key
                           AND currency = probe.currency AND min_minor <= probe.minor AND max_minor >= probe.minor
                         OFFSET 0) AS entry
                     UNION ALL
                     SELECT * FROM unnest((SELECT $7::integer[]), (SELECT $8::uuid[]), (SELECT $9::text[]),
                                          (SELECT $10::uuid[]))) AS met
                 LIMIT $11) AS met
           LEFT JOIN LATERAL (
               SELECT rule.*, (SELECT together.is_active FROM rule_groups AS together
                               WHERE together.user_id = rule.user_id AND together.id = rule.group_id) IS FALSE
                              AS is_group_off
               FROM automation_rules AS rule
               WHERE rule.user_id = met.user_id AND rule.id = met.rule_id AND rule.event = met.event AND rule.is_active
               LIMIT 1) AS rule ON true
           LEFT JOIN LATERAL (SELECT * FROM people WHERE user_id = met.user_id LIMIT 1) AS person ON true
           ORDER BY met.place, rule.stage, rule.position, rule.id"#,
        &probes.places,
        &probes.user_ids,
        &probes.events,
        &probes.keys,
        &probes.currencies,
        &probes.minors,
        &meant.places,
        &meant.user_ids,
        &meant.events,
        &meant.rule_ids,
        most.map(|most| i64::from(most) + 1),
    )
    .fetch_all(&mut *connection)
    .await?;
    connection.keep();
    if most.is_some_and(|most| rows.len() > usize::from(most)) {
        return Ok(None);
    }
    let mut found: Vec<Found> = occasions.iter().map(|_| Found::default()).collect();
    for row in rows {
        let found = usize::try_from(row.place)
            .ok()
            .and_then(|place| found.get_mut(place));
        if let (Some(found), Some((candidate, owner))) = (found, row.split()) {
            if found.candidates.is_empty() {
                found.person = owner.into();
            }
            found.candidates.push(candidate);
        }
    }
    Ok(Some(found))
}

/// Rules that are meant by their ids.
#[derive(Default)]
struct Meant {
    places: Vec<i32>,
    user_ids: Vec<Uuid>,
    events: Vec<String>,
    rule_ids: Vec<Uuid>,
}

impl Meant {
    fn add(&mut self, place: i32, occasion: &Occasion, rule_id: RuleId) {
        self.places.push(place);
        self.user_ids.push(occasion.user_id.uuid());
        self.events.push(occasion.fact.name().to_owned());
        self.rule_ids.push(rule_id.uuid());
    }
}

/// A rule that was met, as it is stored; its columns are null when it is not active.
struct Row {
    place: i32,
    id: Option<Uuid>,
    name: Option<String>,
    topic: Option<String>,
    condition: Option<Json<wire::Condition>>,
    actions: Option<Json<Vec<wire::Action>>>,
    module_id: Option<Uuid>,
    config: Option<Value>,
    stop_processing: Option<bool>,
    cooldown_seconds: Option<i32>,
    daily_cap: Option<i32>,
    active_from: Option<jiff_sqlx::Date>,
    active_until: Option<jiff_sqlx::Date>,
    last_acted_at: Option<jiff_sqlx::Timestamp>,
    acted_on: Option<jiff_sqlx::Date>,
    acted_count: Option<i32>,
    is_group_off: Option<bool>,
    currency: Option<String>,
    time_zone: Option<String>,
    daily_limit_minor: Option<i64>,
    daily_limit_currency: Option<String>,
    monthly_limit_minor: Option<i64>,
    monthly_limit_currency: Option<String>,
}

impl Row {
    fn split(self) -> Option<(Candidate, people::Row)> {
        let day = |date: Option<jiff_sqlx::Date>| date.map(jiff_sqlx::Date::to_jiff);
        let config = self.config;
        let candidate = Candidate {
            id: self.id?,
            name: self.name?,
            topic: self.topic?,
            condition: self.condition.map(|condition| condition.0),
            actions: self.actions?.0,
            component: self.module_id.map(|module_id| Component {
                module_id: module_id.into(),
                config: config.map(Config::stored).unwrap_or_default(),
            }),
            stop_processing: self.stop_processing?,
            policy: Policy {
                cooldown_seconds: self.cooldown_seconds?,
                daily_cap: self.daily_cap?,
                last_acted_at: self.last_acted_at.map(jiff_sqlx::Timestamp::to_jiff),
                acted_on: day(self.acted_on),
                acted_count: self.acted_count?,
            },
            is_group_off: self.is_group_off?,
            active_from: day(self.active_from),
            active_until: day(self.active_until),
        };
        let owner = people::Row {
            currency: self.currency,
            time_zone: self.time_zone,
            daily_limit_minor: self.daily_limit_minor,
            daily_limit_currency: self.daily_limit_currency,
            monthly_limit_minor: self.monthly_limit_minor,
            monthly_limit_currency: self.monthly_limit_currency,
        };
        Some((candidate, owner))
    }
}

/// The amount by which an event is looked up. Rules that ask for none have entries for any amount, without currency.
struct Paid {
    currencies: Vec<String>,
    minor: i64,
}

impl Paid {
    fn of(fact: &Fact) -> Self {
        let amount = fact.amount();
        let mut currencies = vec![String::new()];
        currencies.extend(amount.map(|amount| amount.currency().code().to_owned()));
        Self {
            currencies,
            minor: amount.map_or(0, pfms_types::Money::minor),
        }
    }
}

/// Which of several events, of any users, meet an entry of a rule: one query for all of them. Those that meet none
/// match no rule.
///
/// # Errors
/// When the database does not answer.
pub async fn met(database: &Database, occasions: &[Option<Occasion>]) -> Result<Vec<bool>, Error> {
    let mut probes = Probes::default();
    for (place, occasion) in occasions.iter().enumerate() {
        if let Some(occasion) = occasion {
            probes.add(i32::try_from(place).unwrap_or(i32::MAX), occasion);
        }
    }
    let mut connection = database.connect().await?;
    let met = sqlx::query_scalar!(
        r#"SELECT DISTINCT probe.place as "place!"
           FROM unnest((SELECT $1::integer[]), (SELECT $2::uuid[]), (SELECT $3::text[]), (SELECT $4::text[]),
                       (SELECT $5::text[]), (SELECT $6::bigint[]))
                AS probe (place, user_id, event, key, currency, minor)
           CROSS JOIN LATERAL (
               SELECT FROM rule_index
               WHERE user_id = probe.user_id AND event = probe.event AND key = probe.key
                 AND currency = probe.currency AND min_minor <= probe.minor AND max_minor >= probe.minor
               LIMIT 1) AS entry"#,
        &probes.places,
        &probes.user_ids,
        &probes.events,
        &probes.keys,
        &probes.currencies,
        &probes.minors,
    )
    .fetch_all(&mut *connection)
    .await?;
    connection.keep();
    let mut answers = vec![false; occasions.len()];
    for place in met {
        if let Some(answer) = usize::try_from(place)
            .ok()
            .and_then(|place| answers.get_mut(place))
        {
            *answer = true;
        }
    }
    Ok(answers)
}

#[derive(Default)]
struct Probes {
    places: Vec<i32>,
    user_ids: Vec<Uuid>,
    events: Vec<String>,
    keys: Vec<String>,
    currencies: Vec<String>,
    minors: Vec<i64>,
}

impl Probes {
    fn add(&mut self, place: i32, occasion: &Occasion) {
        let Paid { currencies, minor } = Paid::of(&occasion.fact);
        for key in index::keys(&occasion.fact) {
            for currency in &currencies {
                self.places.push(place);
                self.user_ids.push(occasion.user_id.uuid());
                self.events.push(occasion.fact.name().to_owned());
                self.keys.push(key.clone());
                self.currencies.push(currency.clone());
                self.minors.push(minor);
            }
        }
    }
}
