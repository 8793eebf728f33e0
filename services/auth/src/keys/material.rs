//! Ed25519 keys: made, sealed, named, opened.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::EncodingKey;
use pfms_proto::auth::v1::JsonWebKey;
use pfms_runtime::Error;
use pfms_runtime::sealed::MasterSeal;
use sha2::{Digest, Sha256};

use super::SEALED;
use super::rotation::Term;
use crate::store::signing_keys::StoredKey;

/// A new key.
///
/// # Errors
/// When there is no randomness.
pub fn make(sealer: &MasterSeal, now: Timestamp, term: Term) -> Result<StoredKey, Error> {
    let failed = |_| Error::internal("an Ed25519 key cannot be made");
    let pair = Ed25519KeyPair::generate().map_err(failed)?;
    let public_key = pair.public_key().as_ref().to_vec();
    let kid = thumbprint(&public_key);
    let private = pair.to_pkcs8().map_err(failed)?;
    let private_key_sealed = sealer
        .seal(&place(&kid), private.as_ref())
        .map_err(Error::internal)?;
    Ok(StoredKey {
        kid,
        public_key,
        private_key_sealed,
        created_at: now,
        term,
    })
}

/// What signs.
///
/// # Errors
/// When the key was sealed with another master key.
pub fn open(sealer: &MasterSeal, key: &StoredKey) -> Result<EncodingKey, Error> {
    let private = sealer
        .open(&place(&key.kid), &key.private_key_sealed)
        .map_err(Error::internal)?;
    Ok(EncodingKey::from_ed_der(&private))
}

/// The public part as it is published.
#[must_use]
pub fn wire(key: &StoredKey) -> JsonWebKey {
    JsonWebKey {
        kty: "OKP".to_owned(),
        crv: "Ed25519".to_owned(),
        x: URL_SAFE_NO_PAD.encode(&key.public_key),
        kid: key.kid.clone(),
        alg: "EdDSA".to_owned(),
        r#use: "sig".to_owned(),
    }
}

fn place(kid: &str) -> String {
    format!("{}/{kid}", SEALED.place)
}

/// RFC 7638 for RFC 8037's keys.
fn thumbprint(public_key: &[u8]) -> String {
    let x = URL_SAFE_NO_PAD.encode(public_key);
    let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(Sha256::digest(canonical))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thumbprints_are_as_in_rfc_8037_appendix_a_3() {
        let x = URL_SAFE_NO_PAD
            .decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
            .unwrap();
        assert_eq!(thumbprint(&x), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }
}
