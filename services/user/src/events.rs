//! What user publishes and consumes.

use async_trait::async_trait;
use jiff::Timestamp;
use pfms_proto::events::v1::{
    NotificationRoute, UserCreated, UserFamilyInvited, UserNotificationPreferencesUpdated,
    UserPrivacyUpdated, UserUpdated,
};
use pfms_runtime::events::{Event, HandleError, Handler, Outgoing};
use pfms_runtime::parse::wire_money;
use pfms_runtime::{Clock, Database, Error};
use pfms_types::UserId;
use sqlx::PgConnection;

use crate::addresses::Addresses;
use crate::family::invitation::{InvitationId, Invitee};
use crate::notice::{Notice, Other};
use crate::notifications::{self, Preferences};
use crate::preferences::Preferences as Financial;
use crate::privacy::Privacy;
use crate::profile::Profile;
use crate::store::invitations::Invitations;
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

/// Tells the person who was invited to a family, if there is an account. Apart from the request, whose answer and time
/// so say nothing of it.
pub struct Inviter {
    database: Database,
    profiles: Profiles,
    invitations: Invitations,
    addresses: Addresses,
}

impl Inviter {
    /// Finds accounts in these ways.
    #[must_use]
    pub fn new(
        database: Database,
        profiles: Profiles,
        invitations: Invitations,
        addresses: Addresses,
    ) -> Self {
        Self {
            database,
            profiles,
            invitations,
            addresses,
        }
    }
}

#[async_trait]
impl Handler for Inviter {
    /// Who is told what, if anyone.
    type Plan = Option<(UserId, Notice)>;

    async fn plan(&self, event: &Event) -> Result<Self::Plan, HandleError> {
        let told: UserFamilyInvited = event.data()?;
        let id: InvitationId = told
            .invitation_id
            .parse()
            .map_err(|_| HandleError::Malformed("invitationId is no id".into()))?;
        let now = self.database.clock().now();
        let mut connection = self.database.pool().acquire().await?;
        let Some(open) = self.invitations.find(&mut connection, id, now).await? else {
            return Ok(None);
        };
        let invitation = open.invitation;
        let by = self
            .profiles
            .find(&mut connection, invitation.inviter)
            .await?
            .map(|stored| stored.profile.first_name)
            .unwrap_or_default();
        let by = Other {
            user_id: invitation.inviter,
            first_name: by,
        };
        let invited = match &invitation.invitee {
            Invitee::Account(user_id) => {
                let known = self.profiles.find(&mut connection, *user_id).await?;
                known.map(|_| *user_id)
            }
            Invitee::Address(address) => {
                drop(connection);
                self.addresses.account_of(address).await?
            }
        };
        Ok(invited
            .filter(|user_id| *user_id != invitation.inviter)
            .map(|user_id| (user_id, Notice::Invited { by, invitation: id })))
    }

    async fn apply(
        &self,
        _: &mut PgConnection,
        _: &Event,
        plan: Self::Plan,
    ) -> Result<Vec<Outgoing>, HandleError> {
        let now = self.database.clock().now();
        Ok(match plan {
            Some((user_id, notice)) => vec![notice.to(user_id, now)?],
            None => Vec::new(),
        })
    }
}

/// Someone was invited to a family.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn user_family_invited(by: UserId, invitation: InvitationId, at: Timestamp) -> Result<Outgoing, Error> {
    let data = UserFamilyInvited {
        user_id: by.to_string(),
        invitation_id: invitation.to_string(),
    };
    Outgoing::new(by, at, &data)
}

/// A profile or preference changed. The message is all that others may know of both.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn user_updated(
    user_id: UserId,
    profile: &Profile,
    financial: &Financial,
    at: Timestamp,
) -> Result<Outgoing, Error> {
    let data = UserUpdated {
        user_id: user_id.to_string(),
        currency: profile.currency.to_string(),
        time_zone: profile.time_zone.clone(),
        language: profile.language.clone(),
        daily_budget_limit: financial.daily_budget_limit.map(wire_money),
        monthly_budget_limit: financial.monthly_budget_limit.map(wire_money),
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
