//! Seals the texts of one user.

use pfms_types::UserId;

use super::data_key::DataKey;
use super::{SealError, aead};
use crate::Error;

/// The first byte of what is sealed with a key that was derived from the master key, as things were at first.
const DERIVED_KEY: u8 = 1;
/// The first byte of what is sealed with a data key.
const DATA_KEY: u8 = 2;

/// Seals the texts of one user; each is tied to its table, its column and its user.
pub struct UserSeal {
    pub(super) user_id: UserId,
    /// Nothing when nothing was sealed yet, or the key was destroyed.
    pub(super) key: Option<DataKey>,
    /// Opens what was sealed before there were data keys.
    pub(super) derived: Option<[u8; 32]>,
}

impl UserSeal {
    /// A text for a column; nothing for an empty one.
    ///
    /// # Errors
    /// When the user has no data key, or there is no randomness.
    pub fn seal(&self, table: &str, column: &str, text: &str) -> Result<Option<Vec<u8>>, Error> {
        if text.is_empty() {
            return Ok(None);
        }
        self.seal_bytes(table, column, text.as_bytes()).map(Some)
    }

    /// The text that was sealed for this user's column; empty for nothing.
    ///
    /// # Errors
    /// When it was sealed for another place or with another key, or the key was destroyed.
    pub fn open(&self, table: &str, column: &str, sealed: Option<&[u8]>) -> Result<String, Error> {
        let Some(sealed) = sealed else {
            return Ok(String::new());
        };
        let bytes = self.open_bytes(table, column, sealed)?;
        String::from_utf8(bytes).map_err(Error::internal)
    }

    /// Bytes for a column.
    ///
    /// # Errors
    /// When the user has no data key, or there is no randomness.
    pub fn seal_bytes(&self, table: &str, column: &str, plain: &[u8]) -> Result<Vec<u8>, Error> {
        let place = self.place(table, column);
        let sealed = self
            .key
            .as_ref()
            .and_then(|key| aead::seal(&key.0, &place, plain))
            .ok_or_else(|| SealError::sealing(&place))?;
        let mut bytes = vec![DATA_KEY];
        bytes.extend(sealed);
        Ok(bytes)
    }

    /// The bytes that were sealed for this user's column.
    ///
    /// # Errors
    /// When they were sealed for another place or with another key, or the key was destroyed.
    pub fn open_bytes(&self, table: &str, column: &str, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        let place = self.place(table, column);
        let opened = self
            .open_at(&place, sealed)
            .ok_or_else(|| SealError::opening(&place))?;
        Ok(opened)
    }

    fn open_at(&self, place: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (&how, rest) = sealed.split_first()?;
        let current = self.key.as_ref().filter(|_| how == DATA_KEY);
        if let Some(plain) = current.and_then(|key| aead::open(&key.0, place, rest)) {
            return Some(plain);
        }
        let derived = self.derived.as_ref()?;
        let marked = (how == DERIVED_KEY).then_some(rest);
        // Addresses were sealed without the first byte.
        marked
            .and_then(|rest| aead::open(derived, place, rest))
            .or_else(|| aead::open(derived, place, sealed))
    }

    fn place(&self, table: &str, column: &str) -> String {
        format!("{table}/{column}/{}", self.user_id)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seal_of(user_id: UserId) -> UserSeal {
        UserSeal {
            user_id,
            key: Some(DataKey([5; 32])),
            derived: Some([6; 32]),
        }
    }

    #[test]
    fn a_text_opens_only_for_its_user_and_column() {
        let seal = seal_of(UserId::generate());
        let sealed = seal.seal("t", "c", "secret").unwrap().unwrap();
        assert_eq!(seal.open("t", "c", Some(&sealed)).unwrap(), "secret");
        assert!(seal.open("t", "d", Some(&sealed)).is_err());
        assert!(seal.open("u", "c", Some(&sealed)).is_err());
        assert!(seal_of(UserId::generate()).open("t", "c", Some(&sealed)).is_err());
    }

    #[test]
    fn without_its_data_key_a_text_stays_closed() {
        let mut seal = seal_of(UserId::generate());
        let sealed = seal.seal("t", "c", "secret").unwrap().unwrap();
        seal.key = None;
        assert!(seal.open("t", "c", Some(&sealed)).is_err());
        assert!(seal.seal("t", "c", "secret").is_err());
    }

    #[test]
    fn what_was_sealed_with_a_derived_key_still_opens() {
        let user_id = UserId::generate();
        let seal = seal_of(user_id);
        let old = aead::seal(&[6; 32], &format!("t/c/{user_id}"), b"old").unwrap();
        let mut marked = vec![DERIVED_KEY];
        marked.extend(&old);
        for sealed in [&old, &marked] {
            assert_eq!(seal.open("t", "c", Some(sealed)).unwrap(), "old");
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text: String) {
            let seal = seal_of(UserId::generate());
            let sealed = seal.seal("t", "c", &text).unwrap();
            prop_assert_eq!(seal.open("t", "c", sealed.as_deref()).unwrap(), text);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            prop_assert!(seal_of(UserId::generate()).open("t", "c", Some(&bytes)).is_err());
        }
    }
}
