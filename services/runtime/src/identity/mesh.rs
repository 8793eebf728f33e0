//! Mesh tokens: how services prove themselves to each other.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use pfms_types::UserId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Caller;
use crate::secrets::MasterKey;
use crate::{Clock, Error};

/// The issuer and audience of mesh tokens.
pub(super) const MESH_ISSUER: &str = "pfms-mesh";
/// Seconds that a mesh token lives.
const LIFETIME_SECONDS: i64 = 60;

#[derive(Serialize, Deserialize)]
struct MeshClaims {
    iss: String,
    aud: String,
    sub: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    act_for: Option<Uuid>,
    exp: i64,
}

/// Signs and verifies mesh tokens with a key that only the mesh's processes can derive.
#[derive(Clone)]
pub struct MeshTokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    clock: Clock,
}

impl MeshTokens {
    /// With a key derived from the master key.
    #[must_use]
    pub fn new(master: &MasterKey, clock: Clock) -> Self {
        let key = master.derive("mesh-token");
        Self {
            encoding: EncodingKey::from_secret(&key),
            decoding: DecodingKey::from_secret(&key),
            clock,
        }
    }

    /// A token that names the calling service and the user it acts for.
    ///
    /// # Errors
    /// When signing fails.
    pub fn sign(&self, service: &str, acting_for: Option<UserId>) -> Result<String, Error> {
        let claims = MeshClaims {
            iss: MESH_ISSUER.to_owned(),
            aud: MESH_ISSUER.to_owned(),
            sub: service.to_owned(),
            act_for: acting_for.map(UserId::uuid),
            exp: self.clock.now().as_second() + LIFETIME_SECONDS,
        };
        encode(&Header::new(Algorithm::HS256), &claims, &self.encoding).map_err(Error::internal)
    }

    /// The service that a token names, when the token is good.
    #[must_use]
    pub fn verify(&self, token: &str) -> Option<Caller> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[MESH_ISSUER]);
        validation.set_audience(&[MESH_ISSUER]);
        // Expiry is held against the injected clock.
        validation.validate_exp = false;
        let claims = decode::<MeshClaims>(token, &self.decoding, &validation)
            .ok()?
            .claims;
        (claims.exp > self.clock.now().as_second()).then(|| Caller::Service {
            name: claims.sub,
            acting_for: claims.act_for.map(UserId::from),
        })
    }
}
