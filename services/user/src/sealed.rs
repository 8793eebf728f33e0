//! Personal data at rest: AES-256-GCM under a key of the user's own, tied to its table, column and user.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use pfms_runtime::Error;
use pfms_runtime::secrets::{MasterKey, mac};
use pfms_types::UserId;

/// The first byte of what is sealed: how it was sealed.
const DERIVED_KEY: u8 = 1;

/// Personal data cannot be sealed or opened.
#[derive(Debug, thiserror::Error)]
#[error("{place} cannot be {what}; is PFMS_MASTER_KEY the one that it was sealed with?")]
struct SealError {
    place: String,
    what: &'static str,
}

/// Seals with keys that are derived per user.
#[derive(Clone)]
pub struct Seals {
    key: [u8; 32],
}

impl Seals {
    /// With keys that come from the master key.
    #[must_use]
    pub fn new(master: &MasterKey) -> Self {
        Self {
            key: master.derive("user-personal-data"),
        }
    }

    /// Seals the texts of one user.
    #[must_use]
    pub fn of(&self, user_id: UserId) -> UserSeal {
        UserSeal {
            key: mac(&self.key, &[user_id.uuid().as_bytes()]),
            user_id,
        }
    }
}

/// Seals the texts of one user.
pub struct UserSeal {
    key: [u8; 32],
    user_id: UserId,
}

impl UserSeal {
    /// A text for a column; nothing for an empty one.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn seal(&self, table: &str, column: &str, text: &str) -> Result<Option<Vec<u8>>, Error> {
        if text.is_empty() {
            return Ok(None);
        }
        let place = self.place(table, column);
        let mut bytes = text.as_bytes().to_vec();
        let sealed = RandomizedNonceKey::new(&AES_256_GCM, &self.key)
            .and_then(|key| key.seal_in_place_append_tag(Aad::from(place.as_bytes()), &mut bytes));
        let Ok(nonce) = sealed else {
            return Err(Error::internal(SealError {
                place,
                what: "sealed",
            }));
        };
        let mut sealed = vec![DERIVED_KEY];
        sealed.extend_from_slice(nonce.as_ref());
        sealed.append(&mut bytes);
        Ok(Some(sealed))
    }

    /// The text that was sealed for this user's column; empty for nothing.
    ///
    /// # Errors
    /// When it was sealed for another place or with another key.
    pub fn open(&self, table: &str, column: &str, sealed: Option<&[u8]>) -> Result<String, Error> {
        let Some(sealed) = sealed else {
            return Ok(String::new());
        };
        let place = self.place(table, column);
        self.open_at(&place, sealed).ok_or_else(|| {
            Error::internal(SealError {
                place,
                what: "opened",
            })
        })
    }

    fn open_at(&self, place: &str, sealed: &[u8]) -> Option<String> {
        let (&version, rest) = sealed.split_first()?;
        let (nonce, text) = rest.split_at_checked(NONCE_LEN)?;
        if version != DERIVED_KEY {
            return None;
        }
        let key = RandomizedNonceKey::new(&AES_256_GCM, &self.key).ok()?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = text.to_vec();
        let plain = key
            .open_in_place(nonce, Aad::from(place.as_bytes()), &mut text)
            .ok()?;
        String::from_utf8(plain.to_vec()).ok()
    }

    fn place(&self, table: &str, column: &str) -> String {
        format!("{table}/{column}/{}", self.user_id)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seals() -> Seals {
        Seals { key: [5; 32] }
    }

    #[test]
    fn a_text_opens_only_for_its_user_and_column() {
        let user = UserId::generate();
        let seal = seals().of(user);
        let sealed = seal.seal("t", "c", "secret").unwrap().unwrap();
        assert_eq!(seal.open("t", "c", Some(&sealed)).unwrap(), "secret");
        assert!(seal.open("t", "d", Some(&sealed)).is_err());
        assert!(seal.open("u", "c", Some(&sealed)).is_err());
        assert!(
            seals()
                .of(UserId::generate())
                .open("t", "c", Some(&sealed))
                .is_err()
        );
        assert!(
            Seals { key: [6; 32] }
                .of(user)
                .open("t", "c", Some(&sealed))
                .is_err()
        );
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text: String) {
            let seal = seals().of(UserId::generate());
            let sealed = seal.seal("t", "c", &text).unwrap();
            prop_assert_eq!(seal.open("t", "c", sealed.as_deref()).unwrap(), text);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            prop_assert!(seals().of(UserId::generate()).open("t", "c", Some(&bytes)).is_err());
        }
    }
}
