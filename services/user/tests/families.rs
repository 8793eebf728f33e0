//! Families: members, roles, leaving, the end.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pfms_proto::events::v1::{AuditRecorded, NotificationSend};
use pfms_proto::user::v1::invite_family_member_request::Invitee;
use pfms_proto::user::v1::{
    CancelFamilyInvitationRequest, ChangeFamilyRoleRequest, DissolveFamilyRequest, Family, FamilyMember,
    FamilyRole, GetFamilyMemberRequest, LeaveFamilyRequest, ListFamilyInvitationsRequest, PrivacySettings,
    ProfileVisibility, RemoveFamilyMemberRequest, TransferFamilyOwnershipRequest,
    UpdatePrivacySettingsRequest,
};
use pfms_runtime::testing::reason;
use pfms_types::UserId;
use support::family::{World, roles};
use support::{ask, keyed};
use tonic::{Code, Response, Status};

const ROLES: [FamilyRole; 3] = [FamilyRole::Adult, FamilyRole::Child, FamilyRole::Viewer];

async fn change_role(
    world: &World,
    by: UserId,
    of: UserId,
    role: FamilyRole,
) -> Result<FamilyMember, Status> {
    let request = ChangeFamilyRoleRequest {
        id: of.to_string(),
        role: role.into(),
    };
    let answer = world.families(by).change_family_role(request).await;
    answer.map(Response::into_inner)
}

async fn remove(world: &World, by: UserId, of: UserId) -> Result<(), Status> {
    let request = RemoveFamilyMemberRequest { id: of.to_string() };
    world.families(by).remove_family_member(request).await.map(drop)
}

async fn transfer(world: &World, by: UserId, to: UserId) -> Result<Family, Status> {
    let request = TransferFamilyOwnershipRequest { id: to.to_string() };
    let answer = world.families(by).transfer_family_ownership(request).await;
    answer.map(Response::into_inner)
}

async fn leave(world: &World, user_id: UserId) -> Result<(), Status> {
    world
        .families(user_id)
        .leave_family(LeaveFamilyRequest {})
        .await
        .map(drop)
}

async fn dissolve(world: &World, user_id: UserId) -> Result<(), Status> {
    let answer = world
        .families(user_id)
        .dissolve_family(DissolveFamilyRequest {})
        .await;
    answer.map(drop)
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, Status>, expected: &str) {
    assert_eq!(reason(&result.unwrap_err()), expected);
}

#[tokio::test]
async fn members_see_each_other_as_far_as_they_want() {
    let world = World::start().await;
    let (owner, [adult]) = world.family([FamilyRole::Adult]).await;
    let seen = world.get(adult).await.unwrap();
    assert_eq!(seen.role(), FamilyRole::Adult);
    let olga = &seen.members[0];
    assert_eq!(
        (
            olga.id.as_str(),
            olga.first_name.as_str(),
            olga.last_name.as_str()
        ),
        (owner.to_string().as_str(), "Olga", "")
    );
    assert_eq!(world.get(owner).await.unwrap().members[0].last_name, "Lovelace");
    let request = UpdatePrivacySettingsRequest {
        settings: Some(PrivacySettings {
            profile_visibility: ProfileVisibility::Family.into(),
            ..PrivacySettings::default()
        }),
        update_mask: None,
    };
    let channel = world.harness.as_user("user", owner);
    pfms_proto::user::v1::privacy_service_client::PrivacyServiceClient::new(channel)
        .update_privacy_settings(request)
        .await
        .unwrap();
    let request = GetFamilyMemberRequest {
        id: owner.to_string(),
    };
    let member = world.families(adult).get_family_member(request).await.unwrap();
    assert_eq!(member.into_inner().last_name, "Lovelace");
    world.harness.stop().await;
}

#[tokio::test]
async fn only_the_owner_changes_roles_removes_transfers_and_dissolves() {
    let world = World::start().await;
    let (owner, members) = world.family(ROLES).await;
    let before = roles(&world.get(owner).await.unwrap());
    for by in members {
        for of in members {
            refused(
                change_role(&world, by, of, FamilyRole::Viewer).await,
                "FAMILY_ROLE_TOO_LOW",
            );
            refused(remove(&world, by, of).await, "FAMILY_ROLE_TOO_LOW");
            refused(transfer(&world, by, of).await, "FAMILY_ROLE_TOO_LOW");
        }
        refused(remove(&world, by, owner).await, "FAMILY_ROLE_TOO_LOW");
        refused(dissolve(&world, by).await, "FAMILY_ROLE_TOO_LOW");
    }
    assert_eq!(roles(&world.get(owner).await.unwrap()), before);
    let [_, child, viewer] = members;
    for (by, listed) in [(owner, true), (members[0], true), (child, false), (viewer, false)] {
        let answer = world
            .families(by)
            .list_family_invitations(ListFamilyInvitationsRequest {})
            .await;
        assert_eq!(answer.is_ok(), listed);
    }
    world.harness.stop().await;
}

