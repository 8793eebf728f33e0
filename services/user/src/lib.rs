//! Profiles, preferences, families and what their members share.
//!
//! [`profile`] and [`preferences`] hold the rules. A profile is made from `user.created`, or by the first call of a
//! user whose event is still on its way. What tells who a person is, is [`sealed`] in the database.

mod api;
mod audit;
mod edit;
mod events;
mod fields;
mod notifications;
mod preferences;
mod privacy;
mod profile;
mod sealed;
mod store;

use std::sync::Arc;

use pfms_proto::events::v1::UserCreated;
use pfms_proto::user::v1::notification_preferences_service_server::NotificationPreferencesServiceServer;
use pfms_proto::user::v1::privacy_service_server::PrivacyServiceServer;
use pfms_proto::user::v1::user_service_server::UserServiceServer;
use pfms_runtime::events::Consumer;
use pfms_runtime::{Context, Error, Parts, Service};

use crate::api::Users;
use crate::events::ProfileMaker;
use crate::sealed::Seals;
use crate::store::profiles::Profiles;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// Largest request, in bytes.
const MAX_REQUEST: usize = 4 * 1024 * 1024;

/// The user service.
#[must_use]
pub fn service() -> Service {
    Service::new("user", 3002, build).migrations(&MIGRATIONS)
}

async fn build(context: Context) -> Result<Parts, Error> {
    let profiles = Profiles::new(Seals::new(&context.settings.master_key));
    let maker = ProfileMaker::new(profiles.clone(), context.clock.clone());
    let users = Arc::new(Users::new(context.database, profiles));
    Ok(Parts::new()
        .grpc(UserServiceServer::from_arc(Arc::clone(&users)).max_decoding_message_size(MAX_REQUEST))
        .grpc(PrivacyServiceServer::from_arc(Arc::clone(&users)).max_decoding_message_size(MAX_REQUEST))
        .grpc(NotificationPreferencesServiceServer::from_arc(users).max_decoding_message_size(MAX_REQUEST))
        .consumer(Consumer::new("user.user-created", maker).on::<UserCreated>()))
}
