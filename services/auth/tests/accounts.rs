//! Registering and signing in.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pfms_proto::auth::v1::RegisterRequest;
use pfms_runtime::testing::{invalid_fields, reason};
use pfms_types::UserId;
use support::mailbox::Mailbox;
use support::{EMAIL, PASSWORD, anonymous, ask, register, registration, sign_in_as, sql, start};
use tonic::{Code, Request};

fn with_key(request: RegisterRequest, key: &str) -> Request<RegisterRequest> {
    let mut request = Request::new(request);
    request
        .metadata_mut()
        .insert("idempotency-key", key.parse().unwrap());
    request
}

#[tokio::test]
async fn who_registers_can_sign_in_however_the_address_is_written() {
    let harness = start().await;
    let user_id = register(&harness).await;
    let tokens = sign_in_as(&harness, "  ADA@Example.com ", PASSWORD)
        .await
        .unwrap();
    assert_eq!(tokens.user_id, user_id);
    assert_eq!((tokens.token_type.as_str(), tokens.expires_in), ("Bearer", 300));
    assert!(tokens.refresh_expire_time.is_some());
    harness.stop().await;
}

#[tokio::test]
async fn an_address_has_one_account_and_only_its_owner_learns_that() {
    let (harness, mailbox) = Mailbox::start().await;
    let user_id = register(&harness).await;
    let mut again = registration("Ada@EXAMPLE.com");
    again.password = "another good password".into();
    let answer = anonymous(&harness).register(again).await.unwrap().into_inner();
    assert!(answer.user_id.parse::<UserId>().is_ok());
    assert_ne!(answer.user_id, user_id);
    let mail = mailbox.wait(EMAIL, "You already have an account").await;
    assert!(!mail.contains("token"), "{mail}");

    assert_eq!(ask(&harness, "SELECT count(*)::text FROM users").await, "1");
    let tokens = sign_in_as(&harness, EMAIL, PASSWORD).await.unwrap();
    assert_eq!(tokens.user_id, user_id);
    sign_in_as(&harness, EMAIL, "another good password")
        .await
        .unwrap_err();
    harness.stop().await;
}

#[tokio::test]
async fn of_registrations_at_once_with_one_address_one_makes_the_account() {
    let harness = start().await;
    let attempts = (0..4).map(|_| {
        let mut client = anonymous(&harness);
        async move {
            let answer = client.register(registration(EMAIL)).await.unwrap();
            answer.into_inner().user_id
        }
    });
    let answers = futures::future::join_all(attempts).await;
    let made = ask(&harness, "SELECT string_agg(id::text, ' ') FROM users").await;
    assert_eq!(answers.iter().filter(|id| **id == made).count(), 1, "{made}");
    harness.stop().await;
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let harness = start().await;
    let request = RegisterRequest {
        email: "ada@localhost".into(),
        password: "short".into(),
        first_name: "x".repeat(101),
        last_name: "two\nlines".into(),
    };
    let status = anonymous(&harness).register(request).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    assert_eq!(
        invalid_fields(&status),
        ["email", "password", "firstName", "lastName"]
    );
    let status = sign_in_as(&harness, "", "").await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["email", "password"]);
    let status = sign_in_as(&harness, EMAIL, &"x".repeat(129)).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["password"]);
    harness.stop().await;
}

#[tokio::test]
async fn a_repeated_registration_gets_the_first_answer() {
    let harness = start().await;
    let mut client = anonymous(&harness);
    let first = client
        .register(with_key(registration(EMAIL), "k1"))
        .await
        .unwrap();
    let second = client
        .register(with_key(registration(EMAIL), "k1"))
        .await
        .unwrap();
    assert_eq!(first.get_ref(), second.get_ref());
    let mut other = registration(EMAIL);
    other.password.push('!');
    let status = client.register(with_key(other, "k1")).await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::AlreadyExists, "IDEMPOTENCY_KEY_REUSED"),
    );
    let third = client
        .register(with_key(registration(EMAIL), "k2"))
        .await
        .unwrap();
    assert_ne!(first.get_ref(), third.get_ref());
    assert_eq!(ask(&harness, "SELECT count(*)::text FROM users").await, "1");
    harness.stop().await;
}

