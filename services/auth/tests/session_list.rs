//! Seeing and ending one's sessions, and confirming who one is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pfms_proto::auth::v1::session_service_client::SessionServiceClient;
use pfms_proto::auth::v1::{
    GetSessionRequest, ListSessionsRequest, ReauthenticateRequest, RevokeAllSessionsRequest,
    RevokeOtherSessionsRequest, RevokeSessionRequest, Session, SignInRequest, TokenSet,
};
use pfms_proto::events::v1::AuditRecorded;
use pfms_runtime::redis::{Redis, SESSION_ACTIVE, SESSION_REVOKED, session_key};
use pfms_runtime::testing::{AuthorizedChannel, Harness, invalid_fields, reason};
use pfms_types::UserId;
use support::{
    EMAIL, PASSWORD, anonymous, ask, refresh, register, registration, sign_in, sign_in_as, sql, start,
    start_audited,
};
use tonic::{Code, Request};

fn client(harness: &Harness, tokens: &TokenSet) -> SessionServiceClient<AuthorizedChannel> {
    SessionServiceClient::new(harness.with_token("auth", Some(tokens.access_token.clone())))
}

async fn list(harness: &Harness, tokens: &TokenSet) -> Vec<Session> {
    let mut client = client(harness, tokens);
    let answer = client.list_sessions(ListSessionsRequest::default()).await;
    answer.unwrap().into_inner().sessions
}

async fn mirrored(harness: &Harness, tokens: &TokenSet) -> Option<String> {
    let redis = harness.redis();
    redis.wait().await.unwrap();
    let key = session_key(
        tokens.user_id.parse().unwrap(),
        tokens.session_id.parse().unwrap(),
    );
    redis.get(&redis.key(&key)).await.unwrap()
}

fn auth_time(token: &str) -> i64 {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    claims["auth_time"].as_i64().unwrap()
}

#[tokio::test]
async fn sessions_are_listed_with_what_their_owner_recognises_them_by() {
    let harness = start().await;
    register(&harness).await;
    let mut request = Request::new(SignInRequest {
        email: EMAIL.into(),
        password: PASSWORD.into(),
    });
    let headers = request.metadata_mut();
    headers.insert("x-envoy-external-address", "203.0.113.7".parse().unwrap());
    let first = anonymous(&harness).sign_in(request).await.unwrap().into_inner();
    let second = sign_in(&harness).await;
    let listed = list(&harness, &second).await;
    let ids: Vec<_> = listed.iter().map(|session| session.id.as_str()).collect();
    assert_eq!(ids, [&second.session_id, &first.session_id]);
    assert_eq!(
        listed.iter().map(|one| one.current).collect::<Vec<_>>(),
        [true, false]
    );
    assert_eq!(listed[1].ip_address, "203.0.113.7");
    assert_eq!(listed[1].device, "tonic");
    assert!(listed[1].user_agent.starts_with("tonic/"));

    let before = listed[1].last_access_time.unwrap();
    refresh(&harness, &first.refresh_token).await.unwrap();
    let mut client = client(&harness, &second);
    let request = GetSessionRequest {
        id: first.session_id.clone(),
    };
    let one = client.get_session(request).await.unwrap().into_inner();
    let after = one.last_access_time.unwrap();
    assert!((after.seconds, after.nanos) > (before.seconds, before.nanos));
    assert_eq!(one.authenticate_time, listed[1].authenticate_time);
    harness.stop().await;
}

#[tokio::test]
async fn pages_of_sessions_follow_each_other() {
    let harness = start().await;
    register(&harness).await;
    let mut tokens = sign_in(&harness).await;
    for _ in 0..2 {
        tokens = sign_in(&harness).await;
    }
    let all = list(&harness, &tokens).await;
    let mut client = client(&harness, &tokens);
    let page = |token: String| {
        let request = ListSessionsRequest {
            page_size: 2,
            page_token: token,
        };
        let mut client = client.clone();
        async move { client.list_sessions(request).await.unwrap().into_inner() }
    };
    let first = page(String::new()).await;
    let second = page(first.next_page_token).await;
    assert_eq!([first.sessions, second.sessions].concat(), all);
    assert_eq!(second.next_page_token, "");
    let negative = ListSessionsRequest {
        page_size: -1,
        ..Default::default()
    };
    let status = client.list_sessions(negative).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["pageSize"]);
    harness.stop().await;
}

