//! Secrets that belong to no user, sealed with the master key.

use super::{SealError, aead};
use crate::secrets::MasterKey;

/// The first byte of what says its version.
const VERSIONED: u8 = 3;

/// Seals with the current version of the master key, for one purpose; opens with every version.
#[derive(Clone)]
pub struct MasterSeal {
    master: MasterKey,
    purpose: String,
}

/// A column whose values are sealed with a [`MasterSeal`], so that they can be moved to a new version.
#[derive(Clone, Copy, Debug)]
pub struct MasterSealed {
    /// The table.
    pub table: &'static str,
    /// The column, of type text, that names a row.
    pub id: &'static str,
    /// The sealed column.
    pub column: &'static str,
    /// What the seal is for.
    pub purpose: &'static str,
    /// What stands before the id in the place that a value is sealed for.
    pub place: &'static str,
}

impl MasterSeal {
    /// For one purpose.
    #[must_use]
    pub fn new(master: &MasterKey, purpose: &str) -> Self {
        Self {
            master: master.clone(),
            purpose: purpose.to_owned(),
        }
    }

    /// The version, the nonce, the ciphertext and the tag.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn seal(&self, place: &str, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let version = self.master.current();
        let sealed = self
            .master
            .wrapping(version, &self.purpose)
            .and_then(|key| aead::seal(&key, place, plain))
            .ok_or_else(|| SealError::sealing(place))?;
        let mut bytes = vec![VERSIONED];
        bytes.extend(version.to_be_bytes());
        bytes.extend(sealed);
        Ok(bytes)
    }

    /// What was sealed for this place.
    ///
    /// # Errors
    /// When it was not sealed for this place with a version that is given.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let versioned = version_of(sealed)
            .and_then(|version| self.master.wrapping(version, &self.purpose))
            .and_then(|key| aead::open(&key, place, &sealed[3..]));
        // Before there were versions, a key derived from the first one sealed, and no byte said so.
        versioned
            .or_else(|| aead::open(&self.master.derive(&self.purpose), place, sealed))
            .ok_or_else(|| SealError::opening(place))
    }

    /// The version that sealed something for this place; nothing when that was before there were versions.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn version(&self, place: &str, sealed: &[u8]) -> Result<Option<u16>, SealError> {
        self.open(place, sealed)?;
        let found = version_of(sealed).filter(|version| {
            self.master
                .wrapping(*version, &self.purpose)
                .is_some_and(|key| aead::open(&key, place, &sealed[3..]).is_some())
        });
        Ok(found)
    }
}

fn version_of(sealed: &[u8]) -> Option<u16> {
    match sealed {
        [VERSIONED, high, low, ..] => Some(u16::from_be_bytes([*high, *low])),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn master(text: &str) -> MasterKey {
        MasterKey::parse(text).unwrap()
    }

    #[test]
    fn older_versions_still_open_and_say_which_they_are() {
        let (one, two) = ("01".repeat(32), "02".repeat(32));
        let first = MasterSeal::new(&master(&one), "keys");
        let sealed = first.seal("here", b"secret").unwrap();
        let unversioned = aead::seal(&master(&one).derive("keys"), "here", b"secret").unwrap();
        let rotated = MasterSeal::new(&master(&format!("2:{two},1:{one}")), "keys");
        for (bytes, version) in [(&sealed, Some(1)), (&unversioned, None)] {
            assert_eq!(rotated.open("here", bytes).unwrap(), b"secret");
            assert_eq!(rotated.version("here", bytes).unwrap(), version);
        }
        let moved = rotated.seal("here", b"secret").unwrap();
        assert_eq!(rotated.version("here", &moved).unwrap(), Some(2));
        assert!(first.open("here", &moved).is_err());
        assert!(rotated.open("there", &moved).is_err());
        assert!(rotated.open("here", &moved[..2]).is_err());
    }
}
