//! Who calls: access tokens of people, mesh tokens of services.

mod access;
mod caller;
mod key_cache;
mod mesh;
mod verifier;

pub use access::{ACCESS_AUDIENCE, ACCESS_ISSUER, ACCESS_LIFETIME_SECONDS, ACCESS_TYPE, AccessClaims};
pub use caller::Caller;
pub use mesh::MeshTokens;
pub use verifier::{KeySource, StaticKeys, TokenError, TokenVerifier};
