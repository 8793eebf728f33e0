//! Refreshing, signing out, and what other services and the edge see of a session.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pfms_proto::auth::v1::auth_internal_service_client::AuthInternalServiceClient;
use pfms_proto::auth::v1::{CheckSessionRequest, RefreshRequest, SignInRequest, SignOutRequest, TokenSet};
use pfms_runtime::redis::session_key;
use pfms_runtime::testing::{Harness, invalid_fields, reason};
use pfms_types::UserId;
use support::{ask, holder, refresh, register, sign_in, sql, start};
use tonic::Code;

fn mirror_key(tokens: &TokenSet) -> String {
    session_key(
        tokens.user_id.parse().unwrap(),
        tokens.session_id.parse().unwrap(),
    )
}

async fn mirrored(harness: &Harness, tokens: &TokenSet) -> Option<String> {
    let redis = harness.redis();
    redis.wait().await.unwrap();
    redis.get(&redis.key(&mirror_key(tokens))).await.unwrap()
}

async fn set_mirror(harness: &Harness, tokens: &TokenSet, value: &str, seconds: i64) {
    let redis = harness.redis();
    redis.wait().await.unwrap();
    let key = redis.key(&mirror_key(tokens));
    redis.set_for(&key, value, seconds).await.unwrap();
}

async fn check(harness: &Harness, user_id: &str, session_id: &str) -> bool {
    let mut client = AuthInternalServiceClient::new(harness.as_service("auth"));
    let request = CheckSessionRequest {
        user_id: user_id.into(),
        session_id: session_id.into(),
    };
    client.check_session(request).await.unwrap().into_inner().active
}

#[tokio::test]
async fn each_refresh_gives_new_tokens_of_the_same_session() {
    let harness = start().await;
    register(&harness).await;
    let first = sign_in(&harness).await;
    let second = refresh(&harness, &first.refresh_token).await.unwrap();
    let third = refresh(&harness, &second.refresh_token).await.unwrap();
    assert_ne!(first.refresh_token, second.refresh_token);
    assert_ne!(second.refresh_token, third.refresh_token);
    assert_eq!(first.session_id, third.session_id);
    assert_eq!(mirrored(&harness, &third).await.as_deref(), Some("active"));
    harness.stop().await;
}

#[tokio::test]
async fn a_used_token_ends_its_session_and_no_other() {
    let harness = start().await;
    register(&harness).await;
    let stolen = sign_in(&harness).await;
    let other = sign_in(&harness).await;
    let second = refresh(&harness, &stolen.refresh_token).await.unwrap();
    let third = refresh(&harness, &second.refresh_token).await.unwrap();
    // Two exchanges old: not even within the window for lost answers.
    let status = refresh(&harness, &stolen.refresh_token).await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::Unauthenticated, "REFRESH_TOKEN_REUSED"),
    );
    let status = refresh(&harness, &third.refresh_token).await.unwrap_err();
    assert_eq!(reason(&status), "REFRESH_TOKEN_INVALID");
    assert_eq!(mirrored(&harness, &stolen).await.as_deref(), Some("revoked"));
    assert!(!check(&harness, &stolen.user_id, &stolen.session_id).await);
    assert!(refresh(&harness, &other.refresh_token).await.is_ok());
    harness.stop().await;
}

#[tokio::test]
async fn a_client_that_lost_the_answer_may_repeat_the_token_for_a_moment() {
    let harness = start().await;
    register(&harness).await;
    let first = sign_in(&harness).await;
    let lost = refresh(&harness, &first.refresh_token).await.unwrap();
    let repeated = refresh(&harness, &first.refresh_token).await.unwrap();
    assert_ne!(lost.refresh_token, repeated.refresh_token);
    assert!(refresh(&harness, &repeated.refresh_token).await.is_ok());
    harness.stop().await;
}

