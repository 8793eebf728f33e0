//! A process with its services.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use pfms_proto::privacy::v1::personal_data_internal_service_server::PersonalDataInternalServiceServer;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

use super::guard::{Guard, GuardLayer};
use super::keys::{AUTH_PORT, JwksFromAuth};
use super::ready::Readiness;
use super::{admin, background};
use crate::client::Clients;
use crate::erasure::{self, Eraser, Tombstones};
use crate::events::{Broker, Consumer, Relay};
use crate::export;
use crate::identity::{MeshTokens, TokenVerifier};
use crate::page_token::PageTokens;
use crate::redis::Redis;
use crate::retention;
use crate::sealed::Seals;
use crate::service::{Context, Parts, Schedule};
use crate::settings::SettingError;
use crate::{Database, Error, Service, Settings};

/// Why a process could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting is missing or wrong.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// A port is taken.
    #[error("port {port} of {part} cannot be used: {source}; stop what holds it, or set PFMS_PORT_OFFSET")]
    Port {
        /// Whose port.
        part: String,
        /// The port.
        port: u16,
        /// What went wrong.
        source: std::io::Error,
    },
    /// A service could not be put together.
    #[error("{service}: {}", crate::error::chain(source))]
    Service {
        /// The service.
        service: &'static str,
        /// What went wrong.
        source: Error,
    },
}

/// Running services. Dropped without [`Running::stop`], they end abruptly.
pub struct Running {
    stop: CancellationToken,
    background: JoinSet<()>,
    servers: JoinSet<Result<(), String>>,
    broker: Broker,
    drain: Duration,
    addresses: HashMap<&'static str, String>,
}

impl Running {
    /// Starts services and the admin port. Every port is bound before anything is served.
    ///
    /// # Errors
    /// Names what is wrong and what to do.
    pub async fn start(services: Vec<Service>, mut settings: Settings) -> Result<Self, StartError> {
        settings.validate()?;
        let clock = settings.clock.clone();
        let redis = Redis::open(&settings.redis_url, &settings.namespace).map_err(|error| SettingError {
            name: "REDIS_URL".into(),
            problem: error.to_string(),
        })?;
        let broker = Broker::new(&settings.amqp_url, &settings.namespace);
        let tokens = MeshTokens::new(&settings.master_key, clock.clone());

        let mut listeners = Vec::new();
        for service in &services {
            let listener = bind(&settings, service.name, service.port).await?;
            if let Ok(address) = listener.local_addr() {
                settings
                    .local
                    .insert(service.name, format!("http://{}", reachable(address)));
            }
            listeners.push(listener);
        }
        let admin = bind(&settings, "the admin server", settings.admin_port).await?;

        let settings = Arc::new(settings);

        let mut running = Self {
            addresses: settings.local.clone(),
            stop: CancellationToken::new(),
            background: JoinSet::new(),
            servers: JoinSet::new(),
            broker: broker.clone(),
            drain: Duration::from_secs(settings.drain_seconds),
        };
        let mut readiness = Readiness {
            databases: Vec::new(),
            redis: redis.clone(),
            broker: broker.clone(),
        };
        for (service, listener) in services.into_iter().zip(listeners) {
            let name = service.name;
            let wrap = |source| StartError::Service {
                service: name,
                source,
            };
            let url = match service.migrations {
                Some(_) => Some(settings.database_url_of(name)?),
                None => None,
            };
            let database = Database::open(
                url.as_deref().unwrap_or("postgres://localhost/none"),
                name,
                settings.database_connections,
                clock.clone(),
            )
            .map_err(wrap)?;
            let clients = Clients::new(name, Arc::clone(&settings), tokens.clone());
            let auth = clients.channel("auth", AUTH_PORT).map_err(wrap)?;
            let verifier =
                TokenVerifier::new(Arc::new(JwksFromAuth::new(auth)), tokens.clone(), clock.clone());
            let context = Context {
                seals: seals_of(&service, &settings),
                settings: Arc::clone(&settings),
                clock: clock.clone(),
                database: database.clone(),
                redis: redis.clone(),
                broker: broker.clone(),
                clients,
                page_tokens: PageTokens::new(&settings.master_key),
                verifier: verifier.clone(),
            };
            let mut made = (service.build)(context.clone()).await.map_err(wrap)?;
            if let Some(url) = url {
                made = with_personal_data(made, &context, &service);
                readiness.databases.push((name, database.clone()));
                running.attend(&context, &service, url, &mut made).await;
            }
            for schedule in made.schedules.drain(..) {
                running
                    .background
                    .spawn(background::run(schedule, running.stop.clone()));
            }
            let guard = Guard {
                verifier,
                deadline: settings.deadline(),
                permits: Arc::new(Semaphore::new(settings.concurrency)),
            };
            running.serve(name, listener, made, guard).await;
        }
        let stop = running.stop.clone();
        running.servers.spawn(async move {
            axum::serve(admin, admin::router(readiness))
                .with_graceful_shutdown(stop.cancelled_owned())
                .await
                .map_err(|error| format!("the admin server: {error}"))
        });
        Ok(running)
    }

