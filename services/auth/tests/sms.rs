//! Codes by SMS: the number, the challenge, and what is not sent.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use axum::http::StatusCode;
use pfms_auth::operator;
use pfms_proto::auth::v1::account_service_client::AccountServiceClient;
use pfms_proto::auth::v1::factor_service_client::FactorServiceClient;
use pfms_proto::auth::v1::{
    DeleteAccountRequest, FactorMethod, Factors, GetFactorsRequest, RemoveSmsRequest, TokenSet,
};
use pfms_proto::events::v1::{AuditRecorded, NotificationSend};
use pfms_proto::privacy::v1::personal_data_internal_service_client::PersonalDataInternalServiceClient;
use pfms_proto::privacy::v1::{ExportTableRequest, ListTablesRequest, TableFormat};
use pfms_runtime::testing::{Harness, eventually, invalid_fields, reason};
use serde_json::Value;
use support::mailbox::Mailbox;
use support::probe::Probe;
use support::sms::{NUMBER, SmsGateway, TOKEN, ask_for_code, client, code_for, confirm, enrol, set_up};
use support::{
    EMAIL, PASSWORD, aged, answer, ask, challenge, limits, register, registration, set_up_app, sign_in,
    sign_in_as, sql, start,
};
use tonic::{Code, Status};

const WRONG: &str = "FACTOR_WRONG";

fn why<T: std::fmt::Debug>(answer: Result<T, Status>) -> String {
    reason(&answer.unwrap_err())
}

/// Six digits that are not these.
fn other_than(code: &str) -> String {
    let first = if code.starts_with('0') { '1' } else { '0' };
    format!("{first}{}", &code[1..])
}

async fn factors_of(harness: &Harness, tokens: &TokenSet) -> Factors {
    let channel = harness.with_token("auth", Some(tokens.access_token.clone()));
    let answer = FactorServiceClient::new(channel)
        .get_factors(GetFactorsRequest {})
        .await;
    answer.unwrap().into_inner()
}

/// Someone whose number is set up.
async fn with_number() -> (Harness, SmsGateway, TokenSet) {
    let (harness, gateway) = SmsGateway::start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    set_up(&harness, &tokens, &gateway).await;
    (harness, gateway, tokens)
}

/// Lets as many messages be asked for as a test likes.
async fn unlimited(harness: &Harness) {
    limits::only(harness, limits::NONE).await;
}

#[tokio::test]
async fn without_a_gateway_the_factor_is_off() {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let status = enrol(&harness, &tokens, NUMBER).await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::FailedPrecondition, "SMS_OFF")
    );
    assert_eq!(why(confirm(&harness, &tokens, "123456").await), "SMS_OFF");
    set_up_app(&harness, &tokens).await;
    let challenge = challenge(&harness).await;
    assert!(!challenge.methods.contains(&FactorMethod::Sms.into()));
    assert_eq!(why(ask_for_code(&harness, &challenge).await), "SMS_OFF");
    client(&harness, &tokens)
        .remove_sms(RemoveSmsRequest {})
        .await
        .expect("there is nothing to remove");
    harness.stop().await;
}

#[tokio::test]
async fn a_number_is_asked_for_from_its_confirmation_on() {
    let (harness, gateway) = SmsGateway::start().await;
    let user_id = register(&harness).await;
    let tokens = sign_in(&harness).await;
    enrol(&harness, &tokens, NUMBER).await.unwrap();
    let message = gateway.wait(1).await;
    assert_eq!(
        (
            message.from.as_str(),
            message.to.as_str(),
            message.authorization.as_str()
        ),
        ("PFMS", NUMBER, format!("Bearer {TOKEN}").as_str())
    );
    assert!(!message.id.is_empty());
    assert!(message.text.len() <= 160, "one part: {}", message.text);
    assert!(
        sign_in(&harness).await.challenge.is_none(),
        "an unconfirmed number locks nobody out"
    );
    let wrong = confirm(&harness, &tokens, &other_than(&message.code())).await;
    assert_eq!(invalid_fields(&wrong.unwrap_err()), ["code"]);
    let backup_codes = confirm(&harness, &tokens, &message.code()).await.unwrap();
    assert_eq!(backup_codes.len(), 10);

    let due = challenge(&harness).await;
    assert_eq!(
        due.methods,
        [FactorMethod::Sms as i32, FactorMethod::BackupCode as i32]
    );
    assert_eq!(ask_for_code(&harness, &due).await.unwrap(), "23");
    let code = gateway.wait(2).await.code();
    let tokens = answer(&harness, &due, FactorMethod::Sms, &code).await.unwrap();
    assert_eq!(tokens.user_id, user_id);
    let had = factors_of(&harness, &tokens).await;
    assert_eq!(
        (
            had.sms,
            had.sms_phone_ending.as_str(),
            had.totp,
            had.backup_codes_left
        ),
        (true, "23", false, 10)
    );
    assert!(had.sms_confirm_time.is_some());
    harness.stop().await;
}

