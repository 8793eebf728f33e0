//! Accounts, credentials, sessions and tokens.
//!
//! [`email`], [`password`], [`session`] and [`refresh_token`] hold the rules and know neither database nor clock;
//! [`api`] puts them to work. Signing keys are sealed in PostgreSQL, so that replicas share them.

mod api;
mod email;
mod events;
mod hasher;
mod jwks;
mod keys;
mod mirror;
mod origin;
mod password;
mod refresh_token;
mod sealed;
mod session;
mod store;

use std::sync::Arc;
use std::time::Duration;

use pfms_proto::auth::v1::address_internal_service_server::AddressInternalServiceServer;
use pfms_proto::auth::v1::auth_internal_service_server::AuthInternalServiceServer;
use pfms_proto::auth::v1::auth_service_server::AuthServiceServer;
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
    let auth = Arc::new(Auth::new(&context).await?);
    let jwks = jwks::router(&auth.keys.jwks())?;
    Ok(Parts::new()
        .grpc(AuthServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(
            AddressInternalServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST),
        )
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
        }))
}