#[tokio::test]
async fn neither_answer_nor_details_tell_which_of_the_credentials_was_wrong() {
    let harness = start().await;
    register(&harness).await;
    let wrong_password = sign_in_as(&harness, EMAIL, "wrong horse").await.unwrap_err();
    let unknown = sign_in_as(&harness, "eve@example.com", PASSWORD)
        .await
        .unwrap_err();
    let malformed = sign_in_as(&harness, "not an address", PASSWORD)
        .await
        .unwrap_err();
    sql(&harness, "UPDATE users SET is_active = false").await;
    let disabled = sign_in_as(&harness, EMAIL, PASSWORD).await.unwrap_err();
    assert_eq!(
        (wrong_password.code(), reason(&wrong_password).as_str()),
        (Code::Unauthenticated, "INVALID_CREDENTIALS"),
    );
    for other in [unknown, malformed, disabled] {
        assert_eq!(other.code(), wrong_password.code());
        assert_eq!(other.message(), wrong_password.message());
        assert_eq!(other.details(), wrong_password.details());
    }
    harness.stop().await;
}

#[tokio::test]
async fn neither_address_nor_password_is_stored_in_the_clear() {
    let harness = start().await;
    anonymous(&harness)
        .register(with_key(registration(EMAIL), "k1"))
        .await
        .unwrap();
    support::sign_in(&harness).await;
    let everything = "SELECT (SELECT string_agg(u::text, '') FROM users u)
        || (SELECT string_agg(s::text, '') FROM sessions s)
        || (SELECT string_agg(e::text, '') FROM security_events e)
        || (SELECT string_agg(i::text, '') FROM idempotency_keys i)";
    let stored = ask(&harness, everything).await;
    let hexadecimal = support::hexadecimal(EMAIL);
    for secret in [EMAIL, PASSWORD, &hexadecimal] {
        assert!(!stored.contains(secret), "{secret}");
    }
    let hash = ask(&harness, "SELECT password_hash FROM users").await;
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    harness.stop().await;
}

#[tokio::test]
async fn a_hash_of_old_parameters_is_renewed_on_sign_in() {
    use argon2::password_hash::PasswordHasher;
    use argon2::password_hash::phc::PasswordHash;
    let harness = start().await;
    register(&harness).await;
    let params = argon2::Params::new(8_192, 1, 1, None).unwrap();
    let weaker = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let old: PasswordHash = weaker.hash_password(PASSWORD.as_bytes()).unwrap();
    sqlx::query("UPDATE users SET password_hash = $1")
        .bind(old.to_string())
        .execute(harness.database("auth").pool())
        .await
        .unwrap();
    support::sign_in(&harness).await;
    let hash = ask(&harness, "SELECT password_hash FROM users").await;
    assert!(hash.contains("m=19456,t=2,p=1"), "{hash}");
    support::sign_in(&harness).await;
    harness.stop().await;
}

#[tokio::test]
async fn a_session_tells_where_it_was_opened() {
    let harness = start().await;
    register(&harness).await;
    let mut request = Request::new(pfms_proto::auth::v1::SignInRequest {
        email: EMAIL.into(),
        password: PASSWORD.into(),
    });
    request
        .metadata_mut()
        .insert("x-forwarded-for", "10.0.0.1, 203.0.113.7".parse().unwrap());
    anonymous(&harness).sign_in(request).await.unwrap();
    assert_eq!(
        ask(&harness, "SELECT host(ip_address) FROM sessions").await,
        "203.0.113.7"
    );
    let agent = ask(&harness, "SELECT device_info->>'userAgent' FROM sessions").await;
    assert!(agent.starts_with("tonic/"), "{agent}");
    harness.stop().await;
}

#[tokio::test]
async fn there_is_no_account_that_nobody_registered() {
    let harness = start().await;
    // Each is a way in.
    let ways = "SELECT ((SELECT count(*) FROM users) + (SELECT count(*) FROM identities)
        + (SELECT count(*) FROM personal_tokens) + (SELECT count(*) FROM sessions)
        + (SELECT count(*) FROM passkeys))::text";
    assert_eq!(ask(&harness, ways).await, "0");
    register(&harness).await;
    assert_eq!(ask(&harness, ways).await, "1");
    harness.stop().await;
}
