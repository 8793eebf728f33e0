//! Accounts, credentials, sessions and tokens.
//!
//! [`email`], [`password`], [`session`] and [`refresh_token`] hold the rules and know neither database nor clock;
//! [`api`] puts them to work. Signing keys are sealed in PostgreSQL, so that replicas share them.

mod api;
mod email;
pub mod erasure;
mod events;
mod hasher;
mod jwks;
mod keys;
mod mirror;
mod origin;
mod password;
mod refresh_token;
mod session;
mod store;

use std::sync::Arc;
use std::time::Duration;

use pfms_proto::auth::v1::account_service_server::AccountServiceServer;
use pfms_proto::auth::v1::auth_internal_service_server::AuthInternalServiceServer;
use pfms_proto::auth::v1::auth_service_server::AuthServiceServer;
use pfms_proto::events::v1::UserPurged;
use pfms_runtime::events::Consumer;
use pfms_runtime::personal::{PersonalData, Table};
use pfms_runtime::{Context, Error, Parts, Service};

use crate::api::Auth;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// What is held about users. An erasure's own row knows the user until every service is done.
const PERSONAL: PersonalData = PersonalData {
    tables: &[
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
/// How often sessions that have expired are removed.
const REMOVE_EXPIRED_EVERY: Duration = Duration::from_mins(10);
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
        .grpc(AccountServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(AuthInternalServiceServer::from_arc(auth).max_decoding_message_size(MAX_REQUEST))
        .http(jwks)
        .consumer(Consumer::new("auth.user-purged", receipts).on::<UserPurged>())
        .every(ASK_TO_ERASE_EVERY, "erasures", move || {
            let database = erasures.clone();
            async move { erasure::ask(&database).await }
        })
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
