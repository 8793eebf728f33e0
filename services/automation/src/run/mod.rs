//! What the rules of a user make of an event, and what comes of it.

mod apply;
mod components;
mod known;
mod modules;
mod rehearsal;
pub mod replay;
pub mod shown;
mod trial;

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::{StreamExt, TryStreamExt};
use jiff::civil::Date;
use pfms_runtime::{Clock, Database, Error, Violations};
use serde_json::{Value, json};
use uuid::Uuid;

pub use apply::Met;
pub use rehearsal::Rehearsal;
pub use trial::Trial;

use self::components::Given;
use self::modules::Modules;
use crate::action::{Action, Planned, Scene, resolve};
use crate::condition::{Condition, Known};
use crate::execution::{Execution, ExecutionId, Outcome};
use crate::facts::{Source, Wanted};
use crate::occasion::{MAX_CHAIN, Occasion};
use crate::policy::{LeftOut, Policy};
use crate::rule::{Component, Draft};
use crate::sandbox::Sandbox;
use crate::schema::TOPIC;
use crate::store;
use crate::store::index::{Candidate, Found};
use crate::store::people::Person;

/// Rules of one event that run or wait for their turn at the same time: one user's rules never queue up in front of
/// another's.
const AT_ONCE: usize = 2;

/// Runs rules.
#[derive(Clone)]
pub struct Engine {
    /// Where rules are.
    pub database: Database,
    /// Where their components run.
    pub sandbox: Arc<Sandbox>,
    /// What they are told.
    pub facts: Source,
    /// Tells when they ran.
    pub clock: Clock,
}

/// What the rules of a user make of an event.
pub struct Plan {
    /// In the order of the rules.
    executions: Vec<Execution>,
    /// The day of the event in the owner's zone.
    today: Date,
}

impl Plan {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.executions.is_empty()
    }
}

/// A rule that can run.
#[derive(Clone)]
struct Ready {
    id: Uuid,
    name: String,
    condition: Option<Condition>,
    actions: Vec<Action>,
    component: Option<Component>,
    stop_processing: bool,
    policy: Policy,
    /// Why it does not run.
    left_out: Option<LeftOut>,
}

impl Engine {
    /// Finds the rules that match, and what each of them wants done. Nothing is written.
    ///
    /// # Errors
    /// When the database, the sandbox or the expense service does not answer. That a rule fails is an execution.
    pub async fn plan(&self, occasion: &Occasion) -> Result<Plan, Error> {
        let found = store::index::candidates(&self.database, &[Some(occasion)]).await?;
        let found = found.and_then(|found| found.into_iter().next());
        self.plan_with(occasion, found.unwrap_or_default()).await
    }

    /// The same with the rules that the event may match.
    ///
    /// # Errors
    /// When the database, the sandbox or the expense service does not answer.
    pub async fn plan_with(&self, occasion: &Occasion, found: Found) -> Result<Plan, Error> {
        let person = found.person;
        let today = person.day_of(occasion.occurred_at);
        let mut executions = Vec::new();
        let mut rules = Vec::new();
        for candidate in found.candidates {
            let is_in_time = candidate.active_from.is_none_or(|from| from <= today)
                && candidate.active_until.is_none_or(|until| today <= until);
            let is_meant = candidate.topic.is_empty() || candidate.topic == occasion.fact.text(TOPIC);
            if !is_meant || !is_in_time {
                continue;
            }
            // What a rule may do only becomes less until its next day, so that this is certain.
            let refused = candidate.policy.refuses(occasion.occurred_at, today);
            let left_out = refused.or(candidate.is_group_off.then_some(LeftOut::GroupOff));
            if let Some(rule) = Ready::read(candidate, occasion, &mut executions) {
                rules.push(Ready { left_out, ..rule });
            }
        }
        let known = self.known(occasion, &person, &rules).await?;
        rules.retain(|rule| rule.decide(occasion, &known) == Some(true));
        let (rules, skipped) = part(occasion, &known, rules);
        executions.extend(skipped);
        executions.extend(self.run(occasion, person, &known, rules).await?);
        // The log lists by id, and shall list what ran in the order of the rules.
        for execution in &mut executions {
            execution.id = ExecutionId::generate();
        }
        Ok(Plan { executions, today })
    }

    /// What has to be known of the owner to decide the conditions of rules.
    async fn known(&self, occasion: &Occasion, person: &Person, rules: &[Ready]) -> Result<Known, Error> {
        let mut known = Known::default();
        known::budgets(&mut known, person);
        let undecided: Vec<_> = rules
            .iter()
            // For one that is left out nothing is asked: it is in the log where that it matches is known without.
            .filter(|rule| rule.left_out.is_none() && rule.decide(occasion, &known).is_none())
            .flat_map(|rule| rule.condition.iter().flat_map(Condition::measures))
            .filter(|measure| known.get(*measure).is_none())
            .collect();
        if !undecided.is_empty() {
            let mut wanted = Wanted::default();
            undecided
                .iter()
                .filter_map(|measure| known::average(*measure))
                .for_each(|of| wanted.add_average(of));
            let happened = shown::event(&occasion.fact);
            let subject = shown::subject(occasion, &happened, person);
            let gathered = self.facts.gather(&subject, &wanted).await?;
            known::averages(&mut known, &gathered, &undecided);
        }
        Ok(known)
    }

