//! SQL, and nothing else.

pub mod accounts;
pub mod sessions;
pub mod signing_keys;
