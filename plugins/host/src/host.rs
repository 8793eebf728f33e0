//! Loads modules and runs them.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant as Clock};

use sha2::{Digest, Sha256};
use wasmtime::component::Component;
use wasmtime::{Engine, Store};

use crate::cache::Cache;
use crate::contract::Rule;
use crate::gate::Gate;
use crate::sandbox::Sandbox;
use crate::ticker::Ticker;
use crate::{
    Action, Context, Description, EvaluateError, Event, Facts, HostError, Limits, LoadError, LogLine,
    describe, engine, precheck,
};

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

/// A component that was accepted, compiled and has described itself.
pub struct Module {
    hash: String,
    size: usize,
    world: &'static str,
    description: Description,
    from_cache: bool,
    engine: Engine,
    rule: Rule,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// The actions in the rule's order, or why there are none.
    pub outcome: Result<Vec<Action>, EvaluateError>,
    /// Fuel used. The same for the same module and input, but for [`EvaluateError::DeadlineExceeded`].
    pub fuel: u64,
    /// Time taken, start of the instance included; waiting for a turn is not.
    pub duration: Duration,
    /// What the rule logged until it ended, however it ended.
    pub logs: Vec<LogLine>,
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

    /// Checks, compiles and describes a component. Cheap checks come first: size, format, imports, world.
    ///
    /// # Errors
    /// When the bytes are not a component that the host accepts; see [`LoadError`].
    pub fn load(&self, bytes: &[u8]) -> Result<Arc<Module>, LoadError> {
        let version = precheck::check(bytes, &self.limits)?;
        let hash = hex(&Sha256::digest(bytes));
        let (component, from_cache) = self.component(bytes, &hash)?;
        let rule = Rule::link(version, &self.engine, &component).map_err(|error| LoadError::WrongWorld {
            detail: format!("{error:#}"),
        })?;
        let described = self.call(|store| rule.describe(store).map(Ok));
        let description = describe::check(described.outcome?)?;
        let engine = self.engine.clone();
        let world = version.world();
        Ok(Arc::new(Module {
            hash,
            size: bytes.len(),
            world,
            description,
            from_cache,
            engine,
            rule,
        }))
    }

    /// Asks a module what to do about an event. `config` is the rule's configuration, a JSON object.
    #[must_use]
    pub fn evaluate(
        &self,
        module: &Module,
        context: &Context,
        event: &Event,
        facts: &Facts,
        config: &str,
    ) -> Evaluation {
        if !Engine::same(&self.engine, &module.engine) {
            return Evaluation::not_run(EvaluateError::ForeignModule).into();
        }
        self.call(|store| module.rule.evaluate(store, context, event, facts, config))
            .into()
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
            return Evaluation::not_run(EvaluateError::Busy);
        };
        let start = Clock::now();
        let mut store = match Sandbox::store(&self.engine, &self.limits) {
            Ok(store) => store,
            Err(error) => {
                return Evaluation::not_run(EvaluateError::Trapped {
                    detail: error.to_string(),
                });
            }
        };
        let outcome =
            call(&mut store).unwrap_or_else(|error| Err(store.data().classify(&error, &self.limits)));
        let fuel = self.limits.fuel.saturating_sub(store.get_fuel().unwrap_or(0));
        let logs = store.data_mut().take_logs();
        drop(store);
        Called {
            outcome,
            fuel,
            duration: start.elapsed(),
            logs,
        }
    }
}

/// [`Evaluation`] of any call.
struct Called<T> {
    outcome: Result<T, EvaluateError>,
    fuel: u64,
    duration: Duration,
    logs: Vec<LogLine>,
}

impl From<Called<Vec<Action>>> for Evaluation {
    fn from(called: Called<Vec<Action>>) -> Self {
        let Called {
            outcome,
            fuel,
            duration,
            logs,
        } = called;
        Self {
            outcome,
            fuel,
            duration,
            logs,
        }
    }
}

impl Evaluation {
    fn not_run<T>(error: EvaluateError) -> Called<T> {
        Called {
            outcome: Err(error),
            fuel: 0,
            duration: Duration::ZERO,
            logs: Vec::new(),
        }
    }
}

impl Module {
    /// SHA-256 of the binary, 64 lower case hexadecimal digits.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Size of the binary, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// The world it implements, for example "pfms:rules/automation-rule@1.0.0".
    #[must_use]
    pub fn world(&self) -> &'static str {
        self.world
    }

    /// What it says of itself.
    #[must_use]
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// Whether it was compiled before and read from the cache.
    #[must_use]
    pub fn from_cache(&self) -> bool {
        self.from_cache
    }
}

impl std::fmt::Debug for Module {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Module")
            .field("hash", &self.hash)
            .field("size", &self.size)
            .field("world", &self.world)
            .field("description", &self.description)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// Lower case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
