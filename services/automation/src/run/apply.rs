//! Writes what rules made of an event, in the transaction that notes that it took effect.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use pfms_proto::events::v1::{AutomationTrigger, NotificationSend, RuleExecuted};
use pfms_runtime::Error;
use pfms_runtime::events::{Claim, HandleError, Outgoing, outbox};
use pfms_runtime::telemetry::trace::Scope;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Engine, Plan};
use crate::action::{Channel, Deed, Notice, Standing};
use crate::effects::{self, Change, Effect, Message, NewExpense, Task};
use crate::execution::{Execution, Outcome};
use crate::occasion::Occasion;
use crate::policy::Policy;
use crate::schedule::{Runs, Tick};
use crate::store;
use crate::store::executions::{Consequence, Due, Written};

/// The template of notifications whose rule leaves the title or the body empty.
const TEMPLATE: &str = "rule.matched";

/// An occasion that rules met.
pub struct Met<'a> {
    /// What rules ran for.
    pub occasion: Occasion,
    /// What they made of it.
    pub plan: Plan,
    /// Where what is published because of it belongs.
    pub scope: &'a Scope,
}

impl Engine {
    /// Writes what was made of events of as many users, and that they took effect. Gives the ids of those that had not
    /// before; nothing is written for the others.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn settle(&self, claim: &Claim<'_>, mut met: Vec<Met<'_>>) -> Result<HashSet<Uuid>, Error> {
        // Mostly one statement does it.
        if met.iter().all(Met::is_settled) {
            let now = self.clock.now();
            let done = Done::of_all(&met, now)?;
            if done.iter().all(|done| done.effects.is_empty()) {
                let mut connection = self.database.connect().await?;
                let written = write(&mut connection, claim, &met, &done, now).await?;
                connection.keep();
                self.database.wake_relay();
                return Ok(written.first);
            }
        }
        let mut transaction = self.database.pool().begin().await?;
        let first = claim.take(&mut transaction).await?;
        met.retain(|one| first.contains(&one.occasion.event_id));
        if !met.is_empty() {
            let events = self.apply(&mut transaction, met).await?;
            outbox::insert(&mut transaction, &events).await?;
        }
        transaction.commit().await?;
        self.database.wake_relay();
        Ok(first)
    }

    /// Writes what was made of occasions that take effect for the first time, and hands on what is wanted done. What it
    /// gives is to be published with what it has written to the outbox.
    async fn apply(
        &self,
        connection: &mut PgConnection,
        mut met: Vec<Met<'_>>,
    ) -> Result<Vec<Outgoing>, Error> {
        let now = self.clock.now();
        limit(connection, &mut met).await?;
        let done = Done::of_all(&met, now)?;
        let written = write(&mut *connection, &Claim::none(), &met, &done, now).await?;
        let mut events = Vec::new();
        for (one, mut done) in met.iter().zip(done) {
            let user_id = one.occasion.user_id;
            done.effects
                .retain(|effect| written.executions.contains_key(&effect.execution_id));
            effects::enqueue(connection, user_id, &done.effects, now).await?;
            let mut withdrawn = Vec::new();
            for execution in &one.plan.executions {
                if let Some(Some(failures)) = written.executions.get(&execution.id) {
                    let (_, problem) = execution.outcome.problem();
                    let rule = (execution.rule_id, execution.rule_name.as_str());
                    let tell = || effects::switched_off(user_id, rule, *failures, problem, now);
                    events.push(one.scope.call(tell)?);
                    withdrawn.push(execution.rule_id);
                }
            }
            store::rules::withdraw(connection, user_id, &withdrawn).await?;
        }
        Ok(events)
    }
}

impl Met<'_> {
    fn due(&self) -> impl Iterator<Item = Due<'_>> {
        self.plan.executions.iter().map(|execution| Due {
            occasion: &self.occasion,
            today: self.plan.today,
            execution,
        })
    }

    /// Whether nothing that is found out when it is written can change it: no rule must be kept to how often it may act,
    /// and none can be switched off for having failed.
    fn is_settled(&self) -> bool {
        let executions = &self.plan.executions;
        !executions
            .iter()
            .any(|execution| is_limited(execution) || execution.outcome.is_failure())
    }
}

fn is_limited(execution: &Execution) -> bool {
    execution.outcome.acts() && execution.policy.is_limited()
}

