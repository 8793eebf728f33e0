//! A mesh in parts: processes that can be killed, and servers that can be cut off.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::client::{Client, Person};
use crate::process::Process;
use crate::proxy::Proxy;
use crate::site::Site;
use crate::traces::Traces;
use crate::within;

/// How long a part may take to start, on a machine that compiles at the same time.
const START: Duration = Duration::from_mins(1);

/// A process of the mesh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Accounts, profiles, and what the edge asks.
    Core,
    /// Where events begin.
    Expense,
    /// Where they end: automation, notification and tax.
    Workers,
}

impl Part {
    const ALL: [Self; 3] = [Self::Core, Self::Expense, Self::Workers];

    fn services(self) -> &'static [&'static str] {
        match self {
            Self::Core => &["auth", "user", "gateway"],
            Self::Expense => &["expense"],
            Self::Workers => &["automation", "notification", "tax"],
        }
    }

    /// Before the offset is added.
    fn admin_port(self) -> u16 {
        match self {
            Self::Core => 3100,
            Self::Expense => 3102,
            Self::Workers => 3103,
        }
    }
}

/// A mesh in parts, until it is dropped.
pub struct Fleet {
    site: Site,
    parts: HashMap<Part, Process>,
    /// Between the mesh and PostgreSQL.
    pub postgres: Proxy,
    /// Between the mesh and Redis.
    pub redis: Proxy,
    /// Between the mesh and RabbitMQ.
    pub rabbitmq: Proxy,
    _envoy: Process,
}

impl Fleet {
    /// Starts every part.
    pub async fn start() -> Self {
        let mut site = Site::new().await;
        site.pfms("migrate", &["migrate"]).succeed();
        let postgres = Proxy::before(site.database_url()).await;
        let redis = Proxy::before(site.get("REDIS_URL")).await;
        let rabbitmq = Proxy::before(site.get("AMQP_URL")).await;
        site.set("DATABASE_URL", postgres.url());
        site.set("REDIS_URL", redis.url());
        site.set("AMQP_URL", rabbitmq.url());
        let envoy = envoy(&site);
        let mut fleet = Self {
            parts: HashMap::new(),
            postgres,
            redis,
            rabbitmq,
            _envoy: envoy,
            site,
        };
        for part in Part::ALL {
            fleet.spawn(part);
        }
        for part in Part::ALL {
            fleet.until_ready(part).await;
        }
        let client = Client::new(&fleet.site.edge());
        within(START, "the edge answers", || client.try_get("/openapi.json")).await;
        fleet
    }

    /// Kills a part: SIGKILL, so that it tidies nothing up.
    pub fn kill(&mut self, part: Part) {
        drop(self.parts.remove(&part).expect("the part runs"));
    }

    /// Starts a part that was killed.
    pub async fn restart(&mut self, part: Part) {
        self.spawn(part);
        self.until_ready(part).await;
    }

    /// Waits until a part can answer. It is still the same process: nothing here starts it again.
    pub async fn until_ready(&mut self, part: Part) {
        let admin = self.admin(part);
        let process = self.parts.get_mut(&part).expect("the part runs");
        within(START, &format!("{part:?} is ready"), || {
            process.require_running();
            admin.try_get("/readyz")
        })
        .await;
    }

    /// Waits until a part says that it cannot answer, because its database does not.
    pub async fn until_not_ready(&self, part: Part) {
        let admin = self.admin(part);
        within(START, &format!("{part:?} is not ready"), || async {
            let status = admin.get("/readyz").await.status;
            (status == 503).then_some(())
        })
        .await;
    }

    /// A new account, signed in.
    pub async fn person(&self) -> Person {
        Person::register(&self.site.edge()).await
    }

    /// Where the edge is.
    #[must_use]
    pub fn url(&self) -> String {
        self.site.edge()
    }

    /// Looks for texts in everything that the mesh stores.
    #[must_use]
    pub fn traces(&self, texts: &[&str]) -> Traces<'_> {
        Traces::new(&self.site, texts)
    }

    /// What a command of `pfms` prints.
    #[must_use]
    pub fn output(&self, name: &str, arguments: &[&str]) -> String {
        let log = self.site.folder().join(format!("{name}.log"));
        let _ = std::fs::remove_file(&log);
        self.site.pfms(name, arguments).succeed();
        std::fs::read_to_string(log).expect("the command has a log")
    }

    fn admin(&self, part: Part) -> Client {
        Client::new(&format!("http://127.0.0.1:{}", self.site.port(part.admin_port())))
    }

    fn spawn(&mut self, part: Part) {
        let admin = part.admin_port().to_string();
        let mut arguments = vec!["serve", "--admin-port", &admin];
        arguments.extend(part.services());
        let process = self.site.pfms(&format!("{part:?}").to_lowercase(), &arguments);
        self.parts.insert(part, process);
    }
}

/// The edge of a site, as `pfms` configures it for an Envoy that something else starts.
fn envoy(site: &Site) -> Process {
    let folder = site.folder().join("envoy");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let folder_argument = folder.to_string_lossy();
    let log = folder.join("access.log");
    let log = log.to_string_lossy();
    let mut arguments = vec!["gateway", "config", "--folder", &folder_argument];
    arguments.extend([
        "--host",
        "127.0.0.1",
        "--service-host",
        "127.0.0.1",
        "--access-log",
        &log,
    ]);
    site.pfms("config", &arguments).succeed();
    let configuration = folder.join("envoy.yaml");
    let configuration = configuration.to_string_lossy();
    let mut arguments = vec!["--config-path", &configuration, "--concurrency", "1"];
    arguments.extend(["--log-level", "warning", "--disable-hot-restart"]);
    Process::start(
        &envoy_program(),
        &arguments,
        &[],
        &site.folder().join("envoy.log"),
    )
}

/// The wheel's own program, not the script that runs it.
fn envoy_program() -> PathBuf {
    let environment = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/venv/lib");
    let packaged = std::fs::read_dir(&environment)
        .into_iter()
        .flatten()
        .flatten()
        .map(|python| python.path().join("site-packages/envoy/_bin/envoy"))
        .find(|path| path.is_file());
    let installed = || {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path)
            .map(|folder| folder.join("envoy"))
            .find(|path| path.is_file())
    };
    packaged
        .or_else(installed)
        .expect("Envoy is missing: run `make tools`")
}
