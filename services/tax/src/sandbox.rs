//! Countries' components, loaded and run off the threads that serve.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pfms_plugin_host::tax::{CalculateError, Input, Parameter, TaxError};
use pfms_plugin_host::{Host, LoadError, TaxEvaluation, TaxModule, Tier};
use pfms_runtime::{Error, settings};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::calculation::Component;
use crate::country::{BadDescription, Country};

/// Most components of users that are kept in memory.
const MAX_LOADED: usize = 64;
/// Most characters of what rules say about an input.
const MAX_MESSAGE: usize = 1_000;

/// A country with what calculates.
pub struct Rules {
    /// What they cover.
    pub country: Country,
    /// The component's bytes.
    pub content: Vec<u8>,
    /// Whether the database has the bytes already.
    pub kept: AtomicBool,
    module: Arc<TaxModule>,
}

/// Why bytes do not become a country.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The sandbox does not accept them.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// They describe no country.
    #[error(transparent)]
    Description(#[from] BadDescription),
}

impl Rules {
    /// The figures of a year, in the component's order.
    #[must_use]
    pub fn figures(&self, year: u16) -> &[Parameter] {
        self.module.parameters(year).unwrap_or_default()
    }

    /// The component, as calculations name it.
    #[must_use]
    pub fn component(&self) -> Component {
        let law = &self.country.law;
        Component {
            name: law.name.clone(),
            version: law.version.clone(),
            hash: self.country.hash.clone(),
        }
    }
}

/// The sandbox of this process.
pub struct Sandbox {
    host: Arc<Host>,
    loaded: Mutex<Loaded>,
    loading: Arc<Semaphore>,
    running: Arc<Semaphore>,
}

impl Sandbox {
    /// A sandbox with the operator's limits, which keeps compiled components in a directory, if it is given.
    ///
    /// # Errors
    /// When the engine cannot start or the directory cannot be used.
    pub fn new(cache: Option<&Path>, set: &settings::Limits) -> Result<Self, Error> {
        let limits = set
            .iter()
            .try_fold(Tier::Native.limits(), |limits, (name, value)| {
                limits.with(name, value)
            })
            .map_err(Error::internal)?;
        let host = Host::new(limits, cache).map_err(Error::internal)?;
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let places = |limit: u32| usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(Self {
            host: Arc::new(host),
            loaded: Mutex::default(),
            loading: Arc::new(Semaphore::new(places(limits.concurrent_compilations))),
            running: Arc::new(Semaphore::new(places(limits.concurrent_calls).min(cores.max(2)))),
        })
    }

