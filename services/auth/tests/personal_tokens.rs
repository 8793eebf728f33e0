//! Personal access tokens.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pbjson_types::Timestamp;
use pfms_proto::auth::v1::auth_service_client::AuthServiceClient;
use pfms_proto::auth::v1::personal_token_internal_service_client::PersonalTokenInternalServiceClient;
use pfms_proto::auth::v1::personal_token_service_client::PersonalTokenServiceClient;
use pfms_proto::auth::v1::{
    CreatePersonalTokenRequest, DeletePersonalTokenRequest, ExchangePersonalTokenRequest,
    GetPersonalTokenRequest, ListPersonalTokensRequest, PersonalToken, SignOutRequest, TokenSet,
};
use pfms_proto::events::v1::AuditRecorded;
use pfms_runtime::Clock;
use pfms_runtime::redis::session_key;
use pfms_runtime::testing::{AuthorizedChannel, Harness, invalid_fields, reason};
use serde_json::{Value, json};
use support::probe::Probe;
use support::{anonymous, ask, hexadecimal, register, registration, sign_in, sign_in_as, sql, start};
use tonic::{Code, Request, Status};
use uuid::Uuid;

type Client = PersonalTokenServiceClient<AuthorizedChannel>;

fn client(harness: &Harness, tokens: &TokenSet) -> Client {
    PersonalTokenServiceClient::new(harness.with_token("auth", Some(tokens.access_token.clone())))
}

fn in_seconds(seconds: i64) -> Timestamp {
    Timestamp {
        seconds: Clock::system().now().as_second() + seconds,
        nanos: 0,
    }
}

fn wanted() -> PersonalToken {
    PersonalToken {
        name: "Backup".into(),
        scopes: vec!["expense:read".into(), "notification:read".into()],
        expire_time: Some(in_seconds(86_400)),
        ..PersonalToken::default()
    }
}

fn creation(token: PersonalToken) -> CreatePersonalTokenRequest {
    CreatePersonalTokenRequest {
        personal_token: Some(token),
    }
}

async fn create(client: &mut Client) -> PersonalToken {
    let answer = client.create_personal_token(creation(wanted())).await;
    answer.unwrap().into_inner()
}

async fn list(client: &mut Client) -> Vec<PersonalToken> {
    let answer = client.list_personal_tokens(ListPersonalTokensRequest {}).await;
    answer.unwrap().into_inner().personal_tokens
}

async fn get(client: &mut Client, id: &str) -> Result<PersonalToken, Status> {
    let request = GetPersonalTokenRequest { id: id.into() };
    Ok(client.get_personal_token(request).await?.into_inner())
}

async fn delete(client: &mut Client, id: &str) -> Result<(), Status> {
    let request = DeletePersonalTokenRequest { id: id.into() };
    client.delete_personal_token(request).await.map(drop)
}

/// The access token that the edge gets for it; empty when there is none.
async fn exchange(harness: &Harness, token: &str) -> String {
    let mut client = PersonalTokenInternalServiceClient::new(harness.as_service("auth"));
    let request = ExchangePersonalTokenRequest { token: token.into() };
    let answer = client.exchange_personal_token(request).await.unwrap();
    answer.into_inner().access_token
}

fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

async fn mirrored(harness: &Harness, user_id: &str, id: &str) -> Option<String> {
    let redis = harness.redis();
    redis.wait().await.unwrap();
    let key = session_key(user_id.parse().unwrap(), id.parse().unwrap());
    redis.get(&redis.key(&key)).await.unwrap()
}

#[tokio::test]
async fn the_text_is_shown_once_and_kept_nowhere() {
    let harness = start().await;
    register(&harness).await;
    let mut client = client(&harness, &sign_in(&harness).await);
    let created = create(&mut client).await;
    assert!(created.token.starts_with("pfms_pat_"), "{created:?}");
    let shown = PersonalToken {
        token: String::new(),
        ..created.clone()
    };
    assert_eq!(shown.scopes, ["expense:read", "notification:read"]);
    assert_eq!(shown.last_use_time, None);
    assert_eq!(list(&mut client).await, std::slice::from_ref(&shown));
    assert_eq!(get(&mut client, &created.id).await.unwrap(), shown);

    let secret = URL_SAFE_NO_PAD
        .decode(created.token.trim_start_matches("pfms_pat_"))
        .unwrap();
    let stored = ask(
        &harness,
        "SELECT (SELECT string_agg(t::text, ' ') FROM personal_tokens t)
             || coalesce((SELECT string_agg(i::text, ' ') FROM idempotency_keys i), '')
             || coalesce((SELECT string_agg(o::text, ' ') FROM outbox o), '')",
    )
    .await;
    assert!(!stored.contains(&created.token[9..]) && !stored.contains(&hexadecimal(&secret[32..64])));
    harness.stop().await;
}