#[tokio::test]
async fn the_owner_and_the_audit_log_hear_of_a_number() {
    let (gateway, audit, told) = (SmsGateway::listen().await, Probe::default(), Probe::default());
    let services = vec![
        pfms_auth::service(),
        audit.service::<AuditRecorded>("audit"),
        told.service::<NotificationSend>("told"),
    ];
    let folder = tempfile::tempdir().unwrap();
    let harness = Harness::start_with(services, |settings| {
        gateway.configure(settings);
        settings.mail_folder = Some(folder.path().join("mail"));
    })
    .await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    set_up(&harness, &tokens, &gateway).await;
    let due = challenge(&harness).await;
    let code = code_for(&harness, &due, &gateway).await;
    answer(&harness, &due, FactorMethod::Sms, &code).await.unwrap();
    let removed = client(&harness, &tokens).remove_sms(RemoveSmsRequest {}).await;
    removed.unwrap();
    for action in ["auth.sms.added", "auth.sms.used", "auth.sms.removed"] {
        audit.wait::<AuditRecorded>(|data| data.action == action).await;
    }
    for key in ["auth.sms.added", "auth.sms.removed"] {
        told.wait::<NotificationSend>(|data| data.template_key == key)
            .await;
    }
    let mailbox = Mailbox::in_folder(folder);
    for subject in [
        "A telephone number was added",
        "Your telephone number was removed",
    ] {
        mailbox.wait(EMAIL, subject).await;
    }
    harness.stop().await;
}

#[tokio::test]
async fn a_code_counts_once() {
    let (harness, gateway, _) = with_number().await;
    let (first, second) = (challenge(&harness).await, challenge(&harness).await);
    let code = code_for(&harness, &first, &gateway).await;
    let answers = futures::future::join_all(
        [&first; 4].map(|challenge| answer(&harness, challenge, FactorMethod::Sms, &code)),
    )
    .await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    let again = answer(&harness, &second, FactorMethod::Sms, &code).await;
    assert_eq!(why(again), "CHALLENGE_INVALID", "one success ends the others");
    let third = challenge(&harness).await;
    assert_eq!(
        why(answer(&harness, &third, FactorMethod::Sms, &code).await),
        WRONG
    );
    harness.stop().await;
}

