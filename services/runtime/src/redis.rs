//! Redis, behind a few operations. The client library is named nowhere else.

use std::time::Duration;

use fred::clients::Pool;
use fred::interfaces::{ClientLike, KeysInterface};
use fred::types::config::{Config, ConnectionConfig, PerformanceConfig, ReconnectPolicy};
use fred::types::scripts::Script as FredScript;
use fred::types::{Builder, Expiration};
use futures::StreamExt;

use crate::Error;

/// How long a command may take before Redis counts as away.
const COMMAND_TIMEOUT: Duration = Duration::from_millis(500);
/// Keys that one step of a scan looks at.
const SCAN_COUNT: u32 = 1_000;
/// Connections per process.
const CONNECTIONS: usize = 4;

/// Why Redis gave no answer.
#[derive(Debug, thiserror::Error)]
#[error("Redis: {0}")]
pub struct RedisError(#[from] fred::error::Error);

impl From<RedisError> for Error {
    fn from(error: RedisError) -> Self {
        Self::Unavailable {
            what: "the session store",
            cause: Box::new(error),
        }
    }
}

/// A pool of connections, which reconnects by itself.
#[derive(Clone)]
pub struct Redis {
    pool: Pool,
    prefix: String,
}

impl Redis {
    /// Connects in the background; commands fail until the server is reached.
    ///
    /// # Errors
    /// When the URL is wrong.
    pub fn open(url: &str, prefix: &str) -> Result<Self, RedisError> {
        let pool = Builder::from_config(Config::from_url(url)?)
            .with_connection_config(|config: &mut ConnectionConfig| {
                config.connection_timeout = Duration::from_secs(2);
                config.internal_command_timeout = COMMAND_TIMEOUT;
                config.max_command_attempts = 1;
                config.tcp.nodelay = Some(true);
            })
            .with_performance_config(|config: &mut PerformanceConfig| {
                config.default_command_timeout = COMMAND_TIMEOUT;
            })
            .set_policy(ReconnectPolicy::new_exponential(0, 50, 2_000, 2))
            .build_pool(CONNECTIONS)?;
        pool.connect();
        Ok(Self {
            pool,
            prefix: prefix.to_owned(),
        })
    }

    /// Waits until the server is reached.
    ///
    /// # Errors
    /// When it is not within five seconds.
    pub async fn wait(&self) -> Result<(), RedisError> {
        let connected = tokio::time::timeout(Duration::from_secs(5), self.pool.wait_for_connect()).await;
        match connected {
            Ok(result) => Ok(result?),
            Err(_) => Err(fred::error::Error::new(
                fred::error::ErrorKind::Timeout,
                "no connection within 5 s",
            )
            .into()),
        }
    }

    /// A key of this mesh.
    #[must_use]
    pub fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// Checks that the server answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), RedisError> {
        Ok(self.pool.ping::<()>(None).await?)
    }

    /// A key's value.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn get(&self, key: &str) -> Result<Option<String>, RedisError> {
        Ok(self.pool.get(key).await?)
    }

    /// Sets a key for so many seconds.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn set_for(&self, key: &str, value: &str, seconds: i64) -> Result<(), RedisError> {
        Ok(self
            .pool
            .set::<(), _, _>(key, value, Some(Expiration::EX(seconds)), None, false)
            .await?)
    }
}

impl Redis {
    /// Removes the keys of this mesh that match a glob pattern; looks at every key, so it is for rare occasions.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn remove_matching(&self, pattern: &str) -> Result<u64, RedisError> {
        let client = self.pool.next();
        let pattern = self.key(pattern);
        let mut found = if client.is_clustered() {
            client
                .scan_cluster_buffered(pattern, Some(SCAN_COUNT), None)
                .boxed()
        } else {
            client.scan_buffered(pattern, Some(SCAN_COUNT), None).boxed()
        };
        let mut removed = 0;
        while let Some(key) = found.next().await {
            removed += client.del::<u64, _>(key?).await?;
        }
        Ok(removed)
    }
}

/// A Lua script, sent by its hash.
pub struct Script(FredScript);

impl Script {
    /// From Lua source.
    #[must_use]
    pub fn new(lua: &'static str) -> Self {
        Self(FredScript::from_lua(lua))
    }

    /// Runs it; the script answers with integers.
    ///
    /// # Errors
    /// When Redis does not answer or the script fails.
    pub async fn run_i64s(
        &self,
        redis: &Redis,
        keys: &[String],
        args: &[String],
    ) -> Result<Vec<i64>, RedisError> {
        Ok(self
            .0
            .evalsha_with_reload(redis.pool.next(), keys.to_vec(), args.to_vec())
            .await?)
    }
}

/// The key under which auth mirrors a session; the hash tag keeps one user's keys on one node.
#[must_use]
pub fn session_key(user_id: pfms_types::UserId, session_id: uuid::Uuid) -> String {
    format!("pfms:{{{user_id}}}:session:{session_id}")
}

/// The key under which a user's requests are counted.
#[must_use]
pub fn rate_key(user_id: pfms_types::UserId) -> String {
    format!("pfms:{{{user_id}}}:rate")
}

/// The mirror's value of a session that is alive.
pub const SESSION_ACTIVE: &str = "active";
/// The mirror's value of a session that was ended.
pub const SESSION_REVOKED: &str = "revoked";
