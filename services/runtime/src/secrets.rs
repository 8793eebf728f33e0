//! The installation's master key in its versions, and the keys that are derived from it, one per purpose.
//!
//! Two things come from it. What is *derived* (passwords of database roles, keys of tokens, look-up digests) comes
//! from the lowest version, the root, and so does not change when a version is added. What is *wrapped* (data keys
//! of users, signing keys) is wrapped with the current version, says with which, and is moved on by
//! `pfms keys rewrap`.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Bytes of a master key.
const LENGTH: usize = 32;
/// Names the file to read where the setting itself is empty.
const FILE_VARIABLE: &str = "PFMS_MASTER_KEY_FILE";

/// The installation's master key, in one or several versions.
#[derive(Clone)]
pub struct MasterKey {
    /// The current one first; never empty, and no number twice.
    versions: Vec<Version>,
}

#[derive(Clone)]
struct Version {
    number: u16,
    key: [u8; LENGTH],
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

impl MasterKey {
    /// Reads a setting: the versions themselves, or, when it is empty, those in the file that
    /// `PFMS_MASTER_KEY_FILE` names.
    ///
    /// # Errors
    /// When neither is there, or the text is not as [`MasterKey::parse`] wants it.
    pub fn from_setting(text: &str) -> Result<Self, String> {
        if !text.trim().is_empty() {
            return Self::parse(text);
        }
        let file = std::env::var_os(FILE_VARIABLE)
            .ok_or_else(|| format!("is not set: set it, or {FILE_VARIABLE} to a file that holds it"))?;
        let text = std::fs::read_to_string(&file)
            .map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
        Self::parse(&text).map_err(|problem| format!("{}: {problem}", file.display()))
    }

    /// Reads versions, the current one first: `2:<64 hexadecimal digits>`, separated by commas or line ends. A key
    /// without a number is version 1. Lines that begin with `#` are remarks.
    ///
    /// # Errors
    /// When the text is anything else.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut versions: Vec<Version> = Vec::new();
        let entries = text
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'))
            .flat_map(|line| line.split(','))
            .map(str::trim)
            .filter(|entry| !entry.is_empty());
        for entry in entries {
            let (number, digits) = entry.split_once(':').unwrap_or(("1", entry));
            let number = number.trim().parse().ok().filter(|&number: &u16| number > 0);
            let number = number.ok_or("a version must be a number from 1 to 65535")?;
            if versions.iter().any(|version| version.number == number) {
                return Err(format!("version {number} is there twice"));
            }
            let key = digits_of(digits.trim())?;
            versions.push(Version { number, key });
        }
        if versions.is_empty() {
            return Err(WRONG.to_owned());
        }
        Ok(Self { versions })
    }

    /// The key for one purpose (HMAC-SHA-256 of the purpose's name, as in HKDF-Expand, RFC 5869, with one block). It
    /// comes from the lowest version, which therefore stays in the list.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        let root = self.versions.iter().min_by_key(|version| version.number);
        expand(&root.map_or([0; LENGTH], |version| version.key), purpose)
    }

    /// A password for one purpose, in hexadecimal digits.
    #[must_use]
    pub fn derive_password(&self, purpose: &str) -> String {
        use std::fmt::Write;
        self.derive(purpose).iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// The number of the version that wraps.
    #[must_use]
    pub fn current(&self) -> u16 {
        self.versions.first().map_or(0, |version| version.number)
    }

    /// The numbers of all versions, the current one first.
    pub fn numbers(&self) -> impl Iterator<Item = u16> {
        self.versions.iter().map(|version| version.number)
    }

    /// The key with which a version wraps for one purpose; nothing for a version that is not in the list.
    #[must_use]
    pub fn wrapping(&self, number: u16, purpose: &str) -> Option<[u8; 32]> {
        let version = self.versions.iter().find(|version| version.number == number)?;
        Some(expand(&version.key, &format!("wrap:{purpose}")))
    }
}

const WRONG: &str =
    "must be 64 hexadecimal digits (32 random bytes), or versions such as 2:<digits>,1:<digits>";

fn digits_of(text: &str) -> Result<[u8; LENGTH], String> {
    let wrong = || WRONG.to_owned();
    if text.len() != 2 * LENGTH || !text.is_ascii() {
        return Err(wrong());
    }
    let mut key = [0; LENGTH];
    for (index, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).map_err(|_| wrong())?;
    }
    Ok(key)
}

fn expand(key: &[u8; LENGTH], purpose: &str) -> [u8; 32] {
    mac(key, &[purpose.as_bytes(), &[1]])
}

/// HMAC-SHA-256 over the parts in order.
#[must_use]
pub fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // A key of any length is accepted, so this cannot fail; an all-zero result would verify nothing.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return [0; 32];
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_give_different_keys() {
        let key = MasterKey::parse(&"0f".repeat(32)).unwrap();
        assert_ne!(key.derive("a"), key.derive("b"));
        assert_eq!(key.derive("a"), key.derive("a"));
    }

    #[test]
    fn only_64_hexadecimal_digits_are_a_key() {
        for text in ["", "0f", &"0g".repeat(32), &"é".repeat(32)] {
            assert!(MasterKey::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_derived_survives_a_new_version_and_what_wraps_is_the_first() {
        let (old, new) = ("0f".repeat(32), "1e".repeat(32));
        let before = MasterKey::parse(&old).unwrap();
        let after = MasterKey::parse(&format!("# rotated\n2:{new}\n1:{old}\n")).unwrap();
        assert_eq!(after.derive("a"), before.derive("a"));
        assert_eq!((before.current(), after.current()), (1, 2));
        assert_eq!(after.wrapping(1, "x"), before.wrapping(1, "x"));
        assert_ne!(after.wrapping(2, "x"), after.wrapping(1, "x"));
        assert_eq!(before.wrapping(2, "x"), None);
    }

    #[test]
    fn versions_have_numbers_of_their_own() {
        let key = "0f".repeat(32);
        for text in [
            format!("1:{key},1:{key}"),
            format!("0:{key}"),
            format!("x:{key}"),
            format!("65536:{key}"),
            "2:".to_owned(),
        ] {
            assert!(MasterKey::parse(&text).is_err(), "{text}");
        }
    }
}
