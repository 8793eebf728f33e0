//! Accounts, credentials, sessions and tokens.
//!
//! [`email`], [`password`], [`session`] and [`refresh_token`] hold the rules and know neither database nor clock;
//! [`api`] puts them to work. Signing keys are sealed in PostgreSQL, so that replicas share them; [`keys`] rotates them.

mod api;
mod audit_log;
mod breaches;
mod device;
mod email;
mod events;
mod hasher;
mod jwks;
mod keys;
mod letters;
mod mail_token;
mod mirror;
pub mod operator;
mod origin;
mod password;
mod personal;
mod post;
pub mod refresh_token;
mod sealed;
mod security;
pub mod session;
mod store;
mod strength;

use std::sync::Arc;
use std::time::Duration;

use pfms_proto::auth::v1::auth_internal_service_server::AuthInternalServiceServer;
use pfms_proto::auth::v1::auth_service_server::AuthServiceServer;
use pfms_proto::auth::v1::credential_service_server::CredentialServiceServer;
use pfms_proto::auth::v1::security_service_server::SecurityServiceServer;
use pfms_proto::auth::v1::session_service_server::SessionServiceServer;
use pfms_runtime::retention::Kept;
use pfms_runtime::{Context, Error, Parts, Service};

use crate::api::Auth;
use crate::post::Post;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// What is removed when it is old.
const KEPT: &[Kept] = &[Kept::new("security_events", "created_at", |days| {
    days.security_event_days
})];
/// How often what has expired is removed.
const REMOVE_EXPIRED_EVERY: Duration = Duration::from_mins(10);
/// How often it is looked for mail that is due.
const SEND_MAIL_EVERY: Duration = Duration::from_secs(1);
/// Largest request, in bytes.
const MAX_REQUEST: usize = 4 * 1024 * 1024;

/// The auth service.
#[must_use]
pub fn service() -> Service {
    Service::new("auth", 3001, build)
        .migrations(&MIGRATIONS)
        .keeps(KEPT)
}

async fn build(context: Context) -> Result<Parts, Error> {
    let database = context.database.clone();
    let auth = Arc::new(Auth::new(&context).await?);
    let post = Arc::new(Post::new(&context)?);
    let jwks = jwks::router(Arc::clone(&auth.keys));
    let parts = keys::attend(Parts::new(), &auth.keys);
    let parts = audit_log::attend(parts, &database, &context.settings.retention);
    Ok(parts
        .grpc(AuthServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(CredentialServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(SessionServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(SecurityServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(AuthInternalServiceServer::from_arc(auth).max_decoding_message_size(MAX_REQUEST))
        .http(jwks)
        .every(SEND_MAIL_EVERY, "mail", move || {
            let post = Arc::clone(&post);
            async move { post.send_due().await }
        })
        .every(REMOVE_EXPIRED_EVERY, "expired", move || {
            let database = database.clone();
            async move { Ok(store::remove_expired(database.pool(), database.clock().now()).await?) }
        }))
}
