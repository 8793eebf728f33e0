//! What members share, and with whom.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pfms_proto::events::v1::AuditRecorded;
use pfms_proto::user::v1::sharing_internal_service_client::SharingInternalServiceClient;
use pfms_proto::user::v1::{
    ChangeFamilyRoleRequest, CheckShareRequest, FamilyRole, GetSharingRequest, LeaveFamilyRequest,
    ListSharedWithMeRequest, PrivacySettings, RemoveFamilyMemberRequest, Share, SharedArea, Sharing,
    UpdatePrivacySettingsRequest, UpdateSharingRequest,
};
use pfms_runtime::testing::{invalid_fields, reason};
use pfms_types::UserId;
use support::family::World;
use support::mask;
use tonic::Code;

/// What the services that own the data are told.
async fn allowed(world: &World, reader: UserId, owner: UserId, area: SharedArea) -> bool {
    let request = CheckShareRequest {
        owner_user_id: owner.to_string(),
        area: area.into(),
    };
    SharingInternalServiceClient::new(world.harness.as_user("user", reader))
        .check_share(request)
        .await
        .unwrap()
        .into_inner()
        .allowed
}

async fn with_me(world: &World, reader: UserId) -> Vec<(String, Vec<SharedArea>)> {
    let answer = world
        .shares(reader)
        .list_shared_with_me(ListSharedWithMeRequest {})
        .await
        .unwrap();
    let members = answer.into_inner().members.into_iter();
    members
        .map(|member| (member.owner_user_id.clone(), member.areas().collect()))
        .collect()
}

async fn shared(world: &World, user_id: UserId) -> Vec<SharedArea> {
    let answer = world
        .shares(user_id)
        .get_sharing(GetSharingRequest {})
        .await
        .unwrap();
    let shares = answer.into_inner().shares;
    assert_eq!(shares.len(), 4, "each area, once");
    shares
        .iter()
        .filter(|share| share.everyone || !share.member_ids.is_empty())
        .map(Share::area)
        .collect()
}

#[tokio::test]
async fn nothing_is_seen_that_was_not_shared_and_nobody_sees_it_but_those_chosen() {
    let world = World::start().await;
    let (owner, [chosen, other]) = world.family([FamilyRole::Adult, FamilyRole::Adult]).await;
    assert!(!allowed(&world, chosen, owner, SharedArea::Expenses).await);
    world
        .share(owner, SharedArea::Expenses, Some(&[chosen]))
        .await
        .unwrap();
    assert!(allowed(&world, chosen, owner, SharedArea::Expenses).await);
    assert!(!allowed(&world, other, owner, SharedArea::Expenses).await);
    assert!(!allowed(&world, chosen, owner, SharedArea::Budgets).await);
    // It goes one way, and outside the family nowhere.
    assert!(!allowed(&world, owner, chosen, SharedArea::Expenses).await);
    assert!(!allowed(&world, UserId::generate(), owner, SharedArea::Expenses).await);
    assert_eq!(
        with_me(&world, chosen).await,
        [(owner.to_string(), vec![SharedArea::Expenses])]
    );
    assert_eq!(with_me(&world, other).await, []);
    world.harness.stop().await;
}

#[tokio::test]
async fn everyone_is_also_who_joins_later() {
    let world = World::start().await;
    let (owner, [adult]) = world.family([FamilyRole::Adult]).await;
    world.share(owner, SharedArea::Goals, None).await.unwrap();
    let later = UserId::generate();
    world.add(owner, later, FamilyRole::Viewer).await;
    for reader in [adult, later] {
        assert!(allowed(&world, reader, owner, SharedArea::Goals).await);
    }
    world.harness.stop().await;
}

