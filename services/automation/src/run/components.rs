//! Rules with code.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures::{StreamExt, TryStreamExt};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use pfms_plugin_host as host;
use pfms_runtime::Error;
use pfms_runtime::events::Event;
use serde_json::{Value, json};

use super::{Coded, Runner, execution};
use crate::action::Action;
use crate::execution::{Execution, Outcome};
use crate::expenses::{day, logged, shown, written};
use crate::fact::Fact;
use crate::sandbox::Question;
use crate::store;
use crate::store::people::Person;
use crate::trigger::Trigger;

/// Components of one event that run or wait for their turn at the same time: one user's rules never queue up in
/// front of another's.
const AT_ONCE: usize = 2;
/// Time that the components of one event may take together. The next event of the user waits for them.
const EVENT_BUDGET: Duration = Duration::from_secs(5);

/// What a rule's component turned out to be.
type Loaded = Result<Arc<host::Module>, Outcome>;

impl Runner {
    /// Runs components whose rules' conditions hold, in the rules' order.
    pub(super) async fn run_components(
        &self,
        event: &Event,
        trigger: Trigger,
        fact: &Fact,
        rules: Vec<Coded>,
    ) -> Result<Vec<Execution>, Error> {
        let modules = self.modules(event, &rules).await?;
        let recent = self.facts(event, fact, modules.values()).await?;
        let person = store::people::find(self.database.pool(), event.user()).await?;
        let given = Given {
            event,
            happened: happened(trigger, fact),
            day: fact.date,
            recent,
            person,
        };
        let spent = AtomicU64::new(0);
        futures::stream::iter(rules)
            .map(|rule| {
                let module = modules.get(&rule.hash).cloned();
                self.run_component(&given, &spent, rule, module)
            })
            .buffered(AT_ONCE)
            .try_filter_map(|execution| std::future::ready(Ok(execution)))
            .try_collect()
            .await
    }

    /// Nothing when the module was deleted together with its rule.
    async fn run_component(
        &self,
        given: &Given<'_>,
        spent: &AtomicU64,
        rule: Coded,
        module: Option<Loaded>,
    ) -> Result<Option<Execution>, Error> {
        let started = Instant::now();
        let module = match module {
            None => return Ok(None),
            Some(Err(outcome)) => {
                let input = json!({"event": given.event.data});
                let mut failed = execution(&rule.rule, outcome, started, input);
                failed.module_hash = rule.hash;
                return Ok(Some(failed));
            }
            Some(Ok(module)) => module,
        };
        let question = given.question(&rule, &module);
        let input = given.input(&rule, &question);
        if Duration::from_micros(spent.load(Ordering::Relaxed)) >= EVENT_BUDGET {
            let message = format!(
                "the components of your other rules took {} s for this event; make them faster, or fewer",
                EVENT_BUDGET.as_secs()
            );
            let outcome = Outcome::failed("EVENT_BUDGET_EXHAUSTED", &message);
            let mut failed = execution(&rule.rule, outcome, started, input);
            failed.module_hash = rule.hash;
            return Ok(Some(failed));
        }
        let evaluation = self.sandbox.evaluate(module, question).await?;
        let micros = u64::try_from(evaluation.duration.as_micros()).unwrap_or(u64::MAX);
        spent.fetch_add(micros, Ordering::Relaxed);
        Ok(Some(Execution {
            module_hash: rule.hash,
            fuel: evaluation.fuel,
            duration: evaluation.duration,
            logs: lines(&evaluation.logs),
            ..execution(
                &rule.rule,
                decided(rule.actions, evaluation.outcome),
                started,
                input,
            )
        }))
    }

    async fn modules(&self, event: &Event, rules: &[Coded]) -> Result<HashMap<String, Loaded>, Error> {
        let mut modules = HashMap::new();
        for hash in rules.iter().map(|rule| &rule.hash) {
            if modules.contains_key(hash) {
                continue;
            }
            if let Some(module) = self.sandbox.loaded(hash) {
                modules.insert(hash.clone(), Ok(module));
                continue;
            }
            let content = store::modules::content(self.database.pool(), event.user(), hash).await?;
            let Some(content) = content else { continue };
            let loaded = self.sandbox.load(content).await?;
            let loaded = loaded.map_err(|error| Outcome::failed(error.reason(), &error.to_string()));
            modules.insert(hash.clone(), loaded);
        }
        Ok(modules)
    }

