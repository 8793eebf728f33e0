//! Invitations to a family.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use jiff::SignedDuration;
use pfms_proto::events::v1::{AuditRecorded, NotificationSend};
use pfms_proto::user::v1::invite_family_member_request::Invitee;
use pfms_proto::user::v1::{
    AcceptFamilyInvitationRequest, CancelFamilyInvitationRequest, DeclineFamilyInvitationRequest, FamilyRole,
    GetFamilyInvitationRequest, InviteFamilyMemberRequest, ListFamilyInvitationsRequest,
    ListReceivedFamilyInvitationsRequest,
};
use pfms_runtime::testing::{invalid_fields, reason};
use pfms_types::UserId;
use support::family::{World, roles};
use support::{ask, hexadecimal, keyed};
use tonic::Code;

const EMAIL: &str = "bob@example.com";

fn email() -> Invitee {
    Invitee::Email("Bob@Example.com".into())
}

fn account(user_id: UserId) -> Invitee {
    Invitee::UserId(user_id.to_string())
}

#[tokio::test]
async fn an_address_joins_with_token_and_account_and_once() {
    let world = World::start().await;
    let (ada, bob, eve) = (
        world.person("Ada").await,
        world.person("Bob").await,
        world.person("Eve").await,
    );
    world.address(EMAIL, bob);
    let invited = world.invite(ada, email(), FamilyRole::Adult).await.unwrap();
    let invitation = invited.invitation.unwrap();
    assert_eq!(
        (invitation.email.as_str(), invitation.role()),
        ("Bob@Example.com", FamilyRole::Adult)
    );
    assert_eq!(invitation.inviter_first_name, "Ada");
    // The account without the token, a wrong token, and the token without the account.
    for (who, token) in [(bob, ""), (bob, "x"), (eve, "")] {
        let status = world.accept(who, &invitation.id, token).await.unwrap_err();
        assert_eq!(
            (status.code(), reason(&status)),
            (Code::NotFound, "INVITATION_NOT_FOUND".into())
        );
    }
    let status = world
        .accept(eve, &invitation.id, &invited.token)
        .await
        .unwrap_err();
    assert_eq!(reason(&status), "FAMILY_INVITATION_FOR_ANOTHER_ADDRESS");

    let family = world.accept(bob, &invitation.id, &invited.token).await.unwrap();
    assert_eq!(family.role(), FamilyRole::Adult);
    assert_eq!(
        roles(&family),
        [
            (ada.to_string(), FamilyRole::Owner),
            (bob.to_string(), FamilyRole::Adult)
        ]
    );
    let status = world
        .accept(bob, &invitation.id, &invited.token)
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    world.harness.stop().await;
}

#[tokio::test]
async fn an_answer_does_not_tell_whether_there_is_an_account() {
    let world = World::start().await;
    let (ada, bob) = (world.person("Ada").await, world.person("Bob").await);
    world.address(EMAIL, bob);
    let known = world.invite(ada, email(), FamilyRole::Child).await.unwrap();
    let unknown = world
        .invite(
            ada,
            Invitee::Email("nobody@example.com".into()),
            FamilyRole::Child,
        )
        .await
        .unwrap();
    let nobody = world
        .invite(ada, account(UserId::generate()), FamilyRole::Child)
        .await
        .unwrap();
    assert_eq!(known.token.len(), unknown.token.len());
    let blank = |mut answer: pfms_proto::user::v1::InviteFamilyMemberResponse| {
        let invitation = answer.invitation.as_mut().unwrap();
        for text in [
            &mut invitation.id,
            &mut invitation.email,
            &mut invitation.invited_user_id,
        ] {
            text.clear();
        }
        answer.token.clear();
        answer
    };
    assert_eq!(blank(known), blank(unknown.clone()));
    assert_eq!(blank(nobody), blank(unknown));
    // One of the three has an account, and is told.
    world.invite(ada, account(bob), FamilyRole::Viewer).await.unwrap();
    let told = world
        .told("two invitations of Bob", |told: &[NotificationSend]| {
            told.len() >= 2
        })
        .await;
    for one in told {
        assert_eq!((one.user_id, one.category.as_str()), (bob.to_string(), "family"));
        assert_eq!(one.variables["title"], "Ada invites you to a family");
    }
    world.harness.stop().await;
}

