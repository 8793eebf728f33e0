//! Notification preferences.

use jiff::Timestamp;
use pfms_proto::user::v1::notification_preferences_service_server::NotificationPreferencesService;
use pfms_proto::user::v1::{
    GetNotificationPreferencesRequest, NotificationPreferences, UpdateNotificationPreferencesRequest,
};
use pfms_runtime::{Begun, Call, Error};
use tonic::{Request, Response, Status};

use super::Users;
use crate::events::notification_preferences_updated;
use crate::notifications::{PreferencesChange, to_wire};
use crate::store;

impl Users {
    async fn change_notification_preferences(
        &self,
        call: &Call,
        request: UpdateNotificationPreferencesRequest,
    ) -> Result<NotificationPreferences, Error> {
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
        let stored = store::notifications::find(unit.connection(), user_id).await?;
        let (before, mut updated_at): (_, Option<Timestamp>) =
            stored.map_or_else(Default::default, |(held, at)| (held, Some(at)));
        let changed = change.apply(&before);
        if changed != before {
            updated_at = Some(now);
            store::notifications::save(unit.connection(), user_id, &changed, now).await?;
            unit.publish(notification_preferences_updated(
                user_id,
                &changed,
                &profile.time_zone,
                now,
            )?);
        }
        unit.commit(to_wire(&changed, updated_at)).await
    }
}

#[async_trait::async_trait]
impl NotificationPreferencesService for Users {
    async fn get_notification_preferences(
        &self,
        request: Request<GetNotificationPreferencesRequest>,
    ) -> Result<Response<NotificationPreferences>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let mut connection = self.database.pool().acquire().await.map_err(Error::from)?;
        let stored = store::notifications::find(&mut connection, user_id).await?;
        let (preferences, updated_at) = stored.map_or_else(Default::default, |(held, at)| (held, Some(at)));
        Ok(Response::new(to_wire(&preferences, updated_at)))
    }

    async fn update_notification_preferences(
        &self,
        request: Request<UpdateNotificationPreferencesRequest>,
    ) -> Result<Response<NotificationPreferences>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(
            self.change_notification_preferences(&call, request.into_inner())
                .await?,
        ))
    }
}
