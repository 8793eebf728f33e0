//! Components, loaded and run off the threads that serve.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use pfms_plugin_host::{Context, Evaluation, Event, Facts, Host, Limits, LoadError, Module};
use pfms_runtime::Error;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// Most compiled modules that are kept in memory.
const MAX_LOADED: usize = 256;
/// Most bytes of components whose compiled form is kept in memory; that form is several times as large.
const MAX_LOADED_BYTES: usize = 64 << 20;
/// Components that are loaded at the same time. Compiling takes a core: one stays free for everything else.
const LOADING: usize = 1;

/// The sandbox of this process.
pub struct Sandbox {
    host: Arc<Host>,
    loaded: Mutex<Loaded>,
    loading: Arc<Semaphore>,
    running: Arc<Semaphore>,
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
    /// A sandbox that keeps compiled modules in a directory, if it is given.
    ///
    /// # Errors
    /// When the engine cannot start or the directory cannot be used.
    pub fn new(cache: Option<&Path>) -> Result<Self, Error> {
        let host = Host::new(Limits::default(), cache).map_err(Error::internal)?;
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Ok(Self {
            host: Arc::new(host),
            loaded: Mutex::default(),
            loading: Arc::new(Semaphore::new(LOADING)),
            running: Arc::new(Semaphore::new(cores.max(2))),
        })
    }

    /// The most bytes that a component may have.
    pub fn max_module_bytes(&self) -> usize {
        self.host.limits().module_bytes
    }

    /// A module that is in memory.
    pub fn loaded(&self, hash: &str) -> Option<Arc<Module>> {
        self.lock().get(hash)
    }

    /// Loads a component, and keeps it in memory.
    ///
    /// # Errors
    /// When the host is too busy or fails. That the component is not accepted is the answer, not an error.
    pub async fn load(&self, bytes: Vec<u8>) -> Result<Result<Arc<Module>, LoadError>, Error> {
        let permit = Arc::clone(&self.loading)
            .acquire_owned()
            .await
            .map_err(Error::internal)?;
        let host = Arc::clone(&self.host);
        let answer = spawn_blocking(move || {
            let _permit = permit;
            host.load(&bytes)
        })
        .await
        .map_err(Error::internal)?;
        match answer {
            Ok(module) => {
                self.lock().put(Arc::clone(&module));
                Ok(Ok(module))
            }
            Err(error) if error.is_transient() => Err(busy(error)),
            Err(error) => Ok(Err(error)),
        }
    }

    /// Asks a module. Waits for its turn: turns are given in the order in which they are asked for.
    ///
    /// # Errors
    /// When the host is too busy or fails. That the rule fails is in the evaluation.
    pub async fn evaluate(&self, module: Arc<Module>, question: Question) -> Result<Evaluation, Error> {
        let permit = Arc::clone(&self.running)
            .acquire_owned()
            .await
            .map_err(Error::internal)?;
        let host = Arc::clone(&self.host);
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
            Err(error @ pfms_plugin_host::EvaluateError::Busy) => Err(busy(error)),
            _ => Ok(evaluation),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Loaded> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn busy(cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Unavailable {
        what: "the sandbox",
        cause: Box::new(cause),
    }
}

/// Modules by hash, the least recently used leaving first.
#[derive(Default)]
struct Loaded {
    modules: HashMap<String, (Arc<Module>, u64)>,
    bytes: usize,
    uses: u64,
}

impl Loaded {
    fn get(&mut self, hash: &str) -> Option<Arc<Module>> {
        self.uses += 1;
        let (module, used) = self.modules.get_mut(hash)?;
        *used = self.uses;
        Some(Arc::clone(module))
    }

    fn put(&mut self, module: Arc<Module>) {
        self.uses += 1;
        self.bytes += module.size();
        let before = self.modules.insert(module.hash().to_owned(), (module, self.uses));
        if let Some((before, _)) = before {
            self.bytes -= before.size();
        }
        while self.modules.len() > MAX_LOADED || self.bytes > MAX_LOADED_BYTES {
            let Some(oldest) = self
                .modules
                .iter()
                .min_by_key(|(_, (_, used))| *used)
                .map(|(hash, _)| hash.clone())
            else {
                return;
            };
            if let Some((gone, _)) = self.modules.remove(&oldest) {
                self.bytes -= gone.size();
            }
        }
    }
}