    /// A turn.
    ///
    /// # Errors
    /// When none came in time.
    async fn turn(&self, turns: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Error> {
        match timeout(self.host.limits().patience, Arc::clone(turns).acquire_owned()).await {
            Ok(turn) => turn.map_err(Error::internal),
            Err(_) => Err(busy(LoadError::Busy)),
        }
    }

    /// The most bytes that a component may have.
    pub fn max_component_bytes(&self) -> usize {
        self.host.limits().module_bytes
    }

    /// Rules that are in memory.
    pub fn loaded(&self, hash: &str) -> Option<Arc<Rules>> {
        self.lock().get(hash)
    }

    /// Loads a component, and keeps it in memory.
    ///
    /// # Errors
    /// When the host is too busy or fails. That the component is not accepted is the answer, not an error.
    pub async fn load(&self, bytes: Vec<u8>) -> Result<Result<Arc<Rules>, Refused>, Error> {
        let permit = self.turn(&self.loading).await?;
        let host = Arc::clone(&self.host);
        let answer = spawn_blocking(move || {
            let _permit = permit;
            let module = host.load_tax(&bytes)?;
            let country = Country::new(module.description().clone(), module.hash())?;
            Ok(Arc::new(Rules {
                country,
                content: bytes,
                kept: AtomicBool::new(false),
                module,
            }))
        })
        .await
        .map_err(Error::internal)?;
        match answer {
            Ok(rules) => {
                self.lock().put(Arc::clone(&rules));
                Ok(Ok(rules))
            }
            Err(Refused::Load(error)) if error.is_transient() => Err(busy(error)),
            Err(error) => Ok(Err(error)),
        }
    }

    /// Calculates. Waits for its turn: turns are given in the order in which they are asked for.
    ///
    /// # Errors
    /// A named reason when the rules refuse the input, break a limit, or answer with what is no assessment.
    pub async fn calculate(&self, rules: &Arc<Rules>, input: Input) -> Result<TaxEvaluation, Error> {
        let permit = self.turn(&self.running).await?;
        let (host, module) = (Arc::clone(&self.host), Arc::clone(&rules.module));
        let evaluation = spawn_blocking(move || {
            let _permit = permit;
            host.calculate(&module, &input)
        })
        .await
        .map_err(Error::internal)?;
        match &evaluation.outcome {
            Err(error) => Err(refusal(error, &rules.country)),
            Ok(_) => Ok(evaluation),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Loaded> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn busy(cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Unavailable {
        what: "the sandbox",
        cause: Box::new(cause),
    }
}

/// What a person is told when there is no assessment.
fn refusal(error: &CalculateError, country: &Country) -> Error {
    if error.is_transient() {
        return busy(error.clone());
    }
    let reason = match error {
        CalculateError::Refused(TaxError::MissingFields(_)) => "PROFILE_INCOMPLETE",
        CalculateError::Refused(TaxError::InvalidFields(_)) => "PROFILE_INVALID",
        other => other.reason(),
    };
    if !matches!(error, CalculateError::Refused(_)) {
        tracing::warn!(component = country.hash, %error, "a country's component failed");
    }
    Error::FailedPrecondition {
        reason,
        message: bounded(&error.to_string()),
    }
}

/// As much of a text as a person reads: rules may have something to say about each of thousands of incomes, and an
/// answer travels in headers.
fn bounded(text: &str) -> String {
    let mut shown: String = text.chars().take(MAX_MESSAGE).collect();
    if shown.len() < text.len() {
        shown.push_str(" …");
    }
    shown
}

/// Rules by hash, the least recently used leaving first.
#[derive(Default)]
struct Loaded {
    rules: HashMap<String, (Arc<Rules>, u64)>,
    uses: u64,
}

impl Loaded {
    fn get(&mut self, hash: &str) -> Option<Arc<Rules>> {
        self.uses += 1;
        let (rules, used) = self.rules.get_mut(hash)?;
        *used = self.uses;
        Some(Arc::clone(rules))
    }

    fn put(&mut self, rules: Arc<Rules>) {
        self.uses += 1;
        self.rules.insert(rules.country.hash.clone(), (rules, self.uses));
        while self.rules.len() > MAX_LOADED {
            let oldest = self.rules.iter().min_by_key(|(_, (_, used))| *used);
            let Some(oldest) = oldest.map(|(hash, _)| hash.clone()) else {
                return;
            };
            self.rules.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use pfms_plugin_host::tax::FieldProblem;

    use super::*;
    use crate::fixture::country;

    #[test]
    fn what_rules_say_about_thousands_of_incomes_still_fits_an_answer() {
        let problems = (0..10_000).map(|index| FieldProblem {
            field: format!("incomes[{index}].acquired"),
            problem: "must not be after the day of sale".to_owned(),
        });
        let error = CalculateError::Refused(TaxError::InvalidFields(problems.collect()));
        let Error::FailedPrecondition { reason, message } = refusal(&error, &country()) else {
            panic!("it is refused otherwise")
        };
        assert_eq!(reason, "PROFILE_INVALID");
        assert!(message.starts_with("incomes[0].acquired") && message.chars().count() <= MAX_MESSAGE + 2);
    }
}
