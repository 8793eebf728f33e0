//! Loads modules and runs them.

mod automation;
mod hashed;
mod tax;

pub use automation::{Evaluation, Module};
pub use hashed::{Hashed, hex};
pub use tax::{TaxEvaluation, TaxModule};

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant as Clock};

use wasmtime::component::Component;
use wasmtime::{Engine, Store};

use crate::cache::Cache;
use crate::contract::Contract;
use crate::gate::Gate;
use crate::sandbox::Sandbox;
use crate::ticker::Ticker;
use crate::{EvaluateError, HostError, Limits, LoadError, LogLine, engine, precheck};

/// Stack for the compiler, which recurses over its input: overflowing it would end the process.
const COMPILER_STACK_BYTES: usize = 64 << 20;

/// Runs rule components. A process needs one; it is shared between threads by reference.
pub struct Host {
    limits: Limits,
    engine: Engine,
    cache: Option<Cache>,
    calls: Gate,
    compilations: Gate,
    compiled: AtomicU64,
    _ticker: Ticker,
}

/// What every accepted component has.
struct Binary {
    hash: String,
    size: usize,
    contract: Contract,
    from_cache: bool,
    engine: Engine,
}

impl Host {
    /// Starts the engine and the clock behind its deadlines, which stops when the host is dropped.
    ///
    /// Compiled modules are kept in `cache_dir` when it is given: it is created if missing, and must not be
    /// writable for others, as what it holds is executed.
    ///
    /// # Errors
    /// When the limits do not fit the machine or the directory cannot be used.
    pub fn new(limits: Limits, cache_dir: Option<&Path>) -> Result<Self, HostError> {
        let engine = engine::new(&limits)?;
        let cache = cache_dir
            .map(|directory| Cache::open(directory, &engine))
            .transpose()?;
        let ticker = Ticker::start(&engine).map_err(HostError::Thread)?;
        Ok(Self {
            limits,
            cache,
            calls: Gate::new(limits.concurrent_calls),
            compilations: Gate::new(limits.concurrent_compilations),
            compiled: AtomicU64::new(0),
            engine,
            _ticker: ticker,
        })
    }

    /// The limits in force.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// How many components were compiled, rather than read from the cache.
    #[must_use]
    pub fn compilations(&self) -> u64 {
        self.compiled.load(Ordering::Relaxed)
    }

    /// Checks and compiles a component of the world that `version` reads.
    fn admit<V>(
        &self,
        bytes: &[u8],
        known_hash: Option<&str>,
        version: impl FnOnce(Contract) -> Result<V, LoadError>,
    ) -> Result<(Binary, Component, V), LoadError> {
        let contract = precheck::check(bytes, &self.limits)?;
        let version = version(contract)?;
        // After the cheap checks: what they refuse is not worth its hash.
        let hash = known_hash.map_or_else(|| hashed::hash(bytes), str::to_owned);
        let (component, from_cache) = self.component(bytes, &hash)?;
        let binary = Binary {
            hash,
            size: bytes.len(),
            contract,
            from_cache,
            engine: self.engine.clone(),
        };
        Ok((binary, component, version))
    }

    /// Whether a component was loaded by this host.
    fn owns(&self, binary: &Binary) -> bool {
        Engine::same(&self.engine, &binary.engine)
    }

    fn component(&self, bytes: &[u8], hash: &str) -> Result<(Component, bool), LoadError> {
        if let Some(component) = self
            .cache
            .as_ref()
            .and_then(|cache| cache.read(&self.engine, hash))
        {
            return Ok((component, true));
        }
        let _turn = self
            .compilations
            .enter(self.limits.patience)
            .ok_or(LoadError::Busy)?;
        let component = self.compile(bytes)?;
        self.compiled.fetch_add(1, Ordering::Relaxed);
        if let Some(cache) = &self.cache
            && let Err(error) = cache.write(&component, hash)
        {
            tracing::warn!(%error, module = hash, "compiled component could not be kept");
        }
        Ok((component, false))
    }

    /// Compiles on a thread of its own, so that neither a deep recursion nor a panic of the compiler reaches
    /// the caller.
    fn compile(&self, bytes: &[u8]) -> Result<Component, LoadError> {
        let failed = |detail: String| LoadError::CompileFailed { detail };
        thread::scope(|scope| {
            thread::Builder::new()
                .name("plugin-compile".into())
                .stack_size(COMPILER_STACK_BYTES)
                .spawn_scoped(scope, || Component::from_binary(&self.engine, bytes))
                .map_err(|error| failed(error.to_string()))?
                .join()
                .map_err(|_| failed("the compiler crashed".into()))?
                .map_err(|error| LoadError::Malformed {
                    detail: format!("{error:#}"),
                })
        })
    }

    /// Makes a call in a store of its own, when its turn comes.
    fn call<T>(
        &self,
        call: impl FnOnce(&mut Store<Sandbox>) -> wasmtime::Result<Result<T, EvaluateError>>,
    ) -> Called<T> {
        let Some(_turn) = self.calls.enter(self.limits.patience) else {
            return Called::not_run(EvaluateError::Busy);
        };
        let start = Clock::now();
        let mut store = match Sandbox::store(&self.engine, &self.limits) {
            Ok(store) => store,
            Err(error) => {
                return Called::not_run(EvaluateError::Trapped {
                    detail: error.to_string(),
                });
            }
        };
        let outcome =
            call(&mut store).unwrap_or_else(|error| Err(store.data().classify(&error, &self.limits)));
        let fuel = self.limits.fuel.saturating_sub(store.get_fuel().unwrap_or(0));
        let memory_bytes = store.data().memory_bytes();
        let logs = store.data_mut().take_logs();
        drop(store);
        Called {
            outcome,
            fuel,
            memory_bytes,
            duration: start.elapsed(),
            logs,
        }
    }
}

/// What came of a call.
struct Called<T> {
    outcome: Result<T, EvaluateError>,
    fuel: u64,
    memory_bytes: usize,
    duration: Duration,
    logs: Vec<LogLine>,
}

impl<T> Called<T> {
    fn not_run(error: EvaluateError) -> Self {
        Self {
            outcome: Err(error),
            fuel: 0,
            memory_bytes: 0,
            duration: Duration::ZERO,
            logs: Vec::new(),
        }
    }
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