#[tokio::test]
async fn a_code_counts_for_the_challenge_that_it_was_sent_for() {
    let (harness, gateway, _) = with_number().await;
    unlimited(&harness).await;
    let (first, second) = (challenge(&harness).await, challenge(&harness).await);
    let code = code_for(&harness, &first, &gateway).await;
    assert_eq!(
        why(answer(&harness, &second, FactorMethod::Sms, &code).await),
        WRONG,
        "the second challenge has no code"
    );
    let other = code_for(&harness, &second, &gateway).await;
    if other != code {
        assert_eq!(
            why(answer(&harness, &second, FactorMethod::Sms, &code).await),
            WRONG
        );
    }
    answer(&harness, &first, FactorMethod::Sms, &code).await.unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn a_code_that_set_up_a_number_signs_nobody_in_and_the_other_way_round() {
    let (harness, gateway) = SmsGateway::start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    set_up_app(&harness, &tokens).await;
    enrol(&harness, &tokens, NUMBER).await.unwrap();
    let code = gateway.wait(1).await.code();
    let due = challenge(&harness).await;
    assert!(!due.methods.contains(&FactorMethod::Sms.into()), "not confirmed");
    assert_eq!(why(answer(&harness, &due, FactorMethod::Sms, &code).await), WRONG);
    assert_eq!(why(ask_for_code(&harness, &due).await), "NO_SMS");
    assert_eq!(
        confirm(&harness, &tokens, &code).await.unwrap().len(),
        0,
        "there are backup codes"
    );
    harness.stop().await;
}

#[tokio::test]
async fn another_code_ends_the_one_before() {
    let (harness, gateway, _) = with_number().await;
    unlimited(&harness).await;
    let due = challenge(&harness).await;
    let first = code_for(&harness, &due, &gateway).await;
    let mut second = code_for(&harness, &due, &gateway).await;
    while second == first {
        second = code_for(&harness, &due, &gateway).await;
    }
    assert_eq!(
        why(answer(&harness, &due, FactorMethod::Sms, &first).await),
        WRONG
    );
    answer(&harness, &due, FactorMethod::Sms, &second).await.unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn a_code_is_good_for_ten_minutes_and_no_longer_than_its_challenge() {
    let (harness, gateway) = SmsGateway::start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    enrol(&harness, &tokens, NUMBER).await.unwrap();
    let code = gateway.wait(1).await.code();
    let lives = "SELECT (expires_at - created_at)::text FROM sms_codes";
    assert_eq!(ask(&harness, lives).await, "00:10:00");
    sql(&harness, "UPDATE sms_codes SET expires_at = created_at").await;
    let late = confirm(&harness, &tokens, &code).await;
    assert_eq!(invalid_fields(&late.unwrap_err()), ["code"]);
    enrol(&harness, &tokens, NUMBER).await.unwrap();
    let code = gateway.wait(2).await.code();
    confirm(&harness, &tokens, &code).await.unwrap();

    let due = challenge(&harness).await;
    let code = code_for(&harness, &due, &gateway).await;
    let ends = "SELECT bool_and(expires_at IN (SELECT expires_at FROM mfa_challenges))::text FROM sms_codes";
    assert_eq!(ask(&harness, ends).await, "true");
    sql(&harness, "UPDATE sms_codes SET expires_at = created_at").await;
    assert_eq!(why(answer(&harness, &due, FactorMethod::Sms, &code).await), WRONG);
    harness.stop().await;
}

#[tokio::test]
async fn wrong_codes_are_limited() {
    let (harness, gateway) = SmsGateway::start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    enrol(&harness, &tokens, NUMBER).await.unwrap();
    let code = gateway.wait(1).await.code();
    for _ in 0..5 {
        let wrong = confirm(&harness, &tokens, &other_than(&code)).await;
        assert_eq!(invalid_fields(&wrong.unwrap_err()), ["code"]);
    }
    let late = confirm(&harness, &tokens, &code).await;
    assert_eq!(invalid_fields(&late.unwrap_err()), ["code"], "five tries are all");
    enrol(&harness, &tokens, NUMBER).await.unwrap();
    let code = gateway.wait(2).await.code();
    confirm(&harness, &tokens, &code).await.unwrap();

    let due = challenge(&harness).await;
    let code = code_for(&harness, &due, &gateway).await;
    for _ in 0..5 {
        let wrong = answer(&harness, &due, FactorMethod::Sms, &other_than(&code)).await;
        assert_eq!(why(wrong), WRONG);
    }
    assert_eq!(
        why(answer(&harness, &due, FactorMethod::Sms, &code).await),
        "CHALLENGE_INVALID"
    );
    assert_eq!(why(ask_for_code(&harness, &due).await), "CHALLENGE_INVALID");
    harness.stop().await;
}

#[tokio::test]
async fn messages_are_limited_for_an_account_and_for_a_number() {
    let (harness, gateway, tokens) = with_number().await;
    let due = challenge(&harness).await;
    // Three are free. The one beyond is let through, and closes the door behind it.
    for _ in 0..3 {
        code_for(&harness, &due, &gateway).await;
    }
    let status = ask_for_code(&harness, &due).await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::ResourceExhausted, "TOO_MANY_TRIES")
    );
    assert_eq!(gateway.received().len(), 4);

    let other = "eve@example.com";
    let registered = support::anonymous(&harness).register(registration(other)).await;
    registered.unwrap();
    let eve = sign_in_as(&harness, other, PASSWORD).await.unwrap();
    assert_eq!(
        why(enrol(&harness, &eve, NUMBER).await),
        "TOO_MANY_TRIES",
        "the number is another account's too"
    );
    enrol(&harness, &eve, "+14155550199").await.unwrap();
    assert_eq!(gateway.wait(5).await.to, "+14155550199");
    assert_eq!(gateway.received().len(), 5);
    assert!(factors_of(&harness, &tokens).await.sms);
    harness.stop().await;
}

