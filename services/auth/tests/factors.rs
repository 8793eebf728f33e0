//! The second-factor step, authenticator apps and backup codes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pfms_proto::auth::v1::factor_service_client::FactorServiceClient;
use pfms_proto::auth::v1::{
    CompleteChallengeRequest, ConfirmTotpRequest, EnrolTotpRequest, FactorMethod, GetFactorsRequest,
    RegenerateBackupCodesRequest, RemoveTotpRequest, SignOutRequest,
};
use pfms_proto::events::v1::AuditRecorded;
use pfms_runtime::testing::{Harness, invalid_fields, reason};
use support::limits;
use support::{
    EMAIL, PASSWORD, aged, answer, ask, challenge, digits, factors, forget_steps, holder, register,
    set_up_app, sign_in, sign_in_as, sql, start, start_audited,
};
use tonic::{Code, Status};

const WRONG: &str = "FACTOR_WRONG";
const OVER: &str = "CHALLENGE_INVALID";

fn why<T: std::fmt::Debug>(answer: Result<T, Status>) -> String {
    reason(&answer.unwrap_err())
}

/// Six digits that are not the app's, nor those of the steps beside it.
fn wrong_digits(secret: &str) -> String {
    let right = digits(secret);
    (0..1_000_000)
        .map(|n| format!("{n:06}"))
        .find(|code| code.chars().next() != right.chars().next() && !right.starts_with(&code[..3]))
        .unwrap()
}

async fn with_app() -> (Harness, support::App) {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let app = set_up_app(&harness, &tokens).await;
    (harness, app)
}

#[tokio::test]
async fn an_app_is_asked_for_from_its_confirmation_on() {
    let harness = start().await;
    let user_id = register(&harness).await;
    let tokens = sign_in(&harness).await;
    let mut client = factors(&harness, &tokens);
    let enrolled = client.enrol_totp(EnrolTotpRequest {}).await.unwrap().into_inner();
    assert!(
        enrolled
            .otpauth_url
            .starts_with("otpauth://totp/PFMS:ada%40example.com?")
    );
    assert!(enrolled.otpauth_url.contains(&enrolled.secret));
    assert!(
        sign_in(&harness).await.challenge.is_none(),
        "an unconfirmed app locks nobody out"
    );

    let code = wrong_digits(&enrolled.secret);
    let status = client
        .confirm_totp(ConfirmTotpRequest { code })
        .await
        .unwrap_err();
    assert_eq!(invalid_fields(&status), ["code"]);
    let code = digits(&enrolled.secret);
    let confirmed = client.confirm_totp(ConfirmTotpRequest { code }).await.unwrap();
    assert_eq!(confirmed.into_inner().backup_codes.len(), 10);
    forget_steps(&harness).await;

    let challenge = challenge(&harness).await;
    assert_eq!(
        challenge.methods,
        [FactorMethod::Totp as i32, FactorMethod::BackupCode as i32]
    );
    let tokens = answer(
        &harness,
        &challenge,
        FactorMethod::Totp,
        &digits(&enrolled.secret),
    )
    .await
    .unwrap();
    assert!(tokens.challenge.is_none());
    assert_eq!(tokens.user_id, user_id);
    let had = factors(&harness, &tokens)
        .get_factors(GetFactorsRequest {})
        .await
        .unwrap();
    let had = had.into_inner();
    assert_eq!((had.totp, had.passkeys, had.backup_codes_left), (true, 0, 10));
    assert!(had.totp_confirm_time.is_some());
    holder(&harness, &tokens)
        .sign_out(SignOutRequest {})
        .await
        .unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn the_digits_of_a_step_work_once() {
    let (harness, app) = with_app().await;
    let code = digits(&app.secret);
    let first = challenge(&harness).await;
    answer(&harness, &first, FactorMethod::Totp, &code).await.unwrap();
    let second = challenge(&harness).await;
    assert_eq!(
        why(answer(&harness, &second, FactorMethod::Totp, &code).await),
        WRONG
    );
    harness.stop().await;
}

#[tokio::test]
async fn the_digits_that_confirmed_an_app_do_not_sign_in() {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let mut client = factors(&harness, &tokens);
    let enrolled = client.enrol_totp(EnrolTotpRequest {}).await.unwrap().into_inner();
    let code = digits(&enrolled.secret);
    client
        .confirm_totp(ConfirmTotpRequest { code: code.clone() })
        .await
        .unwrap();
    let challenge = challenge(&harness).await;
    assert_eq!(
        why(answer(&harness, &challenge, FactorMethod::Totp, &code).await),
        WRONG
    );
    harness.stop().await;
}

#[tokio::test]
async fn the_same_digits_at_once_work_once() {
    let (harness, app) = with_app().await;
    let code = digits(&app.secret);
    let mut challenges = Vec::new();
    for _ in 0..4 {
        challenges.push(challenge(&harness).await);
    }
    let answers = challenges
        .iter()
        .map(|one| answer(&harness, one, FactorMethod::Totp, &code));
    let answers = futures::future::join_all(answers).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    harness.stop().await;
}

#[tokio::test]
async fn a_challenge_is_answered_once() {
    let (harness, app) = with_app().await;
    let challenge = challenge(&harness).await;
    let answers = app.backup_codes[..4]
        .iter()
        .map(|code| answer(&harness, &challenge, FactorMethod::BackupCode, code));
    let answers = futures::future::join_all(answers).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    let later = answer(&harness, &challenge, FactorMethod::Totp, &digits(&app.secret)).await;
    let status = later.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::Unauthenticated, OVER)
    );
    harness.stop().await;
}