#[tokio::test]
async fn a_session_that_is_ended_stops_at_the_edge_at_once_and_is_not_refreshed() {
    let harness = start().await;
    register(&harness).await;
    let stolen = sign_in(&harness).await;
    let mine = sign_in(&harness).await;
    let request = || RevokeSessionRequest {
        id: stolen.session_id.clone(),
    };
    let mut client = client(&harness, &mine);
    client.revoke_session(request()).await.unwrap();
    assert_eq!(mirrored(&harness, &stolen).await.as_deref(), Some("revoked"));
    assert_eq!(mirrored(&harness, &mine).await.as_deref(), Some("active"));
    refresh(&harness, &stolen.refresh_token).await.unwrap_err();
    assert_eq!(list(&harness, &mine).await.len(), 1);
    let again = client.revoke_session(request()).await.unwrap_err();
    assert_eq!(
        (again.code(), reason(&again).as_str()),
        (Code::NotFound, "SESSION_NOT_FOUND")
    );
    harness.stop().await;
}

#[tokio::test]
async fn another_users_session_does_not_exist() {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let mut stranger = SessionServiceClient::new(harness.as_user("auth", UserId::generate()));
    let id = tokens.session_id.clone();
    let status = stranger
        .get_session(GetSessionRequest { id: id.clone() })
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    let status = stranger
        .revoke_session(RevokeSessionRequest { id })
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    let all = stranger
        .revoke_all_sessions(RevokeAllSessionsRequest {})
        .await
        .unwrap();
    assert_eq!(all.into_inner().revoked_count, 0);
    assert_eq!(mirrored(&harness, &tokens).await.as_deref(), Some("active"));
    let status = stranger
        .get_session(GetSessionRequest { id: "x".into() })
        .await
        .unwrap_err();
    assert_eq!(invalid_fields(&status), ["id"]);
    harness.stop().await;
}

#[tokio::test]
async fn all_others_or_all_sessions_end_together() {
    let harness = start().await;
    register(&harness).await;
    let others = [sign_in(&harness).await, sign_in(&harness).await];
    let mine = sign_in(&harness).await;
    let mut client = client(&harness, &mine);
    let answer = client.revoke_other_sessions(RevokeOtherSessionsRequest {}).await;
    assert_eq!(answer.unwrap().into_inner().revoked_count, 2);
    for other in &others {
        assert_eq!(mirrored(&harness, other).await.as_deref(), Some("revoked"));
        refresh(&harness, &other.refresh_token).await.unwrap_err();
    }
    assert_eq!(mirrored(&harness, &mine).await.as_deref(), Some("active"));
    let answer = client.revoke_all_sessions(RevokeAllSessionsRequest {}).await;
    assert_eq!(answer.unwrap().into_inner().revoked_count, 1);
    assert_eq!(mirrored(&harness, &mine).await.as_deref(), Some("revoked"));
    harness.stop().await;
}

#[tokio::test]
async fn nothing_is_ended_that_the_edge_would_not_learn_of() {
    // Nothing listens there.
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let cut = Harness::start_with(vec![pfms_auth::service()], |settings| {
        settings.database_url.clone_from(&harness.settings().database_url);
        settings.redis_url = "redis://127.0.0.1:9".into();
    })
    .await;
    let mut client = client(&cut, &tokens);
    let status = client
        .revoke_all_sessions(RevokeAllSessionsRequest {})
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(list(&harness, &tokens).await.len(), 1);
    cut.stop().await;
    harness.stop().await;
}

