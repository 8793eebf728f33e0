//! Changing the address of an account.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pfms_proto::auth::v1::address_internal_service_client::AddressInternalServiceClient;
use pfms_proto::auth::v1::credential_service_client::CredentialServiceClient;
use pfms_proto::auth::v1::email_change_service_client::EmailChangeServiceClient;
use pfms_proto::auth::v1::{
    Account, ChangePasswordRequest, ConfirmEmailChangeRequest, GetAccountRequest, RequestEmailChangeRequest,
    ResetPasswordRequest, ResolveEmailRequest, TokenSet, VerifyEmailRequest,
};
use pfms_proto::events::v1::AuditRecorded;
use pfms_runtime::testing::{Harness, eventually, invalid_fields, reason};
use support::mailbox::Mailbox;
use support::probe::Probe;
use support::{
    EMAIL, PASSWORD, aged, anonymous, ask, ask_for_reset, hexadecimal, refresh, register, registration,
    sign_in, sign_in_as, sql,
};
use tonic::{Code, Request, Status};

const NEW: &str = "ada@lovelace.example";
const OTHER: &str = "eve@example.com";
const CONFIRM: &str = "Confirm your new e-mail address";
const TAKEN: &str = "Your address was given for another account";
const ASKED: &str = "A change of your e-mail address was asked for";
const CHANGED: &str = "Your e-mail address was changed";
const INVALID: &str = "EMAIL_CHANGE_TOKEN_INVALID";

fn asking(email: &str) -> RequestEmailChangeRequest {
    RequestEmailChangeRequest { email: email.into() }
}

async fn request(harness: &Harness, tokens: &TokenSet, email: &str) -> Result<(), Status> {
    let channel = harness.with_token("auth", Some(tokens.access_token.clone()));
    let mut client = EmailChangeServiceClient::new(channel);
    client.request_email_change(asking(email)).await.map(drop)
}

async fn confirm(harness: &Harness, token: &str) -> Result<(), Status> {
    let mut client = EmailChangeServiceClient::new(harness.anonymous("auth"));
    let request = ConfirmEmailChangeRequest { token: token.into() };
    client.confirm_email_change(request).await.map(drop)
}

fn why(answer: Result<(), Status>) -> String {
    reason(&answer.unwrap_err())
}

fn credentials(
    harness: &Harness,
    tokens: &TokenSet,
) -> CredentialServiceClient<pfms_runtime::testing::AuthorizedChannel> {
    CredentialServiceClient::new(harness.with_token("auth", Some(tokens.access_token.clone())))
}

async fn account(harness: &Harness, tokens: &TokenSet) -> Account {
    let answer = credentials(harness, tokens)
        .get_account(GetAccountRequest {})
        .await;
    answer.unwrap().into_inner()
}

async fn owner_of(harness: &Harness, email: &str) -> String {
    let mut client = AddressInternalServiceClient::new(harness.as_service("auth"));
    let request = ResolveEmailRequest { email: email.into() };
    client.resolve_email(request).await.unwrap().into_inner().user_id
}

/// Someone who is signed in, and their mailbox.
async fn begin() -> (Harness, Mailbox, TokenSet) {
    let (harness, mailbox) = Mailbox::start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    (harness, mailbox, tokens)
}

#[tokio::test]
async fn a_link_that_was_mailed_to_the_new_address_changes_it() {
    let (harness, mailbox, tokens) = begin().await;
    request(&harness, &tokens, NEW).await.unwrap();
    let token = mailbox.token(NEW, CONFIRM, 1).await;
    assert_eq!(account(&harness, &tokens).await.email, EMAIL);
    assert_eq!(
        owner_of(&harness, NEW).await,
        "",
        "nothing changes before it is used"
    );

    confirm(&harness, &token).await.unwrap();
    let changed = account(&harness, &tokens).await;
    assert_eq!((changed.email.as_str(), changed.email_verified), (NEW, true));
    assert_eq!(
        sign_in_as(&harness, NEW, PASSWORD).await.unwrap().user_id,
        tokens.user_id
    );
    let old = sign_in_as(&harness, EMAIL, PASSWORD).await.unwrap_err();
    assert_eq!(reason(&old), "INVALID_CREDENTIALS");
    assert_eq!(owner_of(&harness, NEW).await, tokens.user_id);
    assert_eq!(owner_of(&harness, EMAIL).await, "");
    harness.stop().await;
}

