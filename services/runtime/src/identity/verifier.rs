//! Verifies access tokens against auth's published keys.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use pfms_proto::auth::v1::JsonWebKeySet;

use super::access::{ACCESS_AUDIENCE, ACCESS_ISSUER, ACCESS_TYPE, AccessClaims};
use super::key_cache::KeyCache;
use super::verified::Verified;
use super::{Caller, MeshTokens, Scopes};
use crate::{Clock, Error};

/// Where the public keys come from.
#[async_trait]
pub trait KeySource: Send + Sync {
    /// The keys that are good now.
    async fn fetch(&self) -> Result<JsonWebKeySet, Error>;
}

/// Keys that never change.
pub struct StaticKeys(pub JsonWebKeySet);

#[async_trait]
impl KeySource for StaticKeys {
    async fn fetch(&self) -> Result<JsonWebKeySet, Error> {
        Ok(self.0.clone())
    }
}

/// Why a token is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Malformed, forged, or made for something else.
    #[error("the access token is not valid; sign in again")]
    Invalid,
    /// Good once.
    #[error("the access token has expired; refresh it")]
    Expired,
    /// The keys could not be fetched.
    #[error(transparent)]
    Keys(#[from] Error),
}

/// Verifies the tokens of people and services.
#[derive(Clone)]
pub struct TokenVerifier {
    keys: Arc<KeyCache>,
    mesh: MeshTokens,
    verified: Arc<Verified>,
    clock: Clock,
}

impl TokenVerifier {
    /// Verifies access tokens with keys of `source`, and mesh tokens with `mesh`.
    #[must_use]
    pub fn new(source: Arc<dyn KeySource>, mesh: MeshTokens, clock: Clock) -> Self {
        Self {
            keys: Arc::new(KeyCache::new(source, clock.clone())),
            mesh,
            verified: Arc::default(),
            clock,
        }
    }

    /// The clock that expiry is held against.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The caller that a bearer token names.
    ///
    /// # Errors
    /// When the token is not good, or the keys cannot be had.
    pub async fn verify(&self, token: &str) -> Result<Caller, TokenError> {
        let header = decode_header(token).map_err(|_| TokenError::Invalid)?;
        match header.alg {
            Algorithm::HS256 => self.mesh.verify(token).ok_or(TokenError::Invalid),
            Algorithm::EdDSA => {
                if header.typ.as_deref() != Some(ACCESS_TYPE) {
                    return Err(TokenError::Invalid);
                }
                let kid = header.kid.ok_or(TokenError::Invalid)?;
                let key = self.keys.key(&kid).await?.ok_or(TokenError::Invalid)?;
                self.verify_access(token, &key)
            }
            _ => Err(TokenError::Invalid),
        }
    }

    fn verify_access(&self, token: &str, key: &DecodingKey) -> Result<Caller, TokenError> {
        let now = self.clock.now().as_second();
        if let Some(caller) = self.verified.recall(token, now) {
            return Ok(caller);
        }
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ACCESS_ISSUER]);
        validation.set_audience(&[ACCESS_AUDIENCE]);
        // Expiry is held against the injected clock.
        validation.validate_exp = false;
        let claims = decode::<AccessClaims>(token, key, &validation)
            .map_err(|_| TokenError::Invalid)?
            .claims;
        if claims.exp <= now {
            return Err(TokenError::Expired);
        }
        let user_id = claims.sub.into();
        let caller = match claims.scope {
            None => Caller::User {
                user_id,
                session_id: claims.sid,
                authenticated_at: Timestamp::from_second(claims.auth_time).unwrap_or(Timestamp::UNIX_EPOCH),
            },
            Some(scope) => Caller::Limited {
                user_id,
                token_id: claims.sid,
                scopes: Scopes::claimed(&scope),
            },
        };
        self.verified.remember(token, caller.clone(), claims.exp, now);
        Ok(caller)
    }
}
