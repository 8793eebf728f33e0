//! The sandbox: runs rule components under fuel, memory, time and output limits.
//!
//! There are two kinds of components, see [`World`]. [`Host::load`] turns uploaded bytes into an automation rule, a
//! [`Module`], or says what is wrong with them; [`Host::evaluate`] asks it what to do about an event.
//! [`Host::load_tax`] does the same for the tax rules of a country, a [`TaxModule`]; [`Host::calculate`] asks it
//! for an assessment. All of them block, and belong on a pool of threads that may. All are safe to call from any
//! number of threads.
//!
//! A component gets nothing but its arguments and a log: no clock, no randomness, no files, no network. The
//! same module with the same arguments returns the same answer for the same fuel, on every machine. Each
//! call runs in an instance of its own, which is dropped afterwards: a trap harms neither the host nor the
//! next call. Whatever goes wrong is a classified error; see [`LoadError::reason`],
//! [`EvaluateError::reason`] and [`CalculateError::reason`].
//!
//! The crate knows the contract in `plugins/wit` and nothing of services, events or storage.

mod cache;
mod contract;
mod describe;
mod engine;
mod error;
mod gate;
mod host;
mod limits;
mod precheck;
mod sandbox;
pub mod signature;
pub mod tax;
mod ticker;
mod types;

pub use contract::World;
pub use error::{EvaluateError, HostError, LoadError};
pub use host::{Evaluation, Hashed, Host, Module, TaxEvaluation, TaxModule, hex};
pub use limits::{Allocation, Limits, Tier, UnknownLimit};
pub use precheck::precheck;
pub use signature::{ModuleSignature, PublisherKey, SignatureError};
pub use tax::{CalculateError, Input as TaxInput};
pub use types::{
    Action, Budget, CategorySpending, Channel, Context, Date, Description, Emission, Event, Expense,
    ExpenseFilter, FactRequest, Facts, Field, Goal, Instant, InvalidDate, LogLevel, LogLine, Money,
    NamedEvent, NewExpense, Notification, Period, PeriodSpending, Priority, Saving, Tick, User, Value,
    WebhookCall,
};
