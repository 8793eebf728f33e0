//! Automation rules.

use std::sync::Arc;
use std::time::Duration;

use super::{Binary, Called, Hashed, Host};
use crate::contract::{Contract, Rule};
use crate::{Action, Context, Description, EvaluateError, Event, Facts, LoadError, LogLine, describe};

/// An automation rule that was accepted, compiled and has described itself.
pub struct Module {
    binary: Binary,
    description: Description,
    rule: Rule,
}

/// What came of asking an automation rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// The actions in the rule's order, or why there are none.
    pub outcome: Result<Vec<Action>, EvaluateError>,
    /// Fuel used. The same for the same module and input, but for [`EvaluateError::DeadlineExceeded`].
    pub fuel: u64,
    /// Linear memory that the component had at its end, in bytes; it never gives any back.
    pub memory_bytes: usize,
    /// Time taken, start of the instance included; waiting for a turn is not.
    pub duration: Duration,
    /// What the rule logged until it ended, however it ended.
    pub logs: Vec<LogLine>,
}

impl Host {
    /// Checks, compiles and describes an automation rule. Cheap checks come first: size, format, imports, world.
    ///
    /// # Errors
    /// When the bytes are not a component that the host accepts; see [`LoadError`].
    pub fn load(&self, bytes: &[u8]) -> Result<Arc<Module>, LoadError> {
        self.load_rule(bytes, None)
    }

    /// The same for bytes whose hash is known already.
    ///
    /// # Errors
    /// When the bytes are not a component that the host accepts; see [`LoadError`].
    pub fn load_hashed<B: AsRef<[u8]>>(&self, hashed: &Hashed<B>) -> Result<Arc<Module>, LoadError> {
        self.load_rule(hashed.bytes(), Some(hashed.hash()))
    }

    fn load_rule(&self, bytes: &[u8], hash: Option<&str>) -> Result<Arc<Module>, LoadError> {
        let (binary, component, version) = self.admit(bytes, hash, Contract::automation)?;
        let rule = Rule::link(version, &self.engine, &component).map_err(LoadError::wrong_world)?;
        let described = self.call(|store| rule.describe(store).map(Ok));
        let description = describe::automation::check(described.outcome?)?;
        Ok(Arc::new(Module {
            binary,
            description,
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
        let called = if self.owns(&module.binary) {
            self.call(|store| module.rule.evaluate(store, context, event, facts, config))
        } else {
            Called::not_run(EvaluateError::ForeignModule)
        };
        Evaluation {
            outcome: called.outcome,
            fuel: called.fuel,
            memory_bytes: called.memory_bytes,
            duration: called.duration,
            logs: called.logs,
        }
    }
}

impl Module {
    /// SHA-256 of the binary, 64 lower case hexadecimal digits.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.binary.hash
    }

    /// Size of the binary, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.binary.size
    }

    /// The world it implements, for example "pfms:rules/automation-rule@1.0.0".
    #[must_use]
    pub fn world(&self) -> &'static str {
        self.binary.contract.name()
    }

    /// What it says of itself.
    #[must_use]
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// Whether it was compiled before and read from the cache.
    #[must_use]
    pub fn from_cache(&self) -> bool {
        self.binary.from_cache
    }
}

impl std::fmt::Debug for Module {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Module")
            .field("hash", &self.hash())
            .field("size", &self.size())
            .field("world", &self.world())
            .field("description", &self.description)
            .finish_non_exhaustive()
    }
}