#[tokio::test]
async fn it_is_exchanged_for_a_short_lived_token_of_its_scope() {
    let harness = start().await;
    let user_id = register(&harness).await;
    let mut client = client(&harness, &sign_in(&harness).await);
    let created = create(&mut client).await;
    let claims = claims(&exchange(&harness, &created.token).await);
    assert_eq!(claims["sub"], json!(user_id));
    assert_eq!(claims["sid"], json!(created.id));
    assert_eq!(claims["scope"], "expense:read notification:read");
    assert_eq!(claims["auth_time"], 0, "nobody has proven who they are");
    let life = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!(life, 300);
    assert_eq!(
        mirrored(&harness, &user_id, &created.id).await.as_deref(),
        Some("active")
    );
    harness.stop().await;
}

#[tokio::test]
async fn what_it_is_exchanged_for_does_not_outlive_it() {
    let harness = start().await;
    register(&harness).await;
    let mut client = client(&harness, &sign_in(&harness).await);
    let brief = PersonalToken {
        expire_time: Some(in_seconds(100)),
        ..wanted()
    };
    let created = client
        .create_personal_token(creation(brief))
        .await
        .unwrap()
        .into_inner();
    let claims = claims(&exchange(&harness, &created.token).await);
    assert_eq!(claims["exp"], json!(created.expire_time.unwrap().seconds));
    sql(&harness, "UPDATE personal_tokens SET expires_at = now()").await;
    assert_eq!(exchange(&harness, &created.token).await, "");
    assert!(list(&mut client).await.is_empty());
    harness.stop().await;
}

#[tokio::test]
async fn only_the_text_itself_is_exchanged() {
    let harness = start().await;
    register(&harness).await;
    let mut client = client(&harness, &sign_in(&harness).await);
    let created = create(&mut client).await;
    let other = create(&mut client).await;
    let read = pfms_runtime::identity::PersonalToken::parse(&created.token).unwrap();
    let guessed = pfms_runtime::identity::PersonalToken::new(read.user_id(), read.id(), &[7; 32]);
    for text in [
        "",
        "pfms_pat_",
        &created.token[..created.token.len() - 1],
        &format!("{}{}", &created.token[..60], &other.token[60..]),
        &guessed.text(),
    ] {
        assert_eq!(exchange(&harness, text).await, "", "{text}");
    }
    sql(&harness, "UPDATE users SET is_active = false").await;
    assert_eq!(
        exchange(&harness, &created.token).await,
        "",
        "the account is closed"
    );
    harness.stop().await;
}

#[tokio::test]
async fn its_use_is_noted_at_most_once_a_minute() {
    let harness = start().await;
    register(&harness).await;
    let mut client = client(&harness, &sign_in(&harness).await);
    let created = create(&mut client).await;
    let noted = || {
        ask(
            &harness,
            "SELECT coalesce(last_used_at::text, '') FROM personal_tokens",
        )
    };
    assert_eq!(noted().await, "");
    exchange(&harness, &created.token).await;
    let first = noted().await;
    assert_ne!(first, "");
    exchange(&harness, &created.token).await;
    assert_eq!(noted().await, first);
    sql(
        &harness,
        "UPDATE personal_tokens SET last_used_at = last_used_at - interval '61 seconds'",
    )
    .await;
    exchange(&harness, &created.token).await;
    assert!(noted().await >= first);
    assert!(list(&mut client).await[0].last_use_time.is_some());
    harness.stop().await;
}

#[tokio::test]
async fn a_revoked_token_is_worth_nothing_and_the_edge_knows_at_once() {
    let harness = start().await;
    let user_id = register(&harness).await;
    let mut client = client(&harness, &sign_in(&harness).await);
    let created = create(&mut client).await;
    let kept = create(&mut client).await;
    assert_ne!(exchange(&harness, &created.token).await, "");
    delete(&mut client, &created.id).await.unwrap();
    assert_eq!(
        mirrored(&harness, &user_id, &created.id).await.as_deref(),
        Some("revoked")
    );
    assert_eq!(exchange(&harness, &created.token).await, "");
    assert_eq!(
        get(&mut client, &created.id).await.unwrap_err().code(),
        Code::NotFound
    );
    assert_eq!(
        delete(&mut client, &created.id).await.unwrap_err().code(),
        Code::NotFound
    );
    assert_ne!(exchange(&harness, &kept.token).await, "");
    harness.stop().await;
}

#[tokio::test]
async fn another_users_token_does_not_exist() {
    let harness = start().await;
    register(&harness).await;
    let created = create(&mut client(&harness, &sign_in(&harness).await)).await;
    let stranger = "eve@example.com";
    anonymous(&harness)
        .register(registration(stranger))
        .await
        .unwrap();
    let tokens = sign_in_as(&harness, stranger, support::PASSWORD).await.unwrap();
    let mut theirs = client(&harness, &tokens);
    for refused in [
        get(&mut theirs, &created.id).await.map(drop),
        delete(&mut theirs, &created.id).await,
    ] {
        assert_eq!(reason(&refused.unwrap_err()), "PERSONAL_TOKEN_NOT_FOUND");
    }
    assert!(list(&mut theirs).await.is_empty());
    assert_ne!(exchange(&harness, &created.token).await, "");
    harness.stop().await;
}

