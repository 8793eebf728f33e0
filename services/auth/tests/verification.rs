//! Proving an address.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pfms_proto::auth::v1::credential_service_client::CredentialServiceClient;
use pfms_proto::auth::v1::{GetAccountRequest, ResendVerificationRequest, TokenSet, VerifyEmailRequest};
use pfms_runtime::testing::{AuthorizedChannel, Harness, eventually, invalid_fields, reason};
use support::mailbox::Mailbox;
use support::{EMAIL, PASSWORD, anonymous, ask, register, registration, sign_in, sign_in_as, sql};
use tonic::Status;

const SUBJECT: &str = "Confirm your e-mail address";

fn account(harness: &Harness, tokens: &TokenSet) -> CredentialServiceClient<AuthorizedChannel> {
    CredentialServiceClient::new(harness.with_token("auth", Some(tokens.access_token.clone())))
}

async fn verify(harness: &Harness, token: &str) -> Result<(), Status> {
    let mut client = CredentialServiceClient::new(harness.anonymous("auth"));
    client
        .verify_email(VerifyEmailRequest { token: token.into() })
        .await
        .map(drop)
}

async fn is_verified(harness: &Harness, tokens: &TokenSet) -> bool {
    let answer = account(harness, tokens).get_account(GetAccountRequest {}).await;
    answer.unwrap().into_inner().email_verified
}

/// Waits until the only mail was tried once, and is due again after the first pause.
async fn postponed(harness: &Harness) {
    let waiting = "SELECT count(*)::text FROM mails
                   WHERE attempts = 1 AND due_at - created_at BETWEEN interval '29 s' AND interval '1 min'";
    eventually("the mail is postponed", || async {
        (ask(harness, waiting).await == "1").then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_link_that_registering_mails_proves_the_address_once() {
    let (harness, mailbox) = Mailbox::start().await;
    let user_id = register(&harness).await;
    let tokens = sign_in(&harness).await;
    assert!(!is_verified(&harness, &tokens).await);
    let token = mailbox.token(EMAIL, SUBJECT, 1).await;
    verify(&harness, &token).await.unwrap();
    let mine = account(&harness, &tokens)
        .get_account(GetAccountRequest {})
        .await
        .unwrap()
        .into_inner();
    assert!(mine.email_verified);
    assert_eq!((mine.user_id, mine.email.as_str()), (user_id, EMAIL));
    let again = verify(&harness, &token).await.unwrap_err();
    assert_eq!(reason(&again), "VERIFICATION_TOKEN_INVALID");
    harness.stop().await;
}

#[tokio::test]
async fn a_token_that_is_not_good_is_refused_whatever_is_wrong_with_it() {
    let (harness, mailbox) = Mailbox::start().await;
    register(&harness).await;
    let token = mailbox.token(EMAIL, SUBJECT, 1).await;
    let other = if token.ends_with('A') { "B" } else { "A" };
    let bent = format!("{}{other}", &token[..token.len() - 1]);
    for wrong in ["x", &bent, &"A".repeat(64)] {
        let status = verify(&harness, wrong).await.unwrap_err();
        assert_eq!(reason(&status), "VERIFICATION_TOKEN_INVALID", "{wrong}");
    }
    assert_eq!(
        invalid_fields(&verify(&harness, " ").await.unwrap_err()),
        ["token"]
    );
    sql(
        &harness,
        "UPDATE mail_tokens SET expires_at = now() - interval '1 second'",
    )
    .await;
    let status = verify(&harness, &token).await.unwrap_err();
    assert_eq!(reason(&status), "VERIFICATION_TOKEN_INVALID");
    let verified = ask(&harness, "SELECT email_verified::text FROM users").await;
    assert_eq!(verified, "false");
    harness.stop().await;
}

#[tokio::test]
async fn another_link_may_be_asked_for_until_the_address_is_proven() {
    let (harness, mailbox) = Mailbox::start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let mut client = account(&harness, &tokens);
    let first = mailbox.token(EMAIL, SUBJECT, 1).await;
    client
        .resend_verification(ResendVerificationRequest {})
        .await
        .unwrap();
    let second = mailbox.token(EMAIL, SUBJECT, 2).await;
    assert_ne!(first, second);
    // Mails overtake each other, so the earlier link works too; and it takes the later one with it.
    verify(&harness, &first).await.unwrap();
    verify(&harness, &second).await.unwrap_err();
    client
        .resend_verification(ResendVerificationRequest {})
        .await
        .unwrap();
    assert_eq!(ask(&harness, "SELECT count(*)::text FROM mail_tokens").await, "0");
    harness.stop().await;
}

#[tokio::test]
async fn where_proof_is_required_nobody_learns_by_signing_in_whether_the_address_was_free() {
    let (harness, mailbox) = Mailbox::start_with(|settings| settings.require_verified_email = true).await;
    register(&harness).await;
    let unproven = sign_in_as(&harness, EMAIL, PASSWORD).await.unwrap_err();
    let mut again = registration(EMAIL);
    again.password = "another good password".into();
    anonymous(&harness).register(again).await.unwrap();
    let refused = sign_in_as(&harness, EMAIL, "another good password")
        .await
        .unwrap_err();
    assert_eq!(reason(&unproven), "INVALID_CREDENTIALS");
    assert_eq!(unproven.message(), refused.message());
    assert_eq!(unproven.details(), refused.details());
    // Who knew the password gets another link.
    let token = mailbox.token(EMAIL, SUBJECT, 2).await;
    verify(&harness, &token).await.unwrap();
    sign_in(&harness).await;
    harness.stop().await;
}

#[tokio::test]
async fn a_mail_that_does_not_go_out_waits_sealed_and_is_forgotten_once_it_does() {
    let (harness, mailbox) = Mailbox::start().await;
    mailbox.shut();
    register(&harness).await;
    postponed(&harness).await;
    let everything = "SELECT (SELECT string_agg(m::text, '') FROM mails m)
        || (SELECT string_agg(t::text, '') FROM mail_tokens t)";
    let stored = ask(&harness, everything).await;

    mailbox.open();
    sql(&harness, "UPDATE mails SET due_at = now()").await;
    let token = mailbox.token(EMAIL, SUBJECT, 1).await;
    for secret in [&token, &support::hexadecimal(&token), EMAIL] {
        assert!(!stored.contains(secret), "{secret} in {stored}");
    }
    eventually("the mail is forgotten", || async {
        (ask(&harness, "SELECT count(*)::text FROM mails").await == "0").then_some(())
    })
    .await;
    harness.stop().await;
}

#[tokio::test]
async fn a_mail_that_is_two_days_old_is_given_up() {
    let (harness, mailbox) = Mailbox::start().await;
    mailbox.shut();
    register(&harness).await;
    postponed(&harness).await;
    sql(
        &harness,
        "UPDATE mails SET created_at = now() - interval '48 hours', due_at = now()",
    )
    .await;
    eventually("the mail is given up", || async {
        (ask(&harness, "SELECT count(*)::text FROM mails").await == "0").then_some(())
    })
    .await;
    harness.stop().await;
}
