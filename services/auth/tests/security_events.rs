//! What an account's owner, the audit log and notification learn of what happens to the account.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pfms_proto::auth::v1::security_service_client::SecurityServiceClient;
use pfms_proto::auth::v1::{
    ListSecurityEventsRequest, SecurityEvent, SignInRequest, SignOutRequest, TokenSet,
};
use pfms_proto::events::v1::{AuditRecorded, NotificationSend};
use pfms_runtime::testing::{Harness, eventually, invalid_fields};
use pfms_types::UserId;
use support::probe::Probe;
use support::{EMAIL, PASSWORD, anonymous, holder, refresh, register, sign_in, sign_in_as, sql, start};
use tonic::Request;

async fn page(harness: &Harness, tokens: &TokenSet, size: i32, token: &str) -> (Vec<SecurityEvent>, String) {
    let channel = harness.with_token("auth", Some(tokens.access_token.clone()));
    let request = ListSecurityEventsRequest {
        page_size: size,
        page_token: token.into(),
    };
    let answer = SecurityServiceClient::new(channel)
        .list_security_events(request)
        .await
        .unwrap()
        .into_inner();
    (answer.security_events, answer.next_page_token)
}

async fn kinds(harness: &Harness, tokens: &TokenSet) -> Vec<String> {
    let (events, _) = page(harness, tokens, 0, "").await;
    events.into_iter().map(|event| event.kind).collect()
}

async fn sign_in_from(harness: &Harness, ip: &str) -> TokenSet {
    let mut request = Request::new(SignInRequest {
        email: EMAIL.into(),
        password: PASSWORD.into(),
    });
    let headers = request.metadata_mut();
    headers.insert("x-envoy-external-address", ip.parse().unwrap());
    anonymous(harness).sign_in(request).await.unwrap().into_inner()
}

#[tokio::test]
async fn the_owner_sees_who_signed_in_with_what_and_from_where() {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in_from(&harness, "203.0.113.7").await;
    let (events, _) = page(&harness, &tokens, 0, "").await;
    let event = &events[0];
    assert_eq!(event.kind, "auth.sign_in.succeeded");
    assert_eq!(event.target, tokens.session_id);
    assert_eq!(
        (event.ip_address.as_str(), event.device.as_str()),
        ("203.0.113.7", "tonic")
    );
    assert!(event.create_time.is_some());
    harness.stop().await;
}

#[tokio::test]
async fn a_failed_sign_in_is_listed_for_the_account_that_it_named() {
    let harness = start().await;
    register(&harness).await;
    sign_in_as(&harness, EMAIL, "wrong horse").await.unwrap_err();
    sign_in_as(&harness, "eve@example.com", "wrong horse")
        .await
        .unwrap_err();
    let tokens = sign_in(&harness).await;
    let failures = eventually("the failure is noted", || async {
        let kinds = kinds(&harness, &tokens).await;
        let failed = kinds.iter().filter(|kind| *kind == "auth.sign_in.failed").count();
        (failed > 0).then_some(failed)
    })
    .await;
    assert_eq!(failures, 1);
    harness.stop().await;
}

#[tokio::test]
async fn only_a_device_or_network_that_was_not_seen_before_is_a_new_one() {
    let harness = start().await;
    register(&harness).await;
    let new = |kinds: Vec<String>| {
        kinds
            .iter()
            .filter(|kind| *kind == "auth.sign_in.new_device")
            .count()
    };
    sign_in_from(&harness, "203.0.113.7").await;
    let tokens = sign_in_from(&harness, "203.0.113.99").await;
    assert_eq!(new(kinds(&harness, &tokens).await), 0);
    for (ip, expected) in [("198.51.100.1", 1), ("198.51.100.2", 1), ("203.0.113.7", 1)] {
        let tokens = sign_in_from(&harness, ip).await;
        assert_eq!(new(kinds(&harness, &tokens).await), expected, "{ip}");
    }
    harness.stop().await;
}