#[tokio::test]
async fn the_old_address_is_told_when_it_is_asked_for_and_when_it_happens() {
    let (harness, mailbox, tokens) = begin().await;
    request(&harness, &tokens, NEW).await.unwrap();
    let asked = mailbox.wait(EMAIL, ASKED).await;
    assert!(!asked.contains(NEW) && !asked.contains("#token="), "{asked}");
    let token = mailbox.token(NEW, CONFIRM, 1).await;
    confirm(&harness, &token).await.unwrap();
    mailbox.wait(EMAIL, CHANGED).await;
    assert_eq!(mailbox.all(NEW, CHANGED), [""; 0]);
    assert_eq!(mailbox.all(NEW, ASKED), [""; 0]);
    harness.stop().await;
}

#[tokio::test]
async fn what_is_queued_before_the_change_goes_to_the_old_address() {
    let (harness, mailbox, tokens) = begin().await;
    request(&harness, &tokens, NEW).await.unwrap();
    let token = mailbox.token(NEW, CONFIRM, 1).await;
    mailbox.wait(EMAIL, ASKED).await;
    // As if the mail server had been away for an hour.
    sql(
        &harness,
        "INSERT INTO mails (user_id, id, template, security_event_id, due_at, created_at)
         SELECT user_id, gen_random_uuid(), 'security', id, now() + interval '1 hour', now()
         FROM security_events WHERE kind = 'auth.email.change_requested'",
    )
    .await;
    confirm(&harness, &token).await.unwrap();
    sql(&harness, "UPDATE mails SET due_at = now()").await;
    mailbox.wait_for(EMAIL, ASKED, 2).await;
    assert_eq!(mailbox.all(NEW, ASKED), [""; 0]);
    harness.stop().await;
}

#[tokio::test]
async fn a_link_works_once_within_an_hour_and_cannot_be_made_up() {
    let (harness, mailbox, tokens) = begin().await;
    for made_up in ["x", &"A".repeat(64)] {
        assert_eq!(why(confirm(&harness, made_up).await), INVALID);
    }
    assert_eq!(
        invalid_fields(&confirm(&harness, " ").await.unwrap_err()),
        ["token"]
    );
    request(&harness, &tokens, NEW).await.unwrap();
    let token = mailbox.token(NEW, CONFIRM, 1).await;
    let hour = "SELECT bool_and(expires_at BETWEEN now() + interval '59 minutes' AND now() + interval '1 hour')::text
                FROM mail_tokens WHERE purpose = 'change_email'";
    assert_eq!(ask(&harness, hour).await, "true");
    sql(
        &harness,
        "UPDATE mail_tokens SET expires_at = now() WHERE purpose = 'change_email'",
    )
    .await;
    assert_eq!(why(confirm(&harness, &token).await), INVALID);

    request(&harness, &tokens, NEW).await.unwrap();
    let token = mailbox.token(NEW, CONFIRM, 2).await;
    confirm(&harness, &token).await.unwrap();
    assert_eq!(why(confirm(&harness, &token).await), INVALID);
    harness.stop().await;
}

#[tokio::test]
async fn a_link_is_for_one_purpose() {
    let (harness, mailbox, tokens) = begin().await;
    let verify = mailbox.token(EMAIL, "Confirm your e-mail address", 1).await;
    assert_eq!(why(confirm(&harness, &verify).await), INVALID);
    request(&harness, &tokens, NEW).await.unwrap();
    let token = mailbox.token(NEW, CONFIRM, 1).await;
    let mut client = CredentialServiceClient::new(harness.anonymous("auth"));
    let verified = client.verify_email(VerifyEmailRequest { token }).await;
    assert_eq!(reason(&verified.unwrap_err()), "VERIFICATION_TOKEN_INVALID");
    harness.stop().await;
}

#[tokio::test]
async fn another_request_ends_the_link_before() {
    let (harness, mailbox, tokens) = begin().await;
    request(&harness, &tokens, NEW).await.unwrap();
    let first = mailbox.token(NEW, CONFIRM, 1).await;
    request(&harness, &tokens, "countess@lovelace.example")
        .await
        .unwrap();
    let second = mailbox.token("countess@lovelace.example", CONFIRM, 1).await;
    assert_eq!(why(confirm(&harness, &first).await), INVALID);
    confirm(&harness, &second).await.unwrap();
    assert_eq!(
        account(&harness, &tokens).await.email,
        "countess@lovelace.example"
    );
    harness.stop().await;
}

