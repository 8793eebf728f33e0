//! Inviting, accepting, declining, taking back.

use pbjson_types::Empty;
use pfms_proto::user::v1 as wire;
use pfms_proto::user::v1::{
    AcceptFamilyInvitationRequest, CancelFamilyInvitationRequest, DeclineFamilyInvitationRequest,
    InviteFamilyMemberRequest, InviteFamilyMemberResponse,
};
use pfms_runtime::{Begun, Error, Unit};
use pfms_types::UserId;

use super::{Caller, Families, parse_id};
use crate::events::user_family_invited;
use crate::family::invitation::{Invitation, InvitationId, Invitee, KEPT, MAX_PER_DAY, Wanted};
use crate::family::{Family, MAX_MEMBERS, Member, Refusal};
use crate::notice::{Notice, Other};
use crate::store;

const NO_INVITATION: Error = Error::NotFound("the invitation");

impl Families {
    pub(super) async fn invite(
        &self,
        caller: &Caller,
        request: &InviteFamilyMemberRequest,
    ) -> Result<InviteFamilyMemberResponse, Error> {
        let user_id = caller.user_id;
        let key = caller.call.idempotency(request)?;
        let wanted = Wanted::parse(user_id, request)?;
        let mut unit = match self.users.database.begin(user_id, key).await? {
            Begun::Replay(response) => return Ok(self.completed(response, &wanted.invitee)),
            Begun::Fresh(unit) => unit,
        };
        let now = self.users.now();
        self.users.locked_profile(unit.connection(), user_id, now).await?;
        let family = match store::families::lock_of(unit.connection(), user_id).await? {
            Some(family) => family,
            None => self.found(&mut unit, caller).await?,
        };
        let open = self
            .invitations
            .of_family(unit.connection(), family.id, now)
            .await?;
        family.check_invite(user_id, wanted.role, open.len())?;
        self.check_invitee(&mut unit, user_id, &family, &wanted.invitee)
            .await?;

        let invitation = Invitation::new(family.id, user_id, wanted, now);
        let token_hash = match invitation.invitee {
            Invitee::Account(_) => None,
            Invitee::Address(_) => Some(self.tokens.hash(&self.tokens.of(invitation.id))),
        };
        self.invitations
            .insert(unit.connection(), &invitation, token_hash)
            .await?;
        unit.publish(user_family_invited(user_id, invitation.id, now)?);
        unit.publish(
            caller
                .origin
                .act(user_id, "user.family.invited", invitation.id, now)?,
        );
        let shown = self.shown_invitation(unit.connection(), &invitation).await?;
        // Kept for a repetition without what is kept nowhere in the clear.
        let response = InviteFamilyMemberResponse {
            invitation: Some(wire::FamilyInvitation {
                email: String::new(),
                ..shown
            }),
            token: String::new(),
        };
        Ok(self.completed(unit.commit(response).await?, &invitation.invitee))
    }

    async fn found(&self, unit: &mut Unit, caller: &Caller) -> Result<Family, Error> {
        let now = self.users.now();
        let family = Family::found(caller.user_id, now);
        store::families::insert(unit.connection(), &family).await?;
        unit.publish(
            caller
                .origin
                .act(caller.user_id, "user.family.created", family.id, now)?,
        );
        Ok(family)
    }

    /// Whether someone may be invited to a family by a member now. What an account or an address is beyond the family
    /// makes no difference.
    async fn check_invitee(
        &self,
        unit: &mut Unit,
        by: UserId,
        family: &Family,
        invitee: &Invitee,
    ) -> Result<(), Error> {
        let now = self.users.now();
        let since = now.saturating_sub(KEPT).unwrap_or(now);
        if store::invitations::sent_since(unit.connection(), by, since).await? >= MAX_PER_DAY {
            return Err(Error::ResourceExhausted {
                reason: "FAMILY_INVITATION_LIMIT",
                message: format!("at most {MAX_PER_DAY} invitations can be sent in 24 hours; wait"),
            });
        }
        if let Invitee::Account(user_id) = invitee
            && family.member(*user_id).is_ok()
        {
            return Err(Error::AlreadyExists {
                reason: "FAMILY_MEMBER_EXISTS",
                message: "the person is in the family already".into(),
            });
        }
        let is_open = self
            .invitations
            .is_invited(unit.connection(), family.id, invitee, now)
            .await?;
        if is_open {
            return Err(Error::AlreadyExists {
                reason: "FAMILY_INVITATION_OPEN",
                message: "the person is invited already; cancel that invitation to send another one".into(),
            });
        }
        Ok(())
    }

