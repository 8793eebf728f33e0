//! What the service listens to.

use std::collections::HashSet;

use async_trait::async_trait;
use pfms_proto::event::{EventData, EventVisitor};
use pfms_proto::events::v1::UserUpdated;
use pfms_runtime::events::{Claim, Consumer, Event, HandleError, Handler, JointHandler, Outgoing, Planned};
use pfms_runtime::{Database, Violations, parse};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::occasion::Occasion;
use crate::run::{Engine, Met, Plan};
use crate::store::index::Found;
use crate::store::people::Person;
use crate::{schedule, store};

/// Meets events with rules.
pub struct Rules {
    /// Runs them.
    pub engine: Engine,
}

impl Rules {
    /// A consumer of every event that rules may be triggered by. Its name is from the time when those were expenses'
    /// events, and names a queue that is in use.
    #[must_use]
    pub fn consumer(self) -> Consumer {
        let mut bind = Bind(Vec::new());
        pfms_proto::visit_triggers(&mut bind);
        let consumer = Consumer::joint("automation.expenses", self);
        bind.0.into_iter().fold(consumer, |consumer, bind| bind(consumer))
    }
}

/// Binds a consumer to each of the events that were visited.
struct Bind(Vec<fn(Consumer) -> Consumer>);

impl EventVisitor for Bind {
    fn visit<D: EventData>(&mut self) {
        self.0.push(Consumer::on::<D>);
    }
}

/// An event that was looked up: what it is, or what is wrong with it, and the rules that it may match.
pub struct LookedUp {
    occasion: Result<Occasion, Violations>,
    found: Found,
}

#[async_trait]
impl JointHandler for Rules {
    type Found = LookedUp;
    type Plan = (Occasion, Plan);

    async fn find(&self, events: &[&Event]) -> Result<Option<Vec<LookedUp>>, HandleError> {
        let occasions: Vec<_> = events.iter().map(|event| Occasion::of_event(event)).collect();
        let readable: Vec<_> = occasions.iter().map(|occasion| occasion.as_ref().ok()).collect();
        let found = store::index::candidates(&self.engine.database, &readable).await?;
        Ok(found.map(|found| {
            let looked_up = occasions.into_iter().zip(found);
            looked_up
                .map(|(occasion, found)| LookedUp { occasion, found })
                .collect()
        }))
    }

    async fn plan(&self, _: &Event, found: LookedUp) -> Result<Self::Plan, HandleError> {
        let LookedUp { occasion, found } = found;
        let occasion = occasion.map_err(|violations| HandleError::Malformed(violations.to_string()))?;
        let plan = self.engine.plan_with(&occasion, found).await?;
        Ok((occasion, plan))
    }

    fn is_idle((_, plan): &Self::Plan) -> bool {
        plan.is_idle()
    }

    async fn idle(&self, events: &[&Event]) -> Result<Vec<bool>, HandleError> {
        // One that cannot be read is not passed over: planning it says what is wrong with it.
        let occasions: Vec<_> = events
            .iter()
            .map(|event| Occasion::of_event(event).ok())
            .collect();
        let met = store::index::met(&self.engine.database, &occasions).await?;
        let idle = occasions
            .iter()
            .zip(met)
            .map(|(occasion, met)| occasion.is_some() && !met);
        Ok(idle.collect())
    }

    async fn apply(
        &self,
        _: &Database,
        claim: Claim<'_>,
        planned: Vec<Planned<'_, Self::Plan>>,
    ) -> Result<HashSet<Uuid>, HandleError> {
        let met = planned.into_iter().map(|planned| {
            let (occasion, plan) = planned.plan;
            Met {
                occasion,
                plan,
                scope: planned.scope,
            }
        });
        Ok(self.engine.settle(&claim, met.collect()).await?)
    }
}

/// Remembers what rules are told about their owner.
pub struct People {
    /// Tells the time, from which on schedules are counted anew.
    pub database: Database,
}

#[async_trait]
impl Handler for People {
    type Plan = Person;

    async fn plan(&self, event: &Event) -> Result<Person, HandleError> {
        let data = event.data::<UserUpdated>()?;
        let known = Person::default();
        let or = |text: String, other: String| if text.is_empty() { other } else { text };
        let mut violations = Violations::default();
        let mut limit = |field: &str, limit: Option<pfms_proto::types::v1::Money>| {
            limit.and_then(|limit| parse::money(&mut violations, field, Some(&limit)))
        };
        let person = Person {
            daily_limit: limit("dailyBudgetLimit", data.daily_budget_limit),
            monthly_limit: limit("monthlyBudgetLimit", data.monthly_budget_limit),
            currency: or(data.currency, known.currency),
            time_zone: or(data.time_zone, known.time_zone),
        };
        if violations.is_empty() {
            Ok(person)
        } else {
            Err(HandleError::Malformed(violations.to_string()))
        }
    }

    async fn apply(
        &self,
        transaction: &mut PgConnection,
        event: &Event,
        person: Person,
    ) -> Result<Vec<Outgoing>, HandleError> {
        let user_id = event.user();
        if store::people::store(transaction, user_id, &person, event.occurred_at).await? {
            let now = self.database.clock().now();
            schedule::rezone(transaction, user_id, &person.time_zone, now).await?;
        }
        Ok(Vec::new())
    }
}