    /// Runs rules in their order, as far as none of them is sure to end it.
    async fn run(
        &self,
        occasion: &Occasion,
        person: Person,
        known: &Known,
        rules: Vec<Ready>,
    ) -> Result<Vec<Execution>, Error> {
        if rules.is_empty() {
            return Ok(Vec::new());
        }
        let modules = self.modules(occasion.user_id, &rules).await?;
        self.run_with(occasion, person, known, rules, modules).await
    }

    /// The same with components that are loaded already.
    async fn run_with(
        &self,
        occasion: &Occasion,
        person: Person,
        known: &Known,
        rules: Vec<Ready>,
        modules: Modules,
    ) -> Result<Vec<Execution>, Error> {
        let given = Given::new(self, occasion, person, known, modules).await?;
        let mut running = futures::stream::iter(rules)
            .map(|rule| self.run_rule(&given, rule))
            .buffered(AT_ONCE);
        let mut executions = Vec::new();
        while let Some(execution) = running.try_next().await? {
            let Some(execution) = execution else { continue };
            // Whether a rule may act that rests at times is decided when what it did is written.
            let ends =
                execution.stop_processing && execution.outcome.acts() && !execution.policy.is_limited();
            executions.push(execution);
            if ends {
                break;
            }
        }
        Ok(executions)
    }

    /// Nothing when a module was deleted together with its rule.
    async fn run_rule(&self, given: &Given<'_>, rule: Ready) -> Result<Option<Execution>, Error> {
        let started = Instant::now();
        let mut record = Record::new(given);
        let decided = match &rule.component {
            None => None,
            Some(component) => {
                let Some(answer) = self.ask(given, &rule, component, &mut record, None).await? else {
                    return Ok(None);
                };
                Some(answer)
            }
        };
        let outcome = match decided {
            Some(Err(outcome)) => outcome,
            Some(Ok(asked)) if asked.is_empty() => Outcome::NoAction,
            asked => {
                let mut planned = Vec::new();
                for (index, action) in rule.actions.iter().enumerate() {
                    match action {
                        Action::Run(component) => {
                            let place = Some(index);
                            let Some(answer) = self.ask(given, &rule, component, &mut record, place).await?
                            else {
                                return Ok(None);
                            };
                            planned.extend(ran(action, answer));
                        }
                        action => planned.push(resolve(action, given.scene(&rule))),
                    }
                }
                // The rule's own actions come first; both are taken only when the component asks for at least one.
                planned.extend(asked.and_then(Result::ok).unwrap_or_default());
                acted(planned)
            }
        };
        Ok(Some(record.execution(given, &rule, outcome, started)))
    }
}

/// What became of an action that runs a component, and the actions that the component asked for.
fn ran(action: &Action, answer: Result<Vec<Planned>, Outcome>) -> Vec<Planned> {
    match answer {
        Ok(asked) => {
            let done = format!("asked for {} actions", asked.len());
            let run = Planned::new(action, crate::action::Standing::Done(done));
            std::iter::once(run).chain(asked).collect()
        }
        Err(outcome) => {
            let (reason, message) = outcome.problem();
            vec![crate::action::refuse(action, reason, message.to_owned())]
        }
    }
}

/// A rule that only runs components which ask for nothing does nothing; one of which all of them fail, fails.
fn acted(planned: Vec<Planned>) -> Outcome {
    let only_ran = planned.iter().all(|one| one.kind == "run");
    if !only_ran {
        return Outcome::Succeeded(planned);
    }
    let failed = planned.iter().find_map(|one| match &one.standing {
        crate::action::Standing::Refused(refusal) => Some(refusal),
        _ => None,
    });
    match failed {
        Some(refusal) => Outcome::failed(refusal.reason, &refusal.detail),
        None => Outcome::NoAction,
    }
}

/// Takes out the rules that are left out and those that the event must not run: those that led to it, and all of them
/// when too many did. That a rule's own action does not trigger it again is what its owner expects, and not worth a line
/// of the log; that others lie in between is.
fn part(occasion: &Occasion, known: &Known, rules: Vec<Ready>) -> (Vec<Ready>, Vec<Execution>) {
    let mut left = Vec::new();
    let mut skipped = Vec::new();
    for rule in rules {
        let outcome = if occasion.chain.last() == Some(&rule.id) {
            continue;
        } else if occasion.chain.contains(&rule.id) {
            Outcome::Skipped {
                reason: "RULE_LOOP",
                message: "an action of this rule led to the event, by way of other rules".to_owned(),
            }
        } else if occasion.chain.len() >= MAX_CHAIN {
            Outcome::Skipped {
                reason: "CHAIN_TOO_LONG",
                message: format!(
                    "{MAX_CHAIN} rules in a row led to the event, which is the most that is allowed"
                ),
            }
        } else if let Some(why) = rule.left_out {
            Outcome::left_out(why)
        } else {
            left.push(rule);
            continue;
        };
        let conditions = rule.conditions(occasion, known);
        skipped.push(Execution {
            conditions,
            ..bare(&rule, outcome, occasion)
        });
    }
    (left, skipped)
}

