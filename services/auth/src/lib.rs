//! Accounts, credentials, sessions and tokens.
//!
//! [`email`], [`password`], [`session`] and [`refresh_token`] hold the rules and know neither database nor clock, and
//! so do [`proof`], [`challenge`], [`totp`], [`backup_code`] and [`passkey`] for second factors;
//! [`api`] puts them to work. Signing keys are sealed in PostgreSQL, so that replicas share them.

mod api;
mod audit;
mod backup_code;
mod challenge;
mod email;
mod events;
mod hasher;
mod json;
mod jwks;
mod keys;
mod mirror;
pub mod operator;
mod origin;
mod passkey;
mod password;
mod proof;
mod random;
mod refresh_token;
mod sealed;
mod session;
mod store;
mod totp;

use std::sync::Arc;
use std::time::Duration;

use pfms_proto::auth::v1::auth_internal_service_server::AuthInternalServiceServer;
use pfms_proto::auth::v1::auth_service_server::AuthServiceServer;
use pfms_proto::auth::v1::factor_service_server::FactorServiceServer;
use pfms_proto::auth::v1::passkey_service_server::PasskeyServiceServer;
use pfms_runtime::{Context, Error, Parts, Service};

use crate::api::Auth;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// How often sessions that have expired are removed.
const REMOVE_EXPIRED_EVERY: Duration = Duration::from_mins(10);
/// Largest request, in bytes.
const MAX_REQUEST: usize = 4 * 1024 * 1024;

/// The auth service.
#[must_use]
pub fn service() -> Service {
    Service::new("auth", 3001, build).migrations(&MIGRATIONS)
}

async fn build(context: Context) -> Result<Parts, Error> {
    let database = context.database.clone();
    let challenges = context.database.clone();
    let auth = Arc::new(Auth::new(&context).await?);
    let jwks = jwks::router(&auth.keys.jwks())?;
    Ok(Parts::new()
        .grpc(AuthServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(FactorServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(PasskeyServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(AuthInternalServiceServer::from_arc(auth).max_decoding_message_size(MAX_REQUEST))
        .http(jwks)
        .every(REMOVE_EXPIRED_EVERY, "expired-sessions", move || {
            let database = database.clone();
            async move {
                let removed =
                    store::sessions::remove_expired(database.pool(), database.clock().now()).await?;
                tracing::debug!(removed, "expired sessions");
                Ok(())
            }
        })
        .every(REMOVE_EXPIRED_EVERY, "expired-challenges", move || {
            let database = challenges.clone();
            async move {
                let (pool, now) = (database.pool(), database.clock().now());
                let removed = store::challenges::remove_expired(pool, now).await?
                    + store::passkeys::remove_expired_ceremonies(pool, now).await?;
                tracing::debug!(removed, "expired challenges and ceremonies");
                Ok(())
            }
        }))
}
