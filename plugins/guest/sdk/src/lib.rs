//! What automation rules for PFMS are written with.
//!
//! A rule is a type that implements [`AutomationRule`] and is handed to [`export_automation_rule!`]. Compiled
//! for `wasm32-unknown-unknown` it becomes a component; compiled for the author's own machine it is plain
//! Rust, which [`testing`] runs without a sandbox.
//!
//! ```
//! use pfms_rules::{Action, AutomationRule, Description, Input, Notification, Priority, RuleError};
//!
//! struct Big;
//!
//! #[derive(serde::Deserialize)]
//! struct Config {
//!     minor: i64,
//! }
//!
//! impl AutomationRule for Big {
//!     type Config = Config;
//!
//!     fn describe() -> Description {
//!         Description {
//!             name: "big".into(),
//!             version: "1.0.0".into(),
//!             summary: "Tells of large expenses.".into(),
//!             config_schema: r#"{"type":"object","required":["minor"]}"#.into(),
//!             triggers: vec!["expense.created".into()],
//!             facts: vec![],
//!         }
//!     }
//!
//!     fn evaluate(input: &Input, config: &Config) -> Result<Vec<Action>, RuleError> {
//!         let amount = &input.event.expense().amount;
//!         if amount.minor < config.minor {
//!             return Ok(vec![]);
//!         }
//!         Ok(vec![Action::Notify(Notification {
//!             title: format!("{amount} spent"),
//!             body: String::new(),
//!             priority: Priority::Medium,
//!         })])
//!     }
//! }
//!
//! pfms_rules::export_automation_rule!(Big);
//! ```

#[doc(hidden)]
pub mod bindings;
pub mod log;
mod rule;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
mod values;

pub use bindings::pfms::rules::types::{
    Action, Context, Date, Description, Event, Expense, FactRequest, Facts, Instant, Money, Notification,
    Priority, RecentExpensesRequest, RuleError, User,
};
#[doc(hidden)]
pub use rule::Exported;
pub use rule::{AutomationRule, Input};

/// Makes a type that implements [`AutomationRule`] the component of the crate. Used once, at the top level of
/// a `cdylib`; on other targets than WebAssembly it does nothing.
#[macro_export]
macro_rules! export_automation_rule {
    ($rule:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Component = $crate::Exported<$rule>;
    $crate::bindings::export_component!(Component with_types_in $crate::bindings);
        };
    };
}
