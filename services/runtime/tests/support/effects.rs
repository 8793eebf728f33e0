//! A service whose events write a row each, and fail as a test wants.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use pbjson_types::Empty;
use pfms_proto::event::EventData;
use pfms_proto::events::v1::{NotificationSend, RuleExecuted, UserCreated};
use pfms_runtime::events::{
    Claim, Consumer, Event, HandleError, Handler, JointHandler, Outgoing, Planned, outbox,
};
use pfms_runtime::testing::Harness;
use pfms_runtime::{Begun, Clock, Database, Error, Parts, Service};
use pfms_types::UserId;
use sqlx::PgConnection;
use uuid::Uuid;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("tests/effects");

/// The consumer's queue.
pub const CONSUMER: &str = "effects";

/// The text of an event of which nothing comes.
pub const IDLE: &str = "idle";

/// The text of an event that is known at a glance to be idle.
pub const IDLE_AT_A_GLANCE: &str = "idle at a glance";

/// The text of an event at which the glance fails.
pub const UNCLEAR: &str = "unclear";

/// The text of an event that cannot be looked up together with others.
pub const MUCH: &str = "much";

/// How a try fails.
#[derive(Clone, Copy)]
pub enum Fault {
    /// Something that is needed is away.
    Away,
    /// It fails before it writes.
    Failed,
    /// It fails after it has written.
    FailedAfterWriting,
    /// The event is not what its name says.
    Malformed,
}

#[derive(Default)]
struct Script {
    faults: Mutex<HashMap<String, VecDeque<Fault>>>,
    tries: Mutex<HashMap<String, usize>>,
    /// How many events were written at once, each time.
    together: Mutex<Vec<usize>>,
    /// The requests to which what was published belongs, by the event's text.
    correlations: Mutex<HashMap<String, String>>,
}

impl Script {
    fn plan(&self, event: &Event) -> Result<(String, bool), HandleError> {
        let text = if event.name == UserCreated::NAME {
            event.data::<UserCreated>()?.first_name
        } else {
            event.data::<NotificationSend>()?.title
        };
        *self.tries.lock().unwrap().entry(text.clone()).or_default() += 1;
        let fault = self
            .faults
            .lock()
            .unwrap()
            .get_mut(&text)
            .and_then(VecDeque::pop_front);
        let cause = "as the test wants";
        match fault {
            None => Ok((text, false)),
            Some(Fault::FailedAfterWriting) => Ok((text, true)),
            Some(Fault::Failed) => Err(Error::internal(cause).into()),
            Some(Fault::Malformed) => Err(HandleError::Malformed(cause.into())),
            Some(Fault::Away) => Err(Error::Unavailable {
                what: "something",
                cause: cause.into(),
            }
            .into()),
        }
    }

    async fn write(
        transaction: &mut PgConnection,
        event: &Event,
        (text, fail): (String, bool),
    ) -> Result<(), HandleError> {
        sqlx::query("INSERT INTO effects (event_id, user_id, text) VALUES ($1, $2, $3)")
            .bind(event.id)
            .bind(event.user_id)
            .bind(text)
            .execute(transaction)
            .await?;
        if fail {
            return Err(Error::internal("as the test wants").into());
        }
        Ok(())
    }
}

struct WriteRow(Arc<Script>);

#[async_trait]
impl Handler for WriteRow {
    type Plan = (String, bool);

    async fn plan(&self, event: &Event) -> Result<(String, bool), HandleError> {
        self.0.plan(event)
    }

    async fn idle(&self, events: &[&Event]) -> Result<Vec<bool>, HandleError> {
        let texts = events.iter().map(|event| event.data["title"].as_str());
        if texts.clone().any(|text| text == Some(UNCLEAR)) {
            return Err(HandleError::Malformed("as the test wants".into()));
        }
        Ok(texts.map(|text| text == Some(IDLE_AT_A_GLANCE)).collect())
    }

    fn is_idle((text, _): &(String, bool)) -> bool {
        text == IDLE
    }

    async fn apply(
        &self,
        transaction: &mut PgConnection,
        event: &Event,
        plan: (String, bool),
    ) -> Result<Vec<Outgoing>, HandleError> {
        Script::write(transaction, event, plan).await?;
        Ok(Vec::new())
    }
}

/// The same for several events at once. What it publishes about each is heard by nobody.
struct WriteRows(Arc<Script>);

#[async_trait]
impl JointHandler for WriteRows {
    type Found = ();
    type Plan = (String, bool);

    async fn find(&self, events: &[&Event]) -> Result<Option<Vec<()>>, HandleError> {
        let mut users: Vec<_> = events.iter().map(|event| event.user_id).collect();
        users.sort_unstable();
        users.dedup();
        assert_eq!(users.len(), events.len(), "one event of each user");
        let is_much = events.len() > 1 && events.iter().any(|event| event.data["title"] == MUCH);
        Ok((!is_much).then(|| vec![(); events.len()]))
    }

    async fn plan(&self, event: &Event, (): ()) -> Result<(String, bool), HandleError> {
        self.0.plan(event)
    }

    fn is_idle((text, _): &(String, bool)) -> bool {
        text == IDLE
    }