#[tokio::test]
async fn invitations_are_sent_and_taken_back_as_roles_allow() {
    let world = World::start().await;
    let (owner, [adult, child, viewer]) = world.family(ROLES).await;
    let someone = || Invitee::UserId(UserId::generate().to_string());
    refused(
        world.invite(adult, someone(), FamilyRole::Adult).await,
        "FAMILY_ROLE_TOO_LOW",
    );
    for by in [child, viewer] {
        refused(
            world.invite(by, someone(), FamilyRole::Viewer).await,
            "FAMILY_ROLE_TOO_LOW",
        );
    }
    let cancel = async |by: UserId, id: &str| {
        let request = CancelFamilyInvitationRequest { id: id.into() };
        world
            .families(by)
            .cancel_family_invitation(request)
            .await
            .map(drop)
    };
    let own = world.invite(adult, someone(), FamilyRole::Child).await.unwrap();
    let own = own.invitation.unwrap().id;
    let other = world.invite(owner, someone(), FamilyRole::Viewer).await.unwrap();
    let other = other.invitation.unwrap().id;
    refused(cancel(child, &own).await, "INVITATION_NOT_FOUND");
    refused(cancel(adult, &other).await, "FAMILY_ROLE_TOO_LOW");
    cancel(adult, &own).await.unwrap();
    cancel(owner, &other).await.unwrap();
    refused(cancel(owner, &other).await, "INVITATION_NOT_FOUND");
    world.harness.stop().await;
}

#[tokio::test]
async fn a_member_gets_another_role_and_is_told() {
    let world = World::start().await;
    let (owner, [adult]) = world.family([FamilyRole::Adult]).await;
    let changed = change_role(&world, owner, adult, FamilyRole::Child)
        .await
        .unwrap();
    assert_eq!(changed.role(), FamilyRole::Child);
    assert_eq!(world.get(adult).await.unwrap().role(), FamilyRole::Child);
    refused(
        change_role(&world, owner, owner, FamilyRole::Adult).await,
        "FAMILY_ROLE_TOO_LOW",
    );
    let stranger = UserId::generate();
    refused(
        change_role(&world, owner, stranger, FamilyRole::Child).await,
        "MEMBER_NOT_FOUND",
    );
    world
        .told("the member is told", |told: &[NotificationSend]| {
            told.iter().any(|one| {
                one.user_id == adult.to_string()
                    && one.variables["title"] == "Your role in the family is now child"
            })
        })
        .await;
    let audited = world
        .told("both logs have it", |audited: &[AuditRecorded]| {
            let of = |user_id: UserId| {
                audited
                    .iter()
                    .any(|one| one.action == "user.family.role.changed" && one.user_id == user_id.to_string())
            };
            of(owner) && of(adult)
        })
        .await;
    assert!(audited.iter().all(|one| one.actor == "user" && one.succeeded));
    world.harness.stop().await;
}

#[tokio::test]
async fn whoever_loses_the_right_to_invite_has_no_open_invitations() {
    let world = World::start().await;
    let (owner, [adult]) = world.family([FamilyRole::Adult]).await;
    let guest = UserId::generate();
    let invited = world
        .invite(adult, Invitee::UserId(guest.to_string()), FamilyRole::Viewer)
        .await
        .unwrap();
    change_role(&world, owner, adult, FamilyRole::Child)
        .await
        .unwrap();
    let id = invited.invitation.unwrap().id;
    refused(world.accept(guest, &id, "").await, "INVITATION_NOT_FOUND");
    world.harness.stop().await;
}

#[tokio::test]
async fn the_owner_leaves_after_a_transfer_only() {
    let world = World::start().await;
    let (owner, [adult, child]) = world.family([FamilyRole::Adult, FamilyRole::Child]).await;
    refused(leave(&world, owner).await, "FAMILY_OWNER_STAYS");
    refused(transfer(&world, owner, child).await, "FAMILY_OWNER_MUST_BE_ADULT");
    refused(
        transfer(&world, owner, UserId::generate()).await,
        "MEMBER_NOT_FOUND",
    );
    let family = transfer(&world, owner, adult).await.unwrap();
    assert_eq!(
        roles(&family),
        [
            (adult.to_string(), FamilyRole::Owner),
            (owner.to_string(), FamilyRole::Adult),
            (child.to_string(), FamilyRole::Child),
        ]
    );
    leave(&world, owner).await.unwrap();
    refused(world.get(owner).await, "FAMILY_NOT_FOUND");
    assert_eq!(world.get(adult).await.unwrap().members.len(), 2);
    world.harness.stop().await;
}

#[tokio::test]
async fn transfers_at_once_leave_one_owner() {
    let world = World::start().await;
    let (owner, [one, two]) = world.family([FamilyRole::Adult, FamilyRole::Adult]).await;
    let (first, second) = tokio::join!(transfer(&world, owner, one), transfer(&world, owner, two));
    assert_ne!(first.is_ok(), second.is_ok());
    let family = world.get(owner).await.unwrap();
    let owners = family
        .members
        .iter()
        .filter(|member| member.role() == FamilyRole::Owner);
    assert_eq!(owners.count(), 1);
    assert_eq!(family.role(), FamilyRole::Adult);
    world.harness.stop().await;
}

