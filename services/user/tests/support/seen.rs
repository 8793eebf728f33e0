//! A service that hears what others publish.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use pfms_proto::event::EventData;
use pfms_runtime::events::{Consumer, Event, HandleError, Handler, Outgoing};
use pfms_runtime::testing::eventually;
use pfms_runtime::{Parts, Service};
use sqlx::PgConnection;
use sqlx::migrate::Migrator;

static NO_TABLES: Migrator = Migrator::DEFAULT;

/// What was heard, in the order of arrival.
#[derive(Clone, Default)]
pub struct Seen(Arc<Mutex<Vec<Event>>>);

impl Seen {
    /// The service, which listens to two kinds of events. One queue keeps a user's events in their order.
    pub fn listen<A: EventData, B: EventData>(&self) -> Service {
        let seen = self.clone();
        Service::new("probe", 0, move |_| {
            let seen = seen.clone();
            async move { Ok(Parts::new().consumer(Consumer::new("probe.seen", seen).on::<A>().on::<B>())) }
        })
        .migrations(&NO_TABLES)
    }

    /// Everything, once there is so much.
    pub async fn until(&self, count: usize) -> Vec<Event> {
        eventually(&format!("{count} events"), || async {
            let events = self.0.lock().unwrap().clone();
            (events.len() >= count).then_some(events)
        })
        .await
    }

    /// Those of one kind.
    pub fn of<D: EventData>(events: &[Event]) -> Vec<D> {
        events
            .iter()
            .filter(|event| event.name == D::NAME)
            .map(|event| event.data().unwrap())
            .collect()
    }
}

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
