//! Accounts, credentials, sessions and tokens.
//!
//! [`email`], [`password`], [`session`] and [`refresh_token`] hold the rules and know neither database nor clock, and
//! so do [`proof`], [`challenge`], [`totp`], [`backup_code`] and [`passkey`] for second factors. [`provider`] asks
//! others who someone is; [`api`] puts all of them to work. Signing keys are sealed in PostgreSQL, so that replicas
//! share them; [`keys`] rotates them.

mod api;
mod audit_log;
mod backup_code;
mod breaches;
mod challenge;
mod device;
mod email;
mod events;
mod form_post;
mod hasher;
mod json;
mod jwks;
mod keys;
mod letters;
mod mail_token;
mod mirror;
pub mod operator;
mod origin;
mod passkey;
mod password;
mod personal;
mod personal_token;
mod post;
mod proof;
mod provider;
pub mod refresh_token;
mod sealed;
mod security;
pub mod session;
mod store;
mod strength;
pub mod throttle;
mod totp;

use std::sync::Arc;
use std::time::Duration;

use pfms_proto::auth::v1::address_internal_service_server::AddressInternalServiceServer;
use pfms_proto::auth::v1::auth_internal_service_server::AuthInternalServiceServer;
use pfms_proto::auth::v1::auth_service_server::AuthServiceServer;
use pfms_proto::auth::v1::credential_service_server::CredentialServiceServer;
use pfms_proto::auth::v1::factor_service_server::FactorServiceServer;
use pfms_proto::auth::v1::oauth_service_server::OauthServiceServer;
use pfms_proto::auth::v1::passkey_service_server::PasskeyServiceServer;
use pfms_proto::auth::v1::personal_token_internal_service_server::PersonalTokenInternalServiceServer;
use pfms_proto::auth::v1::personal_token_service_server::PersonalTokenServiceServer;
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
/// How often the limits of tries are read again.
const REFRESH_LIMITS_EVERY: Duration = Duration::from_secs(5);
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
    let (limited, limits) = (Arc::clone(&auth), context.database.clone());
    let post = Arc::new(Post::new(&context)?);
    let jwks = jwks::router(Arc::clone(&auth.keys));
    let parts = keys::attend(Parts::new(), &auth.keys);
    let parts = audit_log::attend(parts, &database, &context.settings.retention);
    Ok(parts
        .grpc(AuthServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(FactorServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(OauthServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(PasskeyServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(CredentialServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(SessionServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(SecurityServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(AuthInternalServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(PersonalTokenServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(
            PersonalTokenInternalServiceServer::from_arc(Arc::clone(&auth))
                .max_decoding_message_size(MAX_REQUEST),
        )
        .grpc(AddressInternalServiceServer::from_arc(auth).max_decoding_message_size(MAX_REQUEST))
        .http(jwks)
        .http(form_post::router())
        .every(REFRESH_LIMITS_EVERY, "limits", move || {
            let (limited, limits) = (Arc::clone(&limited), limits.clone());
            async move { limited.throttle.refresh(&limits).await }
        })
        .every(SEND_MAIL_EVERY, "mail", move || {
            let post = Arc::clone(&post);
            async move { post.send_due().await }
        })
        .every(REMOVE_EXPIRED_EVERY, "expired", move || {
            let database = database.clone();
            async move { Ok(store::remove_expired(database.pool(), database.clock().now()).await?) }
        }))
}