async fn write(
    connection: &mut PgConnection,
    claim: &Claim<'_>,
    met: &[Met<'_>],
    done: &[Done],
    now: Timestamp,
) -> Result<Written, Error> {
    let due: Vec<Due<'_>> = met.iter().flat_map(Met::due).collect();
    let events: Vec<&Consequence> = done.iter().flat_map(|done| &done.events).collect();
    store::executions::insert(connection, claim, &due, &events, now).await
}

/// Keeps executions to how often their rules may act.
async fn limit(connection: &mut PgConnection, met: &mut [Met<'_>]) -> Result<(), Error> {
    if !met.iter().flat_map(Met::due).any(|due| is_limited(due.execution)) {
        return Ok(());
    }
    // All of them, so that no other transaction that locks some of these rules does so in another order.
    let (user_ids, ids): (Vec<Uuid>, Vec<Uuid>) = met
        .iter()
        .flat_map(Met::due)
        .map(|due| (due.occasion.user_id.uuid(), due.execution.rule_id.uuid()))
        .unzip();
    let policies = store::rules::lock_policies(connection, &user_ids, &ids).await?;
    for Met { occasion, plan, .. } in met {
        let executions = std::mem::take(&mut plan.executions);
        // Of those that no rule limits, one whose rule is gone is left out when they are written.
        plan.executions = if executions.iter().any(is_limited) {
            let policy =
                |execution: &Execution| policies.get(&(occasion.user_id.uuid(), execution.rule_id.uuid()));
            allowed(executions, policy, occasion.occurred_at, plan.today)
        } else {
            executions
        };
    }
    Ok(())
}

/// The executions that remain when each rule keeps to how often it may act, in their order: those that act and may not
/// are left out, and the first that acts and ends processing is the last.
fn allowed<'a>(
    executions: Vec<Execution>,
    policy: impl Fn(&Execution) -> Option<&'a Policy>,
    at: Timestamp,
    today: Date,
) -> Vec<Execution> {
    let mut left = Vec::new();
    for mut execution in executions {
        let Some(policy) = policy(&execution) else {
            continue;
        };
        if execution.outcome.acts()
            && let Some(why) = policy.refuses(at, today)
        {
            execution.outcome = Outcome::left_out(why);
        }
        let ends = execution.outcome.acts() && execution.stop_processing;
        left.push(execution);
        if ends {
            break;
        }
    }
    left
}

/// What comes of the executions of an event.
#[derive(Default)]
struct Done {
    events: Vec<Consequence>,
    effects: Vec<Effect>,
}

impl Done {
    fn of_all(met: &[Met<'_>], now: Timestamp) -> Result<Vec<Self>, Error> {
        met.iter()
            .map(|one| {
                one.scope
                    .call(|| Self::of(&one.occasion, &one.plan.executions, now))
            })
            .collect()
    }

    fn of(occasion: &Occasion, executions: &[Execution], now: Timestamp) -> Result<Self, Error> {
        let mut done = Self::default();
        for execution in executions {
            if !matches!(execution.outcome, Outcome::Skipped { .. }) {
                done.execution(occasion, execution, now)?;
            }
        }
        Ok(done)
    }

    fn execution(&mut self, occasion: &Occasion, execution: &Execution, now: Timestamp) -> Result<(), Error> {
        let chain = occasion.chain_with(execution.rule_id);
        let actions = execution.outcome.actions();
        for (position, action) in actions.iter().enumerate() {
            let Standing::Due(deed) = &action.standing else {
                continue;
            };
            match deed {
                Deed::Log(_) => {}
                Deed::Notify(notice) => {
                    let send = notification(occasion, execution, notice);
                    self.publish(execution, Outgoing::new(occasion.user_id, now, &send)?);
                }
                Deed::Emit { topic, fields } => {
                    let trigger = AutomationTrigger {
                        user_id: occasion.user_id.to_string(),
                        topic: topic.clone(),
                        data: serde_json::from_value(fields.clone()).ok(),
                    };
                    let event = Outgoing::new(occasion.user_id, now, &trigger)?;
                    self.publish(execution, event.caused_by(&chain));
                }
                deed => self.effects.extend(task(deed).map(|task| Effect {
                    execution_id: execution.id,
                    rule_id: execution.rule_id,
                    position,
                    rule_chain: chain.clone(),
                    task,
                })),
            }
        }
        let executed = RuleExecuted {
            user_id: occasion.user_id.to_string(),
            rule_id: execution.rule_id.to_string(),
            execution_id: execution.id.to_string(),
            event_id: occasion.event_id.to_string(),
            succeeded: !matches!(execution.outcome, Outcome::Failed { .. }),
            action_count: i32::try_from(actions.len()).unwrap_or(i32::MAX),
        };
        self.publish(execution, Outgoing::new(occasion.user_id, now, &executed)?);
        Ok(())
    }

    fn publish(&mut self, execution: &Execution, event: Outgoing) {
        self.events.push(Consequence {
            execution_id: execution.id,
            event,
        });
    }
}

/// What is done outside of this service; nothing for what is done in it.
fn task(deed: &Deed) -> Option<Task> {
    Some(match deed.clone() {
        Deed::Notify(_) | Deed::Log(_) | Deed::Emit { .. } => return None,
        Deed::Categorize {
            expense_id,
            category_id,
        } => Task::Apply(Change {
            expense_id,
            category_id: Some(category_id),
            add_tags: Vec::new(),
        }),
        Deed::Tag { expense_id, tags } => Task::Apply(Change {
            expense_id,
            category_id: None,
            add_tags: tags,
        }),
        Deed::CreateExpense {
            amount,
            category_id,
            merchant,
            description,
            date,
            tags,
        } => Task::Create(NewExpense {
            amount: amount.into(),
            category_id,
            merchant,
            description,
            date,
            tags,
        }),
        Deed::Webhook { webhook_id, payload } => Task::Call(Message { webhook_id, payload }),
    })
}

fn notification(occasion: &Occasion, execution: &Execution, notice: &Notice) -> NotificationSend {
    let fact = &occasion.fact;
    let mut variables = variables([
        ("rule", execution.rule_name.clone()),
        ("amount", fact.shown("amount")),
        ("category", fact.shown("category")),
        ("merchant", fact.shown("merchant")),
        ("description", fact.shown("description")),
        ("date", fact.shown("date")),
    ]);
    if notice.is_template {
        for field in fact.schema().fields() {
            variables
                .entry(field.name.clone())
                .or_insert_with(|| fact.shown(&field.name));
        }
    }
    let mut given = |name: &str, text: &str| {
        if notice.is_template || text.is_empty() {
            return text.to_owned();
        }
        // Words that are complete are shown as they are: a variable's value is not read for variables.
        variables.insert(name.to_owned(), text.to_owned());
        format!("{{{{ {name} }}}}")
    };
    let title = given("title", &notice.title);
    let body = given("body", &notice.body);
    NotificationSend {
        user_id: occasion.user_id.to_string(),
        category: "rule".to_owned(),
        template_key: if title.is_empty() || body.is_empty() {
            TEMPLATE.to_owned()
        } else {
            String::new()
        },
        title,
        body,
        priority: notice.priority.name().to_owned(),
        variables,
        data: Some(refers([
            ("ruleId", Some(execution.rule_id.to_string())),
            ("expenseId", fact.expense_id().map(|id| id.to_string())),
        ])),
        about_user_id: String::new(),
        channels: notice
            .channels
            .iter()
            .map(|channel| Channel::name(*channel).to_owned())
            .collect(),
    }
}

fn variables<const N: usize>(pairs: [(&str, String); N]) -> HashMap<String, String> {
    pairs.map(|(name, value)| (name.to_owned(), value)).into()
}

fn refers<const N: usize>(ids: [(&str, Option<String>); N]) -> pbjson_types::Struct {
    let ids: HashMap<String, pbjson_types::Value> = ids
        .into_iter()
        .filter_map(|(name, id)| Some((name.to_owned(), id?.into())))
        .collect();
    ids.into()
}

#[async_trait]
impl Runs for Engine {
    type Plan = (Occasion, Plan);

    async fn plan(&self, tick: &Tick) -> Result<Option<Self::Plan>, HandleError> {
        let Some(occasion) = Occasion::of_tick(tick) else {
            return Ok(None);
        };
        let plan = Self::plan(self, &occasion).await?;
        Ok((!plan.is_idle()).then_some((occasion, plan)))
    }

    async fn apply(
        &self,
        transaction: &mut PgConnection,
        _: &Tick,
        (occasion, plan): Self::Plan,
    ) -> Result<Vec<Outgoing>, HandleError> {
        let scope = Scope::current();
        let met = Met {
            occasion,
            plan,
            scope: &scope,
        };
        Ok(Self::apply(self, transaction, vec![met]).await?)
    }
}
