//! Members: seeing, changing, removing them; leaving; the end of a family.

use pbjson_types::Empty;
use pfms_proto::user::v1 as wire;
use pfms_proto::user::v1::{
    ChangeFamilyRoleRequest, DissolveFamilyRequest, LeaveFamilyRequest, RemoveFamilyMemberRequest,
    TransferFamilyOwnershipRequest,
};
use pfms_runtime::{Begun, Error, Unit};
use pfms_types::UserId;

use super::{Caller, Families, locked, parse_id};
use crate::family::role::Role;
use crate::family::{Family, Member};
use crate::notice::Notice;
use crate::store;

impl Families {
    pub(super) async fn family(&self, user_id: UserId) -> Result<wire::Family, Error> {
        let mut connection = self.users.database.pool().acquire().await?;
        let family = store::families::of(&mut connection, user_id)
            .await?
            .ok_or(Error::NotFound("the family"))?;
        self.users.shown_family(&mut connection, user_id, &family).await
    }

    pub(super) async fn member(&self, user_id: UserId, of: UserId) -> Result<wire::FamilyMember, Error> {
        let mut connection = self.users.database.pool().acquire().await?;
        let family = store::families::of(&mut connection, user_id).await?;
        let member = family
            .ok_or(Error::NotFound("the member"))
            .and_then(|family| Ok(family.member(of)?))?;
        self.users.shown_member(&mut connection, user_id, member).await
    }

    pub(super) async fn change_role(
        &self,
        caller: &Caller,
        request: &ChangeFamilyRoleRequest,
    ) -> Result<wire::FamilyMember, Error> {
        let key = caller.call.idempotency(request)?;
        let id = parse_id(&request.id)?;
        let mut unit = match self.users.database.begin(caller.user_id, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let family = member_of(&mut unit, caller.user_id).await?;
        // Whether the member exists comes before what is asked for.
        family.member(id)?;
        let role = Role::assignable(request.role).map_err(|text| Error::invalid("role", text))?;
        let member = family.check_role_change(caller.user_id, id, role)?;
        if member.role != role {
            self.give_role(&mut unit, &family, id, role).await?;
            self.note(&mut unit, caller, id, "user.family.role.changed")?;
            let notice = Notice::RoleChanged { role: role.as_str() };
            unit.publish(notice.to(id, self.users.now())?);
        }
        let changed = Member { role, ..member };
        let response = self
            .users
            .shown_member(unit.connection(), caller.user_id, changed)
            .await?;
        unit.commit(response).await
    }

    /// Gives a member a role, and ends what the role does not allow.
    async fn give_role(
        &self,
        unit: &mut Unit,
        family: &Family,
        user_id: UserId,
        role: Role,
    ) -> Result<(), Error> {
        store::families::set_role(unit.connection(), user_id, role).await?;
        let now = self.users.now();
        store::invitations::close_all(unit.connection(), family.id, Some(user_id), now).await?;
        if !role.may_share() {
            store::shares::forget(unit.connection(), user_id).await?;
        }
        Ok(())
    }

    pub(super) async fn remove(
        &self,
        caller: &Caller,
        request: &RemoveFamilyMemberRequest,
    ) -> Result<Empty, Error> {
        let key = caller.call.idempotency(request)?;
        let id = parse_id(&request.id)?;
        let mut unit = match self.users.database.begin(caller.user_id, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let family = member_of(&mut unit, caller.user_id).await?;
        family.check_removal(caller.user_id, id)?;
        self.end_membership(&mut unit, &family, id).await?;
        self.note(&mut unit, caller, id, "user.family.member.removed")?;
        unit.publish(Notice::Removed.to(id, self.users.now())?);
        unit.commit(Empty {}).await
    }

    pub(super) async fn transfer(
        &self,
        caller: &Caller,
        request: &TransferFamilyOwnershipRequest,
    ) -> Result<wire::Family, Error> {
        let user_id = caller.user_id;
        let key = caller.call.idempotency(request)?;
        let id = parse_id(&request.id)?;
        let mut unit = match self.users.database.begin(user_id, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let family = member_of(&mut unit, user_id).await?;
        family.check_transfer(user_id, id)?;
        // In this order there are never two.
        self.give_role(&mut unit, &family, user_id, Role::Adult).await?;
        store::families::set_role(unit.connection(), id, Role::Owner).await?;
        self.note(&mut unit, caller, id, "user.family.ownership.transferred")?;
        unit.publish(Notice::BecameOwner.to(id, self.users.now())?);
        let changed = locked(unit.connection(), user_id).await?;
        let response = self
            .users
            .shown_family(unit.connection(), user_id, &changed)
            .await?;
        unit.commit(response).await
    }

    pub(super) async fn leave(&self, caller: &Caller, request: &LeaveFamilyRequest) -> Result<Empty, Error> {
        let user_id = caller.user_id;
        let key = caller.call.idempotency(request)?;
        let mut unit = match self.users.database.begin(user_id, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let family = locked(unit.connection(), user_id).await?;
        family.check_leave(user_id)?;
        self.end_membership(&mut unit, &family, user_id).await?;
        let now = self.users.now();
        unit.publish(caller.origin.act(user_id, "user.family.left", family.id, now)?);
        unit.commit(Empty {}).await
    }

    pub(super) async fn dissolve(
        &self,
        caller: &Caller,
        request: &DissolveFamilyRequest,
    ) -> Result<Empty, Error> {
        let user_id = caller.user_id;
        let key = caller.call.idempotency(request)?;
        let mut unit = match self.users.database.begin(user_id, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let family = locked(unit.connection(), user_id).await?;
        family.check_dissolve(user_id)?;
        let now = self.users.now();
        store::invitations::close_all(unit.connection(), family.id, None, now).await?;
        store::families::dissolve(unit.connection(), family.id).await?;
        for member in &family.members {
            let action = "user.family.dissolved";
            unit.publish(caller.origin.act(member.user_id, action, family.id, now)?);
            if member.user_id != user_id {
                unit.publish(Notice::Dissolved.to(member.user_id, now)?);
            }
        }
        unit.commit(Empty {}).await
    }

    async fn end_membership(&self, unit: &mut Unit, family: &Family, user_id: UserId) -> Result<(), Error> {
        let now = self.users.now();
        store::invitations::close_all(unit.connection(), family.id, Some(user_id), now).await?;
        store::families::remove(unit.connection(), user_id).await
    }

    /// An act that touches a member is in the logs of both.
    fn note(&self, unit: &mut Unit, caller: &Caller, member: UserId, action: &str) -> Result<(), Error> {
        let now = self.users.now();
        unit.publish(caller.origin.act(caller.user_id, action, member, now)?);
        unit.publish(caller.origin.act(member, action, caller.user_id, now)?);
        Ok(())
    }
}

/// The family of a caller who names a member: without a family there is no such member.
async fn member_of(unit: &mut Unit, user_id: UserId) -> Result<Family, Error> {
    let family = store::families::lock_of(unit.connection(), user_id).await?;
    family.ok_or(Error::NotFound("the member"))
}
