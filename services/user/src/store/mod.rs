//! SQL, and nothing else.

pub mod notifications;
pub mod preferences;
pub mod privacy;
pub mod profiles;
