//! Privacy settings.

use pfms_proto::user::v1::privacy_service_server::PrivacyService;
use pfms_proto::user::v1::{GetPrivacySettingsRequest, PrivacySettings, UpdatePrivacySettingsRequest};
use pfms_runtime::audit::Origin;
use pfms_runtime::{Begun, Call, Error};
use tonic::{Request, Response, Status};

use super::Users;
use crate::events::privacy_updated;
use crate::privacy::{PrivacyChange, difference, to_wire};
use crate::store;

impl Users {
    async fn change_privacy(
        &self,
        call: &Call,
        origin: &Origin,
        request: UpdatePrivacySettingsRequest,
    ) -> Result<PrivacySettings, Error> {
        let user_id = call.user()?;
        let key = call.idempotency(&request)?;
        let change = PrivacyChange::parse(request)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let now = self.now();
        self.locked_profile(unit.connection(), user_id, now).await?;
        let stored = store::privacy::find(unit.connection(), user_id).await?;
        let (before, mut updated_at) = stored.map_or_else(Default::default, |(held, at)| (held, Some(at)));
        let changed = change.apply(before);
        if changed != before {
            updated_at = Some(now);
            store::privacy::save(unit.connection(), user_id, changed, now).await?;
            unit.publish(privacy_updated(user_id, changed, now)?);
            unit.publish(origin.act(user_id, "user.privacy.changed", difference(before, changed), now)?);
        }
        unit.commit(to_wire(changed, updated_at)).await
    }
}

#[async_trait::async_trait]
impl PrivacyService for Users {
    async fn get_privacy_settings(
        &self,
        request: Request<GetPrivacySettingsRequest>,
    ) -> Result<Response<PrivacySettings>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let mut connection = self.database.pool().acquire().await.map_err(Error::from)?;
        let stored = store::privacy::find(&mut connection, user_id).await?;
        let (privacy, updated_at) = stored.map_or_else(Default::default, |(held, at)| (held, Some(at)));
        Ok(Response::new(to_wire(privacy, updated_at)))
    }

    async fn update_privacy_settings(
        &self,
        request: Request<UpdatePrivacySettingsRequest>,
    ) -> Result<Response<PrivacySettings>, Status> {
        let call = Call::of(&request)?;
        let origin = Origin::of(request.metadata());
        Ok(Response::new(
            self.change_privacy(&call, &origin, request.into_inner()).await?,
        ))
    }
}