#[tokio::test]
async fn the_token_of_an_answer_that_was_replaced_counts_as_used() {
    let harness = start().await;
    register(&harness).await;
    let first = sign_in(&harness).await;
    let replaced = refresh(&harness, &first.refresh_token).await.unwrap();
    refresh(&harness, &first.refresh_token).await.unwrap();
    let status = refresh(&harness, &replaced.refresh_token).await.unwrap_err();
    assert_eq!(reason(&status), "REFRESH_TOKEN_REUSED");
    harness.stop().await;
}

#[tokio::test]
async fn after_the_moment_has_passed_a_repetition_is_a_reuse() {
    let harness = start().await;
    register(&harness).await;
    let first = sign_in(&harness).await;
    let second = refresh(&harness, &first.refresh_token).await.unwrap();
    sql(
        &harness,
        "UPDATE sessions SET rotated_at = rotated_at - interval '11 seconds'",
    )
    .await;
    let status = refresh(&harness, &first.refresh_token).await.unwrap_err();
    assert_eq!(reason(&status), "REFRESH_TOKEN_REUSED");
    let status = refresh(&harness, &second.refresh_token).await.unwrap_err();
    assert_eq!(reason(&status), "REFRESH_TOKEN_INVALID");
    harness.stop().await;
}

#[tokio::test]
async fn of_the_tokens_that_refreshes_at_once_give_one_works() {
    let harness = start().await;
    register(&harness).await;
    let first = sign_in(&harness).await;
    let (one, two) = tokio::join!(
        refresh(&harness, &first.refresh_token),
        refresh(&harness, &first.refresh_token),
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_ne!(one.refresh_token, two.refresh_token);
    let current = ask(&harness, "SELECT encode(token_hash, 'hex') FROM sessions").await;
    let hash = |tokens: &TokenSet| {
        use base64::Engine;
        use sha2::Digest;
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD
            .decode(&tokens.refresh_token)
            .unwrap();
        support::hexadecimal(sha2::Sha256::digest(bytes))
    };
    let working = [&one, &two].into_iter().filter(|tokens| hash(tokens) == current);
    assert_eq!(working.count(), 1);
    harness.stop().await;
}

#[tokio::test]
async fn noise_is_refused_and_ends_nothing() {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let mut bent = tokens.refresh_token.clone();
    let other = if bent.ends_with('A') { 'B' } else { 'A' };
    bent.replace_range(50..51, if bent.as_bytes()[50] == b'A' { "B" } else { "A" });
    let mut longer = tokens.refresh_token.clone();
    longer.push(other);
    for token in [
        bent.as_str(),
        longer.as_str(),
        "x",
        "%%%",
        tokens.access_token.as_str(),
    ] {
        let status = refresh(&harness, token).await.unwrap_err();
        assert_eq!(reason(&status), "REFRESH_TOKEN_INVALID", "{token}");
    }
    let status = refresh(&harness, "").await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["refreshToken"]);
    assert!(refresh(&harness, &tokens.refresh_token).await.is_ok());
    harness.stop().await;
}

#[tokio::test]
async fn an_expired_session_and_a_disabled_account_are_not_refreshed() {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    sql(&harness, "UPDATE users SET is_active = false").await;
    let status = refresh(&harness, &tokens.refresh_token).await.unwrap_err();
    assert_eq!(reason(&status), "REFRESH_TOKEN_INVALID");
    sql(&harness, "UPDATE users SET is_active = true").await;
    sql(
        &harness,
        "UPDATE sessions SET expires_at = now() - interval '1 second'",
    )
    .await;
    let status = refresh(&harness, &tokens.refresh_token).await.unwrap_err();
    assert_eq!(reason(&status), "REFRESH_TOKEN_INVALID");
    assert!(!check(&harness, &tokens.user_id, &tokens.session_id).await);
    harness.stop().await;
}