#[tokio::test]
async fn what_is_asked_for_is_checked() {
    let harness = start().await;
    register(&harness).await;
    let mut client = client(&harness, &sign_in(&harness).await);
    let mut refused = async |token: PersonalToken| {
        let status = client.create_personal_token(creation(token)).await.unwrap_err();
        invalid_fields(&status)
    };
    let cases = [
        (PersonalToken::default(), vec!["name", "scopes", "expireTime"]),
        (
            PersonalToken {
                scopes: vec!["expense:everything".into()],
                ..wanted()
            },
            vec!["scopes"],
        ),
        (
            PersonalToken {
                expire_time: Some(in_seconds(367 * 86_400)),
                ..wanted()
            },
            vec!["expireTime"],
        ),
        (
            PersonalToken {
                expire_time: Some(in_seconds(-1)),
                ..wanted()
            },
            vec!["expireTime"],
        ),
    ];
    for (token, fields) in cases {
        assert_eq!(refused(token.clone()).await, fields, "{token:?}");
    }
    assert_eq!(
        ask(&harness, "SELECT count(*)::text FROM personal_tokens").await,
        "0"
    );
    harness.stop().await;
}

#[tokio::test]
async fn nobody_has_more_than_fifty() {
    let harness = start().await;
    register(&harness).await;
    let mut client = client(&harness, &sign_in(&harness).await);
    for _ in 0..50 {
        create(&mut client).await;
    }
    let status = client
        .create_personal_token(creation(wanted()))
        .await
        .unwrap_err();
    assert_eq!(reason(&status), "TOO_MANY_TOKENS");
    let tokens = list(&mut client).await;
    assert_eq!(tokens.len(), 50);
    assert!(
        tokens.is_sorted_by(|one, next| one.id > next.id),
        "the latest first"
    );
    delete(&mut client, &tokens[0].id).await.unwrap();
    create(&mut client).await;
    harness.stop().await;
}

#[tokio::test]
async fn a_repeated_creation_makes_one_token_and_does_not_show_its_text_again() {
    let harness = start().await;
    register(&harness).await;
    let mut client = client(&harness, &sign_in(&harness).await);
    let request = |token| {
        let mut request = Request::new(creation(token));
        request
            .metadata_mut()
            .insert("idempotency-key", "one".parse().unwrap());
        request
    };
    let token = wanted();
    let first = client
        .create_personal_token(request(token.clone()))
        .await
        .unwrap()
        .into_inner();
    let again = client
        .create_personal_token(request(token))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(again.id, first.id);
    assert_eq!(again.token, "");
    assert_eq!(list(&mut client).await.len(), 1);
    harness.stop().await;
}

#[tokio::test]
async fn a_token_cannot_make_tokens_or_touch_the_session() {
    let harness = start().await;
    register(&harness).await;
    let created = create(&mut client(&harness, &sign_in(&harness).await)).await;
    let exchanged = exchange(&harness, &created.token).await;
    let channel = harness.with_token("auth", Some(exchanged));
    let mut tokens = PersonalTokenServiceClient::new(channel.clone());
    for refused in [
        tokens.create_personal_token(creation(wanted())).await.map(drop),
        tokens
            .list_personal_tokens(ListPersonalTokensRequest {})
            .await
            .map(drop),
        delete(&mut tokens, &created.id).await,
        AuthServiceClient::new(channel)
            .sign_out(SignOutRequest {})
            .await
            .map(drop),
    ] {
        let status = refused.unwrap_err();
        assert_eq!(
            (status.code(), reason(&status).as_str()),
            (Code::PermissionDenied, "SESSION_REQUIRED")
        );
    }
    harness.stop().await;
}

#[tokio::test]
async fn to_make_one_takes_a_fresh_sign_in_of_a_person() {
    let harness = start().await;
    let user_id = register(&harness).await;
    let mut service = PersonalTokenServiceClient::new(harness.as_user("auth", user_id.parse().unwrap()));
    let status = service
        .create_personal_token(creation(wanted()))
        .await
        .unwrap_err();
    assert_eq!(reason(&status), "FRESH_SIGN_IN_REQUIRED");
    harness.stop().await;
}

#[tokio::test]
async fn the_audit_log_learns_of_it() {
    let probe = Probe::default();
    let services = vec![pfms_auth::service(), probe.service::<AuditRecorded>("audit")];
    let harness = Harness::start(services).await;
    let user_id = register(&harness).await;
    let mut client = client(&harness, &sign_in(&harness).await);
    let created = create(&mut client).await;
    delete(&mut client, &created.id).await.unwrap();
    for action in ["auth.token.created", "auth.token.revoked"] {
        let audited = probe
            .wait(|audited: &AuditRecorded| audited.action == action && audited.target == created.id)
            .await;
        assert_eq!(audited.user_id, user_id);
    }
    harness.stop().await;
}

#[tokio::test]
async fn only_services_exchange() {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let channel = harness.with_token("auth", Some(tokens.access_token));
    let request = ExchangePersonalTokenRequest {
        token: Uuid::now_v7().to_string(),
    };
    let status = PersonalTokenInternalServiceClient::new(channel)
        .exchange_personal_token(request)
        .await
        .unwrap_err();
    assert_eq!(reason(&status), "WRONG_CALLER");
    harness.stop().await;
}
