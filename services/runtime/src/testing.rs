//! For the tests of services: a service in this process, with a database and a broker namespace of its own.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::must_use_candidate
)]

use std::collections::HashMap;
use std::time::Duration;

use pfms_types::UserId;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};
use uuid::Uuid;

use crate::events::{Broker, BrokerState};
use crate::identity::MeshTokens;
use crate::redis::Redis;
use crate::retention::{self, Kept, Retention};
use crate::secrets::MasterKey;
use crate::serve::Running;
use crate::settings::{Sandbox, SignIn, Tax, Webhooks};
use crate::storage::{migrate, migrate_schema};
use crate::{Clock, Database, Service, Settings};

/// The master key of every test: roles belong to the whole cluster, which tests share.
pub const MASTER_KEY: &str = "0707070707070707070707070707070707070707070707070707070707070707";

/// Services under test.
pub struct Harness {
    running: Option<Running>,
    settings: Settings,
    tokens: MeshTokens,
    kept: HashMap<&'static str, &'static [Kept]>,
}

/// A client's channel that sends a token with every call.
pub type AuthorizedChannel = InterceptedService<Channel, Authorize>;

impl Harness {
    /// Starts services on free ports.
    pub async fn start(services: Vec<Service>) -> Self {
        Self::start_with(services, |_| {}).await
    }

    /// The same with other settings.
    pub async fn start_with(services: Vec<Service>, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = settings();
        settings.database_url = Some(create_database().await);
        settings.holders = services.iter().filter_map(Service::holder).collect();
        change(&mut settings);
        let admin = settings.database_url.clone().expect("was just set");
        for service in &services {
            if let Some(tables) = service.tables() {
                migrate_schema(&admin, service.name(), &settings.master_key)
                    .await
                    .expect("the schema is made");
                let url = settings.database_url_of(service.name()).expect("the URL is set");
                migrate(&url, service.name(), tables)
                    .await
                    .expect("migrations apply");
            }
        }
        let kept = services
            .iter()
            .map(|service| (service.name, service.kept))
            .collect();
        let services = services.into_iter().map(|service| service.at_port(0)).collect();
        let running = Running::start(services, settings.clone())
            .await
            .expect("the services start");
        let tokens = MeshTokens::new(&settings.master_key, settings.clock.clone());
        Self {
            running: Some(running),
            settings,
            tokens,
            kept,
        }
    }

    /// Removes from a service's database what has been kept long enough, as the service does every half hour.
    pub async fn purge(&self, service: &str) {
        let kept = self
            .kept
            .get(service)
            .copied()
            .expect("the service is under test");
        retention::purge(self.database(service), kept, self.settings.retention.clone())
            .await
            .expect("the database answers");
    }

    /// A service's own database.
    pub fn database(&self, service: &str) -> Database {
        let url = self.settings.database_url_of(service).expect("the URL is set");
        Database::open(&url, "test", 4, self.settings.clock.clone()).expect("the URL is good")
    }

    /// The broker, in this harness' namespace.
    pub fn broker(&self) -> Broker {
        Broker::new(&self.settings.amqp_url, &self.settings.namespace)
    }

    /// Redis, in this harness' namespace.
    pub fn redis(&self) -> Redis {
        Redis::open(&self.settings.redis_url, &self.settings.namespace).expect("the URL is good")
    }

    /// The settings that the services run with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A channel to a service, as a user.
    pub fn as_user(&self, service: &str, user_id: UserId) -> AuthorizedChannel {
        let token = self.tokens.sign("test", Some(user_id)).expect("signing works");
        self.with_token(service, Some(token))
    }

    /// A channel to a service, as another service that acts for nobody.
    pub fn as_service(&self, service: &str) -> AuthorizedChannel {
        let token = self.tokens.sign("test", None).expect("signing works");
        self.with_token(service, Some(token))
    }

    /// A channel to a service, as nobody.
    pub fn anonymous(&self, service: &str) -> AuthorizedChannel {
        self.with_token(service, None)
    }