    /// The expenses that the modules ask for, those of all of them in one answer.
    ///
    /// They are read after the event was committed, so they would hold the event's own expense. It is taken out:
    /// a rule counts it once, from the event.
    async fn facts(
        &self,
        event: &Event,
        fact: &Fact,
        modules: impl Iterator<Item = &Loaded>,
    ) -> Result<Vec<host::Expense>, Error> {
        let requests = modules
            .flatten()
            .flat_map(|module| module.description().facts.clone());
        let mut widest = None;
        for request in requests {
            let host::FactRequest::RecentExpenses { days, limit, .. } = request else {
                continue;
            };
            let (most_days, most) = widest.unwrap_or((0, 0));
            widest = Some((days.max(most_days), limit.max(most)));
        }
        let Some((days, limit)) = widest else {
            return Ok(Vec::new());
        };
        // One more than asked for takes the place of the event's own.
        let mut recent = self
            .expenses
            .recent(event.user(), first_day(fact.date, days), usize::from(limit) + 1)
            .await?;
        let own = fact.expense_id.to_string();
        recent.retain(|expense| expense.id != own);
        Ok(recent)
    }
}

/// What every rule of an event is given.
struct Given<'a> {
    event: &'a Event,
    happened: host::Event,
    day: Date,
    recent: Vec<host::Expense>,
    person: Person,
}

impl Given<'_> {
    fn question(&self, rule: &Coded, module: &host::Module) -> Question {
        let recent_expenses = module
            .description()
            .facts
            .iter()
            .find_map(|request| match request {
                host::FactRequest::RecentExpenses { days, limit, .. } => {
                    let since = day(first_day(self.day, *days));
                    // The latest are first in the widest list, so they are first in each narrower one.
                    let asked = self.recent.iter().filter(|expense| expense.date >= since);
                    Some(asked.take(usize::from(*limit)).cloned().collect())
                }
                _ => None,
            });
        Question {
            context: self.context(rule),
            event: self.happened.clone(),
            facts: host::Facts {
                recent_expenses,
                ..host::Facts::default()
            },
            config: rule.config.json().to_string(),
        }
    }

    fn context(&self, rule: &Coded) -> host::Context {
        let at = self.event.occurred_at;
        let zone = TimeZone::get(&self.person.time_zone).unwrap_or(TimeZone::UTC);
        let local = at.to_zoned(zone);
        host::Context {
            event_id: self.event.id.to_string(),
            rule_id: rule.rule.id.to_string(),
            occurred_at: host::Instant {
                seconds: at.as_second(),
                nanoseconds: at.subsec_nanosecond().unsigned_abs(),
            },
            user: host::User {
                currency: self.person.currency.clone(),
                time_zone: self.person.time_zone.clone(),
                utc_offset_seconds: local.offset().seconds(),
                today: day(local.date()),
            },
        }
    }

    /// All that a replay needs beside the module.
    fn input(&self, rule: &Coded, question: &Question) -> Value {
        let user = &question.context.user;
        let recent = question.facts.recent_expenses.as_ref();
        json!({
            "event": self.event.data,
            "occurredAt": self.event.occurred_at,
            "user": {
                "currency": user.currency,
                "timeZone": user.time_zone,
                "utcOffsetSeconds": user.utc_offset_seconds,
                "today": written(user.today),
            },
            "facts": {
                "recentExpenses": recent.map(|recent| recent.iter().map(logged).collect::<Vec<_>>()),
            },
            "config": rule.config.json(),
        })
    }
}

fn happened(trigger: Trigger, fact: &Fact) -> host::Event {
    match trigger {
        Trigger::ExpenseCreated => host::Event::ExpenseCreated(shown(fact)),
        Trigger::ExpenseUpdated => host::Event::ExpenseUpdated(shown(fact)),
        Trigger::ExpenseDeleted => host::Event::ExpenseDeleted(shown(fact)),
    }
}

/// The first of so many days that end with this one.
fn first_day(last: Date, days: u16) -> Date {
    last.saturating_sub((i64::from(days) - 1).days())
}

/// The rule's own actions come first; both are taken only when the component asks for at least one.
fn decided(mut actions: Vec<Action>, answer: Result<Vec<host::Action>, host::EvaluateError>) -> Outcome {
    match answer.map(Action::of_component) {
        Err(error) => error.into(),
        Ok(Err(problem)) => Outcome::failed("INVALID_ACTION", &problem),
        Ok(Ok(asked)) if asked.is_empty() => Outcome::NoAction,
        Ok(Ok(asked)) => {
            actions.extend(asked);
            Outcome::Succeeded(actions)
        }
    }
}

fn lines(logs: &[host::LogLine]) -> Value {
    logs.iter()
        .map(|line| json!({"level": line.level.as_str(), "message": line.message}))
        .collect()
}
