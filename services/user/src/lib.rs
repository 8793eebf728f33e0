//! Profiles and financial preferences.
//!
//! [`profile`] and [`preferences`] hold the rules. A profile is made from `user.created`, or by the first call of a
//! user whose event is still on its way. What tells who a person is, is sealed in the database.

mod api;
mod edit;
mod events;
mod export;
mod fields;
mod preferences;
mod profile;
mod store;

use std::time::Duration;

use pfms_proto::events::v1::UserCreated;
use pfms_proto::user::v1::export_service_server::ExportServiceServer;
use pfms_proto::user::v1::user_service_server::UserServiceServer;
use pfms_runtime::events::Consumer;
use pfms_runtime::personal::{PersonalData, Table};
use pfms_runtime::{Context, Error, Parts, Service};

use crate::api::Users;
use crate::events::ProfileMaker;
use crate::store::profiles::Profiles;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// What is held about users.
const PERSONAL: PersonalData = PersonalData {
    tables: &[
        Table::owned("export_chunks").internal(),
        Table::owned("exports"),
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

/// The user service.
#[must_use]
pub fn service() -> Service {
    Service::new("user", 3002, build)
        .migrations(&MIGRATIONS)
        .personal(PERSONAL)
}

async fn build(context: Context) -> Result<Parts, Error> {
    let profiles = Profiles::new(context.seals.clone());
    let sources = export::Sources::new(&context.clients, &context.settings.holders)?;
    let job = export::Job::new(context.database.clone(), context.seals.clone(), sources);
    let expiry = job.clone();
    let exports = export::Exports::new(context.database.clone(), context.seals.clone());
    let maker = ProfileMaker::new(profiles.clone(), context.clock.clone());
    let users = Users::new(context.database, profiles);
    Ok(Parts::new()
        .grpc(UserServiceServer::new(users).max_decoding_message_size(MAX_REQUEST))
        .grpc(ExportServiceServer::new(exports).max_decoding_message_size(MAX_REQUEST))
        .every(MAKE_EXPORTS_EVERY, "exports", move || {
            let job = job.clone();
            async move { job.run().await }
        })
        .every(REMOVE_EXPORTS_EVERY, "expired-exports", move || {
            let job = expiry.clone();
            async move { job.remove_expired().await }
        })
        .consumer(Consumer::new("user.user-created", maker).on::<UserCreated>()))
}