#[tokio::test]
async fn without_counters_nothing_is_sent() {
    let (harness, gateway) = SmsGateway::start_with(|settings| {
        settings.redis_url = "redis://127.0.0.1:9".into();
    })
    .await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let status = enrol(&harness, &tokens, NUMBER).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(ask(&harness, "SELECT count(*)::text FROM sms_codes").await, "0");
    assert_eq!(gateway.received().len(), 0);
    harness.stop().await;
}

#[tokio::test]
async fn neither_number_nor_code_is_stored_in_the_clear() {
    let (harness, gateway, _) = with_number().await;
    let due = challenge(&harness).await;
    gateway.answer_next(&[StatusCode::SERVICE_UNAVAILABLE]);
    let code = code_for(&harness, &due, &gateway).await;
    let rows = "SELECT string_agg(factor::text || code::text, ' ') FROM sms_factors factor, sms_codes code";
    let rows = ask(&harness, rows).await;
    for secret in [NUMBER, &NUMBER[1..], code.as_str()] {
        let stored = support::hexadecimal(secret);
        assert!(!rows.contains(secret), "{secret} in {rows}");
        assert!(!rows.contains(&stored), "{secret} in {rows}");
    }
    eventually("the code goes once it is sent", || async {
        let kept = "SELECT count(*)::text FROM sms_codes WHERE code_sealed IS NOT NULL OR due_at IS NOT NULL";
        (ask(&harness, kept).await == "0").then_some(())
    })
    .await;
    harness.stop().await;
}

