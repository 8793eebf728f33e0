//! Access tokens that auth did not issue, under a key that it publishes.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use pfms_runtime::identity::{ACCESS_AUDIENCE, ACCESS_ISSUER, ACCESS_TYPE, AccessClaims};
use serde_json::Value;
use sqlx::Connection;
use uuid::Uuid;

/// The name of the key.
const KEY_ID: &str = "test";

/// Signs as auth does, whatever it is given.
pub struct Signer {
    key: EncodingKey,
}

impl Signer {
    /// A new key, put among auth's own as one that it has retired: it is published, so that what it signed can be
    /// verified, and auth does not sign with it. Has to come before auth starts.
    pub async fn published(database_url: &str) -> Self {
        let pair = Ed25519KeyPair::generate().expect("a key can be made");
        let document = pair.to_pkcs8().expect("a key can be written");
        let mut connection = sqlx::PgConnection::connect(database_url)
            .await
            .expect("PostgreSQL answers");
        sqlx::query(
            "INSERT INTO auth.signing_keys (kid, public_key, private_key_sealed, created_at, retired_at)
             VALUES ($1, $2, '', now(), now())",
        )
        .bind(KEY_ID)
        .bind(pair.public_key().as_ref())
        .execute(&mut connection)
        .await
        .expect("the key can be put among the others");
        Self {
            key: EncodingKey::from_ed_der(document.as_ref()),
        }
    }

    /// Signs claims under the published key's name.
    #[must_use]
    pub fn sign(&self, claims: &AccessClaims) -> String {
        encode(&header(), claims, &self.key).expect("signing works")
    }

    /// The same as a token of another type.
    #[must_use]
    pub fn sign_as(&self, kind: Option<&str>, claims: &AccessClaims) -> String {
        let header = Header {
            typ: kind.map(str::to_owned),
            ..header()
        };
        encode(&header, claims, &self.key).expect("signing works")
    }
}

/// Signs with a key that nobody published, under the published one's name.
#[must_use]
pub fn forge(claims: &AccessClaims) -> String {
    let pair = Ed25519KeyPair::generate().expect("a key can be made");
    let document = pair.to_pkcs8().expect("a key can be written");
    encode(&header(), claims, &EncodingKey::from_ed_der(document.as_ref())).expect("signing works")
}

/// A token without signature, of `alg: none`.
#[must_use]
pub fn unsigned(claims: &AccessClaims) -> String {
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;
    let part = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let header = part(serde_json::json!({"alg": "none", "typ": ACCESS_TYPE, "kid": KEY_ID}));
    format!("{header}.{}.", part(serde_json::to_value(claims).unwrap()))
}

/// Claims of a token that was just issued.
#[must_use]
pub fn claims(user_id: Uuid, session_id: Uuid) -> AccessClaims {
    let now = std::time::UNIX_EPOCH
        .elapsed()
        .expect("it is after 1970")
        .as_secs();
    let now = i64::try_from(now).expect("it is before the end of time");
    AccessClaims {
        iss: ACCESS_ISSUER.into(),
        aud: ACCESS_AUDIENCE.into(),
        sub: user_id,
        sid: session_id,
        auth_time: now,
        iat: now,
        exp: now + 300,
        scope: None,
    }
}

fn header() -> Header {
    Header {
        kid: Some(KEY_ID.into()),
        typ: Some(ACCESS_TYPE.into()),
        ..Header::new(Algorithm::EdDSA)
    }
}
