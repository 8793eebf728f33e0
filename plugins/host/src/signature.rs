//! Signatures of modules: who published one, for those who do not take just any.
//!
//! A signature is Ed25519 (RFC 8032, without a context) over the bytes of the module as they are. Keys and signatures
//! are written as hexadecimal digits, 64 and 128 of them. Whoever stores a module keeps both beside it, so that anybody
//! can verify them again.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

use crate::host::hex;

const KEY_BYTES: usize = 32;
const SIGNATURE_BYTES: usize = 64;

/// The public key of a publisher.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublisherKey([u8; KEY_BYTES]);

/// A publisher's signature of a module.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ModuleSignature([u8; SIGNATURE_BYTES]);

/// Why a signature is worth nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The text is not a key.
    #[error("a publisher key is 64 hexadecimal digits: the 32 bytes of an Ed25519 public key")]
    InvalidKey,
    /// The text is not a signature.
    #[error("a signature is 128 hexadecimal digits: the 64 bytes of an Ed25519 signature")]
    InvalidSignature,
    /// The key did not sign this module.
    #[error("the signature is not one of exactly these bytes by this key")]
    Mismatch,
}

impl SignatureError {
    /// The reason in upper case, stable across versions.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::InvalidKey => "INVALID_PUBLISHER_KEY",
            Self::InvalidSignature => "INVALID_SIGNATURE",
            Self::Mismatch => "SIGNATURE_MISMATCH",
        }
    }
}

impl PublisherKey {
    /// A key of 32 bytes. Whether they are a point of the curve shows when a signature is verified.
    #[must_use]
    pub fn new(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }

    /// Checks that the holder of this key signed a module.
    ///
    /// # Errors
    /// When it did not, or the key is none.
    pub fn verify(&self, module: &[u8], signature: &ModuleSignature) -> Result<(), SignatureError> {
        UnparsedPublicKey::new(&ED25519, self.0)
            .verify(module, &signature.0)
            .map_err(|_| SignatureError::Mismatch)
    }
}

impl FromStr for PublisherKey {
    type Err = SignatureError;

    fn from_str(text: &str) -> Result<Self, SignatureError> {
        digits(text).map(Self).ok_or(SignatureError::InvalidKey)
    }
}

impl FromStr for ModuleSignature {
    type Err = SignatureError;

    fn from_str(text: &str) -> Result<Self, SignatureError> {
        digits(text).map(Self).ok_or(SignatureError::InvalidSignature)
    }
}

fn digits<const N: usize>(text: &str) -> Option<[u8; N]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() || pairs.len() != N {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let mut bytes = [0; N];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?;
    }
    Some(bytes)
}

/// Hexadecimal digits in lower case.
impl fmt::Display for PublisherKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

/// Hexadecimal digits in lower case.
impl fmt::Display for ModuleSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for PublisherKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublisherKey({self})")
    }
}

impl fmt::Debug for ModuleSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ModuleSignature({self})")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
    use sha2::{Digest, Sha256};

    use super::*;

    const MODULE: &[u8] = b"\0asm\x0d\0\x01\0";

    fn pair(seed: u8) -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
    }

    fn key(pair: &Ed25519KeyPair) -> PublisherKey {
        hex(pair.public_key().as_ref()).parse().unwrap()
    }

    fn sign(pair: &Ed25519KeyPair, message: &[u8]) -> ModuleSignature {
        hex(pair.sign(message).as_ref()).parse().unwrap()
    }

    #[test]
    fn a_publishers_signature_holds_for_its_module_only() {
        let publisher = pair(1);
        let signature = sign(&publisher, MODULE);
        assert_eq!(key(&publisher).verify(MODULE, &signature), Ok(()));
        let mut other = MODULE.to_vec();
        other.push(0);
        assert_eq!(
            key(&publisher).verify(&other, &signature),
            Err(SignatureError::Mismatch)
        );
        assert_eq!(
            key(&pair(2)).verify(MODULE, &signature),
            Err(SignatureError::Mismatch)
        );
    }

    #[test]
    fn a_signature_of_the_hash_is_something_else() {
        let publisher = pair(1);
        let signature = sign(&publisher, &Sha256::digest(MODULE));
        assert_eq!(
            key(&publisher).verify(MODULE, &signature),
            Err(SignatureError::Mismatch)
        );
    }

    #[test]
    fn every_flipped_bit_of_a_signature_or_key_is_noticed() {
        let publisher = pair(1);
        let signature = sign(&publisher, MODULE);
        for bit in 0..SIGNATURE_BYTES * 8 {
            let mut bytes = signature.0;
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(
                key(&publisher).verify(MODULE, &ModuleSignature(bytes)).is_err(),
                "{bit}"
            );
        }
        for bit in 0..KEY_BYTES * 8 {
            let mut bytes = key(&publisher).0;
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(
                PublisherKey::new(bytes).verify(MODULE, &signature).is_err(),
                "{bit}"
            );
        }
    }

    #[test]
    fn keys_and_signatures_are_read_as_they_are_written() {
        let key = PublisherKey::new([0xa5; 32]);
        assert_eq!(key.to_string().parse(), Ok(key));
        assert_eq!("A5".repeat(32).parse(), Ok(key));
        for text in [
            "",
            "a5",
            &"a5".repeat(33),
            &"g5".repeat(32),
            &format!("{}a", "a5".repeat(31)),
            &"é".repeat(32),
        ] {
            assert_eq!(
                text.parse::<PublisherKey>(),
                Err(SignatureError::InvalidKey),
                "{text}"
            );
            assert_eq!(
                text.parse::<ModuleSignature>(),
                Err(SignatureError::InvalidSignature),
                "{text}"
            );
        }
    }
}
