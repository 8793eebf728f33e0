//! Profiles, preferences, families and what their members share.
//!
//! [`profile`] and [`preferences`] hold the rules. A profile is made from `user.created`, or by the first call of a
//! user whose event is still on its way. What tells who a person is, is sealed in the database.
//! [`family`] says who may do what in a family and who sees what of whom; the services that own the data ask here.

mod addresses;
mod api;
mod edit;
mod events;
mod export;
mod family;
mod fields;
mod notice;
mod notifications;
mod preferences;
mod privacy;
mod profile;
mod store;

use std::sync::Arc;
use std::time::Duration;

use pfms_proto::events::v1::{UserCreated, UserFamilyInvited};
use pfms_proto::user::v1::export_service_server::ExportServiceServer;
use pfms_proto::user::v1::family_service_server::FamilyServiceServer;
use pfms_proto::user::v1::notification_preferences_service_server::NotificationPreferencesServiceServer;
use pfms_proto::user::v1::privacy_service_server::PrivacyServiceServer;
use pfms_proto::user::v1::sharing_internal_service_server::SharingInternalServiceServer;
use pfms_proto::user::v1::sharing_service_server::SharingServiceServer;
use pfms_proto::user::v1::user_service_server::UserServiceServer;
use pfms_runtime::events::Consumer;
use pfms_runtime::personal::{PersonalData, Table};
use pfms_runtime::{Context, Error, Parts, Service};

use crate::addresses::Addresses;
use crate::api::Users;
use crate::api::family::Families;
use crate::events::{Inviter, ProfileMaker};
use crate::family::invitation::Tokens;
use crate::store::invitations::Invitations;
use crate::store::profiles::Profiles;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// What is held about users.
const PERSONAL: PersonalData = PersonalData {
    tables: &[
        Table::owned("export_chunks").internal(),
        Table::owned("exports"),
        Table::owned("family_shares").secret(&["seq"]),
        Table::by("family_shares", "member_id").internal(),
        Table::by("family_invitations", "inviter_id")
            .sealed(&["address_sealed"])
            .secret(&["address_lookup", "token_hash"]),
        Table::by("family_invitations", "invited_user_id").internal(),
        Table::owned("family_members"),
        Table::owned("notification_preferences"),
        Table::owned("notification_settings"),
        Table::owned("privacy_settings"),
        Table::owned("financial_preferences"),
        Table::owned("user_profiles").sealed(&[
            "first_name",
            "last_name",
            "phone",
            "avatar_url",
            "date_of_birth",
        ]),
    ],
    redis: &[],
    formerly_sealed_for: Some("user-personal-data"),
};

/// How often it is looked whether archives are to be made.
const MAKE_EXPORTS_EVERY: Duration = Duration::from_secs(2);
/// How often archives are removed whose time is over.
const REMOVE_EXPORTS_EVERY: Duration = Duration::from_mins(10);
/// Largest request, in bytes.
const MAX_REQUEST: usize = 4 * 1024 * 1024;

/// The auth service's port.
const AUTH_PORT: u16 = 3001;
/// How often invitations that are over are removed.
const PURGE_EVERY: Duration = Duration::from_hours(1);

/// The user service.
#[must_use]
pub fn service() -> Service {
    Service::new("user", 3002, build)
        .migrations(&MIGRATIONS)
        .personal(PERSONAL)
}

async fn build(context: Context) -> Result<Parts, Error> {
    let master = &context.settings.master_key;
    let profiles = Profiles::new(context.seals.clone());
    let sources = export::Sources::new(&context.clients, &context.settings.holders)?;
    let job = export::Job::new(context.database.clone(), context.seals.clone(), sources);
    let expiry = job.clone();
    let exports = export::Exports::new(context.database.clone(), context.seals.clone());
    let invitations = Invitations::new(context.seals, master);
    let addresses = Addresses::new(context.clients.channel("auth", AUTH_PORT)?);
    let maker = ProfileMaker::new(profiles.clone(), context.clock.clone());
    let inviter = Inviter::new(
        context.database.clone(),
        profiles.clone(),
        invitations.clone(),
        addresses.clone(),
    );
    let users = Arc::new(Users::new(context.database.clone(), profiles));
    let families = Families::new(Arc::clone(&users), invitations, Tokens::new(master), addresses);
    let families = Arc::new(families);
    let database = context.database;
    Ok(Parts::new()
        .grpc(UserServiceServer::from_arc(Arc::clone(&users)).max_decoding_message_size(MAX_REQUEST))
        .grpc(PrivacyServiceServer::from_arc(Arc::clone(&users)).max_decoding_message_size(MAX_REQUEST))
        .grpc(NotificationPreferencesServiceServer::from_arc(users).max_decoding_message_size(MAX_REQUEST))
        .grpc(ExportServiceServer::new(exports).max_decoding_message_size(MAX_REQUEST))
        .grpc(FamilyServiceServer::from_arc(Arc::clone(&families)).max_decoding_message_size(MAX_REQUEST))
        .grpc(SharingServiceServer::from_arc(Arc::clone(&families)).max_decoding_message_size(MAX_REQUEST))
        .grpc(SharingInternalServiceServer::from_arc(families).max_decoding_message_size(MAX_REQUEST))
        .consumer(Consumer::new("user.user-created", maker).on::<UserCreated>())
        .consumer(Consumer::new("user.family-invited", inviter).on::<UserFamilyInvited>())
        .every(MAKE_EXPORTS_EVERY, "exports", move || {
            let job = job.clone();
            async move { job.run().await }
        })
        .every(REMOVE_EXPORTS_EVERY, "expired-exports", move || {
            let job = expiry.clone();
            async move { job.remove_expired().await }
        })
        .every(PURGE_EVERY, "closed-invitations", move || {
            let database = database.clone();
            async move {
                let mut connection = database.pool().acquire().await?;
                store::invitations::purge(&mut connection, database.clock().now()).await
            }
        }))
}
