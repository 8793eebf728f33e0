//! What registering makes other services do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use pfms_proto::events::v1::UserCreated;
use pfms_runtime::events::{Consumer, Event, HandleError, Handler, Outgoing, outbox};
use pfms_runtime::testing::{Harness, eventually};
use pfms_runtime::{Parts, Service};
use sqlx::PgConnection;
use sqlx::migrate::Migrator;
use support::{EMAIL, anonymous, registration};

static NO_TABLES: Migrator = Migrator::DEFAULT;

#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<Event>>>);

#[async_trait]
impl Handler for Seen {
    type Plan = ();

    async fn plan(&self, _: &Event) -> Result<(), HandleError> {
        Ok(())
    }

    async fn apply(&self, _: &mut PgConnection, event: &Event, (): ()) -> Result<Vec<Outgoing>, HandleError> {
        self.0.lock().unwrap().push(event.clone());
        Ok(Vec::new())
    }
}

fn probe(seen: Seen) -> Service {
    Service::new("probe", 0, move |_| {
        let seen = seen.clone();
        async move { Ok(Parts::new().consumer(Consumer::new("probe.user-created", seen).on::<UserCreated>())) }
    })
    .migrations(&NO_TABLES)
}

#[tokio::test]
async fn user_created_takes_effect_once() {
    let seen = Seen::default();
    let harness = Harness::start(vec![probe(seen.clone()), pfms_auth::service()]).await;
    let request = |key: &str| {
        let mut request = tonic::Request::new(registration(EMAIL));
        request
            .metadata_mut()
            .insert("idempotency-key", key.parse().unwrap());
        request
    };
    let mut client = anonymous(&harness);
    let user_id = client.register(request("k1")).await.unwrap().into_inner().user_id;
    client.register(request("k1")).await.unwrap();
    client.register(request("k2")).await.unwrap();
    let arrived = eventually("user.created arrives", || async {
        seen.0.lock().unwrap().first().cloned()
    })
    .await;
    assert_eq!(arrived.name, "user.created");
    assert_eq!(arrived.user_id.to_string(), user_id);
    let data: UserCreated = arrived.data().unwrap();
    assert_eq!(
        (data.first_name.as_str(), data.last_name.as_str()),
        ("Ada", "Lovelace")
    );
    assert!(!arrived.data.to_string().contains('@'), "{}", arrived.data);

    // The same event again, and after it, for the same user and so in order, one that marks the end.
    let database = harness.database("auth");
    let mut again = Outgoing::new(arrived.user(), arrived.occurred_at, &data).unwrap();
    let last = again.clone();
    again.id = arrived.id;
    again.body = serde_json::to_string(&arrived).unwrap();
    let mut connection = database.pool().acquire().await.unwrap();
    outbox::insert(&mut connection, &[again, last.clone()])
        .await
        .unwrap();
    eventually("the last event arrives", || async {
        seen.0
            .lock()
            .unwrap()
            .iter()
            .find(|event| event.id == last.id)
            .map(|_| ())
    })
    .await;
    let ids: Vec<_> = seen.0.lock().unwrap().iter().map(|event| event.id).collect();
    assert_eq!(ids, [arrived.id, last.id]);
    drop(connection);
    harness.stop().await;
}
