//! What user publishes and consumes.

use async_trait::async_trait;
use jiff::Timestamp;
use pfms_proto::events::v1::{
    NotificationRoute, UserCreated, UserNotificationPreferencesUpdated, UserPrivacyUpdated, UserUpdated,
};
use pfms_runtime::events::{Event, HandleError, Handler, Outgoing};
use pfms_runtime::{Clock, Error};
use pfms_types::UserId;
use sqlx::PgConnection;

use crate::notifications::{self, Preferences};
use crate::privacy::Privacy;
use crate::profile::Profile;
use crate::store::profiles::Profiles;

/// Makes a profile for each account.
pub struct ProfileMaker {
    profiles: Profiles,
    clock: Clock,
}

impl ProfileMaker {
    /// Stores profiles in this way.
    #[must_use]
    pub fn new(profiles: Profiles, clock: Clock) -> Self {
        Self { profiles, clock }
    }
}

#[async_trait]
impl Handler for ProfileMaker {
    type Plan = UserCreated;

    async fn plan(&self, event: &Event) -> Result<UserCreated, HandleError> {
        Ok(event.data()?)
    }

    async fn apply(
        &self,
        transaction: &mut PgConnection,
        event: &Event,
        created: UserCreated,
    ) -> Result<Vec<Outgoing>, HandleError> {
        let profile = Profile {
            first_name: created.first_name,
            last_name: created.last_name,
            ..Profile::default()
        };
        self.profiles
            .name(transaction, event.user(), &profile, self.clock.now())
            .await?;
        Ok(Vec::new())
    }
}

/// A profile or preference changed.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn user_updated(user_id: UserId, profile: &Profile, at: Timestamp) -> Result<Outgoing, Error> {
    let data = UserUpdated {
        user_id: user_id.to_string(),
        currency: profile.currency.to_string(),
        time_zone: profile.time_zone.clone(),
        language: profile.language.clone(),
    };
    Outgoing::new(user_id, at, &data)
}

/// Privacy settings changed.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn privacy_updated(user_id: UserId, privacy: Privacy, at: Timestamp) -> Result<Outgoing, Error> {
    let data = UserPrivacyUpdated {
        user_id: user_id.to_string(),
        profile_visibility: privacy.visibility.as_str().into(),
        show_net_worth: privacy.show_net_worth,
        allow_analytics: privacy.allow_analytics,
        data_sharing: privacy.data_sharing,
    };
    Outgoing::new(user_id, at, &data)
}

/// Notification preferences, or the zone that they depend on, changed.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn notification_preferences_updated(
    user_id: UserId,
    preferences: &Preferences,
    time_zone: &str,
    at: Timestamp,
) -> Result<Outgoing, Error> {
    let disabled = preferences
        .routes()
        .filter(|(_, enabled)| !enabled)
        .map(|((channel, category), _)| NotificationRoute {
            channel: channel.as_str().into(),
            category: category.as_str().into(),
        })
        .collect();
    let hours = preferences.quiet_hours;
    let data = UserNotificationPreferencesUpdated {
        user_id: user_id.to_string(),
        disabled,
        quiet_start: hours.map_or_else(String::new, |hours| notifications::written(hours.start)),
        quiet_end: hours.map_or_else(String::new, |hours| notifications::written(hours.end)),
        time_zone: time_zone.into(),
    };
    Outgoing::new(user_id, at, &data)
}
