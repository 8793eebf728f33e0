//! How a service describes itself.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::Migrator;
use tokio::sync::Notify;
use tonic::service::Routes;

use crate::client::Clients;
use crate::events::{Broker, Consumer};
use crate::identity::TokenVerifier;
use crate::page_token::PageTokens;
use crate::personal::PersonalData;
use crate::redis::Redis;
use crate::retention::Kept;
use crate::sealed::{MasterSealed, Seals};
use crate::{Clock, Database, Error, Settings};

type Future<T> = Pin<Box<dyn std::future::Future<Output = T> + Send>>;
type Build = Box<dyn Fn(Context) -> Future<Result<Parts, Error>> + Send + Sync>;
type Task = Box<dyn Fn() -> Future<Result<(), Error>> + Send + Sync>;

/// A service: its name, its port, its tables, and how its parts are made. It knows nothing of processes.
pub struct Service {
    pub(crate) name: &'static str,
    pub(crate) port: u16,
    pub(crate) migrations: Option<&'static Migrator>,
    pub(crate) kept: &'static [Kept],
    pub(crate) personal: PersonalData,
    pub(crate) master_sealed: &'static [MasterSealed],
    pub(crate) build: Build,
}

impl Service {
    /// A service that listens on this port and is put together by `build`.
    pub fn new<F>(name: &'static str, port: u16, build: impl Fn(Context) -> F + Send + Sync + 'static) -> Self
    where
        F: std::future::Future<Output = Result<Parts, Error>> + Send + 'static,
    {
        Self {
            name,
            port,
            migrations: None,
            kept: &[],
            personal: PersonalData::default(),
            master_sealed: &[],
            build: Box::new(move |context| Box::pin(build(context))),
        }
    }

    /// Gives the service a schema with these tables.
    #[must_use]
    pub fn migrations(mut self, migrations: &'static Migrator) -> Self {
        self.migrations = Some(migrations);
        self
    }

    /// Removes rows of these tables when they are old.
    #[must_use]
    pub fn keeps(mut self, kept: &'static [Kept]) -> Self {
        self.kept = kept;
        self
    }

    /// Declares what the service holds about users.
    #[must_use]
    pub fn personal(mut self, data: PersonalData) -> Self {
        self.personal = data;
        self
    }

    /// Declares the columns that are sealed with the master key, so that they are moved to its new versions.
    #[must_use]
    pub fn master_sealed(mut self, columns: &'static [MasterSealed]) -> Self {
        self.master_sealed = columns;
        self
    }

    /// Listens on another port; 0 takes a free one.
    #[must_use]
    pub fn at_port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The name, which is also the schema's.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The port without offset.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The tables, for a service that has any.
    #[must_use]
    pub fn tables(&self) -> Option<&'static Migrator> {
        self.migrations
    }

    /// What it holds about users.
    #[must_use]
    pub fn personal_data(&self) -> PersonalData {
        self.personal
    }

    /// The columns that are sealed with the master key.
    #[must_use]
    pub fn master_sealed_columns(&self) -> &'static [MasterSealed] {
        self.master_sealed
    }

    /// The service as a part of the mesh that holds data about users; nothing for a service without tables.
    #[must_use]
    pub fn holder(&self) -> Option<Holder> {
        self.migrations.map(|_| Holder {
            service: self.name,
            port: self.port,
        })
    }
}

/// A service that holds data about users, and so takes part in erasures and exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its name.
    pub service: &'static str,
    /// Its port without offset.
    pub port: u16,
}

/// What a service is made with.
#[derive(Clone)]
pub struct Context {
    /// The process' settings.
    pub settings: Arc<Settings>,
    /// Tells the time.
    pub clock: Clock,
    /// The service's own database; for a service without tables it cannot be reached.
    pub database: Database,
    /// Sessions and counters.
    pub redis: Redis,
    /// The broker, for operators' tools; services publish through their database.
    pub broker: Broker,
    /// Channels to other services.
    pub clients: Clients,
    /// Seals what the service keeps of its users.
    pub seals: Seals,
    /// Makes and reads page tokens.
    pub page_tokens: PageTokens,
    /// Verifies tokens.
    pub verifier: TokenVerifier,
}

/// What a service is made of.
#[derive(Default)]
pub struct Parts {
    pub(crate) routes: Routes,
    pub(crate) names: Vec<&'static str>,
    pub(crate) http: axum::Router,
    pub(crate) consumers: Vec<Consumer>,
    pub(crate) schedules: Vec<Schedule>,
}

pub(crate) struct Schedule {
    pub name: &'static str,
    pub every: Duration,
    /// What else makes it run.
    pub wakes: Option<Arc<Notify>>,
    pub task: Task,
}

impl Parts {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Serves a generated gRPC server.
    #[must_use]
    pub fn grpc<S>(mut self, server: S) -> Self
    where
        S: tower::Service<
                http::Request<tonic::body::Body>,
                Response: axum::response::IntoResponse,
                Error = std::convert::Infallible,
                Future: Send + 'static,
            > + tonic::server::NamedService
            + Clone
            + Send
            + Sync
            + 'static,
    {
        self.names.push(S::NAME);
        self.routes = self.routes.add_service(server);
        self
    }

    /// Serves plain HTTP routes on the service's port, to whoever reaches it, without a token.
    #[must_use]
    pub fn http(mut self, router: axum::Router) -> Self {
        self.http = self.http.merge(router);
        self
    }

    /// Consumes events.
    #[must_use]
    pub fn consumer(mut self, consumer: Consumer) -> Self {
        self.consumers.push(consumer);
        self
    }

    /// Does something again and again, in every process that serves this service.
    #[must_use]
    pub fn every<F>(
        self,
        every: Duration,
        name: &'static str,
        task: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: std::future::Future<Output = Result<(), Error>> + Send + 'static,
    {
        self.schedule(name, every, None, task)
    }

    /// The same, and also whenever this process has committed events: `every` is the safety net for what another one
    /// has committed.
    #[must_use]
    pub fn after_commits<F>(
        self,
        database: &Database,
        every: Duration,
        name: &'static str,
        task: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: std::future::Future<Output = Result<(), Error>> + Send + 'static,
    {
        self.when_woken(database.committed(), every, name, task)
    }

    /// The same for what something else than a commit gives to do, and wakes all that wait when it does.
    #[must_use]
    pub fn when_woken<F>(
        self,
        wakes: Arc<Notify>,
        every: Duration,
        name: &'static str,
        task: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: std::future::Future<Output = Result<(), Error>> + Send + 'static,
    {
        self.schedule(name, every, Some(wakes), task)
    }

    fn schedule<F>(
        mut self,
        name: &'static str,
        every: Duration,
        wakes: Option<Arc<Notify>>,
        task: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: std::future::Future<Output = Result<(), Error>> + Send + 'static,
    {
        self.schedules.push(Schedule {
            name,
            every,
            wakes,
            task: Box::new(move || Box::pin(task())),
        });
        self
    }
}
