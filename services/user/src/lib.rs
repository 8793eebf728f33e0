//! Profiles and financial preferences.
//!
//! [`profile`] and [`preferences`] hold the rules. A profile is made from `user.created`, or by the first call of a
//! user whose event is still on its way. What tells who a person is, is sealed in the database.

mod api;
mod edit;
mod events;
mod fields;
mod preferences;
mod profile;
mod store;

use pfms_proto::events::v1::UserCreated;
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
    let profiles = Profiles::new(context.seals);
    let maker = ProfileMaker::new(profiles.clone(), context.clock.clone());
    let users = Users::new(context.database, profiles);
    Ok(Parts::new()
        .grpc(UserServiceServer::new(users).max_decoding_message_size(MAX_REQUEST))
        .consumer(Consumer::new("user.user-created", maker).on::<UserCreated>()))
}
