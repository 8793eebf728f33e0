//! Secrets and signatures, in the way of Standard Webhooks (<https://www.standardwebhooks.com>, version 1).

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use pfms_runtime::Error;
use pfms_runtime::secrets::mac;
use uuid::Uuid;

/// Before the secret's base64.
const PREFIX: &str = "whsec_";

/// What a webhook's messages are signed with.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    /// A new one.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn generate() -> Result<Self, Error> {
        let mut bytes = [0; 32];
        aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Error::internal("there is no randomness"))?;
        Ok(Self(bytes))
    }

    /// As it is shown, once.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{PREFIX}{}", BASE64_STANDARD.encode(self.0))
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(super) fn stored(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The signature of a message that is sent at a time, in seconds since 1970.
    #[must_use]
    pub fn sign(&self, message_id: Uuid, timestamp: i64, body: &[u8]) -> String {
        let head = format!("{message_id}.{timestamp}.");
        let signature = mac(&self.0, &[head.as_bytes(), body]);
        format!("v1,{}", BASE64_STANDARD.encode(signature))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_its_message_time_and_secret() {
        let secret = Secret([7; 32]);
        let id = Uuid::from_u128(1);
        let signature = secret.sign(id, 1_700_000_000, b"{}");
        assert!(
            signature.starts_with("v1,") && signature.len() == 47,
            "{signature}"
        );
        assert_eq!(signature, secret.sign(id, 1_700_000_000, b"{}"));
        for other in [
            secret.sign(Uuid::from_u128(2), 1_700_000_000, b"{}"),
            secret.sign(id, 1_700_000_001, b"{}"),
            secret.sign(id, 1_700_000_000, b"[]"),
            Secret([8; 32]).sign(id, 1_700_000_000, b"{}"),
        ] {
            assert_ne!(signature, other);
        }
    }

    #[test]
    fn a_signature_is_what_others_compute() {
        // Computed with Python's hmac module.
        let secret = Secret(std::array::from_fn(|index| u8::try_from(index).unwrap()));
        assert_eq!(
            secret.text(),
            "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
        );
        let id = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
        let body = br#"{"type":"webhook.ping"}"#;
        assert_eq!(
            secret.sign(id, 1_700_000_000, body),
            "v1,yL1z75wJmENSKJC3cvjirTGxVlJ2qNisPYjaCkIOo3o="
        );
    }
}