#[tokio::test]
async fn a_challenge_bears_five_wrong_answers() {
    let (harness, app) = with_app().await;
    let challenge = challenge(&harness).await;
    let wrong = wrong_digits(&app.secret);
    for left in (0..5).rev() {
        let status = answer(&harness, &challenge, FactorMethod::Totp, &wrong)
            .await
            .unwrap_err();
        assert_eq!(
            (status.code(), reason(&status).as_str()),
            (Code::Unauthenticated, WRONG)
        );
        assert!(
            status.message().ends_with(&left.to_string()),
            "{}",
            status.message()
        );
    }
    let right = digits(&app.secret);
    assert_eq!(
        why(answer(&harness, &challenge, FactorMethod::Totp, &right).await),
        OVER
    );
    harness.stop().await;
}

#[tokio::test]
async fn new_challenges_give_no_new_tries_without_end() {
    let (harness, app) = with_app().await;
    limits::only(&harness, limits::NONE).await;
    let wrong = wrong_digits(&app.secret);
    for _ in 0..4 {
        let challenge = challenge(&harness).await;
        for _ in 0..5 {
            assert_eq!(
                why(answer(&harness, &challenge, FactorMethod::Totp, &wrong).await),
                WRONG
            );
        }
    }
    let last = challenge(&harness).await;
    let status = answer(&harness, &last, FactorMethod::Totp, &digits(&app.secret))
        .await
        .unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::ResourceExhausted, "TOO_MANY_TRIES")
    );
    sql(
        &harness,
        "UPDATE mfa_challenges SET created_at = created_at - interval '61 minutes'",
    )
    .await;
    let later = challenge(&harness).await;
    answer(&harness, &later, FactorMethod::Totp, &digits(&app.secret))
        .await
        .unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn a_challenge_ends_after_five_minutes() {
    let (harness, app) = with_app().await;
    let challenge = challenge(&harness).await;
    let lives = ask(
        &harness,
        "SELECT (expires_at - created_at)::text FROM mfa_challenges",
    )
    .await;
    assert_eq!(lives, "00:05:00");
    sql(&harness, "UPDATE mfa_challenges SET expires_at = now()").await;
    let late = answer(&harness, &challenge, FactorMethod::Totp, &digits(&app.secret)).await;
    assert_eq!(why(late), OVER);
    harness.stop().await;
}

#[tokio::test]
async fn a_challenge_opens_its_own_account_only() {
    let (harness, app) = with_app().await;
    let other = "eve@example.com";
    let registered = support::anonymous(&harness)
        .register(support::registration(other))
        .await
        .unwrap();
    let eve = sign_in_as(&harness, other, PASSWORD).await.unwrap();
    set_up_app(&harness, &eve).await;
    let mut eves = sign_in_as(&harness, other, PASSWORD)
        .await
        .unwrap()
        .challenge
        .unwrap();

    let others_code = answer(&harness, &eves, FactorMethod::Totp, &digits(&app.secret)).await;
    assert_eq!(why(others_code), WRONG);
    // Ada's id before Eve's secret.
    let token = &challenge(&harness).await.challenge_token;
    eves.challenge_token.replace_range(..20, &token[..20]);
    assert_eq!(
        why(answer(&harness, &eves, FactorMethod::Totp, &digits(&app.secret)).await),
        OVER
    );
    assert_ne!(registered.into_inner().user_id, "");
    harness.stop().await;
}

