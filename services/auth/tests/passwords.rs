//! Choosing, changing and resetting a password.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pfms_proto::auth::v1::credential_service_client::CredentialServiceClient;
use pfms_proto::auth::v1::session_service_client::SessionServiceClient;
use pfms_proto::auth::v1::{ChangePasswordRequest, ListSessionsRequest, ResetPasswordRequest, TokenSet};
use pfms_runtime::testing::{Harness, invalid_fields, reason};
use support::mailbox::Mailbox;
use support::{
    EMAIL, PASSWORD, anonymous, ask, ask_for_reset, refresh, register, registration, sign_in, sign_in_as,
    sql, start,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tonic::{Request, Status};

const RESET: &str = "Set a new password";
const NEW: &str = "lantern orbit cactus";

async fn reset(harness: &Harness, token: &str, password: &str) -> Result<(), Status> {
    let mut client = CredentialServiceClient::new(harness.anonymous("auth"));
    let request = ResetPasswordRequest {
        token: token.into(),
        new_password: password.into(),
    };
    client.reset_password(request).await.map(drop)
}

fn change_request(current: &str, new: &str) -> ChangePasswordRequest {
    ChangePasswordRequest {
        current_password: current.into(),
        new_password: new.into(),
    }
}

async fn change(harness: &Harness, tokens: &TokenSet, current: &str, new: &str) -> Result<(), Status> {
    let channel = harness.with_token("auth", Some(tokens.access_token.clone()));
    let mut client = CredentialServiceClient::new(channel);
    client
        .change_password(change_request(current, new))
        .await
        .map(drop)
}

async fn session_count(harness: &Harness, tokens: &TokenSet) -> usize {
    let channel = harness.with_token("auth", Some(tokens.access_token.clone()));
    let mut client = SessionServiceClient::new(channel);
    let listed = client
        .list_sessions(ListSessionsRequest::default())
        .await
        .unwrap();
    listed.into_inner().sessions.len()
}

/// Nothing is trimmed, folded or cut: bcrypt, for one, would look at 72 bytes only.
#[tokio::test]
async fn a_password_is_compared_as_it_was_given() {
    let harness = start().await;
    let filling = "lantern orbit cactus violin ".repeat(3);
    let given = format!(" {filling}Meadow ");
    let mut account = registration(EMAIL);
    account.password.clone_from(&given);
    anonymous(&harness).register(account).await.unwrap();
    for other in [
        given.trim().to_owned(),
        given.to_lowercase(),
        format!(" {filling}Shadow "),
    ] {
        let status = sign_in_as(&harness, EMAIL, &other).await.unwrap_err();
        assert_eq!(status.code(), tonic::Code::Unauthenticated, "{other:?}");
    }
    sign_in_as(&harness, EMAIL, &given).await.unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn a_mailed_link_sets_a_new_password_and_ends_all_sessions() {
    let (harness, mailbox) = Mailbox::start().await;
    register(&harness).await;
    let before = sign_in(&harness).await;
    ask_for_reset(&harness, "ADA@example.com").await.unwrap();
    let token = mailbox.token(EMAIL, RESET, 1).await;
    reset(&harness, &token, NEW).await.unwrap();

    sign_in_as(&harness, EMAIL, PASSWORD).await.unwrap_err();
    refresh(&harness, &before.refresh_token).await.unwrap_err();
    // No session is opened by it: whoever reads the mail still needs the second factor.
    assert_eq!(
        ask(
            &harness,
            "SELECT count(*)::text FROM sessions WHERE revoked_at IS NULL"
        )
        .await,
        "0"
    );
    sign_in_as(&harness, EMAIL, NEW).await.unwrap();
    mailbox.wait(EMAIL, "Your password was reset").await;
    let again = reset(&harness, &token, "another fine password")
        .await
        .unwrap_err();
    assert_eq!(reason(&again), "RESET_TOKEN_INVALID");
    harness.stop().await;
}

#[tokio::test]
async fn asking_for_a_reset_does_not_tell_whether_there_is_an_account() {
    let (harness, mailbox) = Mailbox::start().await;
    register(&harness).await;
    for email in [EMAIL, "eve@example.com", "not an address"] {
        ask_for_reset(&harness, email).await.unwrap();
    }
    assert_eq!(
        invalid_fields(&ask_for_reset(&harness, " ").await.unwrap_err()),
        ["email"]
    );
    mailbox.wait(EMAIL, RESET).await;
    assert_eq!(
        ask(
            &harness,
            "SELECT count(*)::text FROM mail_tokens WHERE purpose = 'reset_password'"
        )
        .await,
        "1"
    );
    harness.stop().await;
}

#[tokio::test]
async fn a_link_that_expired_or_was_made_up_sets_nothing() {
    let (harness, mailbox) = Mailbox::start().await;
    register(&harness).await;
    ask_for_reset(&harness, EMAIL).await.unwrap();
    let token = mailbox.token(EMAIL, RESET, 1).await;
    // The token that proves an address resets nothing.
    let other = mailbox.token(EMAIL, "Confirm your e-mail address", 1).await;
    for wrong in ["x", &"A".repeat(64), &other] {
        let status = reset(&harness, wrong, NEW).await.unwrap_err();
        assert_eq!(reason(&status), "RESET_TOKEN_INVALID", "{wrong}");
    }
    // A password that is refused does not use the link up.
    let weak = reset(&harness, &token, "lovelace").await.unwrap_err();
    assert_eq!(invalid_fields(&weak), ["newPassword"]);
    let both = reset(&harness, "", "short").await.unwrap_err();
    assert_eq!(invalid_fields(&both), ["token", "newPassword"]);
    sql(
        &harness,
        "UPDATE mail_tokens SET expires_at = expires_at - interval '31 minutes'
                   WHERE purpose = 'reset_password'",
    )
    .await;
    let late = reset(&harness, &token, NEW).await.unwrap_err();
    assert_eq!(reason(&late), "RESET_TOKEN_INVALID");
    sign_in(&harness).await;
    harness.stop().await;
}

#[tokio::test]
async fn of_resets_at_once_with_one_link_one_succeeds() {
    let (harness, mailbox) = Mailbox::start().await;
    register(&harness).await;
    ask_for_reset(&harness, EMAIL).await.unwrap();
    let token = mailbox.token(EMAIL, RESET, 1).await;
    let attempts = ["lantern orbit cactus", "violin pebble harvest"].map(|new| reset(&harness, &token, new));
    let done = futures::future::join_all(attempts).await;
    assert_eq!(done.iter().filter(|one| one.is_ok()).count(), 1, "{done:?}");
    harness.stop().await;
}

#[tokio::test]
async fn who_knows_the_present_password_changes_it_and_stays_signed_in_alone() {
    let (harness, mailbox) = Mailbox::start().await;
    register(&harness).await;
    let other = sign_in(&harness).await;
    let mine = sign_in(&harness).await;
    change(&harness, &mine, PASSWORD, NEW).await.unwrap();
    refresh(&harness, &other.refresh_token).await.unwrap_err();
    refresh(&harness, &mine.refresh_token).await.unwrap();
    assert_eq!(session_count(&harness, &mine).await, 1);
    sign_in_as(&harness, EMAIL, PASSWORD).await.unwrap_err();
    sign_in_as(&harness, EMAIL, NEW).await.unwrap();
    let told = mailbox.wait(EMAIL, "Your password was changed").await;
    assert!(told.contains("With: tonic"), "{told}");
    harness.stop().await;
}

#[tokio::test]
async fn a_change_needs_the_present_password_and_another_good_one() {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    for (current, new, fields) in [
        ("wrong password", NEW, vec!["currentPassword"]),
        (PASSWORD, PASSWORD, vec!["newPassword"]),
        (PASSWORD, "password1", vec!["newPassword"]),
        ("", "short", vec!["currentPassword", "newPassword"]),
    ] {
        let status = change(&harness, &tokens, current, new).await.unwrap_err();
        assert_eq!(invalid_fields(&status), fields, "{current} {new}");
    }
    sign_in(&harness).await;
    // Only a person's own token names the session that goes on.
    let service = harness.as_user("auth", tokens.user_id.parse().unwrap());
    let status = CredentialServiceClient::new(service)
        .change_password(change_request(PASSWORD, NEW))
        .await
        .unwrap_err();
    assert_eq!(reason(&status), "SESSION_REQUIRED");
    harness.stop().await;
}

#[tokio::test]
async fn a_repeated_change_gets_the_first_answer() {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let with_key = |request| {
        let mut request = Request::new(request);
        request
            .metadata_mut()
            .insert("idempotency-key", "k1".parse().unwrap());
        request
    };
    let channel = harness.with_token("auth", Some(tokens.access_token.clone()));
    let mut client = CredentialServiceClient::new(channel);
    for _ in 0..2 {
        let request = with_key(change_request(PASSWORD, NEW));
        client.change_password(request).await.unwrap();
    }
    let other = with_key(change_request(PASSWORD, "violin pebble harvest"));
    let status = client.change_password(other).await.unwrap_err();
    assert_eq!(reason(&status), "IDEMPOTENCY_KEY_REUSED");
    let stored = ask(&harness, "SELECT string_agg(i::text, '') FROM idempotency_keys i").await;
    assert!(!stored.contains(NEW), "{stored}");
    harness.stop().await;
}

#[tokio::test]
async fn passwords_that_are_easy_to_guess_are_refused_on_registration() {
    let harness = start().await;
    for weak in ["password1", "ada@example.com", "qwertyuiop"] {
        let mut request = registration(EMAIL);
        request.password = weak.into();
        let status = anonymous(&harness).register(request).await.unwrap_err();
        assert_eq!(invalid_fields(&status), ["password"], "{weak}");
    }
    harness.stop().await;
}

/// A list of breached passwords that knows one of them, and tells which ranges were asked for.
async fn list(known: &'static str) -> (String, tokio::sync::mpsc::UnboundedReceiver<String>) {
    use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
    let hash = support::hexadecimal(digest(&SHA1_FOR_LEGACY_USE_ONLY, known.as_bytes())).to_uppercase();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (asked, ranges) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 4096];
            let length = stream.read(&mut request).await.unwrap();
            let line = String::from_utf8_lossy(&request[..length]);
            let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
            let body = if path == format!("/range/{}", &hash[..5]) {
                format!("{}:3\r\n{}:0\r\n", &hash[5..], "0".repeat(35))
            } else {
                String::new()
            };
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(answer.as_bytes()).await.unwrap();
            let _ = asked.send(path);
        }
    });
    (url, ranges)
}

#[tokio::test]
async fn a_breached_password_is_refused_and_its_list_learns_five_digits() {
    let (url, mut asked) = list("lantern orbit cactus").await;
    let harness = Harness::start_with(vec![pfms_auth::service()], |settings| {
        settings.breached_passwords_url = Some(url);
    })
    .await;
    register(&harness).await;
    assert_eq!(asked.recv().await.unwrap().len(), "/range/".len() + 5);
    let tokens = sign_in(&harness).await;
    let status = change(&harness, &tokens, PASSWORD, NEW).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["newPassword"]);
    assert!(status.message().contains("stolen"), "{}", status.message());
    harness.stop().await;
}

#[tokio::test]
async fn a_list_that_does_not_answer_keeps_nobody_from_a_password() {
    let harness = Harness::start_with(vec![pfms_auth::service()], |settings| {
        settings.breached_passwords_url = Some("http://127.0.0.1:9".into());
    })
    .await;
    register(&harness).await;
    sign_in(&harness).await;
    harness.stop().await;
}