    /// The answer to an invitation, with address and token where it has them.
    fn completed(
        &self,
        mut response: InviteFamilyMemberResponse,
        invitee: &Invitee,
    ) -> InviteFamilyMemberResponse {
        if let (Invitee::Address(address), Some(invitation)) = (invitee, &mut response.invitation) {
            address.as_str().clone_into(&mut invitation.email);
            response.token = invitation
                .id
                .parse()
                .map(|id| self.tokens.of(id))
                .unwrap_or_default();
        }
        response
    }

    pub(super) async fn open_invitations(
        &self,
        user_id: UserId,
    ) -> Result<Vec<wire::FamilyInvitation>, Error> {
        let mut connection = self.users.database.pool().acquire().await?;
        let family = store::families::of(&mut connection, user_id)
            .await?
            .ok_or(Error::NotFound("the family"))?;
        if !family.member(user_id)?.role.may_see_invitations() {
            return Err(Refusal::RoleTooLow.into());
        }
        let open = self
            .invitations
            .of_family(&mut connection, family.id, self.users.now())
            .await?;
        self.shown_invitations(&mut connection, &open).await
    }

    pub(super) async fn received_invitations(
        &self,
        user_id: UserId,
    ) -> Result<Vec<wire::FamilyInvitation>, Error> {
        let mut connection = self.users.database.pool().acquire().await?;
        let limit = i64::try_from(MAX_MEMBERS).unwrap_or(i64::MAX);
        let open = self
            .invitations
            .of_account(&mut connection, user_id, limit, self.users.now())
            .await?;
        self.shown_invitations(&mut connection, &open).await
    }

    async fn shown_invitations(
        &self,
        connection: &mut sqlx::PgConnection,
        open: &[Invitation],
    ) -> Result<Vec<wire::FamilyInvitation>, Error> {
        let mut shown = Vec::with_capacity(open.len());
        for invitation in open {
            shown.push(self.shown_invitation(&mut *connection, invitation).await?);
        }
        Ok(shown)
    }

    pub(super) async fn invitation(
        &self,
        user_id: UserId,
        id: InvitationId,
    ) -> Result<wire::FamilyInvitation, Error> {
        let mut connection = self.users.database.pool().acquire().await?;
        let open = self
            .invitations
            .find(&mut connection, id, self.users.now())
            .await?
            .ok_or(NO_INVITATION)?;
        let invitation = open.invitation;
        if invitation.invitee != Invitee::Account(user_id) {
            let family = store::families::of(&mut connection, user_id).await?;
            let sees = family.is_some_and(|family| {
                let member = family.member(user_id);
                family.id == invitation.family_id
                    && member.is_ok_and(|member| member.role.may_see_invitations())
            });
            if !sees {
                return Err(NO_INVITATION);
            }
        }
        self.shown_invitation(&mut connection, &invitation).await
    }

    /// The invitation, when it is the caller's: it names the account, or the caller holds its token.
    async fn addressed(&self, user_id: UserId, id: &str, token: &str) -> Result<Invitation, Error> {
        let id = parse_id(id)?;
        let mut connection = self.users.database.pool().acquire().await?;
        let open = self
            .invitations
            .find(&mut connection, id, self.users.now())
            .await?
            .ok_or(NO_INVITATION)?;
        let good = match (&open.invitation.invitee, &open.token_hash) {
            (Invitee::Account(invited), _) => *invited == user_id,
            (Invitee::Address(_), Some(hash)) => {
                aws_lc_rs::constant_time::verify_slices_are_equal(hash, &self.tokens.hash(token)).is_ok()
            }
            (Invitee::Address(_), None) => false,
        };
        if good {
            Ok(open.invitation)
        } else {
            Err(NO_INVITATION)
        }
    }