#[tokio::test]
async fn an_account_that_may_not_sign_in_answers_no_challenge() {
    let (harness, app) = with_app().await;
    let challenge = challenge(&harness).await;
    sql(&harness, "UPDATE users SET is_active = false").await;
    let refused = answer(&harness, &challenge, FactorMethod::Totp, &digits(&app.secret)).await;
    assert_eq!(why(refused), OVER);
    harness.stop().await;
}

#[tokio::test]
async fn a_backup_code_works_once_however_it_is_written() {
    let (harness, app) = with_app().await;
    let code = &app.backup_codes[3];
    let written = code.to_uppercase().replace('-', " ");
    let first = challenge(&harness).await;
    let tokens = answer(&harness, &first, FactorMethod::BackupCode, &written)
        .await
        .unwrap();
    let second = challenge(&harness).await;
    assert_eq!(
        why(answer(&harness, &second, FactorMethod::BackupCode, code).await),
        WRONG
    );
    let had = factors(&harness, &tokens)
        .get_factors(GetFactorsRequest {})
        .await
        .unwrap();
    assert_eq!(had.into_inner().backup_codes_left, 9);
    harness.stop().await;
}

#[tokio::test]
async fn new_backup_codes_end_the_old_ones() {
    let (harness, app) = with_app().await;
    let code = &app.backup_codes[0];
    let challenged = challenge(&harness).await;
    let tokens = answer(&harness, &challenged, FactorMethod::BackupCode, code)
        .await
        .unwrap();
    let mut client = factors(&harness, &tokens);
    let renewed = client
        .regenerate_backup_codes(RegenerateBackupCodesRequest {})
        .await
        .unwrap()
        .into_inner()
        .backup_codes;
    assert_eq!(renewed.len(), 10);
    let challenged = challenge(&harness).await;
    let old = answer(
        &harness,
        &challenged,
        FactorMethod::BackupCode,
        &app.backup_codes[1],
    )
    .await;
    assert_eq!(why(old), WRONG);
    answer(&harness, &challenged, FactorMethod::BackupCode, &renewed[1])
        .await
        .unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn removing_the_app_takes_a_fresh_sign_in_and_its_backup_codes() {
    let (harness, app) = with_app().await;
    let challenged = challenge(&harness).await;
    let tokens = answer(&harness, &challenged, FactorMethod::Totp, &digits(&app.secret))
        .await
        .unwrap();
    let mut client = factors(&harness, &tokens);
    client.remove_totp(RemoveTotpRequest {}).await.unwrap();
    // A repetition finds nothing to do.
    client.remove_totp(RemoveTotpRequest {}).await.unwrap();
    let had = client
        .get_factors(GetFactorsRequest {})
        .await
        .unwrap()
        .into_inner();
    assert_eq!((had.totp, had.backup_codes_left), (false, 0));
    assert!(sign_in(&harness).await.challenge.is_none());
    harness.stop().await;
}

#[tokio::test]
async fn what_changes_how_an_account_is_signed_in_to_needs_a_fresh_sign_in() {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let mut client = factors(&harness, &aged(&harness, &tokens).await);
    let stale = "FRESH_SIGN_IN_REQUIRED";
    assert_eq!(why(client.enrol_totp(EnrolTotpRequest {}).await), stale);
    assert_eq!(why(client.remove_totp(RemoveTotpRequest {}).await), stale);
    let renewed = client
        .regenerate_backup_codes(RegenerateBackupCodesRequest {})
        .await;
    assert_eq!(why(renewed), stale);
    harness.stop().await;
}

#[tokio::test]
async fn what_makes_no_sense_in_the_accounts_state_is_refused() {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let mut client = factors(&harness, &tokens);
    let code = || ConfirmTotpRequest {
        code: "123456".into(),
    };
    assert_eq!(why(client.confirm_totp(code()).await), "TOTP_NOT_ENROLLED");
    let renewed = client
        .regenerate_backup_codes(RegenerateBackupCodesRequest {})
        .await;
    assert_eq!(why(renewed), "NO_FACTOR");
    set_up_app(&harness, &tokens).await;
    assert_eq!(why(client.enrol_totp(EnrolTotpRequest {}).await), "TOTP_EXISTS");
    assert_eq!(why(client.confirm_totp(code()).await), "TOTP_EXISTS");
    harness.stop().await;
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let mut client = FactorServiceClient::new(harness.anonymous("auth"));
    let status = client
        .complete_challenge(CompleteChallengeRequest::default())
        .await
        .unwrap_err();
    assert_eq!(invalid_fields(&status), ["challengeToken", "method"]);
    let request = |method: FactorMethod| CompleteChallengeRequest {
        challenge_token: "x".into(),
        method: method.into(),
        ..CompleteChallengeRequest::default()
    };
    for (method, field) in [
        (FactorMethod::Totp, "code"),
        (FactorMethod::BackupCode, "code"),
        (FactorMethod::Passkey, "credential"),
    ] {
        let status = client.complete_challenge(request(method)).await.unwrap_err();
        assert_eq!(invalid_fields(&status), [field]);
    }
    let mut client = factors(&harness, &tokens);
    let status = client
        .confirm_totp(ConfirmTotpRequest { code: " ".into() })
        .await
        .unwrap_err();
    assert_eq!(invalid_fields(&status), ["code"]);
    harness.stop().await;
}

#[tokio::test]
async fn no_secret_is_stored_in_the_clear() {
    let (harness, app) = with_app().await;
    let challenge = challenge(&harness).await;
    let stored = ask(
        &harness,
        "SELECT (SELECT string_agg(t::text, '') FROM totp_factors t)
             || (SELECT string_agg(b::text, '') FROM backup_codes b)
             || (SELECT string_agg(c::text, '') FROM mfa_challenges c)",
    )
    .await;
    let secret = totp_rs::Secret::try_from_base32(&app.secret).unwrap();
    let code = app.backup_codes[0].replace('-', "");
    for secret in [
        support::hexadecimal(secret.as_bytes()),
        support::hexadecimal(&code),
        support::hexadecimal(&challenge.challenge_token),
        code,
        app.secret,
        challenge.challenge_token,
    ] {
        assert!(!stored.contains(&secret), "{secret}");
    }
    harness.stop().await;
}

#[tokio::test]
async fn an_operator_opens_an_account_whose_factors_are_lost() {
    let (harness, _) = with_app().await;
    let database = harness.database("auth");
    let reset = async |email: &str| {
        pfms_auth::operator::reset_factors(&database, &harness.settings().master_key, email).await
    };
    let waiting = challenge(&harness).await;
    assert!(reset(" ADA@example.com").await.unwrap());
    assert!(!reset(EMAIL).await.unwrap(), "there is nothing left to remove");
    assert!(reset("nobody@example.com").await.is_err());
    assert!(reset("nobody").await.is_err());
    assert!(sign_in(&harness).await.challenge.is_none());
    assert_eq!(
        why(answer(&harness, &waiting, FactorMethod::Totp, "123456").await),
        OVER
    );
    harness.stop().await;
}

#[tokio::test]
async fn changes_and_answers_are_audited() {
    let (harness, audited) = start_audited().await;
    let user_id = register(&harness).await;
    let tokens = sign_in(&harness).await;
    let app = set_up_app(&harness, &tokens).await;
    let challenged = challenge(&harness).await;
    answer(
        &harness,
        &challenged,
        FactorMethod::Totp,
        &wrong_digits(&app.secret),
    )
    .await
    .unwrap_err();
    answer(
        &harness,
        &challenged,
        FactorMethod::BackupCode,
        &app.backup_codes[0],
    )
    .await
    .unwrap();
    let master = &harness.settings().master_key;
    pfms_auth::operator::reset_factors(&harness.database("auth"), master, EMAIL)
        .await
        .unwrap();
    for (action, actor, target, succeeded) in [
        ("auth.totp.added", "user", "", true),
        ("auth.backup_codes.added", "user", "", true),
        ("auth.second_factor.failed", "anonymous", "totp", false),
        ("auth.backup_codes.used", "user", "", true),
        ("auth.factors.reset", "operator", "", true),
    ] {
        let event = audited.wait(|event: &AuditRecorded| event.action == action).await;
        assert_eq!(
            (event.actor.as_str(), event.target.as_str()),
            (actor, target),
            "{action}"
        );
        assert_eq!(
            (event.user_id.as_str(), event.succeeded),
            (user_id.as_str(), succeeded),
            "{action}"
        );
    }
    harness.stop().await;
}
