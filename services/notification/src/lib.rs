//! Notifications and their templates.
//!
//! [`template`] turns a text with variables into a plain one; [`notification`] is what is kept. Notifications come
//! in by `notification.send` ([`events`]), are held back or left out as the person wants it ([`preferences`]), and are
//! read over gRPC ([`api`]).

pub mod api;
pub mod events;
pub mod notification;
pub mod preferences;
pub mod store;
pub mod template;

use pfms_proto::events::v1::{NotificationSend, UserNotificationPreferencesUpdated};
use pfms_proto::notification::v1::notification_service_server::NotificationServiceServer;
use pfms_runtime::erasure::Tombstones;
use pfms_runtime::events::Consumer;
use pfms_runtime::personal::{PersonalData, Table};
use pfms_runtime::retention::Kept;
use pfms_runtime::{Context, Error, Parts, Service};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// What is removed when it is old.
const KEPT: &[Kept] = &[Kept::new("notifications", "created_at", |days| {
    days.notification_days
})];

/// What is held about users.
const PERSONAL: PersonalData = PersonalData {
    tables: &[
        Table::by("notifications", "about_user_id").internal(),
        Table::owned("notifications"),
        Table::owned("preferences"),
    ],
    redis: &[],
    formerly_sealed_for: None,
};

/// The largest request, in bytes.
const MAX_REQUEST: usize = 4 * 1024 * 1024;

/// The notification service.
#[must_use]
pub fn service() -> Service {
    Service::new("notification", 3010, build)
        .migrations(&MIGRATIONS)
        .keeps(KEPT)
        .personal(PERSONAL)
}

async fn build(context: Context) -> Result<Parts, Error> {
    let send = events::Send::new(
        context.database.clone(),
        Tombstones::new(&context.settings.master_key),
    );
    let api = api::Notifications::new(context);
    Ok(Parts::new()
        .grpc(NotificationServiceServer::new(api).max_decoding_message_size(MAX_REQUEST))
        .consumer(Consumer::joint(events::CONSUMER, send).on::<NotificationSend>())
        .consumer(
            Consumer::new(events::PREFERENCES_CONSUMER, events::Prefer)
                .on::<UserNotificationPreferencesUpdated>(),
        ))
}
