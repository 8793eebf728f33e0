//! A service that remembers the audit events that reach it.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use pfms_proto::events::v1::AuditRecorded;
use pfms_runtime::events::{Consumer, Event, HandleError, Handler, Outgoing};
use pfms_runtime::testing::eventually;
use pfms_runtime::{Parts, Service};
use sqlx::PgConnection;
use sqlx::migrate::Migrator;

static NO_TABLES: Migrator = Migrator::DEFAULT;

#[derive(Clone, Default)]
pub struct Audited(Arc<Mutex<Vec<AuditRecorded>>>);

#[async_trait]
impl Handler for Audited {
    type Plan = ();

    async fn plan(&self, _: &Event) -> Result<(), HandleError> {
        Ok(())
    }

    async fn apply(&self, _: &mut PgConnection, event: &Event, (): ()) -> Result<Vec<Outgoing>, HandleError> {
        self.0.lock().unwrap().push(event.data().unwrap());
        Ok(Vec::new())
    }
}

impl Audited {
    /// The service, for the harness.
    pub fn service(&self) -> Service {
        let seen = self.clone();
        Service::new("probe", 0, move |_| {
            let seen = seen.clone();
            async move { Ok(Parts::new().consumer(Consumer::new("probe.audit", seen).on::<AuditRecorded>())) }
        })
        .migrations(&NO_TABLES)
    }

    /// The first event with this action, once it is there.
    pub async fn first(&self, action: &str) -> AuditRecorded {
        eventually(action, || async {
            let seen = self.0.lock().unwrap();
            seen.iter().find(|event| event.action == action).cloned()
        })
        .await
    }
}
