//! What an access token says.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The issuer of access tokens.
pub const ACCESS_ISSUER: &str = "pfms";
/// The audience of access tokens.
pub const ACCESS_AUDIENCE: &str = "pfms";
/// The type in an access token's header (RFC 9068).
pub const ACCESS_TYPE: &str = "at+jwt";
/// Seconds that an access token lives.
pub const ACCESS_LIFETIME_SECONDS: i64 = 300;

/// Claims of an access token (RFC 9068).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccessClaims {
    /// [`ACCESS_ISSUER`].
    pub iss: String,
    /// [`ACCESS_AUDIENCE`].
    pub aud: String,
    /// The user.
    pub sub: Uuid,
    /// The session.
    pub sid: Uuid,
    /// Seconds since the epoch at which the person last proved who they are (RFC 9068, section 2.2.1); 0 in a token
    /// that does not say.
    #[serde(default)]
    pub auth_time: i64,
    /// Seconds since the epoch at which it was issued.
    pub iat: i64,
    /// Seconds since the epoch at which it expires.
    pub exp: i64,
    /// What the token is limited to, separated by blanks (RFC 8693, section 4.2); a session's token has no limit.
    /// The session is then the personal access token that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}
