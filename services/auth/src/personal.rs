//! The address of an account, as it is stored: sealed with a key of the account's own.

use pfms_runtime::Error;
use pfms_runtime::secrets::{MasterKey, mac};
use pfms_types::UserId;

use crate::email::Email;
use crate::sealed::Sealer;

/// Seals and opens what is personal.
#[derive(Clone)]
pub struct Personal {
    key: [u8; 32],
}

impl Personal {
    /// With a key derived from the master key.
    #[must_use]
    pub fn new(master: &MasterKey) -> Self {
        Self {
            key: master.derive("auth-personal-data"),
        }
    }

    /// The address for storing.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn seal_email(&self, user_id: UserId, email: &Email) -> Result<Vec<u8>, Error> {
        self.seal(user_id, &email_place(user_id), email.as_str().as_bytes())
    }

    /// The address as it was given.
    ///
    /// # Errors
    /// When it was sealed for another account or with another key.
    pub fn open_email(&self, user_id: UserId, sealed: &[u8]) -> Result<Email, Error> {
        let text = self.open(user_id, &email_place(user_id), sealed)?;
        Email::parse(&text).map_err(Error::internal)
    }

    /// A secret for storing in a place of the account's.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn seal(&self, user_id: UserId, place: &str, plain: &[u8]) -> Result<Vec<u8>, Error> {
        self.sealer(user_id).seal(place, plain).map_err(Error::internal)
    }

    /// What was sealed for this place.
    ///
    /// # Errors
    /// When it was sealed for another place or with another key.
    pub fn open(&self, user_id: UserId, place: &str, sealed: &[u8]) -> Result<String, Error> {
        let plain = self
            .sealer(user_id)
            .open(place, sealed)
            .map_err(Error::internal)?;
        String::from_utf8(plain).map_err(Error::internal)
    }

    fn sealer(&self, user_id: UserId) -> Sealer {
        Sealer::new(mac(&self.key, &[user_id.uuid().as_bytes()]))
    }
}

fn email_place(user_id: UserId) -> String {
    format!("users/email/{user_id}")
}
