//! Does the pages that are due.

use std::sync::Arc;

use futures::{StreamExt as _, TryStreamExt as _};
use jiff::SignedDuration;
use pfms_plugin_host as host;
use pfms_proto::expense::v1::ApplyRuleActionsRequest;
use pfms_proto::expense::v1::expense_internal_service_client::ExpenseInternalServiceClient;
use pfms_runtime::client::MeshChannel;
use pfms_runtime::error::chain;
use pfms_runtime::{Database, Error};
use pfms_types::UserId;
use tonic::Code;
use uuid::Uuid;

use super::past::occasion;
use super::progress::Fate;
use super::store::{self, Taken};
use super::{Kind, Run};
use crate::action::{Deed, Planned, Standing};
use crate::derived;
use crate::execution::Execution;
use crate::fact::Fact;
use crate::rule::Draft;
use crate::run::{Engine, Rehearsal};

/// Expenses of a page: few enough that a page of slow components ends well within its lease.
const PAGE: i32 = 200;
/// How long a process has for a page before another one may do it.
const LEASE: SignedDuration = SignedDuration::from_mins(10);
/// Expenses of a page that are looked at, or changed, at the same time.
const AT_ONCE: usize = 4;
/// Pages that are done at the same time in this process.
const PLACES: usize = 2;
/// The pause after a page that could not be done.
const PAUSE: SignedDuration = SignedDuration::from_secs(5);
/// Failures in a row after which a run is given up: half an hour of them.
const MAX_FAILURES: i32 = 360;

/// Does pages.
#[derive(Clone)]
pub struct Worker {
    database: Database,
    engine: Engine,
    expenses: MeshChannel,
}

impl Worker {
    /// With a channel to the expense service.
    #[must_use]
    pub fn new(database: Database, engine: Engine, expenses: MeshChannel) -> Self {
        Self {
            database,
            engine,
            expenses,
        }
    }

    /// Does pages until none is due.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn work(self: Arc<Self>) -> Result<(), Error> {
        let places = (0..PLACES).map(|_| self.work_alone());
        futures::future::try_join_all(places).await.map(drop)
    }

    async fn work_alone(&self) -> Result<(), Error> {
        loop {
            let now = self.database.clock().now();
            let Some(taken) = store::take(self.database.pool(), now, now + LEASE).await? else {
                return Ok(());
            };
            if let Err(error) = self.page(&taken).await {
                self.failed(&taken, &error).await?;
            }
        }
    }

    async fn failed(&self, taken: &Taken, error: &Error) -> Result<(), Error> {
        let now = self.database.clock().now();
        let run = taken.run.id;
        tracing::warn!(%run, error = %chain(error), "a page of the past could not be done");
        if taken.failures + 1 < MAX_FAILURES {
            return store::postpone(self.database.pool(), taken, now + PAUSE).await;
        }
        let message = "the expenses could not be read or changed for half an hour; begin another run later";
        store::fail(self.database.pool(), taken, message, now).await
    }

    async fn page(&self, taken: &Taken) -> Result<(), Error> {
        let Taken {
            user_id,
            run,
            after_id,
            ..
        } = taken;
        let user_id = *user_id;
        let id = run.rule_id.map_or(run.id.uuid(), crate::rule::RuleId::uuid);
        let Ok(draft) = Draft::parse(run.rule.clone()) else {
            let now = self.database.clock().now();
            return store::fail(
                self.database.pool(),
                taken,
                "the rule cannot be read any more",
                now,
            )
            .await;
        };
        let rehearsal = self.engine.rehearsal(user_id, id, draft).await?;
        let days = (run.start, run.end);
        let (expenses, total) = self.engine.facts.history(user_id, *after_id, PAGE, days).await?;
        let has_ended = expenses.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
        let last = expenses.last().and_then(|expense| expense.id.parse().ok());
        let mut progress = run.progress.clone();
        progress.total = progress.total.or(total);
        let mut looked_at = futures::stream::iter(expenses)
            .map(|expense| self.look(user_id, run, &rehearsal, expense))
            .buffered(AT_ONCE);
        while let Some(seen) = looked_at.try_next().await? {
            match seen {
                None => progress.pass(),
                Some(Seen {
                    fact,
                    execution,
                    fates,
                }) => progress.add(&fact, &execution.outcome, &fates),
            }
        }
        let now = self.database.clock().now();
        store::advance(self.database.pool(), taken, &progress, last, has_ended, now).await
    }

    async fn look(
        &self,
        user_id: UserId,
        run: &Run,
        rehearsal: &Rehearsal,
        expense: host::Expense,
    ) -> Result<Option<Seen>, Error> {
        let occasion = occasion(user_id, &rehearsal.person, expense)?;
        let Some(execution) = self.engine.rehearse(rehearsal, &occasion).await? else {
            return Ok(None);
        };
        let mut fates = Vec::new();
        for (place, action) in execution.outcome.actions().iter().enumerate() {
            fates.push(match run.kind {
                Kind::Backtest => Fate::Counted,
                Kind::Apply => self.apply(user_id, run, &execution, place, action).await?,
            });
        }
        Ok(Some(Seen {
            fact: occasion.fact,
            execution,
            fates,
        }))
    }

    /// Does what is done for the past: to the expense, and nothing that a person or another system would hear of.
    async fn apply(
        &self,
        user_id: UserId,
        run: &Run,
        execution: &Execution,
        place: usize,
        action: &Planned,
    ) -> Result<Fate, Error> {
        let (expense_id, category_id, add_tags) = match &action.standing {
            Standing::Due(Deed::Categorize {
                expense_id,
                category_id,
            }) => (*expense_id, category_id.to_string(), Vec::new()),
            Standing::Due(Deed::Tag { expense_id, tags }) => (*expense_id, String::new(), tags.clone()),
            Standing::Due(Deed::Log(_)) | Standing::Done(_) => return Ok(Fate::Done),
            Standing::Due(_) | Standing::Refused(_) => return Ok(Fate::Skipped),
        };
        let request = ApplyRuleActionsRequest {
            expense_id: expense_id.to_string(),
            category_id,
            add_tags,
            rule_chain: vec![execution.rule_id.to_string()],
            effect_id: effect_id(run.id.uuid(), expense_id, place).to_string(),
        };
        let answer = ExpenseInternalServiceClient::new(self.expenses.acting_for(user_id))
            .apply_rule_actions(request)
            .await;
        match answer {
            Ok(answer) if answer.get_ref().changed => Ok(Fate::Done),
            Ok(_) => Ok(Fate::Unchanged),
            // Deleted meanwhile, or what the rule wants cannot be: that is this expense's lot, not the run's.
            Err(status) if is_final(status.code()) => Ok(Fate::Skipped),
            Err(status) => Err(status.into()),
        }
    }
}

/// What a rule made of an expense.
struct Seen {
    fact: Fact,
    execution: Execution,
    fates: Vec<Fate>,
}

/// Stays the same when a page is done again, so that its effects happen once.
fn effect_id(run: Uuid, expense: Uuid, place: usize) -> Uuid {
    derived::id(&[
        b"history effect",
        run.as_bytes(),
        expense.as_bytes(),
        &place.to_be_bytes(),
    ])
}

fn is_final(code: Code) -> bool {
    matches!(
        code,
        Code::NotFound | Code::InvalidArgument | Code::FailedPrecondition
    )
}
