//! A service that remembers the events that reach it.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use pfms_proto::event::EventData;
use pfms_runtime::events::{Consumer, Event, HandleError, Handler, Outgoing};
use pfms_runtime::testing::eventually;
use pfms_runtime::{Parts, Service};
use sqlx::PgConnection;
use sqlx::migrate::Migrator;

static NO_TABLES: Migrator = Migrator::DEFAULT;

/// What arrived.
#[derive(Clone, Default)]
pub struct Probe(Arc<Mutex<Vec<Event>>>);

#[async_trait]
impl Handler for Probe {
    type Plan = ();

    async fn plan(&self, _: &Event) -> Result<(), HandleError> {
        Ok(())
    }

    async fn apply(&self, _: &mut PgConnection, event: &Event, (): ()) -> Result<Vec<Outgoing>, HandleError> {
        self.0.lock().unwrap().push(event.clone());
        Ok(Vec::new())
    }
}

impl Probe {
    /// A service with a schema of this name that consumes one kind of event.
    pub fn service<D: EventData>(&self, name: &'static str) -> Service {
        let probe = self.clone();
        Service::new(name, 0, move |_| {
            let probe = probe.clone();
            async move { Ok(Parts::new().consumer(Consumer::new(name, probe).on::<D>())) }
        })
        .migrations(&NO_TABLES)
    }

    /// The data of the first event of this kind that is as wanted, once it is there.
    pub async fn wait<D: EventData>(&self, wanted: impl Fn(&D) -> bool) -> D {
        eventually(D::NAME, || async {
            let events = self.0.lock().unwrap();
            let of_kind = events.iter().filter(|event| event.name == D::NAME);
            of_kind
                .filter_map(|event| event.data().ok())
                .find(|data| wanted(data))
        })
        .await
    }
}
