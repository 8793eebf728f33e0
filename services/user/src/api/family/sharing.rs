//! What members share.

use pfms_proto::user::v1::sharing_internal_service_server::SharingInternalService;
use pfms_proto::user::v1::sharing_service_server::SharingService;
use pfms_proto::user::v1::{
    CheckShareRequest, CheckShareResponse, GetSharingRequest, ListSharedWithMeRequest,
    ListSharedWithMeResponse, SharedByMember, Sharing as WireSharing, UpdateSharingRequest,
};
use pfms_runtime::{Begun, Call, Error, Violations, parse};
use pfms_types::UserId;
use tonic::{Request, Response, Status};

use super::{Caller, Families, locked};
use crate::family::Refusal;
use crate::family::sharing::{Area, Grant, SharingChange, to_wire};
use crate::store;

impl Families {
    async fn change_sharing(
        &self,
        caller: &Caller,
        request: UpdateSharingRequest,
    ) -> Result<WireSharing, Error> {
        let user_id = caller.user_id;
        let key = caller.call.idempotency(&request)?;
        let mut unit = match self.users.database.begin(user_id, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let family = locked(unit.connection(), user_id).await?;
        if !family.member(user_id)?.role.may_share() {
            return Err(Refusal::RoleTooLow.into());
        }
        let change = SharingChange::parse(user_id, &family, request)?;
        let before = store::shares::of(unit.connection(), user_id).await?;
        let changed = change.apply(&before);
        if changed != before {
            store::shares::save(unit.connection(), family.id, user_id, &changed).await?;
            let difference = changed.difference(&before);
            let now = self.users.now();
            unit.publish(
                caller
                    .origin
                    .act(user_id, "user.sharing.changed", difference, now)?,
            );
        }
        unit.commit(to_wire(&changed)).await
    }
}

/// Grants that hold, by the member that gives them. They come in the order of members.
fn by_member(grants: Vec<(UserId, Grant)>) -> Vec<SharedByMember> {
    let mut members: Vec<SharedByMember> = Vec::new();
    for (owner, grant) in grants {
        if !grant.holds() {
            continue;
        }
        let owner_user_id = owner.to_string();
        if members
            .last()
            .is_none_or(|last| last.owner_user_id != owner_user_id)
        {
            members.push(SharedByMember {
                owner_user_id,
                areas: Vec::new(),
            });
        }
        if let Some(last) = members.last_mut() {
            last.areas.push(grant.area.to_wire().into());
        }
    }
    members
}

#[async_trait::async_trait]
impl SharingService for Families {
    async fn get_sharing(
        &self,
        request: Request<GetSharingRequest>,
    ) -> Result<Response<WireSharing>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let mut connection = self.users.database.pool().acquire().await.map_err(Error::from)?;
        let sharing = store::shares::of(&mut connection, user_id).await?;
        Ok(Response::new(to_wire(&sharing)))
    }

    async fn update_sharing(
        &self,
        request: Request<UpdateSharingRequest>,
    ) -> Result<Response<WireSharing>, Status> {
        let caller = Caller::of(&request)?;
        Ok(Response::new(
            self.change_sharing(&caller, request.into_inner()).await?,
        ))
    }

    async fn list_shared_with_me(
        &self,
        request: Request<ListSharedWithMeRequest>,
    ) -> Result<Response<ListSharedWithMeResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let grants = store::shares::with(self.users.database.pool(), user_id).await?;
        Ok(Response::new(ListSharedWithMeResponse {
            members: by_member(grants),
        }))
    }
}

#[async_trait::async_trait]
impl SharingInternalService for Families {
    async fn check_share(
        &self,
        request: Request<CheckShareRequest>,
    ) -> Result<Response<CheckShareResponse>, Status> {
        let reader = Call::of(&request)?.user()?;
        let request = request.into_inner();
        let mut violations = Violations::default();
        let owner = parse::id(&mut violations, "ownerUserId", &request.owner_user_id);
        let area = violations.keep("area", Area::from_wire(request.area));
        let Some((owner, area)) = owner.zip(area) else {
            return Err(Error::from(violations).into());
        };
        let grant = store::shares::grant(self.users.database.pool(), owner, reader, area).await?;
        let allowed = grant.is_some_and(Grant::holds);
        Ok(Response::new(CheckShareResponse { allowed }))
    }
}