#[tokio::test]
async fn what_a_child_holds_is_for_owner_and_adults() {
    let world = World::start().await;
    let roles = [
        FamilyRole::Adult,
        FamilyRole::Child,
        FamilyRole::Child,
        FamilyRole::Viewer,
    ];
    let (owner, [adult, child, sibling, viewer]) = world.family(roles).await;
    world.share(child, SharedArea::Expenses, None).await.unwrap();
    for (reader, expected) in [(owner, true), (adult, true), (sibling, false), (viewer, false)] {
        assert_eq!(
            allowed(&world, reader, child, SharedArea::Expenses).await,
            expected
        );
    }
    // A viewer shares nothing.
    let status = world.share(viewer, SharedArea::Expenses, None).await.unwrap_err();
    assert_eq!(reason(&status), "FAMILY_ROLE_TOO_LOW");
    world.harness.stop().await;
}

#[tokio::test]
async fn leaving_removal_and_unsharing_take_effect_at_once_and_do_not_come_back() {
    let world = World::start().await;
    let (owner, [leaver, removed, kept]) = world.family([FamilyRole::Adult; 3]).await;
    let area = SharedArea::Expenses;
    world
        .share(owner, area, Some(&[leaver, removed, kept]))
        .await
        .unwrap();
    world.share(leaver, area, None).await.unwrap();
    world
        .families(leaver)
        .leave_family(LeaveFamilyRequest {})
        .await
        .unwrap();
    let request = RemoveFamilyMemberRequest {
        id: removed.to_string(),
    };
    world.families(owner).remove_family_member(request).await.unwrap();
    assert!(!allowed(&world, leaver, owner, area).await);
    assert!(!allowed(&world, owner, leaver, area).await);
    assert!(!allowed(&world, removed, owner, area).await);
    assert!(allowed(&world, kept, owner, area).await);
    // Whoever joins again begins anew.
    world.add(owner, leaver, FamilyRole::Adult).await;
    assert!(!allowed(&world, leaver, owner, area).await);
    assert!(!allowed(&world, owner, leaver, area).await);
    world.share(owner, area, Some(&[])).await.unwrap();
    assert!(!allowed(&world, kept, owner, area).await);
    assert_eq!(shared(&world, owner).await, []);
    world.harness.stop().await;
}

#[tokio::test]
async fn whoever_becomes_a_viewer_shares_nothing_any_more() {
    let world = World::start().await;
    let (owner, [adult]) = world.family([FamilyRole::Adult]).await;
    world.share(adult, SharedArea::Expenses, None).await.unwrap();
    let role = |role: FamilyRole| ChangeFamilyRoleRequest {
        id: adult.to_string(),
        role: role.into(),
    };
    let mut client = world.families(owner);
    client.change_family_role(role(FamilyRole::Viewer)).await.unwrap();
    assert!(!allowed(&world, owner, adult, SharedArea::Expenses).await);
    client.change_family_role(role(FamilyRole::Adult)).await.unwrap();
    assert!(!allowed(&world, owner, adult, SharedArea::Expenses).await);
    world.harness.stop().await;
}

#[tokio::test]
async fn net_worth_is_shown_only_while_the_setting_allows_it() {
    let world = World::start().await;
    let (owner, [adult]) = world.family([FamilyRole::Adult]).await;
    world.share(owner, SharedArea::NetWorth, None).await.unwrap();
    let channel = world.harness.as_user("user", owner);
    let mut privacy = pfms_proto::user::v1::privacy_service_client::PrivacyServiceClient::new(channel);
    for show in [true, false] {
        let request = UpdatePrivacySettingsRequest {
            settings: Some(PrivacySettings {
                show_net_worth: Some(show),
                ..PrivacySettings::default()
            }),
            update_mask: None,
        };
        privacy.update_privacy_settings(request).await.unwrap();
        assert_eq!(allowed(&world, adult, owner, SharedArea::NetWorth).await, show);
        assert_eq!(with_me(&world, adult).await.len(), usize::from(show));
    }
    world.harness.stop().await;
}

