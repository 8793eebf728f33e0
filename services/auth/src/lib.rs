//! Accounts, credentials, sessions and tokens.
//!
//! [`email`], [`password`], [`session`] and [`refresh_token`] hold the rules and know neither database nor clock, and
//! so do [`proof`], [`challenge`], [`totp`], [`backup_code`] and [`passkey`] for second factors; [`sms`] is a further one. [`provider`] asks
//! others who someone is; [`api`] puts all of them to work. Signing keys are sealed in PostgreSQL, so that replicas
//! share them; [`keys`] rotates them.

mod api;
mod audit_log;
mod backup_code;
mod breaches;
mod challenge;
mod device;
mod email;
pub mod erasure;
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
mod security;
pub mod session;
mod sms;
mod store;
mod strength;
pub mod throttle;
mod totp;

use std::sync::Arc;
use std::time::Duration;

use pfms_proto::auth::v1::account_service_server::AccountServiceServer;
use pfms_proto::auth::v1::address_internal_service_server::AddressInternalServiceServer;
use pfms_proto::auth::v1::auth_internal_service_server::AuthInternalServiceServer;
use pfms_proto::auth::v1::auth_service_server::AuthServiceServer;
use pfms_proto::auth::v1::credential_service_server::CredentialServiceServer;
use pfms_proto::auth::v1::email_change_service_server::EmailChangeServiceServer;
use pfms_proto::auth::v1::factor_service_server::FactorServiceServer;
use pfms_proto::auth::v1::oauth_service_server::OauthServiceServer;
use pfms_proto::auth::v1::passkey_service_server::PasskeyServiceServer;
use pfms_proto::auth::v1::personal_token_internal_service_server::PersonalTokenInternalServiceServer;
use pfms_proto::auth::v1::personal_token_service_server::PersonalTokenServiceServer;
use pfms_proto::auth::v1::security_service_server::SecurityServiceServer;
use pfms_proto::auth::v1::session_service_server::SessionServiceServer;
use pfms_proto::auth::v1::sms_service_server::SmsServiceServer;
use pfms_proto::events::v1::UserPurged;
use pfms_runtime::events::Consumer;
use pfms_runtime::personal::{PersonalData, Table};
use pfms_runtime::retention::Kept;
use pfms_runtime::{Context, Error, Parts, Service};

use crate::api::Auth;
use crate::post::Post;
use crate::sms::Courier;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// What is removed when it is old.
const KEPT: &[Kept] = &[Kept::new("security_events", "created_at", |days| {
    days.security_event_days
})];
/// What is held about users. An erasure's own row knows the user until every service is done. With the row of
/// `audit_subjects` goes what is personal in the audit log, by a trigger; so what is yet to be appended goes before it.
const PERSONAL: PersonalData = PersonalData {
    tables: &[
        Table::owned("security_events"),
        Table::owned("devices"),
        Table::owned("mails")
            .secret(&["secret_sealed", "address_sealed"])
            .internal(),
        Table::owned("mail_tokens")
            .secret(&["token_hash", "email_sealed"])
            .internal(),
        Table::owned("mfa_challenges")
            .secret(&["token_hash", "ceremony"])
            .internal(),
        Table::owned("backup_codes").secret(&["code_hash"]),
        Table::owned("totp_factors").secret(&["secret_sealed"]),
        Table::owned("sms_codes")
            .secret(&["bound_to", "code_hash", "code_sealed"])
            .internal(),
        Table::owned("sms_factors").sealed(&["number_sealed"]),
        Table::owned("passkeys"),
        Table::owned("passkey_ceremonies")
            .secret(&["token_hash", "state_sealed"])
            .internal(),
        Table::owned("identities")
            .sealed(&["email_sealed"])
            .secret(&["lookup"]),
        Table::owned("oauth_flows")
            .secret(&["state_hash", "binding_hash", "secrets_sealed"])
            .internal(),
        Table::owned("unusable_passwords")
            .secret(&["password_hash"])
            .internal(),
        Table::owned("personal_tokens").secret(&["token_hash"]),
        Table::owned("sessions").secret(&["token_hash", "previous_token_hash"]),
        Table::owned("audit_arrivals").internal(),
        Table::owned("audit_subjects").secret(&["key"]).internal(),
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
/// How often the limits of tries are read again.
const REFRESH_LIMITS_EVERY: Duration = Duration::from_secs(5);
/// How often it is looked for mail that is due.
const SEND_MAIL_EVERY: Duration = Duration::from_secs(1);
/// How often it is looked for codes that are to be sent by SMS: somebody waits for them.
const SEND_SMS_EVERY: Duration = Duration::from_millis(500);
/// Largest request, in bytes.
const MAX_REQUEST: usize = 4 * 1024 * 1024;

/// The auth service.
#[must_use]
pub fn service() -> Service {
    Service::new("auth", 3001, build)
        .migrations(&MIGRATIONS)
        .keeps(KEPT)
        .personal(PERSONAL)
        .master_sealed(&[keys::SEALED])
}

async fn build(context: Context) -> Result<Parts, Error> {
    let database = context.database.clone();
    let auth = Arc::new(Auth::new(&context).await?);
    let (limited, limits) = (Arc::clone(&auth), context.database.clone());
    let (erasing, erasures) = (Arc::clone(&auth), context.database.clone());
    let post = Arc::new(Post::new(&context)?);
    let courier = Arc::new(Courier::new(&context)?);
    let jwks = jwks::router(Arc::clone(&auth.keys));
    let holders = context.settings.holders.clone();
    if holders.is_empty() {
        return Err(Error::internal(
            "it is not said which services hold data about users",
        ));
    }
    let receipts = erasure::Receipts::new(context.clock.clone(), holders);
    let parts = keys::attend(Parts::new(), &auth.keys);
    let parts = audit_log::attend(parts, &context);
    Ok(parts
        .grpc(AuthServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(FactorServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(OauthServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(PasskeyServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(CredentialServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(EmailChangeServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(SessionServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(SmsServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(SecurityServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(AccountServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(AuthInternalServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(PersonalTokenServiceServer::from_arc(Arc::clone(&auth)).max_decoding_message_size(MAX_REQUEST))
        .grpc(
            PersonalTokenInternalServiceServer::from_arc(Arc::clone(&auth))
                .max_decoding_message_size(MAX_REQUEST),
        )
        .grpc(AddressInternalServiceServer::from_arc(auth).max_decoding_message_size(MAX_REQUEST))
        .http(jwks)
        .http(form_post::router())
        .consumer(Consumer::new("auth.user-purged", receipts).on::<UserPurged>())
        .every(ASK_TO_ERASE_EVERY, "erasures", move || {
            let (erasing, erasures) = (Arc::clone(&erasing), erasures.clone());
            async move { erasure::ask(&erasures, &erasing).await }
        })
        .every(REFRESH_LIMITS_EVERY, "limits", move || {
            let (limited, limits) = (Arc::clone(&limited), limits.clone());
            async move { limited.throttle.refresh(&limits).await }
        })
        .every(SEND_MAIL_EVERY, "mail", move || {
            let post = Arc::clone(&post);
            async move { post.send_due().await }
        })
        .every(SEND_SMS_EVERY, "sms", move || {
            let courier = Arc::clone(&courier);
            async move { courier.send_due().await }
        })
        .every(REMOVE_EXPIRED_EVERY, "expired", move || {
            let database = database.clone();
            async move { Ok(store::remove_expired(database.pool(), database.clock().now()).await?) }
        }))
}
