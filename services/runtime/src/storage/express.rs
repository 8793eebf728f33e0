//! Connections for the statements that events and writes wait for.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a connection is kept from its pool, which closes those that are old.
const KEPT: Duration = Duration::from_mins(5);

/// Connections that go from statement to statement as they are, the last used first. The pool asks a connection
/// whether it lives each time that it gets it back, which is a third of the system calls of a short statement, and
/// hands out the one that rested longest, whose server process the processor's caches know least of.
#[derive(Clone, Debug)]
pub(super) struct Express {
    pool: PgPool,
    turns: Arc<Semaphore>,
    rested: Arc<Mutex<Vec<Rested>>>,
}

#[derive(Debug)]
struct Rested {
    connection: PoolConnection<Postgres>,
    since: Instant,
}

impl Express {
    /// Over a pool of so many connections, half of which are left to it.
    pub fn new(pool: PgPool, connections: u32) -> Self {
        let turns = usize::try_from(connections / 2).unwrap_or(usize::MAX);
        Self {
            pool,
            turns: Arc::new(Semaphore::new(turns.clamp(1, Semaphore::MAX_PERMITS))),
            rested: Arc::default(),
        }
    }

    pub async fn connect(&self) -> Result<Connection, sqlx::Error> {
        let timeout = self.pool.options().get_acquire_timeout();
        let turn = tokio::time::timeout(timeout, Arc::clone(&self.turns).acquire_owned())
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)?
            .map_err(|_| sqlx::Error::PoolClosed)?;
        let rested = self.rested.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let rested = match rested {
            Some(rested) => rested,
            None => Rested {
                connection: self.pool.acquire().await?,
                since: Instant::now(),
            },
        };
        Ok(Connection {
            rested,
            express: self.clone(),
            _turn: turn,
        })
    }
}

/// A connection for one statement. Dropped, it goes back to the pool, which finds out what became of it.
#[derive(Debug)]
pub struct Connection {
    rested: Rested,
    express: Express,
    /// Given up after the connection was put where the next one looks for it.
    _turn: OwnedSemaphorePermit,
}

impl Connection {
    /// Lets the next statement have it: for a connection that answered, outside of a transaction.
    pub fn keep(self) {
        let Self {
            rested,
            express,
            _turn,
        } = self;
        if rested.since.elapsed() < KEPT {
            let mut all = express.rested.lock().unwrap_or_else(PoisonError::into_inner);
            all.push(rested);
        }
    }
}

impl Deref for Connection {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.rested.connection
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.rested.connection
    }
}
