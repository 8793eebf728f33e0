//! Where passwords are hashed: off the runtime's threads, and never more at once than the machine bears.

use std::sync::Arc;
use std::time::Duration;

use pfms_runtime::Error;
use tokio::sync::Semaphore;

use crate::password::{HashError, Hashing, Outcome, Password};

/// How long a password waits for its turn.
const MAX_WAIT: Duration = Duration::from_secs(5);

/// Hashes passwords, a bounded number at a time.
pub struct Hasher {
    hashing: Hashing,
    /// What a password is held against where there is no account, so that both take the same time.
    nobodys: Arc<str>,
    permits: Arc<Semaphore>,
}

impl Hasher {
    /// Half of the machine's cores hash; the others answer.
    ///
    /// # Errors
    /// When argon2 does not work here.
    pub async fn new() -> Result<Self, Error> {
        let hashing = Hashing::new().map_err(Error::internal)?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let mut hasher = Self {
            hashing,
            nobodys: Arc::from(""),
            permits: Arc::new(Semaphore::new((cores / 2).max(1))),
        };
        let password = Password::choose(&uuid::Uuid::now_v7().to_string()).map_err(Error::internal)?;
        hasher.nobodys = hasher.hash(password).await?.into();
        Ok(hasher)
    }

    /// A password's hash.
    ///
    /// # Errors
    /// When the password does not get its turn in time.
    pub async fn hash(&self, password: Password) -> Result<String, Error> {
        self.run(move |hashing| hashing.hash(&password)).await
    }

    /// Holds a password against an account's hash; without an account it is wrong, after the same work.
    ///
    /// # Errors
    /// When the password does not get its turn in time, or the stored text is not a hash.
    pub async fn check(&self, password: Password, stored: Option<&str>) -> Result<Outcome, Error> {
        let held_against: Arc<str> = stored.map_or_else(|| Arc::clone(&self.nobodys), Arc::from);
        let outcome = self
            .run(move |hashing| hashing.check(&password, &held_against))
            .await?;
        Ok(if stored.is_some() { outcome } else { Outcome::Wrong })
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Hashing) -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, Error> {
        let hashing = self.hashing.clone();
        self.in_turn(move || work(&hashing))
            .await?
            .map_err(Error::internal)
    }

    /// Does other slow work on a password under the same bound.
    ///
    /// # Errors
    /// When the work does not get its turn in time.
    pub async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let turn = tokio::time::timeout(MAX_WAIT, Arc::clone(&self.permits).acquire_owned()).await;
        let Ok(permit) = turn else {
            return Err(Error::ResourceExhausted {
                reason: "TOO_MANY_SIGN_INS",
                message: "too many people sign in at this moment; try again in a few seconds".into(),
            });
        };
        let permit = permit.map_err(Error::internal)?;
        let done = tokio::task::spawn_blocking(move || {
            // Held by the work itself: a caller that goes away does not make room for one more hash.
            let _permit = permit;
            work()
        });
        done.await.map_err(Error::internal)
    }
}
