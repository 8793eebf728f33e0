//! SQL, and nothing else.

pub mod preferences;
pub mod profiles;
