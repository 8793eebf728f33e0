//! The trait that rules implement, and its way into the component.

use std::marker::PhantomData;
use std::sync::Once;

use serde::de::DeserializeOwned;

use crate::bindings::exports::pfms::rules::automation::Guest;
use crate::{Action, Context, Description, Event, Facts, RuleError, log};

/// All that a rule decides from, beside its configuration.
#[derive(Debug, Clone)]
pub struct Input {
    /// Whose rule it is, and when the event happened.
    pub context: Context,
    /// What happened.
    pub event: Event,
    /// What the rule asked to know in its description.
    pub facts: Facts,
}

/// A rule that answers events with actions.
///
/// Both functions depend on their arguments alone: no clock, no randomness and no state outlive a call.
pub trait AutomationRule {
    /// The configuration, read from JSON. `#[serde(deny_unknown_fields)]` turns misspelt fields into errors.
    type Config: DeserializeOwned;

    /// What the component is and what it needs.
    fn describe() -> Description;

    /// What is to be done about an event; an empty list when nothing is.
    ///
    /// # Errors
    /// When the configuration makes no sense, or the rule cannot decide. The rule's owner sees the message.
    fn evaluate(input: &Input, config: &Self::Config) -> Result<Vec<Action>, RuleError>;
}

/// Reads the configuration and runs a rule.
pub(crate) fn run<R: AutomationRule>(input: &Input, config: &str) -> Result<Vec<Action>, RuleError> {
    let config = serde_json::from_str(config).map_err(|error| RuleError::InvalidConfig(error.to_string()))?;
    R::evaluate(input, &config)
}

/// Adapts a rule to the generated interface.
#[doc(hidden)]
pub struct Exported<R>(PhantomData<R>);

impl<R: AutomationRule> Guest for Exported<R> {
    fn describe() -> Description {
        log_panics();
        R::describe()
    }

    fn evaluate(
        context: Context,
        event: Event,
        facts: Facts,
        config: String,
    ) -> Result<Vec<Action>, RuleError> {
        log_panics();
        run::<R>(
            &Input {
                context,
                event,
                facts,
            },
            &config,
        )
    }
}

/// A panic ends in a trap without words; the log is the only way out for its message.
fn log_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| std::panic::set_hook(Box::new(|panic| log::error(&panic.to_string()))));
}
