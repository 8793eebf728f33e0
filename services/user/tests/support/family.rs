//! Families under test, with an auth service that the test plays.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use pfms_proto::auth::v1::address_internal_service_server::{
    AddressInternalService, AddressInternalServiceServer,
};
use pfms_proto::auth::v1::{ResolveEmailRequest, ResolveEmailResponse};
use pfms_proto::event::EventData;
use pfms_proto::events::v1::{AuditRecorded, NotificationSend};
use pfms_proto::user::v1::family_service_client::FamilyServiceClient;
use pfms_proto::user::v1::invite_family_member_request::Invitee;
use pfms_proto::user::v1::sharing_service_client::SharingServiceClient;
use pfms_proto::user::v1::{
    AcceptFamilyInvitationRequest, Family, FamilyRole, GetFamilyRequest, InviteFamilyMemberRequest,
    InviteFamilyMemberResponse, Share, SharedArea, Sharing, UpdateSharingRequest,
};
use pfms_runtime::testing::{AuthorizedChannel, Harness, eventually};
use pfms_runtime::{Clock, Parts, Service};
use pfms_types::UserId;
use tonic::{Request, Response, Status};

use super::seen::Seen;

pub type Families = FamilyServiceClient<AuthorizedChannel>;
pub type Shares = SharingServiceClient<AuthorizedChannel>;

/// The user service beside an auth service that knows addresses, and one that hears what is told.
pub struct World {
    pub harness: Harness,
    pub clock: Clock,
    addresses: Addresses,
    seen: Seen,
}

#[derive(Clone, Default)]
struct Addresses(Arc<Mutex<HashMap<String, UserId>>>);

impl Addresses {
    fn service(&self) -> Service {
        let addresses = self.clone();
        Service::new("auth", 0, move |_| {
            let server = AddressInternalServiceServer::new(addresses.clone());
            async move { Ok(Parts::new().grpc(server)) }
        })
    }
}

#[async_trait::async_trait]
impl AddressInternalService for Addresses {
    async fn resolve_email(
        &self,
        request: Request<ResolveEmailRequest>,
    ) -> Result<Response<ResolveEmailResponse>, Status> {
        let email = request.into_inner().email.to_lowercase();
        let found = self.0.lock().unwrap().get(&email).copied();
        let user_id = found.map(|id| id.to_string()).unwrap_or_default();
        Ok(Response::new(ResolveEmailResponse { user_id }))
    }
}

impl World {
    pub async fn start() -> Self {
        let clock = Clock::fixed("2026-01-10T12:00:00Z".parse().unwrap());
        let addresses = Addresses::default();
        let seen = Seen::default();
        let services = vec![
            addresses.service(),
            seen.listen::<AuditRecorded, NotificationSend>(),
            pfms_user::service(),
        ];
        let with_clock = clock.clone();
        Self {
            harness: Harness::start_with(services, |settings| settings.clock = with_clock).await,
            clock,
            addresses,
            seen,
        }
    }

    /// A person of this first name with a profile.
    pub async fn person(&self, first_name: &str) -> UserId {
        let user_id = UserId::generate();
        let profile = pfms_proto::user::v1::Profile {
            first_name: first_name.into(),
            last_name: "Lovelace".into(),
            ..pfms_proto::user::v1::Profile::default()
        };
        let mut client = super::client(&self.harness, user_id);
        super::update(&mut client, profile, &[]).await.unwrap();
        user_id
    }

    /// The account of an address.
    pub fn address(&self, email: &str, user_id: UserId) {
        self.addresses.0.lock().unwrap().insert(email.into(), user_id);
    }

    pub fn families(&self, user_id: UserId) -> Families {
        Families::new(self.harness.as_user("user", user_id))
    }

    pub fn shares(&self, user_id: UserId) -> Shares {
        Shares::new(self.harness.as_user("user", user_id))
    }

    pub async fn invite(
        &self,
        by: UserId,
        invitee: Invitee,
        role: FamilyRole,
    ) -> Result<InviteFamilyMemberResponse, Status> {
        let request = InviteFamilyMemberRequest {
            invitee: Some(invitee),
            role: role.into(),
        };
        let answer = self.families(by).invite_family_member(request).await?;
        Ok(answer.into_inner())
    }

    pub async fn accept(&self, user_id: UserId, id: &str, token: &str) -> Result<Family, Status> {
        let request = AcceptFamilyInvitationRequest {
            id: id.into(),
            token: token.into(),
        };
        let answer = self.families(user_id).accept_family_invitation(request).await?;
        Ok(answer.into_inner())
    }

    /// Invites an account, which accepts.
    pub async fn add(&self, by: UserId, user_id: UserId, role: FamilyRole) {
        let invited = self
            .invite(by, Invitee::UserId(user_id.to_string()), role)
            .await
            .unwrap();
        let id = invited.invitation.unwrap().id;
        self.accept(user_id, &id, "").await.unwrap();
    }

    /// An owner, and members of these roles.
    pub async fn family<const N: usize>(&self, roles: [FamilyRole; N]) -> (UserId, [UserId; N]) {
        let owner = self.person("Olga").await;
        let members = [(); N].map(|()| UserId::generate());
        for (user_id, role) in members.iter().zip(roles) {
            self.clock.advance(jiff::SignedDuration::from_secs(1));
            self.add(owner, *user_id, role).await;
        }
        (owner, members)
    }

    pub async fn get(&self, user_id: UserId) -> Result<Family, Status> {
        let answer = self.families(user_id).get_family(GetFamilyRequest {}).await?;
        Ok(answer.into_inner())
    }

    /// Shares an area with everyone, or with these members.
    pub async fn share(
        &self,
        by: UserId,
        area: SharedArea,
        members: Option<&[UserId]>,
    ) -> Result<Sharing, Status> {
        let share = Share {
            area: area.into(),
            everyone: members.is_none(),
            member_ids: members
                .unwrap_or_default()
                .iter()
                .map(UserId::to_string)
                .collect(),
        };
        let request = UpdateSharingRequest {
            sharing: Some(Sharing { shares: vec![share] }),
            update_mask: None,
        };
        Ok(self.shares(by).update_sharing(request).await?.into_inner())
    }

    /// What was told of one kind, once `enough` says that it is all.
    pub async fn told<D: EventData>(&self, what: &str, enough: impl Fn(&[D]) -> bool) -> Vec<D> {
        eventually(what, || async {
            let told = Seen::of(&self.seen.until(0).await);
            enough(&told).then_some(told)
        })
        .await
    }
}

/// The members of a family with their roles.
pub fn roles(family: &Family) -> Vec<(String, FamilyRole)> {
    family
        .members
        .iter()
        .map(|member| (member.id.clone(), member.role()))
        .collect()
}