#[tokio::test]
async fn ending_and_losing_a_session_are_listed() {
    let harness = start().await;
    register(&harness).await;
    let first = sign_in(&harness).await;
    let second = refresh(&harness, &first.refresh_token).await.unwrap();
    refresh(&harness, &second.refresh_token).await.unwrap();
    refresh(&harness, &first.refresh_token).await.unwrap_err();
    let other = sign_in(&harness).await;
    holder(&harness, &other)
        .sign_out(SignOutRequest {})
        .await
        .unwrap();
    let tokens = sign_in(&harness).await;
    let (events, _) = page(&harness, &tokens, 0, "").await;
    let targets = |kind: &str| -> Vec<_> {
        let of_kind = events.iter().filter(|event| event.kind == kind);
        of_kind.map(|event| event.target.clone()).collect()
    };
    assert_eq!(targets("auth.session.refresh_token_reused"), [first.session_id]);
    assert_eq!(targets("auth.session.signed_out"), [other.session_id]);
    harness.stop().await;
}

#[tokio::test]
async fn pages_follow_each_other_and_belong_to_their_caller() {
    let harness = start().await;
    register(&harness).await;
    let mut tokens = sign_in(&harness).await;
    for _ in 0..4 {
        tokens = sign_in(&harness).await;
    }
    let (all, end) = page(&harness, &tokens, 0, "").await;
    assert_eq!((all.len(), end.as_str()), (6, ""));
    let mut paged = Vec::new();
    let mut next = String::new();
    loop {
        let (mut events, token) = page(&harness, &tokens, 2, &next).await;
        paged.append(&mut events);
        if token.is_empty() {
            break;
        }
        next = token;
    }
    assert_eq!(paged, all);

    let stranger = harness.as_user("auth", UserId::generate());
    let mut stranger = SecurityServiceClient::new(stranger);
    let listed = stranger
        .list_security_events(ListSecurityEventsRequest::default())
        .await
        .unwrap();
    assert!(listed.into_inner().security_events.is_empty());
    let taken = ListSecurityEventsRequest {
        page_size: 2,
        page_token: next,
    };
    let status = stranger.list_security_events(taken).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["pageToken"]);
    harness.stop().await;
}

#[tokio::test]
async fn the_audit_log_and_the_owner_are_told() {
    let probe = Probe::default();
    let harness = Harness::start(vec![
        probe.service::<AuditRecorded>("audit"),
        probe.service::<NotificationSend>("notices"),
        pfms_auth::service(),
    ])
    .await;
    let user_id = register(&harness).await;
    sign_in_from(&harness, "203.0.113.7").await;
    let tokens = sign_in_from(&harness, "198.51.100.1").await;
    let told: NotificationSend = probe
        .wait(|told: &NotificationSend| !told.user_id.is_empty())
        .await;
    assert_eq!(
        (
            told.category.as_str(),
            told.template_key.as_str(),
            told.priority.as_str()
        ),
        ("security", "auth.sign_in.new_device", "high")
    );
    assert_eq!(told.user_id, user_id);
    assert_eq!(told.variables["device"], "tonic");
    assert_eq!(told.variables["place"], "198.51.100.1");
    let audited: AuditRecorded = probe
        .wait(|audited: &AuditRecorded| audited.target == tokens.session_id)
        .await;
    assert_eq!(audited.action, "auth.sign_in.succeeded");
    assert_eq!((audited.actor.as_str(), audited.succeeded), ("user", true));
    assert_eq!(audited.ip_address, "198.51.100.1");
    assert!(audited.user_agent.starts_with("tonic/"));
    harness.stop().await;
}

#[tokio::test]
async fn an_event_goes_with_its_account() {
    let harness = start().await;
    register(&harness).await;
    sign_in(&harness).await;
    sql(&harness, "DELETE FROM users").await;
    for count in [
        "SELECT count(*)::text FROM security_events",
        "SELECT count(*)::text FROM devices",
    ] {
        assert_eq!(support::ask(&harness, count).await, "0");
    }
    harness.stop().await;
}