#[tokio::test]
async fn neither_address_nor_token_is_readable_in_the_database_nor_left_when_it_is_over() {
    let world = World::start().await;
    let ada = world.person("Ada").await;
    let invited = world.invite(ada, email(), FamilyRole::Adult).await.unwrap();
    let row = ask(&world.harness, "SELECT i::text FROM family_invitations i").await;
    let token = hexadecimal(&invited.token);
    for secret in [
        EMAIL,
        "Bob@Example.com",
        &hexadecimal("Bob@Example.com"),
        &invited.token,
        &token,
    ] {
        assert!(!row.contains(secret), "{secret}");
    }
    let id = invited.invitation.unwrap().id;
    let request = CancelFamilyInvitationRequest { id: id.clone() };
    world
        .families(ada)
        .cancel_family_invitation(request)
        .await
        .unwrap();
    let left = "SELECT (num_nonnulls(address_lookup, address_sealed, token_hash, invited_user_id))::text
                FROM family_invitations";
    assert_eq!(ask(&world.harness, left).await, "0");
    let status = world.accept(ada, &id, &invited.token).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    world.harness.stop().await;
}

#[tokio::test]
async fn an_account_finds_its_invitation_and_declines_it() {
    let world = World::start().await;
    let (ada, bob) = (world.person("Ada").await, world.person("Bob").await);
    let invited = world.invite(ada, account(bob), FamilyRole::Viewer).await.unwrap();
    assert_eq!(invited.token, "");
    let invitation = invited.invitation.unwrap();
    let received = world
        .families(bob)
        .list_received_family_invitations(ListReceivedFamilyInvitationsRequest {})
        .await;
    assert_eq!(
        received.unwrap().into_inner().invitations,
        std::slice::from_ref(&invitation)
    );
    let sent = world
        .families(ada)
        .list_family_invitations(ListFamilyInvitationsRequest {})
        .await;
    assert_eq!(
        sent.unwrap().into_inner().invitations,
        std::slice::from_ref(&invitation)
    );
    let request = GetFamilyInvitationRequest {
        id: invitation.id.clone(),
    };
    let got = world.families(bob).get_family_invitation(request).await;
    assert_eq!(got.unwrap().into_inner(), invitation);
    let decline = DeclineFamilyInvitationRequest {
        id: invitation.id.clone(),
        token: String::new(),
    };
    world
        .families(bob)
        .decline_family_invitation(decline)
        .await
        .unwrap();
    let status = world.accept(bob, &invitation.id, "").await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    // What was declined can be sent again.
    world.invite(ada, account(bob), FamilyRole::Viewer).await.unwrap();
    let audited = world
        .told("the refusal is audited", |audited: &[AuditRecorded]| {
            audited
                .iter()
                .any(|one| one.action == "user.family.invitation.declined")
        })
        .await;
    let declined = audited
        .iter()
        .find(|one| one.action == "user.family.invitation.declined")
        .unwrap();
    assert_eq!(
        (&declined.user_id, &declined.target),
        (&bob.to_string(), &invitation.id)
    );
    world.harness.stop().await;
}

#[tokio::test]
async fn an_invitation_is_open_for_a_week() {
    let world = World::start().await;
    let (ada, bob) = (world.person("Ada").await, world.person("Bob").await);
    let invited = world.invite(ada, account(bob), FamilyRole::Adult).await.unwrap();
    let id = invited.invitation.unwrap().id;
    world.clock.advance(SignedDuration::from_hours(7 * 24));
    let status = world.accept(bob, &id, "").await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    let sent = world
        .families(ada)
        .list_family_invitations(ListFamilyInvitationsRequest {})
        .await;
    assert_eq!(sent.unwrap().into_inner().invitations, []);
    world.harness.stop().await;
}

#[tokio::test]
async fn to_others_an_invitation_does_not_exist() {
    let world = World::start().await;
    let (ada, bob, eve) = (
        world.person("Ada").await,
        world.person("Bob").await,
        world.person("Eve").await,
    );
    let id = world
        .invite(ada, account(bob), FamilyRole::Adult)
        .await
        .unwrap()
        .invitation
        .unwrap()
        .id;
    // Eve has a family of her own.
    world.invite(eve, email(), FamilyRole::Adult).await.unwrap();
    let mut client = world.families(eve);
    let get = GetFamilyInvitationRequest { id: id.clone() };
    let cancel = CancelFamilyInvitationRequest { id: id.clone() };
    let decline = DeclineFamilyInvitationRequest {
        id: id.clone(),
        token: String::new(),
    };
    for status in [
        client.get_family_invitation(get).await.unwrap_err(),
        client.cancel_family_invitation(cancel).await.unwrap_err(),
        client.decline_family_invitation(decline).await.unwrap_err(),
        world.accept(eve, &id, "").await.unwrap_err(),
    ] {
        assert_eq!(
            (status.code(), reason(&status)),
            (Code::NotFound, "INVITATION_NOT_FOUND".into())
        );
    }
    assert!(world.accept(bob, &id, "").await.is_ok());
    world.harness.stop().await;
}

