//! The servers the mesh stands on: PostgreSQL, Redis and RabbitMQ, started privately under a data directory
//! and supervised, or named by URL and only checked.
//!
//! A private server lives no longer than this process, also when this process is killed: every child has
//! asked the kernel for a signal on its parent's death ([`guard`]), and what survived even that is ended by
//! the next start, which knows it by its working directory.
#![allow(
    clippy::disallowed_types,
    reason = "it starts servers, by names and arguments of its own"
)]

mod binaries;
pub mod data_dir;
pub mod envoy;
pub mod error;
mod external;
pub mod guard;
mod log;
mod orphans;
pub mod ports;
mod postgres;
pub mod process;
mod rabbitmq;
mod redis;

use std::path::{Path, PathBuf};

use futures::FutureExt as _;
use futures::future::{join, join_all, pending, select_all};

use crate::progress::Progress;
use data_dir::DataDir;
pub use error::InfraError;
use process::Process;
use rabbitmq::NodePorts;

/// Which servers to start, and where.
#[derive(Debug, Clone, Default)]
pub struct InfraOptions {
    /// Where private servers keep their data, logs, ports and passwords.
    pub data_dir: PathBuf,
    /// A PostgreSQL to use instead of a private one; its role has to be a superuser's or a database owner's.
    pub database_url: Option<String>,
    /// A Redis to use instead of a private one.
    pub redis_url: Option<String>,
    /// A RabbitMQ to use instead of a private one.
    pub amqp_url: Option<String>,
}

/// Where the servers are, with credentials that may do everything. Not for logs.
#[derive(Clone)]
pub struct Urls {
    /// PostgreSQL: `postgres://…`.
    pub database_url: String,
    /// Redis: `redis://…`.
    pub redis_url: String,
    /// RabbitMQ: `amqp://…/%2f`.
    pub amqp_url: String,
}

/// The running servers.
pub struct Infra {
    dir: DataDir,
    urls: Urls,
    postgres: Option<Process>,
    redis: Option<Process>,
    /// In the order to stop them.
    rabbitmq: Vec<Process>,
}

impl Infra {
    /// Starts what is not named by URL and checks what is, all at the same time; returns when all answer.
    /// Dropping the future ends what it has started.
    pub async fn start(options: &InfraOptions, progress: &Progress) -> Result<Self, InfraError> {
        let dir = DataDir::open(&options.data_dir)?;
        orphans::end(dir.root()).await;
        let mut ports = dir.ports();
        let mut claim = |name| {
            ports
                .claim(name)
                .map_err(InfraError::io("find a port for", dir.root()))
        };
        let (postgres_port, redis_port) = (claim("postgres")?, claim("redis")?);
        let node = NodePorts {
            amqp: claim("rabbitmq")?,
            distribution: claim("rabbitmq-distribution")?,
            mapper: claim("epmd")?,
        };
        dir.keep_ports(&ports)?;

        let database = async {
            let part = progress.part("PostgreSQL");
            let started = match &options.database_url {
                Some(url) => external::check_database(url).await.map(|()| (url.clone(), None)),
                None => postgres::start(&dir, postgres_port, &part)
                    .await
                    .map(|(url, p)| (url, Some(p))),
            };
            part.settle(started, options.database_url.is_some(), postgres_port)
        };
        let cache = async {
            let part = progress.part("Redis");
            let started = match &options.redis_url {
                Some(url) => external::check_redis(url).await.map(|()| (url.clone(), None)),
                None => redis::start(&dir, redis_port, &part)
                    .await
                    .map(|(url, p)| (url, Some(p))),
            };
            part.settle(started, options.redis_url.is_some(), redis_port)
        };
        let broker = async {
            let part = progress.part("RabbitMQ");
            let started = match &options.amqp_url {
                Some(url) => external::check_broker(url)
                    .await
                    .map(|()| (url.clone(), Vec::new())),
                None => rabbitmq::start(&dir, node, &part).await,
            };
            part.settle(started, options.amqp_url.is_some(), node.amqp)
        };
        let ((database_url, postgres), (redis_url, redis), (amqp_url, rabbitmq)) =
            tokio::try_join!(database, cache, broker)?;
        Ok(Self {
            urls: Urls {
                database_url,
                redis_url,
                amqp_url,
            },
            dir,
            postgres,
            redis,
            rabbitmq,
        })
    }

    /// Where the servers are.
    #[must_use]
    pub fn urls(&self) -> &Urls {
        &self.urls
    }

    /// `rabbitmqctl` for the private node.
    #[must_use]
    pub fn rabbitmqctl(&self) -> Option<PathBuf> {
        (!self.rabbitmq.is_empty()).then(|| rabbitmq::control(&self.dir))
    }

    /// The locked data directory, for further parts that run under it.
    #[must_use]
    pub fn data_dir(&self) -> &DataDir {
        &self.dir
    }

    /// Resolves when a private server ends by itself, to an error that names it. Borrows nothing.
    pub fn failed(&self) -> impl Future<Output = InfraError> + Send + use<> {
        let watched: Vec<_> = self
            .postgres
            .iter()
            .chain(&self.redis)
            .chain(&self.rabbitmq)
            .map(|process| process.failed().boxed())
            .collect();
        async move {
            if watched.is_empty() {
                pending().await
            } else {
                select_all(watched).await.0
            }
        }
    }

    /// Stops the private servers in an orderly way, each within a bound. Returns when they have ended.
    pub async fn stop(self) {
        let independent = join_all(self.postgres.into_iter().chain(self.redis).map(Process::stop));
        let broker = async {
            for process in self.rabbitmq {
                process.stop().await;
            }
        };
        join(independent, broker).await;
    }
}

/// Waits for, and if need be ends, the servers of a start that was cut short. Servers of another pfms that
/// uses the directory are left alone.
pub async fn end_leftovers(data_dir: &Path) {
    if let Ok(dir) = DataDir::open(data_dir) {
        orphans::end(dir.root()).await;
    }
}
