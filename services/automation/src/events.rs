//! What the service listens to, and what it publishes.

use std::collections::HashMap;

use async_trait::async_trait;
use pfms_proto::events::v1::{
    ExpenseCreated, ExpenseDeleted, ExpenseUpdated, NotificationSend, RuleExecuted, UserUpdated,
};
use pfms_runtime::events::{Event, HandleError, Handler, Outgoing};
use pfms_runtime::{Clock, Error, Violations};
use sqlx::PgConnection;

use crate::action::{Action, Notify};
use crate::execution::{Execution, Outcome};
use crate::fact::Fact;
use crate::run::Runner;
use crate::store;
use crate::store::people::Person;
use crate::trigger::Trigger;

/// The template of notifications whose rule leaves the title or the body empty.
const TEMPLATE: &str = "rule.matched";

/// Meets expenses with rules.
pub struct Expenses {
    /// Tells when rules ran.
    pub clock: Clock,
    /// Runs them.
    pub runner: Runner,
}

/// What the rules of a user make of an event.
pub struct Plan {
    fact: Fact,
    executions: Vec<Execution>,
}

#[async_trait]
impl Handler for Expenses {
    type Plan = Plan;

    async fn plan(&self, event: &Event) -> Result<Plan, HandleError> {
        let trigger: Trigger = event
            .name
            .parse()
            .map_err(|_| HandleError::Malformed(format!("{} is no trigger", event.name)))?;
        let fact = match trigger {
            Trigger::ExpenseCreated => Fact::try_from(event.data::<ExpenseCreated>()?),
            Trigger::ExpenseUpdated => Fact::try_from(event.data::<ExpenseUpdated>()?),
            Trigger::ExpenseDeleted => Fact::try_from(event.data::<ExpenseDeleted>()?),
        };
        let fact = fact.map_err(|violations: Violations| HandleError::Malformed(violations.to_string()))?;
        let executions = self.runner.run(event, trigger, &fact).await?;
        Ok(Plan { fact, executions })
    }

    fn is_idle(plan: &Plan) -> bool {
        plan.executions.is_empty()
    }

    async fn apply(
        &self,
        transaction: &mut PgConnection,
        event: &Event,
        plan: Plan,
    ) -> Result<Vec<Outgoing>, HandleError> {
        let Plan { fact, executions } = plan;
        let now = self.clock.now();
        let source = (event.id, event.name.as_str());
        let alive = store::executions::insert(transaction, event.user(), source, &executions, now).await?;
        let mut events = Vec::new();
        for execution in executions.iter().filter(|one| alive.contains(&one.rule_id)) {
            for action in execution.outcome.actions() {
                let Action::Notify(notify) = action;
                let send = notification(event, &fact, execution, notify);
                events.push(Outgoing::new(event.user(), now, &send)?);
            }
            let executed = RuleExecuted {
                user_id: event.user().to_string(),
                rule_id: execution.rule_id.to_string(),
                execution_id: execution.id.to_string(),
                event_id: event.id.to_string(),
                succeeded: !matches!(execution.outcome, Outcome::Failed { .. }),
                action_count: i32::try_from(execution.outcome.actions().len()).unwrap_or(i32::MAX),
            };
            events.push(Outgoing::new(event.user(), now, &executed)?);
        }
        Ok(events)
    }
}

fn notification(event: &Event, fact: &Fact, execution: &Execution, notify: &Notify) -> NotificationSend {
    let mut variables: HashMap<String, String> = [
        ("rule", execution.rule_name.clone()),
        ("amount", fact.amount.to_string()),
        ("category", fact.category.written.clone()),
        ("merchant", fact.merchant.written.clone()),
        ("description", fact.description.written.clone()),
        ("date", fact.date.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    let mut given = |name: &str, text: &str| {
        if notify.is_template || text.is_empty() {
            return text.to_owned();
        }
        // A component's own words are shown as they are: a variable's value is not read for variables.
        variables.insert(name.to_owned(), text.to_owned());
        format!("{{{{ {name} }}}}")
    };
    let title = given("title", &notify.title);
    let body = given("body", &notify.body);
    let refers: HashMap<String, pbjson_types::Value> = [
        ("ruleId", execution.rule_id.to_string()),
        ("expenseId", fact.expense_id.to_string()),
    ]
    .map(|(name, id)| (name.to_owned(), id.into()))
    .into();
    NotificationSend {
        user_id: event.user().to_string(),
        category: "rule".to_owned(),
        template_key: if title.is_empty() || body.is_empty() {
            TEMPLATE.to_owned()
        } else {
            String::new()
        },
        title,
        body,
        priority: notify.priority.name().to_owned(),
        variables,
        data: Some(refers.into()),
        about_user_id: String::new(),
        channels: Vec::new(),
    }
}

/// Remembers what rules are told about their owner.
pub struct People;

#[async_trait]
impl Handler for People {
    type Plan = Person;

    async fn plan(&self, event: &Event) -> Result<Person, HandleError> {
        let data = event.data::<UserUpdated>()?;
        let known = Person::default();
        let or = |text: String, other: String| if text.is_empty() { other } else { text };
        Ok(Person {
            currency: or(data.currency, known.currency),
            time_zone: or(data.time_zone, known.time_zone),
        })
    }

    async fn apply(
        &self,
        transaction: &mut PgConnection,
        event: &Event,
        person: Person,
    ) -> Result<Vec<Outgoing>, HandleError> {
        store::people::store(transaction, event.user(), &person, event.occurred_at)
            .await
            .map_err(|error: Error| error.into())
            .map(|()| Vec::new())
    }
}
