//! The versions of the contract that the host accepts, side by side.
//!
//! A component exports an interface whose name carries its version, and the host answers in that version. A
//! new one is a new variant of [`Version`] here and a module beside `v1_0`, with the bindings generated from its
//! own WIT and the conversions between those and the host's types.

mod v1_0;

use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Result, Store};

use crate::sandbox::Sandbox;
use crate::{Action, Context, Description, EvaluateError, Event, Facts, LoadError, tax};

/// All names of the contract start so.
const PACKAGE: &str = "pfms:rules/";

/// What a component can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum World {
    /// A rule that answers events with actions.
    AutomationRule,
    /// The tax rules of a country.
    TaxRules,
}

impl World {
    const ALL: [Self; 2] = [Self::AutomationRule, Self::TaxRules];

    /// What components of this world export, before the version.
    fn export(self) -> &'static str {
        match self {
            Self::AutomationRule => "pfms:rules/automation@",
            Self::TaxRules => "pfms:rules/tax@",
        }
    }

    /// For messages.
    fn label(self) -> &'static str {
        match self {
            Self::AutomationRule => "an automation rule",
            Self::TaxRules => "the tax rules of a country",
        }
    }
}

/// A version of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    V1_0,
}

impl Version {
    const ACCEPTED: &[Self] = &[Self::V1_0];

    fn number(self) -> &'static str {
        match self {
            Self::V1_0 => "1.0.0",
        }
    }

    fn accepted() -> String {
        let numbers: Vec<&str> = Self::ACCEPTED.iter().map(|version| version.number()).collect();
        numbers.join(", ")
    }
}

/// What a component is built for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Contract {
    pub(crate) world: World,
    pub(crate) version: Version,
}

impl Contract {
    /// The full name of the world, with its version.
    pub(crate) fn name(self) -> &'static str {
        match (self.world, self.version) {
            (World::AutomationRule, Version::V1_0) => "pfms:rules/automation-rule@1.0.0",
            (World::TaxRules, Version::V1_0) => "pfms:rules/tax-rules@1.0.0",
        }
    }

    /// Whether an import belongs to the contract, in whatever version.
    pub(crate) fn knows(import: &str) -> bool {
        import.starts_with(PACKAGE)
    }

    /// Whether this version provides an import.
    pub(crate) fn offers(self, import: &str) -> bool {
        let interfaces: &[&str] = match (self.world, self.version) {
            (World::AutomationRule, Version::V1_0) => &["log", "types", "values"],
            (World::TaxRules, Version::V1_0) => &["log", "tax-types", "values"],
        };
        import
            .strip_prefix(PACKAGE)
            .and_then(|rest| rest.split_once('@'))
            .is_some_and(|(name, version)| interfaces.contains(&name) && version == self.version.number())
    }

    /// What a component's exports speak.
    pub(crate) fn of_exports(exports: &[String]) -> std::result::Result<Self, LoadError> {
        let wrong = |detail: String| Err(LoadError::WrongWorld { detail });
        let accepted = Version::accepted();
        let mut found = exports.iter().flat_map(|export| {
            World::ALL
                .into_iter()
                .filter_map(move |world| Some((world, export.strip_prefix(world.export())?)))
        });
        let Some((world, number)) = found.next() else {
            let expected: Vec<String> = World::ALL
                .iter()
                .map(|world| format!("{}{accepted} ({})", world.export(), world.label()))
                .collect();
            return wrong(format!("it exports neither {}", expected.join(" nor ")));
        };
        if found.next().is_some() {
            return wrong("it implements several worlds or versions; build one component for each".into());
        }
        match Version::ACCEPTED
            .iter()
            .find(|version| version.number() == number)
        {
            Some(&version) => Ok(Self { world, version }),
            None => wrong(format!(
                "it is built for version {number} of the contract; accepted: {accepted}"
            )),
        }
    }

    /// Refuses a component of another world.
    pub(crate) fn expect(self, world: World) -> std::result::Result<Self, LoadError> {
        if self.world == world {
            return Ok(self);
        }
        let detail = format!(
            "it is {}, and {} is expected here: it must export {}{}",
            self.world.label(),
            world.label(),
            world.export(),
            Version::accepted()
        );
        Err(LoadError::WrongWorld { detail })
    }
}

/// A rule's decision, or its own error.
pub(crate) type Decision = std::result::Result<Vec<Action>, EvaluateError>;

/// An automation rule checked against its version, ready to be instantiated.
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

/// Tax rules checked against their version, ready to be instantiated.
pub(crate) enum Country {
    V1_0(v1_0::Country),
}

impl Country {
    pub(crate) fn link(version: Version, engine: &Engine, component: &Component) -> Result<Self> {
        let mut linker = Linker::new(engine);
        match version {
            Version::V1_0 => v1_0::Country::link(&mut linker, component).map(Self::V1_0),
        }
    }

    /// Calls `describe`; the answer is not yet checked.
    pub(crate) fn describe(&self, store: &mut Store<Sandbox>) -> Result<tax::Description> {
        match self {
            Self::V1_0(country) => country.describe(store),
        }
    }

    /// Calls `parameters`; the answer is not yet checked.
    pub(crate) fn parameters(
        &self,
        store: &mut Store<Sandbox>,
        year: u16,
    ) -> Result<std::result::Result<Vec<tax::Parameter>, tax::TaxError>> {
        match self {
            Self::V1_0(country) => country.parameters(store, year),
        }
    }

    /// Calls `calculate`; the answer is not yet checked.
    pub(crate) fn calculate(
        &self,
        store: &mut Store<Sandbox>,
        input: &tax::Input,
    ) -> Result<std::result::Result<tax::Assessment, tax::TaxError>> {
        match self {
            Self::V1_0(country) => country.calculate(store, input),
        }
    }
}
