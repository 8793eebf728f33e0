//! Countries that users bring, signed by publishers whom the operator allows.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use jiff::Timestamp;
use pfms_runtime::{Error, Violations};

/// Most components of one user.
pub const MAX_COMPONENTS: i32 = 10;
/// Bytes of an Ed25519 key.
const KEY_BYTES: usize = 32;
/// Bytes of an Ed25519 signature.
const SIGNATURE_BYTES: usize = 64;
/// Hexadecimal digits of a SHA-256.
const HASH_DIGITS: usize = 64;

/// A stored component, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// SHA-256 of the bytes, 64 hexadecimal digits in lower case.
    pub hash: String,
    /// Size in bytes.
    pub size_bytes: i64,
    /// The publisher's Ed25519 key, 64 hexadecimal digits in lower case.
    pub publisher_key: String,
    /// When it was stored.
    pub created_at: Timestamp,
}

/// Whose components users may bring: Ed25519 keys of 64 hexadecimal digits in lower case.
#[derive(Clone, Debug, Default)]
pub struct Publishers(Vec<String>);

/// A signature that is still to be held against the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The publisher's key, which is allowed.
    pub publisher_key: String,
    /// As it is stored, 128 hexadecimal digits in lower case.
    pub signature: String,
    key: Vec<u8>,
    bytes: Vec<u8>,
}

impl Publishers {
    /// Those that the operator names.
    #[must_use]
    pub fn new(keys: &[String]) -> Self {
        Self(keys.to_vec())
    }

    /// Reads whose signature comes with a component.
    ///
    /// # Errors
    /// `COMPONENTS_OFF` when the operator names nobody, `PUBLISHER_NOT_ALLOWED` when it names others; otherwise every
    /// fault by its field.
    pub fn read(&self, publisher_key: &str, signature: &str) -> Result<Signed, Error> {
        if self.0.is_empty() {
            return Err(Error::FailedPrecondition {
                reason: "COMPONENTS_OFF",
                message: "this mesh does not take countries' components; its operator can name publishers \
                          (PFMS_TAX_PUBLISHERS)"
                    .to_owned(),
            });
        }
        let mut violations = Violations::default();
        let key = violations.keep("publisherKey", digits(publisher_key, KEY_BYTES));
        let bytes = violations.keep("signature", digits(signature, SIGNATURE_BYTES));
        let (Some(key), Some(bytes)) = (key, bytes) else {
            return Err(violations.into());
        };
        let publisher_key = publisher_key.to_ascii_lowercase();
        if !self.0.contains(&publisher_key) {
            return Err(Error::FailedPrecondition {
                reason: "PUBLISHER_NOT_ALLOWED",
                message: "this mesh does not take components of this publisher".to_owned(),
            });
        }
        Ok(Signed {
            publisher_key,
            signature: signature.to_ascii_lowercase(),
            key,
            bytes,
        })
    }
}

impl Signed {
    /// Holds the signature against the component's bytes.
    ///
    /// # Errors
    /// When the publisher did not sign these bytes.
    pub fn verify(&self, content: &[u8]) -> Result<(), Error> {
        UnparsedPublicKey::new(&ED25519, &self.key)
            .verify(content, &self.bytes)
            .map_err(|_| {
                Error::invalid(
                    "signature",
                    "must be the publisher's signature of exactly these bytes",
                )
            })
    }
}

/// A component's hash as it is asked for.
///
/// # Errors
/// When it is not 64 hexadecimal digits in lower case.
pub fn parse_hash(field: &str, hash: &str) -> Result<(), Error> {
    let good =
        hash.len() == HASH_DIGITS && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if good {
        Ok(())
    } else {
        Err(Error::invalid(
            field,
            "must be 64 hexadecimal digits in lower case",
        ))
    }
}

/// Bytes of so many hexadecimal digits.
fn digits(text: &str, bytes: usize) -> Result<Vec<u8>, String> {
    let wrong = || format!("must be {} hexadecimal digits", 2 * bytes);
    if text.len() != 2 * bytes || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    let pairs = (0..bytes).map(|index| text.get(2 * index..2 * index + 2));
    pairs
        .map(|pair| pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect::<Option<_>>()
        .ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn reason(error: &Error) -> &'static str {
        match error {
            Error::FailedPrecondition { reason, .. } => reason,
            Error::Invalid(_) => "INVALID_ARGUMENT",
            _ => "",
        }
    }

    #[test]
    fn only_what_an_allowed_publisher_signed_is_taken() {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let key = hex(pair.public_key().as_ref());
        let signature = hex(pair.sign(b"component").as_ref());
        let publishers = Publishers::new(std::slice::from_ref(&key));

        let signed = publishers.read(&key, &signature).unwrap();
        signed.verify(b"component").unwrap();
        assert_eq!(
            reason(&signed.verify(b"another").unwrap_err()),
            "INVALID_ARGUMENT"
        );

        let other = hex(&[9; 32]);
        let refused = publishers.read(&other, &signature).unwrap_err();
        assert_eq!(reason(&refused), "PUBLISHER_NOT_ALLOWED");
        let refused = Publishers::default().read(&key, &signature).unwrap_err();
        assert_eq!(reason(&refused), "COMPONENTS_OFF");
    }

    #[test]
    fn keys_and_signatures_are_digits() {
        let publishers = Publishers::new(&["00".repeat(32)]);
        for (key, signature) in [("", ""), ("é", "+1"), (&*"zz".repeat(32), &*"00".repeat(63))] {
            let Error::Invalid(violations) = publishers.read(key, signature).unwrap_err() else {
                panic!("{key} is taken")
            };
            let fields: Vec<_> = violations.iter().map(|(field, _)| field).collect();
            assert_eq!(fields, ["publisherKey", "signature"]);
        }
    }

    #[test]
    fn a_hash_has_one_spelling() {
        assert!(parse_hash("hash", &"0a".repeat(32)).is_ok());
        for wrong in ["", "0A", &"0A".repeat(32), &"0g".repeat(32), &"é".repeat(32)] {
            assert!(parse_hash("hash", wrong).is_err(), "{wrong}");
        }
    }
}
