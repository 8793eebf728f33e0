//! What is kept sealed: AES-256-GCM, with the place that a text belongs to as associated data.
//!
//! What belongs to a user is sealed with the user's own random data key ([`Seals`]), which is stored wrapped and can
//! be destroyed. What belongs to nobody is sealed with the master key ([`MasterSeal`]). Both say which version of the
//! master key they depend on, and [`rewrap`] moves them to the current one.

mod aead;
mod cache;
mod data_key;
mod master;
pub mod rewrap;
mod seals;
mod user;

pub use master::{MasterSeal, MasterSealed};
pub use seals::Seals;
pub use user::UserSeal;

/// What was sealed cannot be opened, or the other way round.
#[derive(Debug, thiserror::Error)]
#[error("{place} cannot be {what}; are all versions of the master key given that things were sealed with?")]
pub struct SealError {
    place: String,
    what: &'static str,
}

impl SealError {
    fn sealing(place: &str) -> Self {
        Self {
            place: place.to_owned(),
            what: "sealed",
        }
    }

    fn opening(place: &str) -> Self {
        Self {
            place: place.to_owned(),
            what: "opened",
        }
    }
}

impl From<SealError> for crate::Error {
    fn from(error: SealError) -> Self {
        Self::internal(error)
    }
}
