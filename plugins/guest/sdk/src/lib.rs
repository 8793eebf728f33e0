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
//!         let Some(expense) = input.event.expense() else {
//!             return Ok(vec![]);
//!         };
//!         if expense.amount.minor < config.minor {
//!             return Ok(vec![]);
//!         }
//!         let title = format!("{} spent", expense.amount);
//!         Ok(vec![Action::Notify(Notification::new(title, Priority::Medium))])
//!     }
//! }
//!
//! pfms_rules::export_automation_rule!(Big);
//! ```

#[doc(hidden)]
pub mod bindings;
pub mod config;
mod events;
pub mod log;
mod rule;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
mod values;

pub use bindings::pfms::rules::types::{
    Action, Budget, CategorySpending, Channel, Context, Description, Emission, Event, Expense, ExpenseFilter,
    FactRequest, Facts, Field, Goal, NamedEvent, NewExpense, Notification, Period, PeriodSpending, Priority,
    RecentExpensesRequest, RuleError, Saving, SpendingRequest, Tick, User, Value, WebhookCall,
};
pub use bindings::pfms::rules::values::{Date, Instant, Money};
#[doc(hidden)]
pub use rule::Exported;
pub use rule::{AutomationRule, Input};

/// A call allocates from the memory that the component begins with, which the linker is asked for (`--initial-heap`), and
/// only beyond it memory grows. std's own allocator would grow it in each call.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static HEAP: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

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
