//! What goes into a rule and comes out of it, whichever version of the contract the rule was built for.
//!
//! All of it can be written down and read back with serde: an execution that is kept with its input can be
//! replayed.

mod action;
mod description;
mod event;
mod facts;
mod log;
mod values;

pub use action::{Action, Channel, Emission, NewExpense, Notification, Priority, Saving, WebhookCall};
pub use description::{Description, ExpenseFilter, FactRequest, Period};
pub use event::{Context, Event, Expense, Field, NamedEvent, Tick, User, Value};
pub use facts::{Budget, CategorySpending, Facts, Goal, PeriodSpending};
pub use log::{LogLevel, LogLine};
pub use values::{Date, Instant, InvalidDate, Money};
