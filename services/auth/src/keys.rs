//! The keys that sign access tokens. Replicas share them through the database, sealed.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use pfms_proto::auth::v1::{JsonWebKey, JsonWebKeySet};
use pfms_runtime::identity::{
    ACCESS_AUDIENCE, ACCESS_ISSUER, ACCESS_LIFETIME_SECONDS, ACCESS_TYPE, AccessClaims,
};
use pfms_runtime::sealed::{MasterSeal, MasterSealed};
use pfms_runtime::secrets::MasterKey;
use pfms_runtime::{Database, Error};
use pfms_types::UserId;
use sha2::{Digest, Sha256};

use crate::session::SessionId;
use crate::store::signing_keys::{self, StoredKey};

/// How long a key that signs no more is published: longer than any token that it signed lives.
const PUBLISHED_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// How private keys are sealed.
pub const SEALED: MasterSealed = MasterSealed {
    table: "signing_keys",
    id: "kid",
    column: "private_key_sealed",
    purpose: "signing-keys",
    place: "signing_keys/private_key",
};

/// The key that signs, and the keys that are published.
pub struct Keys {
    kid: String,
    signing: EncodingKey,
    published: Vec<JsonWebKey>,
}

impl Keys {
    /// The installation's keys; the first process of all makes the first key.
    ///
    /// # Errors
    /// When the database does not answer, or the keys were sealed with another master key.
    pub async fn load(database: &Database, master: &MasterKey) -> Result<Self, Error> {
        let sealer = MasterSeal::new(master, SEALED.purpose);
        let now = database.clock().now();
        let since = now - PUBLISHED_AFTER;
        let mut stored = signing_keys::published(database.pool(), since).await?;
        if !stored.iter().any(StoredKey::signs) {
            // Another replica may be first; then its key is found below.
            signing_keys::insert_first(database.pool(), &make(&sealer, now)?).await?;
            stored = signing_keys::published(database.pool(), since).await?;
        }
        let current = stored
            .iter()
            .find(|key| key.signs())
            .ok_or_else(|| Error::internal("there is no key to sign with"))?;
        let private = sealer
            .open(&place(&current.kid), &current.private_key_sealed)
            .map_err(Error::internal)?;
        Ok(Self {
            kid: current.kid.clone(),
            signing: EncodingKey::from_ed_der(&private),
            published: stored.iter().map(wire).collect(),
        })
    }

    /// An access token of a session, good from now on.
    ///
    /// # Errors
    /// When signing fails.
    pub fn sign(&self, user_id: UserId, session_id: SessionId, now: Timestamp) -> Result<String, Error> {
        let header = Header {
            typ: Some(ACCESS_TYPE.to_owned()),
            kid: Some(self.kid.clone()),
            ..Header::new(Algorithm::EdDSA)
        };
        let claims = AccessClaims {
            iss: ACCESS_ISSUER.to_owned(),
            aud: ACCESS_AUDIENCE.to_owned(),
            sub: user_id.uuid(),
            sid: session_id.uuid(),
            iat: now.as_second(),
            exp: now.as_second() + ACCESS_LIFETIME_SECONDS,
        };
        encode(&header, &claims, &self.signing).map_err(Error::internal)
    }

    /// What verifies them, the signing key first.
    #[must_use]
    pub fn jwks(&self) -> JsonWebKeySet {
        JsonWebKeySet {
            keys: self.published.clone(),
        }
    }
}

fn make(sealer: &MasterSeal, now: Timestamp) -> Result<StoredKey, Error> {
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
        retired_at: None,
    })
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

fn wire(key: &StoredKey) -> JsonWebKey {
    JsonWebKey {
        kty: "OKP".to_owned(),
        crv: "Ed25519".to_owned(),
        x: URL_SAFE_NO_PAD.encode(&key.public_key),
        kid: key.kid.clone(),
        alg: "EdDSA".to_owned(),
        r#use: "sig".to_owned(),
    }
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
