//! Families. What a caller may do there depends on the caller's role (`docs/family.md`); to whoever is not in a family
//! it does not exist.

mod invitations;
mod members;
mod sharing;
mod view;

use std::sync::Arc;

use pbjson_types::Empty;
use pfms_proto::user::v1::family_service_server::FamilyService;
use pfms_proto::user::v1::{
    AcceptFamilyInvitationRequest, CancelFamilyInvitationRequest, ChangeFamilyRoleRequest,
    DeclineFamilyInvitationRequest, DissolveFamilyRequest, Family as WireFamily, FamilyInvitation,
    FamilyMember, GetFamilyInvitationRequest, GetFamilyMemberRequest, GetFamilyRequest,
    InviteFamilyMemberRequest, InviteFamilyMemberResponse, LeaveFamilyRequest, ListFamilyInvitationsRequest,
    ListFamilyInvitationsResponse, ListReceivedFamilyInvitationsRequest,
    ListReceivedFamilyInvitationsResponse, RemoveFamilyMemberRequest, TransferFamilyOwnershipRequest,
};
use pfms_runtime::audit::Origin;
use pfms_runtime::{Call, Error};
use pfms_types::{Id, UserId};
use tonic::{Request, Response, Status};

use super::Users;
use crate::addresses::Addresses;
use crate::family::Family;
use crate::family::invitation::Tokens;
use crate::store;
use crate::store::invitations::Invitations;

/// What the RPCs of families work with.
pub struct Families {
    users: Arc<Users>,
    invitations: Invitations,
    tokens: Tokens,
    addresses: Addresses,
}

/// Who calls, from where.
struct Caller {
    call: Call,
    user_id: UserId,
    origin: Origin,
}

impl Caller {
    fn of<T>(request: &Request<T>) -> Result<Self, Error> {
        let call = Call::of(request)?;
        Ok(Self {
            user_id: call.user()?,
            origin: Origin::of(request.metadata()),
            call,
        })
    }
}

impl Families {
    /// For these people.
    #[must_use]
    pub fn new(users: Arc<Users>, invitations: Invitations, tokens: Tokens, addresses: Addresses) -> Self {
        Self {
            users,
            invitations,
            tokens,
            addresses,
        }
    }
}

/// The caller's family, which nothing else changes until the transaction ends.
async fn locked(connection: &mut sqlx::PgConnection, user_id: UserId) -> Result<Family, Error> {
    let family = store::families::lock_of(connection, user_id).await?;
    family.ok_or(Error::NotFound("the family"))
}

fn parse_id<K>(text: &str) -> Result<Id<K>, Error> {
    text.parse().map_err(|error| Error::invalid("id", error))
}

#[async_trait::async_trait]
impl FamilyService for Families {
    async fn get_family(&self, request: Request<GetFamilyRequest>) -> Result<Response<WireFamily>, Status> {
        let caller = Caller::of(&request)?;
        Ok(Response::new(self.family(caller.user_id).await?))
    }

    async fn invite_family_member(
        &self,
        request: Request<InviteFamilyMemberRequest>,
    ) -> Result<Response<InviteFamilyMemberResponse>, Status> {
        let caller = Caller::of(&request)?;
        Ok(Response::new(self.invite(&caller, &request.into_inner()).await?))
    }

    async fn list_family_invitations(
        &self,
        request: Request<ListFamilyInvitationsRequest>,
    ) -> Result<Response<ListFamilyInvitationsResponse>, Status> {
        let caller = Caller::of(&request)?;
        let invitations = self.open_invitations(caller.user_id).await?;
        Ok(Response::new(ListFamilyInvitationsResponse { invitations }))
    }

    async fn list_received_family_invitations(
        &self,
        request: Request<ListReceivedFamilyInvitationsRequest>,
    ) -> Result<Response<ListReceivedFamilyInvitationsResponse>, Status> {
        let caller = Caller::of(&request)?;
        let invitations = self.received_invitations(caller.user_id).await?;
        Ok(Response::new(ListReceivedFamilyInvitationsResponse {
            invitations,
        }))
    }

    async fn get_family_invitation(
        &self,
        request: Request<GetFamilyInvitationRequest>,
    ) -> Result<Response<FamilyInvitation>, Status> {
        let caller = Caller::of(&request)?;
        let id = parse_id(&request.get_ref().id)?;
        Ok(Response::new(self.invitation(caller.user_id, id).await?))
    }

    async fn accept_family_invitation(
        &self,
        request: Request<AcceptFamilyInvitationRequest>,
    ) -> Result<Response<WireFamily>, Status> {
        let caller = Caller::of(&request)?;
        Ok(Response::new(self.accept(&caller, &request.into_inner()).await?))
    }

    async fn decline_family_invitation(
        &self,
        request: Request<DeclineFamilyInvitationRequest>,
    ) -> Result<Response<Empty>, Status> {
        let caller = Caller::of(&request)?;
        Ok(Response::new(self.decline(&caller, &request.into_inner()).await?))
    }

    async fn cancel_family_invitation(
        &self,
        request: Request<CancelFamilyInvitationRequest>,
    ) -> Result<Response<Empty>, Status> {
        let caller = Caller::of(&request)?;
        Ok(Response::new(self.cancel(&caller, &request.into_inner()).await?))
    }

    async fn get_family_member(
        &self,
        request: Request<GetFamilyMemberRequest>,
    ) -> Result<Response<FamilyMember>, Status> {
        let caller = Caller::of(&request)?;
        let id = parse_id(&request.get_ref().id)?;
        Ok(Response::new(self.member(caller.user_id, id).await?))
    }

    async fn change_family_role(
        &self,
        request: Request<ChangeFamilyRoleRequest>,
    ) -> Result<Response<FamilyMember>, Status> {
        let caller = Caller::of(&request)?;
        Ok(Response::new(
            self.change_role(&caller, &request.into_inner()).await?,
        ))
    }

    async fn remove_family_member(
        &self,
        request: Request<RemoveFamilyMemberRequest>,
    ) -> Result<Response<Empty>, Status> {
        let caller = Caller::of(&request)?;
        Ok(Response::new(self.remove(&caller, &request.into_inner()).await?))
    }

    async fn transfer_family_ownership(
        &self,
        request: Request<TransferFamilyOwnershipRequest>,
    ) -> Result<Response<WireFamily>, Status> {
        let caller = Caller::of(&request)?;
        Ok(Response::new(
            self.transfer(&caller, &request.into_inner()).await?,
        ))
    }

    async fn leave_family(&self, request: Request<LeaveFamilyRequest>) -> Result<Response<Empty>, Status> {
        let caller = Caller::of(&request)?;
        Ok(Response::new(self.leave(&caller, &request.into_inner()).await?))
    }

    async fn dissolve_family(
        &self,
        request: Request<DissolveFamilyRequest>,
    ) -> Result<Response<Empty>, Status> {
        let caller = Caller::of(&request)?;
        Ok(Response::new(
            self.dissolve(&caller, &request.into_inner()).await?,
        ))
    }
}