    /// Starts what a service with a database does beside answering.
    async fn attend(&mut self, context: &Context, service: &Service, url: String, parts: &mut Parts) {
        let (name, kept, database) = (service.name, service.kept, &context.database);
        let tombstones = Tombstones::new(&context.settings.master_key);
        for consumer in parts.consumers.drain(..) {
            // Queues exist before anything is published to them; without a broker the consumer declares later.
            if let Err(error) = consumer.declare(&self.broker).await {
                tracing::warn!(service = name, %error, "queues are declared once the broker is there");
            }
            self.background.spawn(consumer.run(
                self.broker.clone(),
                database.clone(),
                tombstones.clone(),
                self.stop.clone(),
            ));
        }
        let relay = Relay::new(database.clone(), url, name, self.broker.clone());
        self.background.spawn(relay.run(self.stop.clone()));
        let (purged, periods) = (database.clone(), context.settings.retention.clone());
        let purge = Schedule {
            name: "purge",
            every: background::PURGE_EVERY,
            wakes: None,
            task: Box::new(move || Box::pin(retention::purge(purged.clone(), kept, periods.clone()))),
        };
        self.background.spawn(background::run(purge, self.stop.clone()));
    }

    async fn serve(&mut self, name: &'static str, listener: TcpListener, parts: Parts, guard: Guard) {
        let (reporter, health) = tonic_health::server::health_reporter();
        for service in &parts.names {
            reporter
                .set_service_status(*service, tonic_health::ServingStatus::Serving)
                .await;
        }
        let reflection = tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(pfms_proto::DESCRIPTOR)
            .build_v1();
        let mut routes = parts.routes.add_service(health);
        match reflection {
            Ok(reflection) => routes = routes.add_service(reflection),
            Err(error) => tracing::error!(%error, "reflection is not served"),
        }
        let answering = routes.into_axum_router().merge(parts.http);
        let stop = self.stop.clone();
        // The builder's own setting holds only for what it binds itself. Without it answers on a connection that many
        // calls share wait for each other's acknowledgement, 40 ms where the client delays it.
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        let server = Server::builder()
            .http2_keepalive_interval(Some(Duration::from_secs(30)))
            .http2_keepalive_timeout(Some(Duration::from_secs(10)))
            .max_connection_age(Duration::from_mins(30))
            .max_concurrent_streams(1024)
            .initial_stream_window_size(1024 * 1024)
            .initial_connection_window_size(4 * 1024 * 1024)
            .max_frame_size(64 * 1024)
            .layer(GuardLayer(Arc::new(guard)))
            .add_routes(tonic::service::Routes::from(answering))
            .serve_with_incoming_shutdown(incoming, stop.cancelled_owned());
        self.servers
            .spawn(async move { server.await.map_err(|error| format!("{name}: {error}")) });
    }

    /// Where each service listens, as a URL.
    #[must_use]
    pub fn addresses(&self) -> &HashMap<&'static str, String> {
        &self.addresses
    }

    /// Resolves when a server ends by itself, which none does while all is well.
    pub async fn failed(&mut self) -> String {
        match self.servers.join_next().await {
            Some(Ok(Ok(()))) => "a server ended".into(),
            Some(Ok(Err(error))) => error,
            Some(Err(error)) => error.to_string(),
            None => std::future::pending().await,
        }
    }

    /// The connection of all that runs here.
    #[cfg(feature = "testing")]
    pub(crate) fn broker(&self) -> &Broker {
        &self.broker
    }

    /// Takes no more requests, lets those in progress finish for a bounded time, and ends.
    pub async fn stop(mut self) {
        self.stop.cancel();
        let drained = tokio::time::timeout(self.drain, async {
            while self.servers.join_next().await.is_some() {}
            while self.background.join_next().await.is_some() {}
        });
        if drained.await.is_err() {
            tracing::warn!("requests in progress were cut off after {:?}", self.drain);
        }
        self.servers.shutdown().await;
        self.background.shutdown().await;
        self.broker.close().await;
    }
}

/// Seals what a service keeps of its users.
fn seals_of(service: &Service, settings: &Settings) -> Seals {
    let seals = Seals::new(&settings.master_key);
    match service.personal.formerly_sealed_for {
        Some(purpose) => seals.also_opening(purpose),
        None => seals,
    }
}

/// What every service with tables does: erases users, and hands out their data for an export.
fn with_personal_data(parts: Parts, context: &Context, service: &Service) -> Parts {
    let queue = erasure::queue(service.name);
    let consumers = parts
        .consumers
        .iter()
        .map(Consumer::name)
        .chain([queue])
        .collect();
    let eraser = Eraser::new(context, service.personal, consumers);
    let export = export::Server::new(context, service.personal);
    parts
        .consumer(erasure::consumer(queue, service.name, eraser))
        .grpc(PersonalDataInternalServiceServer::new(export))
}

/// How this process reaches an address that it listens on.
fn reachable(address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        SocketAddr::new(Ipv4Addr::LOCALHOST.into(), address.port())
    } else {
        address
    }
}

async fn bind(settings: &Settings, owner: &str, port: u16) -> Result<TcpListener, StartError> {
    let port = if port == 0 {
        0
    } else {
        port.saturating_add(settings.port_offset)
    };
    TcpListener::bind(SocketAddr::new(settings.host, port))
        .await
        .map_err(|source| StartError::Port {
            part: owner.to_owned(),
            port,
            source,
        })
}
