//! Connections to a service's database.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tokio::sync::Notify;

use super::express::{Connection, Express};
use super::{Begun, Unit, idempotency};
use crate::call::IdempotencyKey;
use crate::{Clock, Error};

/// How long a statement may run: no handler waits longer.
const STATEMENT_TIMEOUT: &str = "10s";
/// How long a request waits for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

/// A service's database.
#[derive(Clone, Debug)]
pub struct Database {
    pool: PgPool,
    express: Express,
    /// Wakes all who wait when events were committed to the outbox.
    committed: Arc<Notify>,
    clock: Clock,
}

impl Database {
    /// Opens a pool; connections are made when they are needed.
    ///
    /// # Errors
    /// When the URL is wrong.
    pub fn open(url: &str, name: &str, connections: u32, clock: Clock) -> Result<Self, Error> {
        Self::open_with(url, name, connections, clock, &[])
    }

    /// The same with further server settings for each connection.
    ///
    /// # Errors
    /// When the URL is wrong.
    pub fn open_with(
        url: &str,
        name: &str,
        connections: u32,
        clock: Clock,
        options: &[(&str, &str)],
    ) -> Result<Self, Error> {
        let connect = PgConnectOptions::from_str(url)
            .map_err(Error::internal)?
            .application_name(&format!("pfms-{name}"))
            .options([
                ("statement_timeout", STATEMENT_TIMEOUT),
                ("tcp_user_timeout", "10s"),
            ])
            .options(options.iter().copied());
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            // A round trip for each checkout would double the cost of a write; a dead connection shows itself
            // on first use and is replaced.
            .test_before_acquire(false)
            .max_lifetime(Duration::from_mins(30))
            .connect_lazy_with(connect);
        Ok(Self {
            express: Express::new(pool.clone(), connections),
            pool,
            committed: Arc::default(),
            clock,
        })
    }

    /// The pool, for reads and single statements.
    #[must_use]
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// A connection for one statement of those that everyone waits for, to be [kept](Connection::keep) when it answered.
    ///
    /// # Errors
    /// When there is none in time.
    pub async fn connect(&self) -> Result<Connection, sqlx::Error> {
        self.express.connect().await
    }

    /// The clock that rows are stamped with.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Says that a single statement committed events to the outbox.
    pub fn wake_relay(&self) {
        self.committed.notify_waiters();
    }

    /// What the relay waits for, and whoever else works on what was committed. It does not remember: who waits registers
    /// before looking.
    #[must_use]
    pub fn committed(&self) -> Arc<Notify> {
        Arc::clone(&self.committed)
    }

    /// Begins a unit of work, or gives the stored answer when the client repeats itself.
    ///
    /// # Errors
    /// When the key was used with another request, or the database does not answer.
    pub async fn begin<M: prost::Message + Default>(
        &self,
        user_id: pfms_types::UserId,
        key: Option<IdempotencyKey>,
    ) -> Result<Begun<M>, Error> {
        let mut transaction = self.pool.begin().await?;
        if let Some(key) = &key
            && !idempotency::claim(&mut transaction, user_id, key, self.clock.now()).await?
        {
            transaction.rollback().await?;
            return Ok(Begun::Replay(
                idempotency::replay(&self.pool, user_id, key).await?,
            ));
        }
        Ok(Begun::Fresh(Unit::new(self.clone(), transaction, user_id, key)))
    }
}
