//! Handlers: parse, call, map.

mod dry_run;
mod groups;
mod internal;
mod modules;
pub(crate) mod references;
mod rules;
mod triggers;
mod upload;

pub use groups::Groups;
pub use internal::Internal;
pub use modules::Modules;
pub use rules::Rules;
