//! Runs the rules that come due.

use async_trait::async_trait;
use futures::StreamExt;
use jiff::SignedDuration;
use pfms_runtime::error::chain;
use pfms_runtime::events::{HandleError, Outgoing};
use pfms_runtime::{Begun, Database, Error};
use sqlx::PgConnection;

use super::store::{self, Due};
use super::{Schedule, Tick};

/// How long a process that took a rule has to run it before another one may.
const LEASE: SignedDuration = SignedDuration::from_mins(1);
/// Rules that one look takes.
const BATCH: i64 = 64;
/// Rules that run at the same time in this process.
const AT_ONCE: usize = 8;

/// Runs a rule for a moment, as a consumer handles an event: first it is found out, without writing, what is to be
/// done, and then it is written in the transaction that also steps to the next moment.
#[async_trait]
pub trait Runs: Send + Sync + 'static {
    /// What was found out.
    type Plan: Send;

    /// Finds out what the rule does; nothing when it has gone, is switched off or does not take part now.
    async fn plan(&self, tick: &Tick) -> Result<Option<Self::Plan>, HandleError>;

    /// Writes it, and to the outbox what it leads to. What it returns is published with it.
    async fn apply(
        &self,
        transaction: &mut PgConnection,
        tick: &Tick,
        plan: Self::Plan,
    ) -> Result<Vec<Outgoing>, HandleError>;
}

/// Runs what is due.
pub struct Worker<R> {
    database: Database,
    runs: R,
}

impl<R: Runs> Worker<R> {
    /// Runs rules in this way.
    #[must_use]
    pub fn new(database: Database, runs: R) -> Self {
        Self { database, runs }
    }

    /// Runs all rules that are due.
    ///
    /// # Errors
    /// When the database does not answer. A rule that cannot be run is no error: it becomes due again.
    pub async fn work(&self) -> Result<(), Error> {
        loop {
            let now = self.database.clock().now();
            let taken = store::take(self.database.pool(), now, now + LEASE, BATCH).await?;
            if taken.is_empty() {
                return Ok(());
            }
            futures::stream::iter(taken)
                .for_each_concurrent(AT_ONCE, |due| async move {
                    if let Err(error) = self.run(&due).await {
                        tracing::warn!(user_id = %due.user_id, rule_id = %due.rule_id, error = %chain(&error),
                            "a rule that is due will be tried again");
                    }
                })
                .await;
        }
    }

    async fn run(&self, due: &Due) -> Result<(), HandleError> {
        let now = self.database.clock().now();
        let Some(schedule) = &due.schedule else {
            tracing::error!(user_id = %due.user_id, rule_id = %due.rule_id, "a stored schedule cannot be read");
            return self.commit(due, None, None).await;
        };
        let latest = Schedule::latest(schedule, due.moment, now, &due.zone);
        let tick = Tick::new(due.user_id, due.rule_id, latest, &due.zone);
        let plan = self.runs.plan(&tick).await?;
        let next = schedule.next(latest, &due.zone);
        self.commit(due, next, plan.map(|plan| (tick, plan))).await
    }

    async fn commit(
        &self,
        due: &Due,
        next: Option<jiff::Timestamp>,
        planned: Option<(Tick, R::Plan)>,
    ) -> Result<(), HandleError> {
        let Begun::Fresh(mut unit) = self.database.begin::<()>(due.user_id, None).await? else {
            return Err(Error::internal("a unit without a key was repeated").into());
        };
        // First, so that it holds off whoever else would run the rule for this moment.
        if !store::step(unit.connection(), due, next).await? {
            return Ok(());
        }
        if let Some((tick, plan)) = planned {
            for event in self.runs.apply(unit.connection(), &tick, plan).await? {
                unit.publish(event);
            }
        }
        unit.commit(()).await?;
        self.database.wake_relay();
        Ok(())
    }
}
