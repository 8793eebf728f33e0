//! SQL, and nothing else.

pub mod accounts;
pub mod erasures;
pub mod sessions;
pub mod signing_keys;
