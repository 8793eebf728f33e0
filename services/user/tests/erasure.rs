//! What is left of a user who was erased, and what arrives too late.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pfms_proto::events::v1::UserDeleted;
use pfms_proto::user::v1::invite_family_member_request::Invitee;
use pfms_proto::user::v1::{ChangeFamilyRoleRequest, FamilyRole, FinancialPreferences, Profile, SharedArea};
use pfms_runtime::Clock;
use pfms_runtime::events::Outgoing;
use pfms_runtime::testing::{Harness, eventually};
use pfms_types::UserId;
use support::family::{World, roles};
use support::{client, get, keyed, money, prefer, publish, start, update, user_created};
use uuid::Uuid;

fn user_deleted(user_id: UserId) -> Outgoing {
    let data = UserDeleted {
        user_id: user_id.to_string(),
        erasure_id: Uuid::now_v7().to_string(),
    };
    Outgoing::new(user_id, Clock::system().now(), &data).unwrap()
}

async fn rows(harness: &Harness, table: &str, user_id: UserId) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
        "SELECT count(*) FROM {table} WHERE user_id = $1"
    )))
    .bind(user_id.uuid())
    .fetch_one(harness.database("user").pool())
    .await
    .unwrap()
}

#[tokio::test]
async fn everything_goes_and_late_events_bring_nothing_back() {
    let harness = start().await;
    let (erased, other) = (UserId::generate(), UserId::generate());
    for user_id in [erased, other] {
        let profile = Profile {
            first_name: "Ada".into(),
            phone: "+4915112345678".into(),
            ..Profile::default()
        };
        update(&mut client(&harness, user_id), profile, &["first_name", "phone"])
            .await
            .unwrap();
        let preferences = FinancialPreferences {
            savings_target: money("10.00", "EUR"),
            ..FinancialPreferences::default()
        };
        prefer(&mut client(&harness, user_id), preferences, &["savings_target"])
            .await
            .unwrap();
    }
    publish(&harness, &[user_deleted(erased)]).await;
    let tables = [
        "user_profiles",
        "financial_preferences",
        "data_keys",
        "idempotency_keys",
    ];
    eventually("the rows are gone", || async {
        let mut left = 0;
        for table in tables {
            left += rows(&harness, table, erased).await;
        }
        (left == 0).then_some(())
    })
    .await;
    assert_eq!(get(&mut client(&harness, other)).await.first_name, "Ada");

    // In order for the same lane: what comes after the late event shows that it was handled.
    let marker = UserId::from(Uuid::from_bytes({
        let mut bytes = *Uuid::now_v7().as_bytes();
        bytes[15] = erased.uuid().as_bytes()[15];
        bytes
    }));
    publish(
        &harness,
        &[
            user_created(erased, "Late", "Comer"),
            user_created(marker, "On", "Time"),
        ],
    )
    .await;
    eventually("the marker is there", || async {
        (rows(&harness, "user_profiles", marker).await == 1).then_some(())
    })
    .await;
    assert_eq!(rows(&harness, "user_profiles", erased).await, 0);
    assert_eq!(rows(&harness, "data_keys", erased).await, 0);
    harness.stop().await;
}

/// Whether any row of the tables of families names a user.
async fn is_named(harness: &Harness, user_id: UserId) -> bool {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM family_members WHERE user_id = $1)
             OR EXISTS (SELECT FROM family_shares WHERE $1 IN (user_id, member_id))
             OR EXISTS (SELECT FROM family_invitations WHERE $1 IN (inviter_id, invited_user_id))",
    )
    .bind(user_id.uuid())
    .fetch_one(harness.database("user").pool())
    .await
    .unwrap()
}

async fn until_unnamed(world: &World, user_id: UserId) {
    eventually("no row names the user", || async {
        (!is_named(&world.harness, user_id).await).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_family_goes_on_without_a_member_who_is_erased() {
    let world = World::start().await;
    let (owner, [first, second]) = world.family([FamilyRole::Adult, FamilyRole::Adult]).await;
    world
        .share(owner, SharedArea::Expenses, Some(&[first]))
        .await
        .unwrap();
    world
        .share(second, SharedArea::Expenses, Some(&[owner]))
        .await
        .unwrap();
    let guest = UserId::generate();
    let guest = Invitee::UserId(guest.to_string());
    world.invite(owner, guest, FamilyRole::Viewer).await.unwrap();
    let invitee = Invitee::Email("eve@example.com".into());
    world.invite(owner, invitee, FamilyRole::Viewer).await.unwrap();
    assert!(is_named(&world.harness, owner).await);

    publish(&world.harness, &[user_deleted(owner)]).await;
    until_unnamed(&world, owner).await;
    let family = world.get(first).await.unwrap();
    assert_eq!(
        roles(&family),
        [
            (first.to_string(), FamilyRole::Owner),
            (second.to_string(), FamilyRole::Adult)
        ]
    );

    publish(&world.harness, &[user_deleted(second)]).await;
    until_unnamed(&world, second).await;
    publish(&world.harness, &[user_deleted(first)]).await;
    until_unnamed(&world, first).await;
    let families: i64 = sqlx::query_scalar("SELECT count(*) FROM families")
        .fetch_one(world.harness.database("user").pool())
        .await
        .unwrap();
    assert_eq!(families, 0);
    world.harness.stop().await;
}

#[tokio::test]
async fn an_invitation_to_an_account_that_is_erased_is_gone() {
    let world = World::start().await;
    let (owner, guest) = (world.person("Ada").await, UserId::generate());
    let who = Invitee::UserId(guest.to_string());
    world.invite(owner, who, FamilyRole::Adult).await.unwrap();
    assert!(is_named(&world.harness, guest).await);
    publish(&world.harness, &[user_deleted(guest)]).await;
    until_unnamed(&world, guest).await;
    assert_eq!(world.get(owner).await.unwrap().members.len(), 1);
    world.harness.stop().await;
}

#[tokio::test]
async fn answers_to_others_that_name_the_user_are_not_repeated() {
    let world = World::start().await;
    let (owner, [member]) = world.family([FamilyRole::Adult]).await;
    let request = ChangeFamilyRoleRequest {
        id: member.to_string(),
        role: FamilyRole::Viewer.into(),
    };
    world
        .families(owner)
        .change_family_role(keyed(request, "change"))
        .await
        .unwrap();
    let answers = || rows(&world.harness, "idempotency_keys", owner);
    assert_eq!(answers().await, 1);
    publish(&world.harness, &[user_deleted(member)]).await;
    eventually("the answer is forgotten", || async {
        (answers().await == 0).then_some(())
    })
    .await;
    world.harness.stop().await;
}
