//! Accounts, credentials, sessions and tokens.
//!
//! [`email`], [`password`], [`session`] and [`refresh_token`] hold the rules and know neither database nor clock;
//! [`api`] puts them to work. Signing keys are sealed in PostgreSQL, so that replicas share them.

mod api;
mod breaches;
mod device;
mod email;
pub mod erasure;
mod events;
mod hasher;
mod jwks;
mod keys;
mod letters;
mod mail_token;
mod mirror;
mod origin;
mod password;
mod personal;
mod post;
mod refresh_token;
mod security;
mod session;
mod store;
mod strength;

use std::sync::Arc;
use std::time::Duration;

use pfms_proto::auth::v1::account_service_server::AccountServiceServer;
use pfms_proto::auth::v1::auth_internal_service_server::AuthInternalServiceServer;
use pfms_proto::auth::v1::auth_service_server::AuthServiceServer;
use pfms_proto::auth::v1::credential_service_server::CredentialServiceServer;
use pfms_proto::auth::v1::security_service_server::SecurityServiceServer;
use pfms_proto::auth::v1::session_service_server::SessionServiceServer;
use pfms_proto::events::v1::UserPurged;
use pfms_runtime::events::Consumer;
use pfms_runtime::personal::{PersonalData, Table};
use pfms_runtime::{Context, Error, Parts, Service};

use crate::api::Auth;
use crate::post::Post;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// What is held about users. An erasure's own row knows the user until every service is done.
const PERSONAL: PersonalData = PersonalData {
    tables: &[
        Table::owned("security_events"),
        Table::owned("devices"),
        Table::owned("mails").secret(&["secret_sealed"]).internal(),
        Table::owned("mail_tokens").secret(&["token_hash"]).internal(),
        Table::owned("sessions").secret(&["token_hash", "previous_token_hash"]),
        Table::by("users", "id")
            .sealed(&["email_sealed"])
            .secret(&["email_lookup", "password_hash"]),
    ],
    redis: &["pfms:{<user>}:*"],
    formerly_sealed_for: Some("auth-personal-data"),
};

/// How often it is looked whether accounts are to be erased.
const ASK_TO_ERASE_EVERY: Duration = Duration::from_secs(2);
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
        .personal(PERSONAL)
        .master_sealed(&[keys::SEALED])
}

async fn build(context: Context) -> Result<Parts, Error> {
    let database = context.database.clone();
    let auth = Arc::new(Auth::new(&context).await?);
    let post = Arc::new(Post::new(&context)?);
    let jwks = jwks::router(&auth.keys.jwks())?;
    let holders = context.settings.holders.clone();
    if holders.is_empty() {
        return Err(Error::internal(
            "it is not said which services hold data about users",
        ));
    }
    let erasures = context.database.clone();
    let receipts = erasure::Receipts::new(context.clock.clone(), holders);
    Ok(Parts::new()
        .grpc(AuthServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(CredentialServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(SessionServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(SecurityServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(AccountServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(AuthInternalServiceServer::from_arc(auth).max_decoding_message_size(MAX_REQUEST))
        .http(jwks)
        .consumer(Consumer::new("auth.user-purged", receipts).on::<UserPurged>())
        .every(ASK_TO_ERASE_EVERY, "erasures", move || {
            let database = erasures.clone();
            async move { erasure::ask(&database).await }
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
