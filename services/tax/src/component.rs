//! Countries that users bring, signed by publishers whom the operator allows.

use jiff::Timestamp;
use pfms_plugin_host::{ModuleSignature, PublisherKey, SignatureError};
use pfms_runtime::{Error, Violations};

/// Most components of one user.
pub const MAX_COMPONENTS: i32 = 10;
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

/// Whose components users may bring.
#[derive(Clone, Debug, Default)]
pub struct Publishers(Vec<PublisherKey>);

/// A signature that is still to be held against the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The publisher's key, which is allowed.
    pub publisher_key: PublisherKey,
    /// What came with it.
    pub signature: ModuleSignature,
}

impl Publishers {
    /// Those that the operator names.
    ///
    /// # Errors
    /// When a key is none.
    pub fn new(keys: &[String]) -> Result<Self, SignatureError> {
        let keys: Result<_, _> = keys.iter().map(|key| key.parse()).collect();
        keys.map(Self)
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
        let key = violations.keep("publisherKey", publisher_key.parse::<PublisherKey>());
        let signature = violations.keep("signature", signature.parse::<ModuleSignature>());
        let (Some(publisher_key), Some(signature)) = (key, signature) else {
            return Err(violations.into());
        };
        if !self.0.contains(&publisher_key) {
            return Err(Error::FailedPrecondition {
                reason: "PUBLISHER_NOT_ALLOWED",
                message: "this mesh does not take components of this publisher".to_owned(),
            });
        }
        Ok(Signed {
            publisher_key,
            signature,
        })
    }
}

impl Signed {
    /// Holds the signature against the component's bytes.
    ///
    /// # Errors
    /// When the publisher did not sign these bytes.
    pub fn verify(&self, content: &[u8]) -> Result<(), Error> {
        self.publisher_key
            .verify(content, &self.signature)
            .map_err(|error| Error::invalid("signature", error))
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

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

    use super::*;

    fn hex(bytes: &[u8]) -> String {
        use std::fmt::Write as _;
        bytes.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
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
        let publishers = Publishers::new(std::slice::from_ref(&key)).unwrap();

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
        let publishers = Publishers::new(&["00".repeat(32)]).unwrap();
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
