//! A component's bytes and what they are known by.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// Bytes whose hash is known: it is taken once, however many ask for it, and cannot be another's.
#[derive(Clone, PartialEq, Eq)]
pub struct Hashed<B> {
    bytes: B,
    hash: String,
}

impl<B: AsRef<[u8]>> Hashed<B> {
    /// Hashes bytes.
    #[must_use]
    pub fn new(bytes: B) -> Self {
        let hash = hash(bytes.as_ref());
        Self { bytes, hash }
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.bytes.as_ref()
    }

    /// SHA-256 of the bytes, 64 hexadecimal digits in lower case.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The same with bytes of its own.
    #[must_use]
    pub fn to_owned(&self) -> Hashed<Vec<u8>> {
        Hashed {
            bytes: self.bytes().to_vec(),
            hash: self.hash.clone(),
        }
    }
}

impl<B: AsRef<[u8]>> std::fmt::Debug for Hashed<B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hashed")
            .field("hash", &self.hash)
            .finish_non_exhaustive()
    }
}

/// SHA-256 of a component's bytes, 64 hexadecimal digits in lower case: what modules are known by.
pub(super) fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