#[tokio::test]
async fn asking_for_a_taken_address_answers_as_asking_for_a_free_one() {
    let (harness, mailbox, tokens) = begin().await;
    anonymous(&harness).register(registration(OTHER)).await.unwrap();
    let other = owner_of(&harness, OTHER).await;
    request(&harness, &tokens, &OTHER.to_uppercase()).await.unwrap();
    let mail = mailbox.wait(&OTHER.to_uppercase(), TAKEN).await;
    assert!(!mail.contains("token") && !mail.contains(EMAIL), "{mail}");
    mailbox.wait(EMAIL, ASKED).await;
    assert_eq!(owner_of(&harness, OTHER).await, other);
    assert_eq!(account(&harness, &tokens).await.email, EMAIL);
    // What is stored is the same in either case, so the time is too.
    let kept = "SELECT string_agg(purpose, ' ' ORDER BY purpose) FROM mail_tokens
                WHERE user_id = (SELECT user_id FROM sessions)";
    assert_eq!(ask(&harness, kept).await, "change_email verify_email");
    harness.stop().await;
}

#[tokio::test]
async fn an_address_that_was_taken_meanwhile_stays_its_owners() {
    let (harness, mailbox, tokens) = begin().await;
    request(&harness, &tokens, OTHER).await.unwrap();
    let token = mailbox.token(OTHER, CONFIRM, 1).await;
    anonymous(&harness).register(registration(OTHER)).await.unwrap();
    let other = owner_of(&harness, OTHER).await;
    assert_eq!(why(confirm(&harness, &token).await), INVALID);
    assert_eq!(owner_of(&harness, OTHER).await, other);
    assert_eq!(account(&harness, &tokens).await.email, EMAIL);
    harness.stop().await;
}

#[tokio::test]
async fn all_sessions_but_the_one_that_asked_end() {
    let (harness, mailbox, tokens) = begin().await;
    let elsewhere = sign_in(&harness).await;
    request(&harness, &tokens, NEW).await.unwrap();
    let token = mailbox.token(NEW, CONFIRM, 1).await;
    confirm(&harness, &token).await.unwrap();
    let ended = refresh(&harness, &elsewhere.refresh_token).await.unwrap_err();
    assert_eq!(reason(&ended), "REFRESH_TOKEN_INVALID");
    refresh(&harness, &tokens.refresh_token).await.unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn links_that_the_old_address_got_work_no_more() {
    let (harness, mailbox, tokens) = begin().await;
    ask_for_reset(&harness, EMAIL).await.unwrap();
    let reset = mailbox.token(EMAIL, "Set a new password", 1).await;
    let verify = mailbox.token(EMAIL, "Confirm your e-mail address", 1).await;
    request(&harness, &tokens, NEW).await.unwrap();
    let token = mailbox.token(NEW, CONFIRM, 1).await;
    confirm(&harness, &token).await.unwrap();
    let mut client = CredentialServiceClient::new(harness.anonymous("auth"));
    let set = ResetPasswordRequest {
        token: reset,
        new_password: "lantern orbit cactus".into(),
    };
    let status = client.reset_password(set).await.unwrap_err();
    assert_eq!(reason(&status), "RESET_TOKEN_INVALID");
    let status = client.verify_email(VerifyEmailRequest { token: verify }).await;
    assert_eq!(reason(&status.unwrap_err()), "VERIFICATION_TOKEN_INVALID");
    let left = "SELECT count(*)::text FROM mail_tokens";
    assert_eq!(ask(&harness, left).await, "0");
    harness.stop().await;
}

#[tokio::test]
async fn a_new_password_ends_a_change_that_was_asked_for() {
    let (harness, mailbox, tokens) = begin().await;
    request(&harness, &tokens, NEW).await.unwrap();
    let first = mailbox.token(NEW, CONFIRM, 1).await;
    let change = ChangePasswordRequest {
        current_password: PASSWORD.into(),
        new_password: "lantern orbit cactus".into(),
    };
    credentials(&harness, &tokens)
        .change_password(change)
        .await
        .unwrap();
    assert_eq!(why(confirm(&harness, &first).await), INVALID);

    request(&harness, &tokens, NEW).await.unwrap();
    let second = mailbox.token(NEW, CONFIRM, 2).await;
    ask_for_reset(&harness, EMAIL).await.unwrap();
    let set = ResetPasswordRequest {
        token: mailbox.token(EMAIL, "Set a new password", 1).await,
        new_password: "marble falcon ribbon".into(),
    };
    let mut client = CredentialServiceClient::new(harness.anonymous("auth"));
    client.reset_password(set).await.unwrap();
    assert_eq!(why(confirm(&harness, &second).await), INVALID);
    harness.stop().await;
}

#[tokio::test]
async fn to_ask_for_it_takes_a_fresh_sign_in_and_another_address() {
    let (harness, _mailbox, tokens) = begin().await;
    for wrong in ["", "ada", EMAIL, "ADA@example.com"] {
        let status = request(&harness, &tokens, wrong).await.unwrap_err();
        assert_eq!(invalid_fields(&status), ["email"], "{wrong}");
    }
    let old = aged(&harness, &tokens).await;
    assert_eq!(why(request(&harness, &old, NEW).await), "FRESH_SIGN_IN_REQUIRED");
    let left = "SELECT count(*)::text FROM mail_tokens WHERE purpose = 'change_email'";
    assert_eq!(ask(&harness, left).await, "0");
    harness.stop().await;
}

#[tokio::test]
async fn requests_are_limited_for_the_account_and_for_the_new_address() {
    let (harness, _mailbox, tokens) = begin().await;
    for number in 0..4 {
        request(&harness, &tokens, &format!("ada{number}@lovelace.example"))
            .await
            .unwrap();
    }
    let status = request(&harness, &tokens, NEW).await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::ResourceExhausted, "TOO_MANY_TRIES")
    );
    harness.stop().await;
}

