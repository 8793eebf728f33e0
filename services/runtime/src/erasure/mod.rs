//! What a service does when a user is erased: it marks the user as erased, so that nothing that arrives late brings
//! anything back, and purges what its [`crate::personal::PersonalData`] declares.

mod consumer;
mod purge;
mod tombstones;

pub(crate) use consumer::{consumer, queue};
pub use purge::Eraser;
pub use tombstones::Tombstones;