#[tokio::test]
async fn signing_out_ends_the_session_everywhere() {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let other = sign_in(&harness).await;
    assert_eq!(mirrored(&harness, &tokens).await.as_deref(), Some("active"));
    let mut client = holder(&harness, &tokens);
    client.sign_out(SignOutRequest {}).await.unwrap();
    client.sign_out(SignOutRequest {}).await.unwrap();
    assert_eq!(mirrored(&harness, &tokens).await.as_deref(), Some("revoked"));
    let status = refresh(&harness, &tokens.refresh_token).await.unwrap_err();
    assert_eq!(reason(&status), "REFRESH_TOKEN_INVALID");
    assert!(!check(&harness, &tokens.user_id, &tokens.session_id).await);
    assert!(check(&harness, &other.user_id, &other.session_id).await);
    harness.stop().await;
}

#[tokio::test]
async fn without_redis_people_sign_in_and_refresh_but_signing_out_says_that_it_failed() {
    let away = |settings: &mut pfms_runtime::Settings| settings.redis_url = "redis://127.0.0.1:1".into();
    let harness = Harness::start_with(vec![pfms_auth::service()], away).await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let tokens = refresh(&harness, &tokens.refresh_token).await.unwrap();
    let status = holder(&harness, &tokens)
        .sign_out(SignOutRequest {})
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert!(refresh(&harness, &tokens.refresh_token).await.is_ok());
    harness.stop().await;
}

#[tokio::test]
async fn check_session_restores_the_mirror_and_revives_nothing() {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    set_mirror(&harness, &tokens, "lost", 100).await;
    assert!(check(&harness, &tokens.user_id, &tokens.session_id).await);
    assert_eq!(mirrored(&harness, &tokens).await.as_deref(), Some("active"));
    // An ending that is on its way to the database is not overwritten.
    set_mirror(&harness, &tokens, "revoked", 100).await;
    assert!(check(&harness, &tokens.user_id, &tokens.session_id).await);
    assert_eq!(mirrored(&harness, &tokens).await.as_deref(), Some("revoked"));
    harness.stop().await;
}

#[tokio::test]
async fn check_session_knows_no_session_of_another_account() {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    assert!(!check(&harness, &UserId::generate().to_string(), &tokens.session_id).await);
    assert_eq!(mirrored(&harness, &tokens).await.as_deref(), Some("active"));
    let mut client = AuthInternalServiceClient::new(harness.as_service("auth"));
    let request = CheckSessionRequest {
        user_id: "x".into(),
        session_id: String::new(),
    };
    let status = client.check_session(request).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["userId", "sessionId"]);
    harness.stop().await;
}

#[tokio::test]
async fn check_session_is_not_for_people() {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let channel = harness.with_token("auth", Some(tokens.access_token.clone()));
    let request = CheckSessionRequest {
        user_id: tokens.user_id,
        session_id: tokens.session_id,
    };
    let refused = AuthInternalServiceClient::new(channel)
        .check_session(request)
        .await;
    assert_eq!(refused.unwrap_err().code(), Code::PermissionDenied);
    harness.stop().await;
}

#[tokio::test]
async fn a_service_that_acts_for_someone_has_no_session_to_end() {
    let harness = start().await;
    let channel = harness.as_user("auth", UserId::generate());
    let mut client = pfms_proto::auth::v1::auth_service_client::AuthServiceClient::new(channel);
    let status = client.sign_out(SignOutRequest {}).await.unwrap_err();
    assert_eq!(reason(&status), "SESSION_REQUIRED");
    harness.stop().await;
}

#[tokio::test]
async fn a_token_in_the_header_changes_nothing_for_who_signs_in_or_refreshes() {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let mut client = holder(&harness, &tokens);
    let again = client
        .sign_in(SignInRequest {
            email: support::EMAIL.into(),
            password: support::PASSWORD.into(),
        })
        .await
        .unwrap()
        .into_inner();
    assert_ne!(again.session_id, tokens.session_id);
    let request = RefreshRequest {
        refresh_token: again.refresh_token,
    };
    let refreshed = client.refresh(request).await.unwrap().into_inner();
    assert_eq!(refreshed.session_id, again.session_id);
    harness.stop().await;
}