#[tokio::test]
async fn a_repeated_request_sends_one_mail() {
    let (harness, mailbox, tokens) = begin().await;
    let channel = harness.with_token("auth", Some(tokens.access_token.clone()));
    let mut client = EmailChangeServiceClient::new(channel);
    for _ in 0..2 {
        let mut keyed = Request::new(asking(NEW));
        keyed
            .metadata_mut()
            .insert("idempotency-key", "once".parse().unwrap());
        client.request_email_change(keyed).await.unwrap();
    }
    mailbox.wait(NEW, CONFIRM).await;
    eventually("all mails are sent", || async {
        let left = ask(&harness, "SELECT count(*)::text FROM mails").await;
        (left == "0").then_some(())
    })
    .await;
    assert_eq!(mailbox.all(NEW, CONFIRM).len(), 1);
    harness.stop().await;
}

#[tokio::test]
async fn neither_token_nor_new_address_is_stored_in_the_clear() {
    let (harness, mailbox) = Mailbox::start().await;
    mailbox.shut();
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    request(&harness, &tokens, NEW).await.unwrap();
    let rows = "SELECT string_agg(mail_tokens::text || mails::text, ' ') FROM mail_tokens, mails
                WHERE mails.template = 'change_email' AND purpose = 'change_email'";
    let rows = ask(&harness, rows).await;
    mailbox.open();
    sql(&harness, "UPDATE mails SET due_at = now()").await;
    let token = mailbox.token(NEW, CONFIRM, 1).await;
    for secret in [NEW, token.as_str()] {
        assert!(
            !rows.contains(secret) && !rows.contains(&hexadecimal(secret)),
            "{rows}"
        );
    }
    harness.stop().await;
}

#[tokio::test]
async fn the_audit_log_hears_of_request_and_change() {
    let audit = Probe::default();
    let folder = tempfile::tempdir().unwrap();
    let services = vec![pfms_auth::service(), audit.service::<AuditRecorded>("audit")];
    let harness = Harness::start_with(services, |settings| {
        settings.mail_folder = Some(folder.path().join("mail"));
    })
    .await;
    let mailbox = Mailbox::in_folder(folder);
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    request(&harness, &tokens, NEW).await.unwrap();
    let token = mailbox.token(NEW, CONFIRM, 1).await;
    confirm(&harness, &token).await.unwrap();
    for action in ["auth.email.change_requested", "auth.email.changed"] {
        let heard = audit.wait::<AuditRecorded>(|data| data.action == action).await;
        assert_eq!(heard.user_id, tokens.user_id);
        assert_eq!(heard.target, "");
    }
    harness.stop().await;
}
