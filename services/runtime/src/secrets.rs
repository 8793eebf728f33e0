//! Keys that are derived from the installation's master key, one per purpose.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Bytes of a master key.
const LENGTH: usize = 32;

/// The installation's master key.
#[derive(Clone)]
pub struct MasterKey([u8; LENGTH]);

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

impl MasterKey {
    /// Reads 64 hexadecimal digits.
    ///
    /// # Errors
    /// When the text is anything else.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let wrong = || "must be 64 hexadecimal digits (32 random bytes)".to_owned();
        if text.len() != 2 * LENGTH || !text.is_ascii() {
            return Err(wrong());
        }
        let mut key = [0; LENGTH];
        for (index, byte) in key.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).map_err(|_| wrong())?;
        }
        Ok(Self(key))
    }

    /// The key for one purpose (HMAC-SHA-256 of the purpose's name, as in HKDF-Expand, RFC 5869, with one block).
    #[must_use]
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        mac(&self.0, &[purpose.as_bytes(), &[1]])
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
}
