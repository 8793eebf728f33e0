//! The versions of the contract that the host accepts, side by side.
//!
//! A component exports an interface whose name carries its version, and the host answers in that version. A
//! new one is a new variant here and a module beside `v1_0`, with the bindings generated from its own WIT and
//! the conversions between those and the host's types.

mod v1_0;

use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Result, Store};

use crate::sandbox::Sandbox;
use crate::{Action, Context, Description, EvaluateError, Event, Facts, LoadError};

/// All names of the contract start so.
const PACKAGE: &str = "pfms:rules/";
/// What automation rules export, before the version.
const AUTOMATION: &str = "pfms:rules/automation@";

/// A version of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    V1_0,
}

impl Version {
    const ACCEPTED: [Self; 1] = [Self::V1_0];

    /// The full name of the world, with its version.
    pub(crate) fn world(self) -> &'static str {
        match self {
            Self::V1_0 => "pfms:rules/automation-rule@1.0.0",
        }
    }

    fn number(self) -> &'static str {
        match self {
            Self::V1_0 => "1.0.0",
        }
    }

    /// Whether an import belongs to the contract, in whatever version.
    pub(crate) fn is_of_the_contract(import: &str) -> bool {
        import.starts_with(PACKAGE)
    }

    /// Whether this version provides an import.
    pub(crate) fn offers(self, import: &str) -> bool {
        match self {
            Self::V1_0 => [
                "pfms:rules/log@1.0.0",
                "pfms:rules/types@1.0.0",
                "pfms:rules/values@1.0.0",
            ]
            .contains(&import),
        }
    }

    /// The version that a component's exports speak.
    pub(crate) fn of_exports(exports: &[String]) -> Result<Self, LoadError> {
        let accepted = Self::ACCEPTED.map(Self::number).join(", ");
        let Some(found) = exports.iter().find_map(|export| export.strip_prefix(AUTOMATION)) else {
            let detail = format!("it does not export {AUTOMATION}{accepted}");
            return Err(LoadError::WrongWorld { detail });
        };
        Self::ACCEPTED
            .into_iter()
            .find(|version| version.number() == found)
            .ok_or_else(|| {
                let detail = format!("it is built for version {found} of the contract; accepted: {accepted}");
                LoadError::WrongWorld { detail }
            })
    }
}

/// A rule's decision, or its own error.
pub(crate) type Decision = Result<Vec<Action>, EvaluateError>;

/// A component checked against its version, ready to be instantiated.
pub(crate) enum Rule {
    V1_0(v1_0::Rule),
}

impl Rule {
    pub(crate) fn link(version: Version, engine: &Engine, component: &Component) -> Result<Self> {
        let mut linker = Linker::new(engine);
        match version {
            Version::V1_0 => v1_0::Rule::link(&mut linker, component).map(Self::V1_0),
        }
    }

    /// Calls `describe`; the answer is not yet checked.
    pub(crate) fn describe(&self, store: &mut Store<Sandbox>) -> Result<Description> {
        match self {
            Self::V1_0(rule) => rule.describe(store),
        }
    }

    /// Calls `evaluate`.
    pub(crate) fn evaluate(
        &self,
        store: &mut Store<Sandbox>,
        context: &Context,
        event: &Event,
        facts: &Facts,
        config: &str,
    ) -> Result<Decision> {
        match self {
            Self::V1_0(rule) => rule.evaluate(store, context, event, facts, config),
        }
    }
}
