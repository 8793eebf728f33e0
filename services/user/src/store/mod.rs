//! SQL, and nothing else.

pub mod families;
pub mod invitations;
pub mod notifications;
pub mod preferences;
pub mod privacy;
pub mod profiles;
pub mod shares;
