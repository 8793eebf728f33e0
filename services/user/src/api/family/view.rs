//! Families, members and invitations as callers see them.

use pfms_proto::user::v1 as wire;
use pfms_runtime::Error;
use pfms_runtime::parse::wire_time;
use pfms_types::UserId;
use sqlx::PgConnection;

use super::Families;
use crate::api::Users;
use crate::family::invitation::{Invitation, Invitee};
use crate::family::{Family, Member};
use crate::privacy::{Privacy, Visibility};
use crate::store;

impl Users {
    /// The first name that a person gave; empty when none is known.
    pub(super) async fn first_name(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
    ) -> Result<String, Error> {
        let stored = self.profiles.find(connection, user_id).await?;
        Ok(stored.map(|stored| stored.profile.first_name).unwrap_or_default())
    }

    /// A member as another one, or the member, sees it.
    pub(super) async fn shown_member(
        &self,
        connection: &mut PgConnection,
        viewer: UserId,
        member: Member,
    ) -> Result<wire::FamilyMember, Error> {
        let stored = self.profiles.find(&mut *connection, member.user_id).await?;
        let profile = stored.map(|stored| stored.profile).unwrap_or_default();
        let privacy = store::privacy::find(connection, member.user_id)
            .await?
            .map_or_else(Privacy::default, |(privacy, _)| privacy);
        let all = viewer == member.user_id || privacy.visibility == Visibility::Family;
        let shown = |text: String| if all { text } else { String::new() };
        Ok(wire::FamilyMember {
            id: member.user_id.to_string(),
            role: member.role.to_wire().into(),
            first_name: profile.first_name,
            last_name: shown(profile.last_name),
            avatar_url: shown(profile.avatar_url),
            join_time: Some(wire_time(member.joined_at)),
        })
    }

    /// A family as one of its members sees it.
    pub(super) async fn shown_family(
        &self,
        connection: &mut PgConnection,
        viewer: UserId,
        family: &Family,
    ) -> Result<wire::Family, Error> {
        let mut members = Vec::with_capacity(family.members.len());
        for member in &family.members {
            members.push(self.shown_member(&mut *connection, viewer, *member).await?);
        }
        Ok(wire::Family {
            id: family.id.to_string(),
            role: family.member(viewer)?.role.to_wire().into(),
            members,
            create_time: Some(wire_time(family.created_at)),
        })
    }
}

impl Families {
    /// An open invitation; the address that was invited is for the family only.
    pub(super) async fn shown_invitation(
        &self,
        connection: &mut PgConnection,
        invitation: &Invitation,
    ) -> Result<wire::FamilyInvitation, Error> {
        let (email, invited_user_id) = match &invitation.invitee {
            Invitee::Account(user_id) => (String::new(), user_id.to_string()),
            Invitee::Address(address) => (address.as_str().to_owned(), String::new()),
        };
        Ok(wire::FamilyInvitation {
            id: invitation.id.to_string(),
            role: invitation.role.to_wire().into(),
            email,
            invited_user_id,
            inviter_user_id: invitation.inviter.to_string(),
            inviter_first_name: self.users.first_name(connection, invitation.inviter).await?,
            create_time: Some(wire_time(invitation.created_at)),
            expire_time: Some(wire_time(invitation.expires_at)),
        })
    }
}