    async fn apply(
        &self,
        database: &Database,
        claim: Claim<'_>,
        planned: Vec<Planned<'_, (String, bool)>>,
    ) -> Result<HashSet<Uuid>, HandleError> {
        self.0.together.lock().unwrap().push(planned.len());
        let mut transaction = database.pool().begin().await?;
        let first = claim.take(&mut transaction).await?;
        let mut events = Vec::new();
        for Planned { event, scope, plan } in planned {
            if !first.contains(&event.id) {
                continue;
            }
            let executed = RuleExecuted {
                user_id: event.user_id.to_string(),
                ..RuleExecuted::default()
            };
            let made = scope.call(|| Outgoing::new(event.user(), event.occurred_at, &executed));
            self.0
                .correlations
                .lock()
                .unwrap()
                .insert(plan.0.clone(), made.as_ref().unwrap().correlation_id.clone());
            events.push(made?);
            Script::write(&mut transaction, event, plan).await?;
        }
        outbox::insert(&mut transaction, &events).await?;
        transaction.commit().await?;
        Ok(first)
    }
}

/// The running service.
pub struct Effects {
    pub harness: Harness,
    script: Arc<Script>,
    database: Database,
}

impl Effects {
    /// Starts it, with the broker at this URL or the usual one.
    pub async fn start(amqp_url: Option<String>) -> Self {
        let consumer = |script| Consumer::new(CONSUMER, WriteRow(script));
        Self::start_with(amqp_url, consumer).await
    }

    /// The same with effects of several events that are written at once.
    pub async fn start_joint(amqp_url: Option<String>) -> Self {
        let consumer = |script| Consumer::joint(CONSUMER, WriteRows(script));
        Self::start_with(amqp_url, consumer).await
    }

    async fn start_with(amqp_url: Option<String>, consumer: fn(Arc<Script>) -> Consumer) -> Self {
        let script = Arc::new(Script::default());
        let database = Arc::new(OnceLock::new());
        let service = {
            let (script, database) = (Arc::clone(&script), Arc::clone(&database));
            Service::new("effects", 0, move |context| {
                let _ = database.set(context.database);
                let consumer = consumer(Arc::clone(&script))
                    .on::<NotificationSend>()
                    .on::<UserCreated>();
                let parts = Parts::new().consumer(consumer);
                async { Ok(parts) }
            })
            .migrations(&MIGRATIONS)
        };
        let harness = Harness::start_with(vec![service], |settings| {
            if let Some(url) = amqp_url {
                settings.amqp_url = url;
            }
        })
        .await;
        let database: Database = database.get().cloned().unwrap();
        Self {
            harness,
            script,
            database,
        }
    }

    /// Lets the next tries of the event with this text fail, one for each fault.
    pub fn fail(&self, text: &str, faults: &[Fault]) {
        let faults = faults.iter().copied().collect();
        self.script.faults.lock().unwrap().insert(text.to_owned(), faults);
    }

    /// How often the event with this text was tried.
    pub fn tries(&self, text: &str) -> usize {
        self.script
            .tries
            .lock()
            .unwrap()
            .get(text)
            .copied()
            .unwrap_or_default()
    }

    /// How many events were written at once, at most.
    pub fn most_together(&self) -> usize {
        let together = self.script.together.lock().unwrap();
        together.iter().copied().max().unwrap_or_default()
    }

    /// The request to which belongs what was published because of the event with this text.
    pub fn correlation(&self, text: &str) -> Option<String> {
        self.script.correlations.lock().unwrap().get(text).cloned()
    }

    /// Commits events as a service's write does.
    pub async fn publish(&self, events: &[Outgoing]) {
        let begun = self
            .database
            .begin::<Empty>(events[0].user_id, None)
            .await
            .unwrap();
        let Begun::Fresh(mut unit) = begun else {
            panic!("there is no key to repeat an answer for")
        };
        for event in events {
            unit.publish(event.clone());
        }
        unit.commit(Empty {}).await.unwrap();
    }

    /// How many events are in the outbox.
    pub async fn waiting(&self) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM outbox")
            .fetch_one(self.database.pool())
            .await
            .unwrap()
    }

    /// How many events are noted as having taken effect.
    pub async fn noted(&self) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM inbox")
            .fetch_one(self.database.pool())
            .await
            .unwrap()
    }

    /// The effects on a user in their order, once there are this many or more.
    pub async fn of(&self, user_id: UserId, count: usize) -> Vec<String> {
        super::within(Duration::from_secs(30), "effects", || async {
            let texts: Vec<String> =
                sqlx::query_scalar("SELECT text FROM effects WHERE user_id = $1 ORDER BY seq")
                    .bind(user_id.uuid())
                    .fetch_all(self.database.pool())
                    .await
                    .unwrap();
            (texts.len() >= count).then_some(texts)
        })
        .await
    }

    /// Stops the service.
    pub async fn stop(self) {
        self.harness.stop().await;
    }
}

/// An event that tells the service to write this text.
pub fn event(user_id: UserId, text: &str) -> Outgoing {
    let send = NotificationSend {
        user_id: user_id.to_string(),
        title: text.to_owned(),
        ..NotificationSend::default()
    };
    Outgoing::new(user_id, Clock::system().now(), &send).unwrap()
}
