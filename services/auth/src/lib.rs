//! Accounts, credentials, sessions and tokens.
//!
//! [`email`], [`password`], [`session`] and [`refresh_token`] hold the rules and know neither database nor clock;
//! [`api`] puts them to work. Signing keys are sealed in PostgreSQL, so that replicas share them; [`keys`] rotates them.

mod api;
mod audit_log;
mod device;
mod email;
mod events;
mod hasher;
mod jwks;
mod keys;
mod mirror;
pub mod operator;
mod origin;
mod password;
mod refresh_token;
mod sealed;
mod security;
mod session;
mod store;

use std::sync::Arc;
use std::time::Duration;

use pfms_proto::auth::v1::auth_internal_service_server::AuthInternalServiceServer;
use pfms_proto::auth::v1::auth_service_server::AuthServiceServer;
use pfms_proto::auth::v1::security_service_server::SecurityServiceServer;
use pfms_runtime::{Context, Error, Parts, Service};

use crate::api::Auth;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// How often what has expired is removed.
const REMOVE_EXPIRED_EVERY: Duration = Duration::from_mins(10);
/// How often it is looked whether a signing key is due, and what other replicas changed.
const RELOAD_KEYS_EVERY: Duration = Duration::from_secs(30);
/// How often the audit log takes in what arrived.
const APPEND_EVERY: Duration = Duration::from_secs(1);
/// How often the audit log's head goes to the log file, from where it can be kept elsewhere.
const ANCHOR_EVERY: Duration = Duration::from_hours(1);
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
    let jwks = jwks::router(Arc::clone(&auth.keys));
    let keys = Arc::clone(&auth.keys);
    let (audited, anchored) = (database.clone(), database.clone());
    Ok(Parts::new()
        .grpc(AuthServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(SecurityServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(AuthInternalServiceServer::from_arc(auth).max_decoding_message_size(MAX_REQUEST))
        .http(jwks)
        .every(RELOAD_KEYS_EVERY, "signing-keys", move || {
            let keys = Arc::clone(&keys);
            async move { keys.refresh().await }
        })
        .consumer(audit_log::consumer())
        .every(APPEND_EVERY, "audit-log", move || {
            let database = audited.clone();
            async move {
                audit_log::append(&database).await?;
                Ok(())
            }
        })
        .every(ANCHOR_EVERY, "audit-anchor", move || {
            let database = anchored.clone();
            async move { audit_log::anchor(&database).await }
        })
        .every(REMOVE_EXPIRED_EVERY, "expired", move || {
            let database = database.clone();
            async move { Ok(store::remove_expired(database.pool(), database.clock().now()).await?) }
        }))
}