#[tokio::test]
async fn without_a_mask_other_areas_stay_and_with_one_they_end() {
    let world = World::start().await;
    let (owner, [_]) = world.family([FamilyRole::Adult]).await;
    world.share(owner, SharedArea::Expenses, None).await.unwrap();
    world.share(owner, SharedArea::Goals, None).await.unwrap();
    assert_eq!(
        shared(&world, owner).await,
        [SharedArea::Expenses, SharedArea::Goals]
    );
    let budgets = UpdateSharingRequest {
        sharing: Some(Sharing {
            shares: vec![Share {
                area: SharedArea::Budgets.into(),
                everyone: true,
                member_ids: Vec::new(),
            }],
        }),
        update_mask: mask(&["shares"]),
    };
    world.shares(owner).update_sharing(budgets).await.unwrap();
    assert_eq!(shared(&world, owner).await, [SharedArea::Budgets]);
    let changes = world
        .told("three changes are audited", |audited: &[AuditRecorded]| {
            audited
                .iter()
                .filter(|one| one.action == "user.sharing.changed")
                .count()
                >= 3
        })
        .await;
    let targets: Vec<_> = changes
        .iter()
        .filter(|one| one.action == "user.sharing.changed")
        .map(|one| one.target.as_str())
        .collect();
    assert_eq!(
        targets,
        [
            "expenses=everyone",
            "goals=everyone",
            "expenses=nobody budgets=everyone goals=nobody",
        ]
    );
    world.harness.stop().await;
}

#[tokio::test]
async fn wrong_fields_are_named_and_nothing_is_shared() {
    let world = World::start().await;
    let (owner, [adult]) = world.family([FamilyRole::Adult]).await;
    let share = |area: i32, everyone, ids: &[String]| Share {
        area,
        everyone,
        member_ids: ids.to_vec(),
    };
    let wrong = UpdateSharingRequest {
        sharing: Some(Sharing {
            shares: vec![
                share(0, true, &[]),
                share(1, true, &[adult.to_string()]),
                share(
                    2,
                    false,
                    &["bob".into(), UserId::generate().to_string(), owner.to_string()],
                ),
                share(1, true, &[]),
            ],
        }),
        update_mask: None,
    };
    let status = world.shares(owner).update_sharing(wrong).await.unwrap_err();
    let expected = [
        "sharing.shares[0].area",
        "sharing.shares[1].memberIds",
        "sharing.shares[2].memberIds[0]",
        "sharing.shares[2].memberIds[1]",
        "sharing.shares[2].memberIds[2]",
        "sharing.shares[3].area",
    ];
    assert_eq!(invalid_fields(&status), expected);
    let nothing = UpdateSharingRequest::default();
    let status = world
        .shares(owner)
        .update_sharing(nothing.clone())
        .await
        .unwrap_err();
    assert_eq!(invalid_fields(&status), ["sharing"]);
    assert_eq!(shared(&world, owner).await, []);
    let alone = UserId::generate();
    let status = world.shares(alone).update_sharing(nothing).await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status)),
        (Code::NotFound, "FAMILY_NOT_FOUND".into())
    );
    assert_eq!(shared(&world, alone).await, []);
    world.harness.stop().await;
}

#[tokio::test]
async fn people_cannot_ask_about_others() {
    let world = World::start().await;
    let request = CheckShareRequest {
        owner_user_id: UserId::generate().to_string(),
        area: SharedArea::Expenses.into(),
    };
    let status = SharingInternalServiceClient::new(world.harness.anonymous("user"))
        .check_share(request)
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    let wrong = CheckShareRequest {
        owner_user_id: "ada".into(),
        area: 9,
    };
    let status = SharingInternalServiceClient::new(world.harness.as_user("user", UserId::generate()))
        .check_share(wrong)
        .await
        .unwrap_err();
    assert_eq!(invalid_fields(&status), ["ownerUserId", "area"]);
    world.harness.stop().await;
}
