//! Handlers: parse, call, map.

mod modules;
mod page;
mod rules;
mod upload;

pub use modules::Modules;
pub use rules::Rules;