#[tokio::test]
async fn confirming_the_password_makes_the_next_token_fresh() {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    sql(
        &harness,
        "UPDATE sessions SET authenticated_at = authenticated_at - interval '1 hour'",
    )
    .await;
    let stale = refresh(&harness, &tokens.refresh_token).await.unwrap();
    let signed_in = auth_time(&tokens.access_token);
    assert_eq!(auth_time(&stale.access_token), signed_in - 3600);

    let mut client = client(&harness, &stale);
    let wrong = ReauthenticateRequest {
        password: "wrong password".into(),
    };
    let status = client.reauthenticate(wrong).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["password"]);
    let right = ReauthenticateRequest {
        password: PASSWORD.into(),
    };
    let fresh = client.reauthenticate(right.clone()).await.unwrap().into_inner();
    assert!(auth_time(&fresh.access_token) >= signed_in);
    assert_eq!((fresh.token_type.as_str(), fresh.expires_in), ("Bearer", 300));
    // What is refreshed afterwards is as fresh, and no fresher.
    let later = refresh(&harness, &stale.refresh_token).await.unwrap();
    assert_eq!(auth_time(&later.access_token), auth_time(&fresh.access_token));

    sql(&harness, "UPDATE sessions SET revoked_at = now()").await;
    let status = client.reauthenticate(right).await.unwrap_err();
    assert_eq!(reason(&status), "SESSION_REVOKED");
    harness.stop().await;
}

#[tokio::test]
async fn sessions_end_after_the_configured_days() {
    let harness = Harness::start_with(vec![pfms_auth::service()], |settings| {
        settings.session_idle_days = 2;
        settings.session_days = 3;
    })
    .await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let days = "SELECT extract(epoch FROM expires_at - created_at)::int / 86400 || '' FROM sessions";
    assert_eq!(ask(&harness, days).await, "2");
    sql(
        &harness,
        "UPDATE sessions SET created_at = created_at - interval '2 days'",
    )
    .await;
    let refreshed = refresh(&harness, &tokens.refresh_token).await.unwrap();
    assert_eq!(ask(&harness, days).await, "3");
    sql(&harness, "UPDATE sessions SET expires_at = now()").await;
    let status = refresh(&harness, &refreshed.refresh_token).await.unwrap_err();
    assert_eq!(reason(&status), "REFRESH_TOKEN_INVALID");
    assert!(list(&harness, &refreshed).await.is_empty());
    harness.stop().await;
}

#[tokio::test]
async fn an_operator_ends_all_sessions_of_one_person() {
    let (harness, audited) = start_audited().await;
    let user_id = register(&harness).await;
    let (phone, laptop) = (sign_in(&harness).await, sign_in(&harness).await);
    anonymous(&harness)
        .register(registration("eve@example.com"))
        .await
        .unwrap();
    let eve = sign_in_as(&harness, "eve@example.com", PASSWORD).await.unwrap();
    let (database, redis) = (harness.database("auth"), harness.redis());
    redis.wait().await.unwrap();
    let end = async |email: &str| {
        pfms_auth::operator::end_sessions(&database, &redis, &harness.settings().master_key, email).await
    };
    assert_eq!(end(" ADA@example.com ").await.unwrap(), 2);
    for tokens in [&phone, &laptop] {
        assert_eq!(mirrored(&harness, tokens).await.as_deref(), Some(SESSION_REVOKED));
        refresh(&harness, &tokens.refresh_token).await.unwrap_err();
    }
    assert_eq!(mirrored(&harness, &eve).await.as_deref(), Some(SESSION_ACTIVE));
    refresh(&harness, &eve.refresh_token).await.unwrap();
    let event = audited
        .wait(|event: &AuditRecorded| event.action == "auth.sessions.ended")
        .await;
    assert_eq!((event.actor.as_str(), event.user_id), ("operator", user_id));
    assert_eq!(end(EMAIL).await.unwrap(), 0, "there is none left to end");
    assert_eq!(
        reason(&end("nobody@example.com").await.unwrap_err().into()),
        "ACCOUNT_NOT_FOUND"
    );
    // The account itself is as it was.
    sign_in(&harness).await;
    harness.stop().await;
}

#[tokio::test]
async fn an_operator_ends_no_session_that_the_edge_would_not_learn_of() {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let away = Redis::open("redis://127.0.0.1:1", "").unwrap();
    let master = &harness.settings().master_key;
    let ended = pfms_auth::operator::end_sessions(&harness.database("auth"), &away, master, EMAIL).await;
    assert_eq!(reason(&ended.unwrap_err().into()), "UNAVAILABLE");
    refresh(&harness, &tokens.refresh_token).await.unwrap();
    harness.stop().await;
}
