//! Does the effects that are due.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use pfms_runtime::client::MeshChannel;
use pfms_runtime::error::chain;
use pfms_runtime::{Begun, Database, Error};
use sqlx::PgConnection;
use uuid::Uuid;

use super::expenses::Expenses;
use super::store::{self, Judged, Taken};
use super::{Status, Task, report};
use crate::store::rules;
use crate::webhook::{Courier, Letter, PING, RULE_ACTION};

/// How long a process that took effects has to do them before another one may: longer than those of one user, which
/// are done one after the other, can take.
const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// Users whose effects are done at the same time in this process. Each has one place, so that one whose receivers are
/// slow holds up nobody else.
const PLACES: usize = 64;
/// What it waits for more to come: when events come in quick succession, each commit would be a reason to look.
const GATHER: Duration = Duration::from_millis(10);
/// Tries, of which the last is about three hours after the first: less than the time for which the expense service
/// knows an effect again.
const MAX_ATTEMPTS: i32 = 12;
/// The pause after the first try; each is twice the one before.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(5);
/// The longest pause while a service of ours is away.
const LONGEST_AWAY: SignedDuration = SignedDuration::from_mins(1);
/// For how long a service of ours may be away before an effect is given up. It knows effects again for a day.
const GIVEN_UP_AFTER: SignedDuration = SignedDuration::from_hours(20);

/// How a try ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It happened; more about it in words.
    Done(String),
    /// It will never happen: why, as a reason and in words.
    Failed(&'static str, String),
    /// It may happen later: why it did not now.
    Again(&'static str, String),
    /// A service of ours is away, which is nobody's fault.
    Away(&'static str),
}

/// Does effects.
pub struct Worker {
    database: Database,
    expenses: Expenses,
    courier: Courier,
    busy: Busy,
}

/// The users whose effects are being done.
type Busy = Arc<Mutex<HashSet<Uuid>>>;

impl Worker {
    /// Does effects on expenses over a channel to the expense service.
    #[must_use]
    pub fn new(database: Database, expenses: MeshChannel, courier: Courier) -> Self {
        Self {
            database,
            expenses: Expenses::new(expenses),
            courier,
            busy: Busy::default(),
        }
    }

    /// Begins to do what is due, as far as there are places. It is called again when there is more to do or a place
    /// becomes free. What a process that ends leaves behind is taken over when its lease has run out.
    ///
    /// # Errors
    /// When the database does not answer. An effect that cannot be done is no error: it becomes due again.
    pub async fn work(self: Arc<Self>) -> Result<(), Error> {
        tokio::time::sleep(GATHER).await;
        loop {
            let busy: Vec<Uuid> = lock(&self.busy).iter().copied().collect();
            if busy.len() >= PLACES {
                return Ok(());
            }
            let now = self.database.clock().now();
            let taken = store::take(self.database.pool(), &busy, now, now + LEASE).await?;
            if taken.is_empty() {
                return Ok(());
            }
            let mut by_user: HashMap<Uuid, Vec<Taken>> = HashMap::new();
            for effect in taken {
                by_user.entry(effect.user_id.uuid()).or_default().push(effect);
            }
            for (user_id, mut effects) in by_user {
                effects.sort_unstable_by_key(|effect| effect.id);
                let place = Place::take(&self.busy, &self.database, user_id);
                let worker = Arc::clone(&self);
                tokio::spawn(async move {
                    for effect in &effects {
                        if let Err(error) = worker.attend(effect).await {
                            // Its lease runs out, and it is tried again.
                            tracing::warn!(effect = %effect.id, error = %chain(&error), "an effect was not settled");
                        }
                    }
                    drop(place);
                });
            }
        }
    }

    async fn attend(&self, taken: &Taken) -> Result<(), Error> {
        let outcome = match &*taken.task {
            Task::Apply(change) => self.expenses.apply(taken, change).await,
            Task::Create(expense) => self.expenses.create(taken, expense).await,
            Task::Call(message) => {
                let letter = letter(taken, RULE_ACTION, message.webhook_id, &message.payload);
                self.courier.deliver(taken.user_id, &letter).await?
            }
            Task::Ping { webhook_id } => {
                let data = serde_json::json!({"webhookId": webhook_id});
                let letter = letter(taken, PING, *webhook_id, &data);
                self.courier.deliver(taken.user_id, &letter).await?
            }
        };
        let now = self.database.clock().now();
        match next(&outcome, &taken.task, taken.attempts, taken.created_at, now) {
            Next::Settled(status, reason, detail) => self.settle(taken, status, (reason, &detail), now).await,
            Next::Again(due_at, reason, detail) => {
                store::postpone(self.database.pool(), taken, (reason, &detail), due_at, now).await
            }
        }
    }

    async fn settle(
        &self,
        taken: &Taken,
        status: Status,
        (reason, detail): (&str, &str),
        now: Timestamp,
    ) -> Result<(), Error> {
        let Begun::Fresh(mut unit) = self.database.begin::<()>(taken.user_id, None).await? else {
            return Err(Error::internal("a unit without a key was repeated"));
        };
        let judged = judge(unit.connection(), taken, status).await?;
        if !store::settle(unit.connection(), taken, status, (reason, detail), now).await? {
            // Another try ended it, and what was judged here is given up with the transaction.
            return Ok(());
        }
        if let (Some(judged), Some(rule_id)) = (judged, taken.rule_id) {
            unit.publish(report::failed(taken, &judged.rule, (reason, detail), now)?);
            if let Some(failures) = judged.switched_off_after {
                rules::withdraw(unit.connection(), taken.user_id, &[rule_id.into()]).await?;
                let problem = report::why(reason, detail);
                let rule = (rule_id.into(), judged.rule.as_str());
                unit.publish(report::switched_off(taken.user_id, rule, failures, problem, now)?);
            }
        }
        unit.commit(()).await
    }
}

/// What the end of an effect means for its rule: something when it failed and the rule still exists.
async fn judge(
    connection: &mut PgConnection,
    taken: &Taken,
    status: Status,
) -> Result<Option<Judged>, Error> {
    let (Some(rule_id), Some(execution_id)) = (taken.rule_id, taken.execution_id) else {
        return Ok(None);
    };
    if status == Status::Failed {
        return store::count_failure(connection, taken.user_id, rule_id, execution_id).await;
    }
    store::forget_failures(connection, taken, rule_id, execution_id).await?;
    Ok(None)
}

fn letter<'a>(
    taken: &Taken,
    kind: &'static str,
    webhook_id: Uuid,
    data: &'a serde_json::Value,
) -> Letter<'a> {
    Letter {
        message_id: taken.id,
        webhook_id: webhook_id.into(),
        kind,
        execution_id: taken.execution_id,
        attempt: taken.attempts,
        written_at: taken.created_at,
        data,
    }
}

