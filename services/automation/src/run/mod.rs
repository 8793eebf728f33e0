//! What the rules of a user make of an event.

mod components;

use std::sync::Arc;
use std::time::Instant;

use pfms_runtime::events::Event;
use pfms_runtime::{Database, Error, Violations};
use serde_json::{Value, json};

use crate::action::Action;
use crate::condition::Condition;
use crate::config::Config;
use crate::execution::{Execution, ExecutionId, Outcome};
use crate::expenses::Expenses;
use crate::fact::Fact;
use crate::sandbox::Sandbox;
use crate::store;
use crate::store::index::Candidate;
use crate::trigger::Trigger;

/// Runs rules.
pub struct Runner {
    /// Where rules are.
    pub database: Database,
    /// Where their components run.
    pub sandbox: Arc<Sandbox>,
    /// Where their facts come from.
    pub expenses: Expenses,
}

/// A rule with a component, whose condition holds.
struct Coded {
    rule: Candidate,
    actions: Vec<Action>,
    hash: String,
    config: Config,
}

impl Runner {
    /// Finds the rules that match an event, and what each of them wants done. Nothing is written.
    ///
    /// # Errors
    /// When the database, the sandbox or the expense service does not answer. That a rule fails is an execution.
    pub async fn run(&self, event: &Event, trigger: Trigger, fact: &Fact) -> Result<Vec<Execution>, Error> {
        let candidates = store::index::candidates(self.database.pool(), event.user(), trigger, fact).await?;
        let mut executions = Vec::new();
        let mut coded = Vec::new();
        for mut rule in candidates {
            let started = Instant::now();
            let input = || json!({"event": event.data});
            match readable(&mut rule) {
                Ok((condition, _)) if condition.as_ref().is_some_and(|condition| !condition.holds(fact)) => {}
                Ok((_, actions)) => match rule.hash.take() {
                    Some(hash) => {
                        let config = rule.config.take().map(Config::stored).unwrap_or_default();
                        coded.push(Coded {
                            rule,
                            actions,
                            hash,
                            config,
                        });
                    }
                    None => executions.push(execution(&rule, Outcome::Succeeded(actions), started, input())),
                },
                Err(problem) => {
                    tracing::error!(rule_id = %rule.id, %problem, "a stored rule cannot be read");
                    let outcome = Outcome::failed(
                        "RULE_UNREADABLE",
                        "the rule cannot be read any more; save it again",
                    );
                    executions.push(execution(&rule, outcome, started, input()));
                }
            }
        }
        if !coded.is_empty() {
            executions.extend(self.run_components(event, trigger, fact, coded).await?);
        }
        // Components end in any order; the log lists by id, and shall list them in the order of their rules.
        for execution in &mut executions {
            execution.id = ExecutionId::generate();
        }
        Ok(executions)
    }
}

fn readable(rule: &mut Candidate) -> Result<(Option<Condition>, Vec<Action>), Violations> {
    let mut violations = Violations::default();
    let condition = rule
        .condition
        .take()
        .and_then(|condition| Condition::parse(&mut violations, "condition", condition.0));
    let actions = Action::parse_all(&mut violations, std::mem::take(&mut rule.actions.0));
    if violations.is_empty() {
        Ok((condition, actions))
    } else {
        Err(violations)
    }
}

fn execution(rule: &Candidate, outcome: Outcome, started: Instant, input: Value) -> Execution {
    Execution {
        id: ExecutionId::generate(),
        rule_id: rule.id.into(),
        rule_name: rule.name.clone(),
        outcome,
        module_hash: String::new(),
        fuel: 0,
        duration: started.elapsed(),
        input,
        logs: json!([]),
    }
}