#[tokio::test]
async fn whoever_is_removed_is_out_and_told_and_may_join_again() {
    let world = World::start().await;
    let (owner, [adult]) = world.family([FamilyRole::Adult]).await;
    remove(&world, owner, adult).await.unwrap();
    refused(world.get(adult).await, "FAMILY_NOT_FOUND");
    refused(remove(&world, owner, adult).await, "MEMBER_NOT_FOUND");
    world.add(owner, adult, FamilyRole::Viewer).await;
    assert_eq!(world.get(adult).await.unwrap().role(), FamilyRole::Viewer);
    world
        .told("the member is told", |told: &[NotificationSend]| {
            told.iter()
                .any(|one| one.user_id == adult.to_string() && one.variables["title"].contains("no longer"))
        })
        .await;
    world.harness.stop().await;
}

#[tokio::test]
async fn a_dissolved_family_leaves_nothing() {
    let world = World::start().await;
    let (owner, [adult]) = world.family([FamilyRole::Adult]).await;
    let guest = UserId::generate();
    let invited = world
        .invite(owner, Invitee::UserId(guest.to_string()), FamilyRole::Viewer)
        .await
        .unwrap();
    dissolve(&world, owner).await.unwrap();
    for user_id in [owner, adult] {
        refused(world.get(user_id).await, "FAMILY_NOT_FOUND");
    }
    let id = invited.invitation.unwrap().id;
    refused(world.accept(guest, &id, "").await, "INVITATION_NOT_FOUND");
    let left = "SELECT ((SELECT count(*) FROM families) + (SELECT count(*) FROM family_members))::text";
    assert_eq!(ask(&world.harness, left).await, "0");
    world.harness.stop().await;
}

/// Erases a member's row, as the erasure of an account does.
async fn erase(world: &World, user_id: UserId) {
    sqlx::query("DELETE FROM family_members WHERE user_id = $1")
        .bind(user_id.uuid())
        .execute(world.harness.database("user").pool())
        .await
        .unwrap();
}

#[tokio::test]
async fn when_the_owners_account_is_erased_the_first_adult_follows_or_the_family_ends() {
    let world = World::start().await;
    let (owner, [child, first, second]) = world
        .family([FamilyRole::Child, FamilyRole::Adult, FamilyRole::Adult])
        .await;
    erase(&world, owner).await;
    let heir = world.get(first).await.unwrap();
    assert_eq!(heir.role(), FamilyRole::Owner);
    assert_eq!(world.get(second).await.unwrap().role(), FamilyRole::Adult);
    erase(&world, second).await;
    erase(&world, first).await;
    refused(world.get(child).await, "FAMILY_NOT_FOUND");
    world.harness.stop().await;
}

#[tokio::test]
async fn to_strangers_members_do_not_exist() {
    let world = World::start().await;
    let (owner, [adult]) = world.family([FamilyRole::Adult]).await;
    let (other, _) = world.family([FamilyRole::Adult]).await;
    let nobody = UserId::generate();
    for stranger in [other, nobody] {
        let request = GetFamilyMemberRequest {
            id: adult.to_string(),
        };
        let got = world.families(stranger).get_family_member(request).await;
        refused(got, "MEMBER_NOT_FOUND");
        refused(
            change_role(&world, stranger, adult, FamilyRole::Child).await,
            "MEMBER_NOT_FOUND",
        );
        refused(remove(&world, stranger, adult).await, "MEMBER_NOT_FOUND");
        refused(transfer(&world, stranger, adult).await, "MEMBER_NOT_FOUND");
    }
    refused(leave(&world, nobody).await, "FAMILY_NOT_FOUND");
    refused(dissolve(&world, nobody).await, "FAMILY_NOT_FOUND");
    assert_eq!(world.get(owner).await.unwrap().members.len(), 2);
    world.harness.stop().await;
}

#[tokio::test]
async fn a_repeated_removal_takes_effect_once() {
    let world = World::start().await;
    let (owner, [adult]) = world.family([FamilyRole::Adult]).await;
    let request = || RemoveFamilyMemberRequest {
        id: adult.to_string(),
    };
    let mut client = world.families(owner);
    client.remove_family_member(keyed(request(), "k")).await.unwrap();
    world.add(owner, adult, FamilyRole::Adult).await;
    client.remove_family_member(keyed(request(), "k")).await.unwrap();
    assert_eq!(world.get(owner).await.unwrap().members.len(), 2);
    let status = client
        .remove_family_member(keyed(
            RemoveFamilyMemberRequest {
                id: owner.to_string(),
            },
            "k",
        ))
        .await
        .unwrap_err();
    assert_eq!(
        (status.code(), reason(&status)),
        (Code::AlreadyExists, "IDEMPOTENCY_KEY_REUSED".into())
    );
    world.harness.stop().await;
}
