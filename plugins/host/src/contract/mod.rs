//! The versions of the contract that the host accepts, side by side.
//!
//! A component exports an interface whose name carries its version, for example `pfms:rules/automation@1.0.0`, and the
//! host answers in that version. Versions are told apart by their full number: a published one is never edited, so that
//! there is nothing that a component of 1.0.1 could mean. A component of a version that the host does not know is
//! refused with the versions that it does, also when only the minor number is later: what it was built for may hold
//! records and actions that this host would have to guess.
//!
//! How a later version is added, as `v1_1` rehearses it in the tests:
//!
//! 1. Its WIT goes beside the old one, as a package of its own.
//! 2. The host's own types ([`crate::Action`] and the like) get what is new; they are those of the latest version.
//! 3. A module beside `v1_0` holds its bindings. Conversions of records that did not change are those of the version
//!    before, compiled against the new bindings; the changed ones are written anew. Interfaces that did not change at
//!    all are shared (`with`).
//! 4. [`AutomationVersion`] or [`TaxVersion`] gets a variant, and the compiler names every place that must know it.
//!
//! The old version stays as it is. It is shown what it knows, and goes when no stored module uses it any more.

mod v1_0;
#[cfg(test)]
mod v1_1;

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

/// The versions for automation rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AutomationVersion {
    V1_0,
    #[cfg(test)]
    V1_1,
}

/// The versions for tax rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TaxVersion {
    V1_0,
}

/// What a component is built for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Contract {
    Automation(AutomationVersion),
    Tax(TaxVersion),
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

    /// What is accepted, for messages.
    fn expected(self) -> String {
        let numbers: Vec<&str> = Contract::ACCEPTED
            .iter()
            .filter(|contract| contract.world() == self)
            .map(|contract| contract.number())
            .collect();
        format!("{}{}", self.export(), numbers.join(" or "))
    }
}

impl Contract {
    const ACCEPTED: &[Self] = &[
        Self::Automation(AutomationVersion::V1_0),
        #[cfg(test)]
        Self::Automation(AutomationVersion::V1_1),
        Self::Tax(TaxVersion::V1_0),
    ];

    /// Which world it is.
    pub(crate) fn world(self) -> World {
        match self {
            Self::Automation(_) => World::AutomationRule,
            Self::Tax(_) => World::TaxRules,
        }
    }

    fn number(self) -> &'static str {
        match self {
            Self::Automation(AutomationVersion::V1_0) | Self::Tax(TaxVersion::V1_0) => "1.0.0",
            #[cfg(test)]
            Self::Automation(AutomationVersion::V1_1) => "1.1.0",
        }
    }

    /// The full name of the world, with its version.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Automation(AutomationVersion::V1_0) => "pfms:rules/automation-rule@1.0.0",
            #[cfg(test)]
            Self::Automation(AutomationVersion::V1_1) => "pfms:rules/automation-rule@1.1.0",
            Self::Tax(TaxVersion::V1_0) => "pfms:rules/tax-rules@1.0.0",
        }
    }

    /// The interfaces that this version provides.
    fn interfaces(self) -> &'static [&'static str] {
        match self {
            Self::Automation(_) => &["log", "types", "values"],
            Self::Tax(_) => &["log", "tax-types", "values"],
        }
    }

    /// Whether an import belongs to the contract, in whatever version.
    pub(crate) fn knows(import: &str) -> bool {
        import.starts_with(PACKAGE)
    }

    /// Whether this version provides an import.
    pub(crate) fn offers(self, import: &str) -> bool {
        import
            .strip_prefix(PACKAGE)
            .and_then(|rest| rest.split_once('@'))
            .is_some_and(|(name, number)| self.interfaces().contains(&name) && number == self.number())
    }

    /// What a component's exports speak.
    pub(crate) fn of_exports(exports: &[String]) -> std::result::Result<Self, LoadError> {
        let wrong = |detail: String| Err(LoadError::WrongWorld { detail });
        let mut found = exports.iter().flat_map(|export| {
            World::ALL
                .into_iter()
                .filter_map(move |world| Some((world, export.strip_prefix(world.export())?)))
        });
        let Some((world, number)) = found.next() else {
            let expected = World::ALL.map(|world| format!("{} ({})", world.expected(), world.label()));
            return wrong(format!("it exports neither {}", expected.join(" nor ")));
        };
        if found.next().is_some() {
            return wrong("it implements several worlds or versions; build one component for each".into());
        }
        let accepted = Self::ACCEPTED
            .iter()
            .find(|contract| contract.world() == world && contract.number() == number);
        match accepted {
            Some(&contract) => Ok(contract),
            None => wrong(format!(
                "it is built for version {number} of the contract; accepted: {}",
                world.expected()
            )),
        }
    }

    /// The refusal of a component of another world.
    fn unexpected(self, world: World) -> LoadError {
        LoadError::WrongWorld {
            detail: format!(
                "it is {}, and {} is expected here: it must export {}",
                self.world().label(),
                world.label(),
                world.expected()
            ),
        }
    }

    /// The version of an automation rule.
    pub(crate) fn automation(self) -> std::result::Result<AutomationVersion, LoadError> {
        match self {
            Self::Automation(version) => Ok(version),
            Self::Tax(_) => Err(self.unexpected(World::AutomationRule)),
        }
    }

    /// The version of tax rules.
    pub(crate) fn tax(self) -> std::result::Result<TaxVersion, LoadError> {
        match self {
            Self::Tax(version) => Ok(version),
            Self::Automation(_) => Err(self.unexpected(World::TaxRules)),
        }
    }
}

/// A rule's decision, or its own error.
pub(crate) type Decision = std::result::Result<Vec<Action>, EvaluateError>;

/// An automation rule checked against its version, ready to be instantiated.
pub(crate) enum Rule {
    V1_0(v1_0::Rule),
    #[cfg(test)]
    V1_1(v1_1::Rule),
}

impl Rule {
    pub(crate) fn link(version: AutomationVersion, engine: &Engine, component: &Component) -> Result<Self> {
        let mut linker = Linker::new(engine);
        match version {
            AutomationVersion::V1_0 => v1_0::Rule::link(&mut linker, component).map(Self::V1_0),
            #[cfg(test)]
            AutomationVersion::V1_1 => v1_1::Rule::link(&mut linker, component).map(Self::V1_1),
        }
    }

    /// Calls `describe`; the answer is not yet checked.
    pub(crate) fn describe(&self, store: &mut Store<Sandbox>) -> Result<Description> {
        match self {
            Self::V1_0(rule) => rule.describe(store),
            #[cfg(test)]
            Self::V1_1(rule) => rule.describe(store),
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
            #[cfg(test)]
            Self::V1_1(rule) => rule.evaluate(store, context, event, facts, config),
        }
    }
}

/// Tax rules checked against their version, ready to be instantiated.
pub(crate) enum Country {
    V1_0(v1_0::Country),
}

impl Country {
    pub(crate) fn link(version: TaxVersion, engine: &Engine, component: &Component) -> Result<Self> {
        let mut linker = Linker::new(engine);
        match version {
            TaxVersion::V1_0 => v1_0::Country::link(&mut linker, component).map(Self::V1_0),
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

#[cfg(test)]
mod tests;