    /// The same, and of an invitation by e-mail the caller has the address.
    async fn acceptable(&self, user_id: UserId, id: &str, token: &str) -> Result<Invitation, Error> {
        let invitation = self.addressed(user_id, id, token).await?;
        if let Invitee::Address(address) = &invitation.invitee
            && self.addresses.account_of(address).await? != Some(user_id)
        {
            return Err(Error::FailedPrecondition {
                reason: "FAMILY_INVITATION_FOR_ANOTHER_ADDRESS",
                message: "sign in with the account of the address that was invited".into(),
            });
        }
        Ok(invitation)
    }

    pub(super) async fn accept(
        &self,
        caller: &Caller,
        request: &AcceptFamilyInvitationRequest,
    ) -> Result<wire::Family, Error> {
        let user_id = caller.user_id;
        let key = caller.call.idempotency(request)?;
        // Asked before a transaction is open, and told after a repetition was found: by then the invitation is closed.
        let acceptable = self.acceptable(user_id, &request.id, &request.token).await;
        let mut unit = match self.users.database.begin(user_id, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let invitation = acceptable?;
        let now = self.users.now();
        let profile = self.users.locked_profile(unit.connection(), user_id, now).await?;
        let mut family = store::families::lock(unit.connection(), invitation.family_id)
            .await?
            .ok_or(NO_INVITATION)?;
        if !store::invitations::close(unit.connection(), invitation.id, now).await? {
            return Err(NO_INVITATION);
        }
        if family.members.len() >= MAX_MEMBERS {
            return Err(Refusal::Full.into());
        }
        let member = Member {
            user_id,
            role: invitation.role,
            joined_at: now,
        };
        if !store::families::join(unit.connection(), family.id, &member).await? {
            return Err(Error::FailedPrecondition {
                reason: "FAMILY_ALREADY_JOINED",
                message: "you are in a family already; leave it first".into(),
            });
        }
        family.members.push(member);
        let origin = &caller.origin;
        unit.publish(origin.act(user_id, "user.family.joined", family.id, now)?);
        unit.publish(origin.act(
            invitation.inviter,
            "user.family.invitation.accepted",
            invitation.id,
            now,
        )?);
        let joined = Notice::Joined {
            who: Other {
                user_id,
                first_name: profile.profile.first_name,
            },
        };
        unit.publish(joined.to(invitation.inviter, now)?);
        let response = self
            .users
            .shown_family(unit.connection(), user_id, &family)
            .await?;
        unit.commit(response).await
    }

    pub(super) async fn decline(
        &self,
        caller: &Caller,
        request: &DeclineFamilyInvitationRequest,
    ) -> Result<Empty, Error> {
        let user_id = caller.user_id;
        let key = caller.call.idempotency(request)?;
        let addressed = self.addressed(user_id, &request.id, &request.token).await;
        let mut unit = match self.users.database.begin(user_id, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let invitation = addressed?;
        let now = self.users.now();
        if !store::invitations::close(unit.connection(), invitation.id, now).await? {
            return Err(NO_INVITATION);
        }
        let action = "user.family.invitation.declined";
        unit.publish(caller.origin.act(user_id, action, invitation.id, now)?);
        unit.commit(Empty {}).await
    }

    pub(super) async fn cancel(
        &self,
        caller: &Caller,
        request: &CancelFamilyInvitationRequest,
    ) -> Result<Empty, Error> {
        let user_id = caller.user_id;
        let key = caller.call.idempotency(request)?;
        let id = parse_id(&request.id)?;
        let mut unit = match self.users.database.begin(user_id, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let now = self.users.now();
        let family = store::families::lock_of(unit.connection(), user_id)
            .await?
            .ok_or(NO_INVITATION)?;
        let invitation = self
            .invitations
            .find(unit.connection(), id, now)
            .await?
            .map(|open| open.invitation)
            .filter(|invitation| invitation.family_id == family.id)
            .ok_or(NO_INVITATION)?;
        let role = family.member(user_id)?.role;
        if !role.may_see_invitations() {
            return Err(NO_INVITATION);
        }
        if !role.may_cancel(invitation.inviter == user_id) {
            return Err(Refusal::RoleTooLow.into());
        }
        if !store::invitations::close(unit.connection(), id, now).await? {
            return Err(NO_INVITATION);
        }
        let action = "user.family.invitation.cancelled";
        unit.publish(caller.origin.act(user_id, action, id, now)?);
        unit.commit(Empty {}).await
    }
}
