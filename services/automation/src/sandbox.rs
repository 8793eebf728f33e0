//! Components, loaded and run off the threads that serve.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pfms_plugin_host::{
    Context, EvaluateError, Evaluation, Event, Facts, Hashed, Host, Limits, LoadError, Module, Tier,
    UnknownLimit,
};
use pfms_runtime::{Error, settings};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// Most compiled modules that are kept in memory.
const MAX_LOADED: usize = 256;
/// Most bytes of components whose compiled form is kept in memory; that form is several times as large.
const MAX_LOADED_BYTES: usize = 64 << 20;

/// The sandbox of this process.
pub struct Sandbox {
    native: Room,
    heavy: Room,
    loaded: Arc<Mutex<Kept>>,
}

/// Where the components of a tier run, so that those of the other do not wait for them.
struct Room {
    host: Arc<Host>,
    loading: Arc<Semaphore>,
    running: Arc<Semaphore>,
}

impl Room {
    /// A turn, or nothing when none came in time.
    async fn turn(&self, turns: &Arc<Semaphore>) -> Result<Option<OwnedSemaphorePermit>, Error> {
        match timeout(self.host.limits().patience, Arc::clone(turns).acquire_owned()).await {
            Ok(turn) => turn.map(Some).map_err(Error::internal),
            Err(_) => Ok(None),
        }
    }
}

/// The limits of a tier as the operator has them.
fn limits(tier: Tier, set: &settings::Limits) -> Result<Limits, UnknownLimit> {
    set.iter()
        .try_fold(tier.limits(), |limits, (name, value)| limits.with(name, value))
}

fn places(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// A component that can run.
pub struct Loaded {
    module: Arc<Module>,
    tier: Tier,
    limits: Limits,
}

impl Loaded {
    /// What it is.
    #[must_use]
    pub fn module(&self) -> &Module {
        &self.module
    }

    /// What it may use.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Which of the two sets of limits that is.
    #[must_use]
    pub fn tier(&self) -> Tier {
        self.tier
    }
}

/// What a module is asked.
pub struct Question {
    /// What surrounds the evaluation.
    pub context: Context,
    /// What happened.
    pub event: Event,
    /// What the module asked to know.
    pub facts: Facts,
    /// The rule's configuration, as JSON.
    pub config: String,
}

impl Sandbox {
    /// A sandbox with the operator's limits, which keeps compiled modules in a directory, if it is given.
    ///
    /// # Errors
    /// When the engine cannot start or the directory cannot be used.
    pub fn new(cache: Option<&Path>, set: &settings::Sandbox) -> Result<Self, Error> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let room = |tier: Tier, set: &settings::Limits, cores: usize| -> Result<Room, Error> {
            let limits = limits(tier, set).map_err(Error::internal)?;
            let host = Host::new(limits, cache).map_err(Error::internal)?;
            Ok(Room {
                host: Arc::new(host),
                loading: Arc::new(Semaphore::new(places(limits.concurrent_compilations))),
                running: Arc::new(Semaphore::new(places(limits.concurrent_calls).min(cores))),
            })
        };
        Ok(Self {
            native: room(Tier::Native, &set.native_limits, cores.max(2))?,
            heavy: room(Tier::Heavy, &set.heavy_limits, (cores / 2).max(1))?,
            loaded: Arc::default(),
        })
    }

    fn room(&self, tier: Tier) -> &Room {
        match tier {
            Tier::Native => &self.native,
            Tier::Heavy => &self.heavy,
        }
    }

    /// The most bytes that a component may have; of any tier when none is named.
    #[must_use]
    pub fn max_module_bytes(&self, tier: Option<Tier>) -> usize {
        self.room(tier.unwrap_or(Tier::Heavy)).host.limits().module_bytes
    }

    /// The tier of a component whose author named none.
    #[must_use]
    pub fn tier_of(&self, bytes: &[u8]) -> Tier {
        Tier::of(bytes, self.native.host.limits())
    }

    /// A module that is in memory.
    #[must_use]
    pub fn loaded(&self, hash: &str, tier: Tier) -> Option<Arc<Loaded>> {
        lock(&self.loaded).get(&(hash.to_owned(), tier))
    }

    /// Loads a component, and keeps it in memory. Its bytes are asked for where hashing them may take its time.
    ///
    /// # Errors
    /// When the host is too busy or fails. That the component is not accepted is the answer, not an error.
    pub async fn load(
        &self,
        bytes: impl FnOnce() -> Hashed<Vec<u8>> + Send + 'static,
        tier: Tier,
    ) -> Result<Result<Arc<Loaded>, LoadError>, Error> {
        let room = self.room(tier);
        let permit = room
            .turn(&room.loading)
            .await?
            .ok_or_else(|| busy(LoadError::Busy))?;
        let host = Arc::clone(&room.host);
        let kept = Arc::clone(&self.loaded);
        let answer = spawn_blocking(move || {
            let _permit = permit;
            let bytes = bytes();
            // Somebody else may have waited for the same.
            let known = lock(&kept).get(&(bytes.hash().to_owned(), tier));
            if let Some(loaded) = known {
                return Ok(loaded);
            }
            let module = host.load_hashed(&bytes)?;
            let limits = *host.limits();
            let loaded = Arc::new(Loaded { module, tier, limits });
            // Also when nobody waits for it any more.
            lock(&kept).put(Arc::clone(&loaded));
            Ok(loaded)
        })
        .await
        .map_err(Error::internal)?;
        match answer {
            Err(error) if LoadError::is_transient(&error) => Err(busy(error)),
            answer => Ok(answer),
        }
    }

    /// Asks a module. Waits for its turn: turns are given in the order in which they are asked for.
    ///
    /// # Errors
    /// When the host is too busy or fails. That the rule fails is in the evaluation.
    pub async fn evaluate(&self, loaded: &Loaded, question: Question) -> Result<Evaluation, Error> {
        let room = self.room(loaded.tier);
        let permit = room
            .turn(&room.running)
            .await?
            .ok_or_else(|| busy(EvaluateError::Busy))?;
        let host = Arc::clone(&room.host);
        let module = Arc::clone(&loaded.module);
        let evaluation = spawn_blocking(move || {
            let _permit = permit;
            host.evaluate(
                &module,
                &question.context,
                &question.event,
                &question.facts,
                &question.config,
            )
        })
        .await
        .map_err(Error::internal)?;
        match evaluation.outcome {
            Err(error @ EvaluateError::Busy) => Err(busy(error)),
            _ => Ok(evaluation),
        }
    }
}

fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

fn busy(cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Unavailable {
        what: "the sandbox",
        cause: Box::new(cause),
    }
}

/// Modules by hash and tier, the least recently used leaving first.
#[derive(Default)]
struct Kept {
    modules: HashMap<(String, Tier), (Arc<Loaded>, u64)>,
    bytes: usize,
    uses: u64,
}

impl Kept {
    fn get(&mut self, key: &(String, Tier)) -> Option<Arc<Loaded>> {
        self.uses += 1;
        let (loaded, used) = self.modules.get_mut(key)?;
        *used = self.uses;
        Some(Arc::clone(loaded))
    }

    fn put(&mut self, loaded: Arc<Loaded>) {
        self.uses += 1;
        self.bytes += loaded.module.size();
        let key = (loaded.module.hash().to_owned(), loaded.tier);
        if let Some((before, _)) = self.modules.insert(key, (loaded, self.uses)) {
            self.bytes -= before.module.size();
        }
        // The one that was just loaded stays, however large it is.
        while self.modules.len() > 1 && (self.modules.len() > MAX_LOADED || self.bytes > MAX_LOADED_BYTES) {
            let oldest = self.modules.iter().min_by_key(|(_, (_, used))| *used);
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else {
                return;
            };
            if let Some((gone, _)) = self.modules.remove(&oldest) {
                self.bytes -= gone.module.size();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_set_is_a_limit_of_the_sandbox() {
        for name in settings::Limits::names() {
            let value = match name {
                "pooled" => 0,
                "module-bytes" | "memory-bytes" | "stack-bytes" => 65_536,
                _ => 77,
            };
            let one = settings::Limits::parse(&format!("{name}={value}")).unwrap();
            let limited = limits(Tier::Native, &one).unwrap();
            // Every one of them makes a difference.
            assert_ne!(limited, Limits::native(), "{name}");
        }
        assert_eq!(
            limits(Tier::Heavy, &settings::Limits::default()),
            Ok(Limits::heavy())
        );
    }
}