    /// A channel to a service with this token.
    pub fn with_token(&self, service: &str, token: Option<String>) -> AuthorizedChannel {
        let channel = Endpoint::from_shared(self.address(service))
            .expect("the address is a URL")
            .connect_lazy();
        InterceptedService::new(channel, Authorize(token))
    }

    /// Where a service listens, as a URL.
    pub fn address(&self, service: &str) -> String {
        let running = self.running.as_ref().expect("the harness runs");
        let address = running.addresses().get(service).cloned();
        address.expect("the service is under test")
    }

    /// Stops the services, and removes their queues: a broker that keeps those of every test runs out of file
    /// handles, and then lets nobody in.
    pub async fn stop(mut self) {
        if let Some(running) = self.running.take() {
            let broker = running.broker().clone();
            // Some tests have none.
            let connected = broker.state().await != BrokerState::Disconnected;
            running.stop().await;
            if connected {
                broker.remove_queues().await.expect("the broker answers");
            }
        }
    }
}

/// Puts a token on each call.
#[derive(Clone)]
pub struct Authorize(Option<String>);

impl Interceptor for Authorize {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(token) = &self.0 {
            let value = format!("Bearer {token}")
                .parse()
                .map_err(|_| Status::internal("token"))?;
            request.metadata_mut().insert("authorization", value);
        }
        Ok(request)
    }
}

/// The reason in a status' `ErrorInfo`.
pub fn reason(status: &Status) -> String {
    use tonic_types::StatusExt;
    status
        .get_details_error_info()
        .map(|info| info.reason)
        .unwrap_or_default()
}

/// The fields that a status says are invalid.
pub fn invalid_fields(status: &Status) -> Vec<String> {
    use tonic_types::StatusExt;
    let details = status.get_details_bad_request();
    details
        .map(|bad| bad.field_violations.into_iter().map(|one| one.field).collect())
        .unwrap_or_default()
}

/// Asks again until there is an answer; panics after ten seconds.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(tokio::time::Instant::now() < deadline, "not within 10 s: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn settings() -> Settings {
    default_settings(&server("REDIS_URL"), &server("AMQP_URL"))
}

/// Settings as good as any, in a namespace of their own.
pub fn default_settings(redis_url: &str, amqp_url: &str) -> Settings {
    Settings {
        database_url: None,
        redis_url: redis_url.into(),
        amqp_url: amqp_url.into(),
        master_key: MasterKey::parse(MASTER_KEY).expect("the key is good"),
        namespace: format!("t{}.", Uuid::now_v7().simple()),
        host: std::net::Ipv4Addr::LOCALHOST.into(),
        port_offset: 0,
        admin_port: 0,
        service_url: "http://127.0.0.1:{port}".into(),
        module_cache: None,
        rate_limit_per_minute: 100,
        signing_key_days: 30,
        session_idle_days: 14,
        session_days: 90,
        smtp_url: None,
        mail_from: None,
        mail_folder: None,
        require_verified_email: false,
        breached_passwords_url: None,
        public_url: "http://127.0.0.1:3000".into(),
        database_connections: 4,
        concurrency: 64,
        deadline_seconds: 10,
        drain_seconds: 5,
        otlp_endpoint: None,
        erasure_grace_days: 0,
        erasure_settle_seconds: 0,
        holders: Vec::new(),
        sign_in: SignIn::default(),
        webhooks: Webhooks::default(),
        sandbox: Sandbox::default(),
        tax: Tax::default(),
        local: HashMap::new(),
        clock: Clock::system(),
        retention: Retention::default(),
    }
}

/// The URL of a server that `make test` started.
pub fn server(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| {
        panic!("{variable} is not set: run `make test`, or `pfms with-servers -- cargo test -p <crate>`")
    })
}

/// The URL of a new, empty database.
pub async fn create_database() -> String {
    let admin = server("DATABASE_URL");
    let name = format!("t{}", Uuid::now_v7().simple());
    let mut connection = PgConnection::connect(&admin).await.expect("PostgreSQL answers");
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&mut connection)
        .await
        .expect("a database can be made");
    let mut url = url::Url::parse(&admin).expect("DATABASE_URL is a URL");
    url.set_path(&name);
    url.into()
}
