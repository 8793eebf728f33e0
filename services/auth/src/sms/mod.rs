//! Codes by SMS: the weakest second factor, off unless the operator names a gateway.
//!
//! [`number`] and [`code`] hold the rules, [`gateway`] hands messages over, and [`courier`] sends what is due, apart
//! from the requests that ask for it.

mod code;
mod courier;
mod gateway;
mod number;

pub use code::{Binding, Code, LIFETIME, RANDOM};
pub use courier::Courier;
pub use gateway::Gateway;
pub use number::Number;