#[tokio::test]
async fn nobody_is_in_two_families_or_invited_twice_to_one() {
    let world = World::start().await;
    let (ada, bob, eve) = (
        world.person("Ada").await,
        world.person("Bob").await,
        world.person("Eve").await,
    );
    let first = world.invite(ada, account(bob), FamilyRole::Adult).await.unwrap();
    let again = world
        .invite(ada, account(bob), FamilyRole::Child)
        .await
        .unwrap_err();
    assert_eq!(reason(&again), "FAMILY_INVITATION_OPEN");
    world.invite(ada, email(), FamilyRole::Child).await.unwrap();
    let spelled = Invitee::Email(EMAIL.into());
    let again = world.invite(ada, spelled, FamilyRole::Child).await.unwrap_err();
    assert_eq!(reason(&again), "FAMILY_INVITATION_OPEN");

    let second = world.invite(eve, account(bob), FamilyRole::Adult).await.unwrap();
    world
        .accept(bob, &first.invitation.unwrap().id, "")
        .await
        .unwrap();
    let second = second.invitation.unwrap().id;
    let status = world.accept(bob, &second, "").await.unwrap_err();
    assert_eq!(reason(&status), "FAMILY_ALREADY_JOINED");
    let status = world
        .invite(ada, account(bob), FamilyRole::Adult)
        .await
        .unwrap_err();
    assert_eq!(reason(&status), "FAMILY_MEMBER_EXISTS");
    // The invitation is still open, for when Bob leaves.
    let request = pfms_proto::user::v1::LeaveFamilyRequest {};
    world.families(bob).leave_family(request).await.unwrap();
    assert!(world.accept(bob, &second, "").await.is_ok());
    world.harness.stop().await;
}

#[tokio::test]
async fn repeated_requests_get_the_first_answer_with_the_token() {
    let world = World::start().await;
    let (ada, bob) = (world.person("Ada").await, world.person("Bob").await);
    world.address(EMAIL, bob);
    let request = || InviteFamilyMemberRequest {
        invitee: Some(email()),
        role: FamilyRole::Adult.into(),
    };
    let mut client = world.families(ada);
    let first = client
        .invite_family_member(keyed(request(), "k"))
        .await
        .unwrap()
        .into_inner();
    let again = client
        .invite_family_member(keyed(request(), "k"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(first, again);
    assert!(!first.token.is_empty());
    let kept = ask(
        &world.harness,
        "SELECT string_agg(k::text, '') FROM idempotency_keys k",
    )
    .await;
    for secret in [first.token.as_str(), "Bob@Example.com"] {
        assert!(!kept.contains(&hexadecimal(secret)), "{secret}");
    }
    let accept = || AcceptFamilyInvitationRequest {
        id: first.invitation.clone().unwrap().id,
        token: first.token.clone(),
    };
    let mut client = world.families(bob);
    let joined = client
        .accept_family_invitation(keyed(accept(), "k"))
        .await
        .unwrap()
        .into_inner();
    let again = client
        .accept_family_invitation(keyed(accept(), "k"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(joined, again);
    assert_eq!(joined.members.len(), 2);
    world.harness.stop().await;
}

#[tokio::test]
async fn wrong_fields_are_named_and_no_family_is_made() {
    let world = World::start().await;
    let ada = world.person("Ada").await;
    let status = world
        .invite(ada, Invitee::Email("bob".into()), FamilyRole::Owner)
        .await
        .unwrap_err();
    assert_eq!(invalid_fields(&status), ["email", "role"]);
    let status = world
        .invite(ada, account(ada), FamilyRole::Adult)
        .await
        .unwrap_err();
    assert_eq!(invalid_fields(&status), ["userId"]);
    let nobody = InviteFamilyMemberRequest {
        invitee: None,
        role: FamilyRole::Adult.into(),
    };
    let status = world
        .families(ada)
        .invite_family_member(nobody)
        .await
        .unwrap_err();
    assert_eq!(invalid_fields(&status), ["email"]);
    let status = world.get(ada).await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status)),
        (Code::NotFound, "FAMILY_NOT_FOUND".into())
    );
    world.harness.stop().await;
}

#[tokio::test]
async fn first_invitations_at_once_make_one_family() {
    let world = World::start().await;
    let ada = world.person("Ada").await;
    let (one, two) = tokio::join!(
        world.invite(ada, account(UserId::generate()), FamilyRole::Adult),
        world.invite(ada, account(UserId::generate()), FamilyRole::Adult),
    );
    one.and(two).unwrap();
    assert_eq!(
        ask(&world.harness, "SELECT count(*)::text FROM families").await,
        "1"
    );
    world.harness.stop().await;
}