impl Ready {
    /// Reads a stored rule; nothing of one that cannot be read, whose failure is given.
    fn read(candidate: Candidate, occasion: &Occasion, failed: &mut Vec<Execution>) -> Option<Self> {
        let schema = occasion.fact.schema();
        let mut violations = Violations::default();
        let condition = candidate
            .condition
            .and_then(|condition| Condition::parse(&mut violations, "condition", schema, condition));
        let actions = Action::parse_all(&mut violations, schema, candidate.actions);
        let rule = Self {
            id: candidate.id,
            name: candidate.name,
            condition,
            actions,
            component: candidate.component,
            stop_processing: candidate.stop_processing,
            policy: candidate.policy,
            left_out: None,
        };
        if violations.is_empty() {
            return Some(rule);
        }
        tracing::error!(rule_id = %rule.id, %violations, "a stored rule cannot be read");
        let message = "the rule cannot be read any more; save it again";
        failed.push(bare(&rule, Outcome::failed("RULE_UNREADABLE", message), occasion));
        None
    }

    /// A rule as it might be stored.
    fn of_draft(id: Uuid, draft: Draft) -> Self {
        Self {
            id,
            name: draft.name,
            condition: draft.condition,
            actions: draft.actions,
            component: draft.component,
            stop_processing: draft.stop_processing,
            policy: Policy::default(),
            left_out: None,
        }
    }

    /// Whether the condition holds; nothing when that depends on what is not known.
    fn decide(&self, occasion: &Occasion, known: &Known) -> Option<bool> {
        match &self.condition {
            Some(condition) => condition.decide(&occasion.fact, known),
            None => Some(true),
        }
    }

    fn conditions(&self, occasion: &Occasion, known: &Known) -> Vec<(String, bool)> {
        let condition = self.condition.as_ref();
        condition.map_or_else(Vec::new, |condition| condition.results(&occasion.fact, known))
    }
}

/// An execution in which nothing ran.
fn bare(rule: &Ready, outcome: Outcome, occasion: &Occasion) -> Execution {
    Execution {
        id: ExecutionId::generate(),
        rule_id: rule.id.into(),
        rule_name: rule.name.clone(),
        outcome,
        module_hash: String::new(),
        fuel: 0,
        duration: Duration::ZERO,
        input: json!({"event": occasion.data, "occurredAt": occasion.occurred_at}),
        logs: json!([]),
        conditions: Vec::new(),
        limits: None,
        stop_processing: rule.stop_processing,
        policy: rule.policy,
    }
}

/// What is kept of a run while it goes on.
struct Record {
    module_hash: String,
    fuel: u64,
    /// What the components took together; none without components.
    duration: Option<Duration>,
    input: serde_json::Map<String, Value>,
    runs: Vec<Value>,
    logs: Vec<Value>,
    limits: Option<Value>,
}

impl Record {
    fn new(given: &Given<'_>) -> Self {
        let mut input = serde_json::Map::new();
        input.insert("event".to_owned(), given.occasion.data.clone());
        input.insert("occurredAt".to_owned(), json!(given.occasion.occurred_at));
        Self {
            module_hash: String::new(),
            fuel: 0,
            duration: None,
            input,
            runs: Vec::new(),
            logs: Vec::new(),
            limits: None,
        }
    }

    fn execution(mut self, given: &Given<'_>, rule: &Ready, outcome: Outcome, started: Instant) -> Execution {
        if !self.runs.is_empty() {
            self.input.insert("runs".to_owned(), Value::Array(self.runs));
        }
        let measures = rule
            .condition
            .as_ref()
            .map(Condition::measures)
            .unwrap_or_default();
        if !measures.is_empty() {
            self.input
                .insert("measures".to_owned(), known::shown(given.known, &measures));
        }
        Execution {
            module_hash: self.module_hash,
            fuel: self.fuel,
            duration: self.duration.unwrap_or_else(|| started.elapsed()),
            input: Value::Object(self.input),
            logs: Value::Array(self.logs),
            conditions: rule.conditions(given.occasion, given.known),
            limits: self.limits,
            ..bare(rule, outcome, given.occasion)
        }
    }
}

impl Given<'_> {
    fn scene<'a>(&'a self, rule: &'a Ready) -> Scene<'a> {
        Scene {
            rule_id: rule.id,
            rule: &rule.name,
            fact: &self.occasion.fact,
            event: &self.told,
            today: self.today,
        }
    }
}
