//! Puts services into a process.

mod admin;
mod background;
mod guard;
mod keys;
mod ready;
mod running;

pub use keys::JwksFromAuth;
pub use running::{Running, StartError};