/// What to do after a try.
#[derive(Debug, PartialEq, Eq)]
enum Next<'a> {
    Settled(Status, &'a str, String),
    Again(Timestamp, &'a str, String),
}

fn next<'a>(
    outcome: &'a Outcome,
    task: &Task,
    attempts: i32,
    created_at: Timestamp,
    now: Timestamp,
) -> Next<'a> {
    match outcome {
        Outcome::Done(detail) => Next::Settled(Status::Done, "", detail.clone()),
        Outcome::Failed(reason, detail) => Next::Settled(Status::Failed, reason, detail.clone()),
        Outcome::Again(reason, detail) => {
            // Who tries a webhook waits for the answer, and tries again himself.
            if attempts >= MAX_ATTEMPTS || matches!(task, Task::Ping { .. }) {
                Next::Settled(Status::Failed, reason, detail.clone())
            } else {
                Next::Again(now + pause(attempts), reason, detail.clone())
            }
        }
        Outcome::Away(detail) => {
            let reason = "UNAVAILABLE";
            if now >= created_at + GIVEN_UP_AFTER {
                Next::Settled(Status::Failed, reason, (*detail).to_owned())
            } else {
                Next::Again(
                    now + pause(attempts).min(LONGEST_AWAY),
                    reason,
                    (*detail).to_owned(),
                )
            }
        }
    }
}

/// The pause after so many tries.
fn pause(attempts: i32) -> SignedDuration {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(16);
    FIRST_PAUSE.saturating_mul(1 << doublings)
}

/// A user's place, until it is dropped.
struct Place {
    busy: Busy,
    database: Database,
    user_id: Uuid,
}

impl Place {
    fn take(busy: &Busy, database: &Database, user_id: Uuid) -> Self {
        lock(busy).insert(user_id);
        Self {
            busy: Arc::clone(busy),
            database: database.clone(),
            user_id,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        lock(&self.busy).remove(&self.user_id);
        // There may be more for this user, or for one who found no place.
        self.database.wake_relay();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Timestamp = Timestamp::UNIX_EPOCH;

    fn call() -> Task {
        Task::Call(super::super::Message {
            webhook_id: Uuid::nil(),
            payload: serde_json::json!({}),
        })
    }

    #[test]
    fn pauses_grow_and_end_within_a_day() {
        assert_eq!(
            [1, 2, 3, 4].map(|attempts| pause(attempts).as_secs()),
            [5, 10, 20, 40]
        );
        let all: i64 = (1..MAX_ATTEMPTS).map(|attempts| pause(attempts).as_secs()).sum();
        assert!((2 * 3600..4 * 3600).contains(&all), "{all}");
        assert!(pause(i32::MAX) > SignedDuration::from_hours(24));
    }

    #[test]
    fn tries_are_counted_but_not_while_we_are_away() {
        let again = Outcome::Again("TIMEOUT", "too slow".to_owned());
        let tried = |outcome: &Outcome, attempts| match next(outcome, &call(), attempts, T, T) {
            Next::Settled(status, ..) => Some(status),
            Next::Again(..) => None,
        };
        assert_eq!(tried(&again, MAX_ATTEMPTS - 1), None);
        assert_eq!(tried(&again, MAX_ATTEMPTS), Some(Status::Failed));
        let away = Outcome::Away("away");
        assert_eq!(tried(&away, 1_000), None);
        let late = T + GIVEN_UP_AFTER;
        assert!(matches!(
            next(&away, &call(), 1_000, T, late),
            Next::Settled(Status::Failed, "UNAVAILABLE", _)
        ));
    }

    #[test]
    fn a_ping_is_tried_once() {
        let again = Outcome::Again("TIMEOUT", String::new());
        let ping = Task::Ping {
            webhook_id: Uuid::nil(),
        };
        assert!(matches!(
            next(&again, &ping, 1, T, T),
            Next::Settled(Status::Failed, "TIMEOUT", _)
        ));
    }
}
