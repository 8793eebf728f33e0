//! Who calls: access tokens of people, mesh tokens of services.

mod access;
mod caller;
mod key_cache;
mod mesh;
mod personal_token;
mod scopes;
mod verified;
mod verifier;

pub use access::{ACCESS_AUDIENCE, ACCESS_ISSUER, ACCESS_LIFETIME_SECONDS, ACCESS_TYPE, AccessClaims};
pub use caller::Caller;
pub use mesh::MeshTokens;
pub use personal_token::{PERSONAL_TOKEN_PREFIX, PersonalToken};
pub use scopes::{Scopes, UnknownScope};
pub use verifier::{KeySource, StaticKeys, TokenError, TokenVerifier};
