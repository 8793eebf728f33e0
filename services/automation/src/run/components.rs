//! Rules with code.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::civil::Date;
use pfms_plugin_host as host;
use pfms_runtime::Error;
use serde_json::{Value, json};

use super::modules::Modules;
use super::{Engine, Ready, Record, shown};
use crate::action::{Planned, of_component};
use crate::condition::Known;
use crate::execution::Outcome;
use crate::facts::{Gathered, Wanted};
use crate::occasion::Occasion;
use crate::rule::Component;
use crate::sandbox::{Loaded, Question};
use crate::store::people::Person;

/// Time that the components of one event may take together. The next event of the user waits for them.
const EVENT_BUDGET: Duration = Duration::from_secs(5);

/// What every rule of an event is given.
pub(super) struct Given<'a> {
    pub(super) occasion: &'a Occasion,
    pub(super) known: &'a Known,
    pub(super) today: Date,
    /// The event as it is told to webhooks.
    pub(super) told: Value,
    person: Person,
    modules: Modules,
    happened: host::Event,
    gathered: Gathered,
    /// Microseconds that components took so far.
    spent: AtomicU64,
}

impl<'a> Given<'a> {
    /// Asks for what the components of all rules want to know at once.
    pub(super) async fn new(
        engine: &Engine,
        occasion: &'a Occasion,
        person: Person,
        known: &'a Known,
        modules: Modules,
    ) -> Result<Self, Error> {
        let mut wanted = Wanted::default();
        for loaded in modules.values().filter_map(|module| module.loaded.as_ref().ok()) {
            wanted.add(&loaded.module().description().facts);
        }
        let happened = shown::event(&occasion.fact);
        let gathered = {
            let subject = shown::subject(occasion, &happened, &person);
            engine.facts.gather(&subject, &wanted).await?
        };
        Ok(Self {
            today: person.day_of(occasion.occurred_at),
            told: occasion.told(),
            happened,
            gathered,
            occasion,
            known,
            person,
            modules,
            spent: AtomicU64::new(0),
        })
    }

    fn facts(&self, requests: &[host::FactRequest]) -> host::Facts {
        let subject = shown::subject(self.occasion, &self.happened, &self.person);
        self.gathered.facts(&subject, requests)
    }
}

impl Engine {
    /// Asks a component of a rule what is to be done; `place` is the action that runs it, none for the one that
    /// decides. Nothing when the module does not exist any more.
    pub(super) async fn ask(
        &self,
        given: &Given<'_>,
        rule: &Ready,
        component: &Component,
        record: &mut Record,
        place: Option<usize>,
    ) -> Result<Option<Result<Vec<Planned>, Outcome>>, Error> {
        let Some(module) = given.modules.get(&component.module_id) else {
            return Ok(None);
        };
        if record.module_hash.is_empty() {
            record.module_hash.clone_from(&module.hash);
        }
        let loaded = match &module.loaded {
            Ok(loaded) => loaded,
            Err(outcome) => return Ok(Some(Err(outcome.clone()))),
        };
        let question = Question {
            context: shown::context(given.occasion, rule.id, &given.person),
            event: given.happened.clone(),
            facts: given.facts(&loaded.module().description().facts),
            config: component.config.json().to_string(),
        };
        record.keep(&module.hash, loaded, &question, component, place);
        if Duration::from_micros(given.spent.load(Ordering::Relaxed)) >= EVENT_BUDGET {
            let message = format!(
                "the components of your other rules took {} s for this event; make them faster, or fewer",
                EVENT_BUDGET.as_secs()
            );
            return Ok(Some(Err(Outcome::failed("EVENT_BUDGET_EXHAUSTED", &message))));
        }
        let evaluation = self.sandbox.evaluate(loaded, question).await?;
        let micros = u64::try_from(evaluation.duration.as_micros()).unwrap_or(u64::MAX);
        given.spent.fetch_add(micros, Ordering::Relaxed);
        record.fuel = record.fuel.saturating_add(evaluation.fuel);
        record.duration = Some(record.duration.unwrap_or_default() + evaluation.duration);
        record.logs.extend(lines(&evaluation.logs));
        Ok(Some(match evaluation.outcome {
            Err(error) => Err(error.into()),
            Ok(asked) => of_component(asked, &given.occasion.fact)
                .map_err(|problem| Outcome::failed("INVALID_ACTION", &problem)),
        }))
    }
}

impl Record {
    /// Keeps all that a replay of an evaluation needs beside the module.
    fn keep(
        &mut self,
        hash: &str,
        loaded: &Loaded,
        question: &Question,
        component: &Component,
        place: Option<usize>,
    ) {
        let facts = serde_json::to_value(&question.facts).unwrap_or_default();
        self.limits = Some(limits(loaded.limits()));
        let user = serde_json::to_value(&question.context.user).unwrap_or_default();
        self.input.insert("user".to_owned(), user);
        match place {
            None => {
                self.input.insert("facts".to_owned(), facts);
                self.input.insert("config".to_owned(), component.config.json());
            }
            Some(place) => self.runs.push(json!({
                "action": place,
                "moduleHash": hash,
                "facts": facts,
                "config": component.config.json(),
            })),
        }
    }
}

fn limits(limits: &host::Limits) -> Value {
    json!({
        "fuel": limits.fuel,
        "memoryBytes": limits.memory_bytes,
        "deadlineMillis": u64::try_from(limits.deadline.as_millis()).unwrap_or(u64::MAX),
        "outputBytes": limits.output_bytes,
        "logBytes": limits.log_bytes,
    })
}

fn lines(logs: &[host::LogLine]) -> Vec<Value> {
    logs.iter()
        .map(|line| json!({"level": line.level.as_str(), "message": line.message}))
        .collect()
}