#[tokio::test]
async fn a_gateway_that_fails_is_asked_again_with_the_same_message() {
    let (harness, gateway) = SmsGateway::start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    gateway.answer_next(&[StatusCode::ACCEPTED, StatusCode::BAD_GATEWAY]);
    enrol(&harness, &tokens, NUMBER).await.unwrap();
    gateway.wait(2).await;
    let received = gateway.received();
    assert_eq!(
        (&received[0].id, &received[0].text),
        (&received[1].id, &received[1].text)
    );
    confirm(&harness, &tokens, &received[1].code()).await.unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn a_message_that_is_refused_is_not_sent_again() {
    let (harness, gateway) = SmsGateway::start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    gateway.answer_next(&[StatusCode::UNPROCESSABLE_ENTITY]);
    enrol(&harness, &tokens, NUMBER).await.unwrap();
    gateway.wait(1).await;
    eventually("it is given up", || async {
        let due = ask(&harness, "SELECT count(due_at)::text FROM sms_codes").await;
        (due == "0").then_some(())
    })
    .await;
    assert_eq!(gateway.received().len(), 1);
    harness.stop().await;
}

#[tokio::test]
async fn only_numbers_that_the_operator_serves_get_messages() {
    let (harness, gateway) = SmsGateway::start_with(|settings| {
        settings.sign_in.sms.sms_prefixes = vec!["+1".into(), "+49".into()];
    })
    .await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    for number in ["+882123456789", "14155550123", ""] {
        let status = enrol(&harness, &tokens, number).await.unwrap_err();
        assert_eq!(invalid_fields(&status), ["phone"], "{number}");
    }
    set_up(&harness, &tokens, &gateway).await;
    assert_eq!(gateway.received().len(), 1);
    harness.stop().await;
}

#[tokio::test]
async fn setting_up_and_removing_a_number_take_a_fresh_sign_in() {
    let (harness, gateway, tokens) = with_number().await;
    let old = aged(&harness, &tokens).await;
    let removed = client(&harness, &old).remove_sms(RemoveSmsRequest {}).await;
    assert_eq!(why(removed), "FRESH_SIGN_IN_REQUIRED");
    assert_eq!(why(enrol(&harness, &old, NUMBER).await), "FRESH_SIGN_IN_REQUIRED");
    assert_eq!(gateway.received().len(), 1);
    harness.stop().await;
}

#[tokio::test]
async fn a_number_is_removed_with_its_codes_and_the_last_factor_takes_the_backup_codes_along() {
    let (harness, gateway, tokens) = with_number().await;
    assert_eq!(why(enrol(&harness, &tokens, "+14155550199").await), "SMS_EXISTS");
    let due = challenge(&harness).await;
    let code = code_for(&harness, &due, &gateway).await;
    let removed = client(&harness, &tokens).remove_sms(RemoveSmsRequest {}).await;
    removed.unwrap();
    assert_eq!(why(answer(&harness, &due, FactorMethod::Sms, &code).await), WRONG);
    assert!(sign_in(&harness).await.challenge.is_none());
    for left in [
        "SELECT count(*)::text FROM sms_factors",
        "SELECT count(*)::text FROM sms_codes",
        "SELECT count(*)::text FROM backup_codes",
    ] {
        assert_eq!(ask(&harness, left).await, "0", "{left}");
    }
    harness.stop().await;
}

#[tokio::test]
async fn beside_another_factor_the_backup_codes_stay() {
    let (harness, gateway) = SmsGateway::start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    set_up_app(&harness, &tokens).await;
    set_up(&harness, &tokens, &gateway).await;
    let removed = client(&harness, &tokens).remove_sms(RemoveSmsRequest {}).await;
    removed.unwrap();
    let had = factors_of(&harness, &tokens).await;
    assert_eq!((had.sms, had.totp, had.backup_codes_left), (false, true, 10));
    harness.stop().await;
}

#[tokio::test]
async fn an_operator_removes_a_lost_number() {
    let (harness, _, _) = with_number().await;
    let database = harness.database("auth");
    let removed = operator::reset_factors(&database, &harness.settings().master_key, EMAIL).await;
    assert!(removed.unwrap());
    assert!(sign_in(&harness).await.challenge.is_none());
    assert_eq!(ask(&harness, "SELECT count(*)::text FROM sms_factors").await, "0");
    harness.stop().await;
}

#[tokio::test]
async fn the_number_is_in_the_export_and_goes_with_the_account() {
    let (harness, gateway, tokens) = with_number().await;
    let due = challenge(&harness).await;
    code_for(&harness, &due, &gateway).await;
    let channel = harness.as_user("auth", tokens.user_id.parse().unwrap());
    let mut exporter = PersonalDataInternalServiceClient::new(channel);
    let listed = exporter.list_tables(ListTablesRequest {}).await.unwrap();
    let tables = listed.into_inner().tables;
    assert!(tables.contains(&"sms_factors".to_owned()), "{tables:?}");
    assert!(!tables.contains(&"sms_codes".to_owned()), "{tables:?}");
    let request = ExportTableRequest {
        table: "sms_factors".into(),
        format: TableFormat::Json.into(),
    };
    let mut pieces = exporter.export_table(request).await.unwrap().into_inner();
    let mut file = Vec::new();
    while let Some(piece) = pieces.message().await.unwrap() {
        file.extend(piece.content);
    }
    let rows: Value = serde_json::from_slice(&file).unwrap();
    assert_eq!(rows[0]["number"], NUMBER, "{rows}");

    let channel = harness.with_token("auth", Some(tokens.access_token));
    let mut account = AccountServiceClient::new(channel);
    account.delete_account(DeleteAccountRequest {}).await.unwrap();
    eventually("number and codes are erased", || async {
        let left = "SELECT ((SELECT count(*) FROM sms_factors) + (SELECT count(*) FROM sms_codes))::text";
        (ask(&harness, left).await == "0").then_some(())
    })
    .await;
    harness.stop().await;
}
