//! Events of several users that take effect together: one look-up and one commit for all of them.

use std::collections::HashSet;

use async_trait::async_trait;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use uuid::Uuid;

use super::{Claim, HandleError, Process, Scene};
use crate::Database;
use crate::error::chain;
use crate::events::Event;
use crate::telemetry::trace::Scope;

/// Most events that take effect together: enough that what a commit costs is spread thin.
const TOGETHER: usize = 32;
/// Events of one lane that are planned at the same time. What is planned at once takes effect at once; what takes its
/// time, such as a user's slow rules, holds up few others.
const PLANNED_AT_ONCE: usize = 4;

/// What a service does with events whose effects it can write for several users at once.
#[async_trait]
pub trait JointHandler: Send + Sync + 'static {
    /// What [`JointHandler::find`] looks up for one event.
    type Found: Send;
    /// What [`JointHandler::plan`] finds out and [`JointHandler::apply`] needs.
    type Plan: Send;

    /// Looks up what is needed to plan several events, of as many users; in their order. Nothing when that is too much
    /// to hold at once: then it is asked for each by itself, which must have an answer.
    async fn find(&self, events: &[&Event]) -> Result<Option<Vec<Self::Found>>, HandleError>;

    /// Finds out what is to be done, without writing. Earlier events of the same user have taken effect; what was
    /// found may be older.
    async fn plan(&self, event: &Event, found: Self::Found) -> Result<Self::Plan, HandleError>;

    /// As [`super::Handler::is_idle`].
    fn is_idle(_plan: &Self::Plan) -> bool {
        false
    }

    /// As [`super::Handler::idle`].
    async fn idle(&self, _events: &[&Event]) -> Result<Vec<bool>, HandleError> {
        Ok(Vec::new())
    }

    /// Writes what was planned for events of as many users, together with the claim that they take effect: in one
    /// statement with [`claiming!`](crate::claiming), or in one transaction with [`Claim::take`]. Gives the ids of those
    /// that had not taken effect before; nothing is written for the others. When it fails, nothing is written at all, and
    /// each event is handled again by itself: one that cannot be handled costs the others a repetition, and nothing else.
    async fn apply(
        &self,
        database: &Database,
        claim: Claim<'_>,
        planned: Vec<Planned<'_, Self::Plan>>,
    ) -> Result<HashSet<Uuid>, HandleError>;
}

/// An event with its plan.
pub struct Planned<'a, P> {
    /// The event.
    pub event: &'a Event,
    /// Where it belongs: what is published because of it is to be made there.
    pub scope: &'a Scope,
    /// What is to be done.
    pub plan: P,
}

/// The place of an event among those that came with it, and its plan.
type Placed<'a, P> = (usize, Result<Planned<'a, P>, HandleError>);

/// An event that is handled.
pub(crate) struct Entered {
    pub event: Event,
    pub scope: Scope,
}

pub(super) struct Joint<H>(pub H);

impl<H: JointHandler> Joint<H> {
    /// In one query; nothing when each is to be looked up by itself.
    async fn found(&self, events: &[Entered]) -> Vec<H::Found> {
        let events: Vec<&Event> = events.iter().map(|entered| &entered.event).collect();
        // An error shows itself again where it can be waited for, or counted against the one event.
        self.0.find(&events).await.ok().flatten().unwrap_or_default()
    }

    /// Lets take effect what is planned; gives the places of the events that are done with, and whether for the first
    /// time.
    async fn settle(&self, scene: &Scene<'_>, planned: Vec<Placed<'_, H::Plan>>) -> Vec<(usize, bool)> {
        let mut settled = Vec::with_capacity(planned.len());
        let (mut places, mut due) = (Vec::new(), Vec::new());
        for (place, planned) in planned {
            match planned {
                Ok(planned) if H::is_idle(&planned.plan) => settled.push((place, true)),
                Ok(planned) => {
                    places.push((place, planned.event.id));
                    due.push(planned);
                }
                // It is planned again by itself, where its failure is dealt with.
                Err(_) => {}
            }
        }
        if due.is_empty() {
            return settled;
        }
        match self.commit(scene, due).await {
            Ok(first) => settled.extend(places.into_iter().map(|(place, id)| (place, first.contains(&id)))),
            Err(error) => {
                let events = places.len();
                tracing::debug!(consumer = scene.consumer, events, error = %chain(&error), "not together");
            }
        }
        settled
    }

    /// Gives the ids of the events that had not taken effect before.
    async fn commit(
        &self,
        scene: &Scene<'_>,
        planned: Vec<Planned<'_, H::Plan>>,
    ) -> Result<HashSet<Uuid>, HandleError> {
        let claim = Claim::of(scene, planned.iter().map(|one| one.event));
        self.0.apply(scene.database, claim, planned).await
    }
}

#[async_trait]
impl<H: JointHandler> Process for Joint<H> {
    fn together(&self) -> usize {
        TOGETHER
    }

    async fn process(&self, scene: &Scene<'_>, event: &Event) -> Result<bool, HandleError> {
        let found = self.0.find(&[event]).await?;
        let Some(found) = found.and_then(|found| found.into_iter().next()) else {
            return Err(crate::Error::internal("nothing was found for an event by itself").into());
        };
        let plan = self.0.plan(event, found).await?;
        if H::is_idle(&plan) {
            return Ok(true);
        }
        let scope = Scope::current();
        let planned = Planned {
            event,
            scope: &scope,
            plan,
        };
        let first = self.commit(scene, vec![planned]).await?;
        Ok(!first.is_empty())
    }

    fn process_together<'a>(
        &'a self,
        scene: &'a Scene<'a>,
        events: &'a [Entered],
    ) -> BoxStream<'a, (usize, bool)> {
        stream::once(self.found(events))
            .flat_map(move |found| {
                stream::iter(events.iter().enumerate().zip(found))
                    .map(move |((place, Entered { event, scope }), found)| async move {
                        let plan = scope.run(self.0.plan(event, found)).await;
                        let planned = plan.map(|plan| Planned { event, scope, plan });
                        (place, planned)
                    })
                    .buffer_unordered(PLANNED_AT_ONCE)
                    .ready_chunks(TOGETHER)
            })
            .then(move |planned| self.settle(scene, planned))
            .flat_map(stream::iter)
            .boxed()
    }

    async fn idle(&self, events: &[&Event]) -> Result<Vec<bool>, HandleError> {
        self.0.idle(events).await
    }

    fn is_quick(&self) -> bool {
        true
    }
}
