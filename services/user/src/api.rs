//! The RPCs. Each is about the caller's own rows, so there is nothing to authorise beyond the token.

pub mod family;
mod notifications;
mod privacy;

use jiff::Timestamp;
use pfms_proto::user::v1::user_service_server::UserService;
use pfms_proto::user::v1::{
    FinancialPreferences, GetFinancialPreferencesRequest, GetProfileRequest, Profile as WireProfile,
    UpdateFinancialPreferencesRequest, UpdateProfileRequest,
};
use pfms_runtime::{Begun, Call, Database, Error};
use pfms_types::UserId;
use sqlx::PgConnection;
use tonic::{Request, Response, Status};

use crate::events::{notification_preferences_updated, user_updated};
use crate::preferences::{self, Preferences, PreferencesChange};
use crate::profile::{self, ProfileChange};
use crate::store;
use crate::store::profiles::{Profiles, StoredProfile};

/// What the RPCs work with.
pub struct Users {
    database: Database,
    profiles: Profiles,
}

impl Users {
    /// In this database.
    #[must_use]
    pub fn new(database: Database, profiles: Profiles) -> Self {
        Self { database, profiles }
    }

    fn now(&self) -> Timestamp {
        self.database.clock().now()
    }

    /// The profile; of a user whose event has not arrived yet, a new one.
    async fn profile(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
        now: Timestamp,
    ) -> Result<StoredProfile, Error> {
        if let Some(stored) = self.profiles.find(connection, user_id).await? {
            return Ok(stored);
        }
        self.profiles.ensure(connection, user_id, now).await?;
        let stored = self.profiles.find(connection, user_id).await?;
        stored.ok_or(Error::NotFound("the profile"))
    }

    /// The profile for a change: no other change of the same user's rows happens meanwhile.
    async fn locked_profile(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
        now: Timestamp,
    ) -> Result<StoredProfile, Error> {
        self.profiles.ensure(connection, user_id, now).await?;
        self.profiles.lock(connection, user_id).await?;
        self.profile(connection, user_id, now).await
    }

    async fn change_profile(&self, call: &Call, request: UpdateProfileRequest) -> Result<WireProfile, Error> {
        let user_id = call.user()?;
        let key = call.idempotency(&request)?;
        let now = self.now();
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let change = ProfileChange::parse(request, today)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let stored = self.locked_profile(unit.connection(), user_id, now).await?;
        let changed = change.apply(&stored.profile);
        let mut updated_at = stored.updated_at;
        if changed != stored.profile {
            updated_at = now;
            self.profiles
                .save(unit.connection(), user_id, &changed, now)
                .await?;
            let financial = store::preferences::find(unit.connection(), user_id)
                .await?
                .map_or_else(Preferences::default, |(preferences, _)| preferences);
            unit.publish(user_updated(user_id, &changed, &financial, now)?);
            if changed.time_zone != stored.profile.time_zone
                && let Some((held, _)) = store::notifications::find(unit.connection(), user_id).await?
            {
                // Quiet hours are hours of the zone.
                unit.publish(notification_preferences_updated(
                    user_id,
                    &held,
                    &changed.time_zone,
                    now,
                )?);
            }
        }
        unit.commit(profile::to_wire(user_id, changed, stored.created_at, updated_at))
            .await
    }

    async fn change_preferences(
        &self,
        call: &Call,
        request: UpdateFinancialPreferencesRequest,
    ) -> Result<FinancialPreferences, Error> {
        let user_id = call.user()?;
        let key = call.idempotency(&request)?;
        let change = PreferencesChange::parse(request)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let now = self.now();
        let profile = self
            .locked_profile(unit.connection(), user_id, now)
            .await?
            .profile;
        let stored = store::preferences::find(unit.connection(), user_id).await?;
        let (before, mut updated_at) = match stored {
            Some((preferences, at)) => (preferences, Some(at)),
            None => (Preferences::default(), None),
        };
        let changed = change.apply(&before);
        if changed != before {
            updated_at = Some(now);
            store::preferences::save(unit.connection(), user_id, &changed, now).await?;
            unit.publish(user_updated(user_id, &profile, &changed, now)?);
        }
        unit.commit(preferences::to_wire(&changed, updated_at)).await
    }
}

#[async_trait::async_trait]
impl UserService for Users {
    async fn get_profile(
        &self,
        request: Request<GetProfileRequest>,
    ) -> Result<Response<WireProfile>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let mut connection = self.database.pool().acquire().await.map_err(Error::from)?;
        let stored = self.profile(&mut connection, user_id, self.now()).await?;
        let response = profile::to_wire(user_id, stored.profile, stored.created_at, stored.updated_at);
        Ok(Response::new(response))
    }

    async fn update_profile(
        &self,
        request: Request<UpdateProfileRequest>,
    ) -> Result<Response<WireProfile>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(
            self.change_profile(&call, request.into_inner()).await?,
        ))
    }

    async fn get_financial_preferences(
        &self,
        request: Request<GetFinancialPreferencesRequest>,
    ) -> Result<Response<FinancialPreferences>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let mut connection = self.database.pool().acquire().await.map_err(Error::from)?;
        let stored = store::preferences::find(&mut connection, user_id).await?;
        let (preferences, updated_at) =
            stored.map_or_else(Default::default, |(preferences, at)| (preferences, Some(at)));
        Ok(Response::new(preferences::to_wire(&preferences, updated_at)))
    }

    async fn update_financial_preferences(
        &self,
        request: Request<UpdateFinancialPreferencesRequest>,
    ) -> Result<Response<FinancialPreferences>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(
            self.change_preferences(&call, request.into_inner()).await?,
        ))
    }
}
