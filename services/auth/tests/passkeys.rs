//! Passkeys, as the only thing that a sign-in needs and as a second factor.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pbjson_types::Struct;
use pfms_proto::auth::v1::factor_service_client::FactorServiceClient;
use pfms_proto::auth::v1::passkey_service_client::PasskeyServiceClient;
use pfms_proto::auth::v1::{
    CompleteChallengeRequest, DeletePasskeyRequest, FactorMethod, FinishPasskeySignInRequest,
    FinishRegistrationRequest, FinishRegistrationResponse, ListPasskeysRequest, MfaChallenge, Passkey,
    PreparePasskeyRequest, StartPasskeySignInRequest, StartRegistrationRequest, TokenSet,
    UpdatePasskeyRequest,
};
use pfms_runtime::testing::{AuthorizedChannel, Harness, invalid_fields, reason};
use support::authenticator::Authenticator;
use support::{PASSWORD, aged, challenge, register, set_up_app, sign_in, sign_in_as, sql, start};
use tonic::{Code, Status};

const REFUSED: &str = "PASSKEY_NOT_ACCEPTED";

fn why<T: std::fmt::Debug>(answer: Result<T, Status>) -> String {
    reason(&answer.unwrap_err())
}

fn passkeys(harness: &Harness, tokens: &TokenSet) -> PasskeyServiceClient<AuthorizedChannel> {
    PasskeyServiceClient::new(harness.with_token("auth", Some(tokens.access_token.clone())))
}

fn anyone(harness: &Harness) -> PasskeyServiceClient<AuthorizedChannel> {
    PasskeyServiceClient::new(harness.anonymous("auth"))
}

async fn add(
    harness: &Harness,
    tokens: &TokenSet,
    authenticator: &mut Authenticator,
) -> Result<FinishRegistrationResponse, Status> {
    let mut client = passkeys(harness, tokens);
    let started = client
        .start_registration(StartRegistrationRequest {})
        .await?
        .into_inner();
    let request = FinishRegistrationRequest {
        ceremony_token: started.ceremony_token,
        name: " Phone ".into(),
        credential: Some(authenticator.create(&started.public_key.unwrap())),
    };
    Ok(client.finish_registration(request).await?.into_inner())
}

async fn begin_sign_in(harness: &Harness) -> (String, Struct) {
    let started = anyone(harness)
        .start_passkey_sign_in(StartPasskeySignInRequest {})
        .await
        .unwrap()
        .into_inner();
    (started.ceremony_token, started.public_key.unwrap())
}

async fn finish_sign_in(harness: &Harness, token: &str, credential: Struct) -> Result<TokenSet, Status> {
    let request = FinishPasskeySignInRequest {
        ceremony_token: token.into(),
        credential: Some(credential),
    };
    Ok(anyone(harness)
        .finish_passkey_sign_in(request)
        .await?
        .into_inner())
}

async fn sign_in_by(harness: &Harness, authenticator: &mut Authenticator) -> Result<TokenSet, Status> {
    let (token, options) = begin_sign_in(harness).await;
    finish_sign_in(harness, &token, authenticator.get(&options)).await
}

async fn prepare(harness: &Harness, challenge: &MfaChallenge) -> Result<Struct, Status> {
    let request = PreparePasskeyRequest {
        challenge_token: challenge.challenge_token.clone(),
    };
    let mut client = FactorServiceClient::new(harness.anonymous("auth"));
    Ok(client
        .prepare_passkey(request)
        .await?
        .into_inner()
        .public_key
        .unwrap())
}

async fn complete(
    harness: &Harness,
    challenge: &MfaChallenge,
    credential: Struct,
) -> Result<TokenSet, Status> {
    let request = CompleteChallengeRequest {
        challenge_token: challenge.challenge_token.clone(),
        method: FactorMethod::Passkey.into(),
        code: String::new(),
        credential: Some(credential),
    };
    let mut client = FactorServiceClient::new(harness.anonymous("auth"));
    Ok(client.complete_challenge(request).await?.into_inner())
}

/// A harness with an account and its passkey.
async fn with_passkey() -> (Harness, TokenSet, Authenticator) {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let mut authenticator = Authenticator::new();
    add(&harness, &tokens, &mut authenticator).await.unwrap();
    (harness, tokens, authenticator)
}

#[tokio::test]
async fn a_passkey_signs_in_alone_whatever_other_factors_there_are() {
    let harness = start().await;
    let user_id = register(&harness).await;
    let tokens = sign_in(&harness).await;
    set_up_app(&harness, &tokens).await;
    let mut authenticator = Authenticator::new();
    let added = add(&harness, &tokens, &mut authenticator).await.unwrap();
    assert!(added.backup_codes.is_empty(), "the app came with some");
    let passkey = added.passkey.unwrap();
    assert_eq!((passkey.name.as_str(), passkey.last_use_time), ("Phone", None));

    let signed_in = sign_in_by(&harness, &mut authenticator).await.unwrap();
    assert!(signed_in.challenge.is_none());
    assert_eq!(signed_in.user_id, user_id);
    let listed = passkeys(&harness, &signed_in)
        .list_passkeys(ListPasskeysRequest {})
        .await
        .unwrap()
        .into_inner()
        .passkeys;
    assert_eq!((listed.len(), &listed[0].id), (1, &passkey.id));
    assert!(listed[0].last_use_time.is_some());
    harness.stop().await;
}

#[tokio::test]
async fn the_browser_is_asked_for_verification_and_for_a_passkey_that_stays() {
    let (harness, tokens, _) = with_passkey().await;
    let started = passkeys(&harness, &tokens)
        .start_registration(StartRegistrationRequest {})
        .await
        .unwrap()
        .into_inner();
    let options = serde_json::to_value(started.public_key.unwrap()).unwrap();
    assert_eq!(options["rp"]["id"], "localhost");
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(options["authenticatorSelection"]["residentKey"], "preferred");
    assert_eq!(options["excludeCredentials"].as_array().unwrap().len(), 1);
    let (_, options) = begin_sign_in(&harness).await;
    let options = serde_json::to_value(options).unwrap();
    assert_eq!(options["userVerification"], "required");
    assert_eq!(options["allowCredentials"].as_array().unwrap().len(), 0);
    harness.stop().await;
}

#[tokio::test]
async fn a_passkey_is_a_second_factor_after_a_password() {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let mut authenticator = Authenticator::new();
    let added = add(&harness, &tokens, &mut authenticator).await.unwrap();
    assert_eq!(added.backup_codes.len(), 10, "it is the first factor");

    let challenged = challenge(&harness).await;
    assert_eq!(
        challenged.methods,
        [FactorMethod::Passkey as i32, FactorMethod::BackupCode as i32]
    );
    let options = prepare(&harness, &challenged).await.unwrap();
    let answer = authenticator.get(&options);
    let signed_in = complete(&harness, &challenged, answer.clone()).await.unwrap();
    assert_eq!(signed_in.user_id, tokens.user_id);
    let again = challenge(&harness).await;
    prepare(&harness, &again).await.unwrap();
    assert_eq!(why(complete(&harness, &again, answer).await), "FACTOR_WRONG");
    harness.stop().await;
}

#[tokio::test]
async fn what_was_prepared_for_a_challenge_is_signed_once() {
    let (harness, _, mut authenticator) = with_passkey().await;
    let challenged = challenge(&harness).await;
    let options = prepare(&harness, &challenged).await.unwrap();
    authenticator.origin = "http://evil.example".into();
    let phished = authenticator.get(&options);
    assert_eq!(
        why(complete(&harness, &challenged, phished).await),
        "FACTOR_WRONG"
    );
    authenticator.origin = "http://localhost:3000".into();
    let answer = authenticator.get(&options);
    assert_eq!(
        why(complete(&harness, &challenged, answer).await),
        "PASSKEY_NOT_PREPARED"
    );
    harness.stop().await;
}

#[tokio::test]
async fn without_user_verification_a_passkey_is_neither_registered_nor_accepted() {
    let (harness, tokens, mut authenticator) = with_passkey().await;
    let mut careless = Authenticator::new();
    careless.verifies = false;
    assert_eq!(why(add(&harness, &tokens, &mut careless).await), REFUSED);
    authenticator.verifies = false;
    assert_eq!(why(sign_in_by(&harness, &mut authenticator).await), REFUSED);
    let challenged = challenge(&harness).await;
    let options = prepare(&harness, &challenged).await.unwrap();
    let answer = authenticator.get(&options);
    assert_eq!(why(complete(&harness, &challenged, answer).await), "FACTOR_WRONG");
    authenticator.verifies = true;
    sign_in_by(&harness, &mut authenticator).await.unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn a_page_of_another_origin_gets_nothing() {
    let (harness, tokens, mut authenticator) = with_passkey().await;
    authenticator.origin = "https://localhost.evil.example".into();
    assert_eq!(why(sign_in_by(&harness, &mut authenticator).await), REFUSED);
    let mut other = Authenticator::new();
    other.origin = "http://localhost:3001".into();
    assert_eq!(why(add(&harness, &tokens, &mut other).await), REFUSED);
    harness.stop().await;
}

#[tokio::test]
async fn an_answer_is_to_one_question_and_works_once() {
    let (harness, _, mut authenticator) = with_passkey().await;
    let (first, options) = begin_sign_in(&harness).await;
    let answer = authenticator.get(&options);
    let (second, _) = begin_sign_in(&harness).await;
    assert_eq!(
        why(finish_sign_in(&harness, &second, answer.clone()).await),
        REFUSED
    );
    assert_eq!(
        why(finish_sign_in(&harness, &second, answer.clone()).await),
        "CEREMONY_OVER"
    );
    finish_sign_in(&harness, &first, answer.clone()).await.unwrap();
    assert_eq!(
        why(finish_sign_in(&harness, &first, answer).await),
        "CEREMONY_OVER"
    );
    harness.stop().await;
}

#[tokio::test]
async fn a_ceremony_ends_after_five_minutes() {
    let (harness, _, mut authenticator) = with_passkey().await;
    let (token, options) = begin_sign_in(&harness).await;
    sql(
        &harness,
        "UPDATE passkey_ceremonies SET expires_at = expires_at - interval '5 minutes'",
    )
    .await;
    let late = finish_sign_in(&harness, &token, authenticator.get(&options)).await;
    assert_eq!(why(late), "CEREMONY_OVER");
    harness.stop().await;
}

#[tokio::test]
async fn a_registration_is_finished_by_who_began_it_and_is_no_sign_in() {
    let (harness, tokens, _) = with_passkey().await;
    let started = passkeys(&harness, &tokens)
        .start_registration(StartRegistrationRequest {})
        .await
        .unwrap()
        .into_inner();
    support::anonymous(&harness)
        .register(support::registration("eve@example.com"))
        .await
        .unwrap();
    let eve = sign_in_as(&harness, "eve@example.com", PASSWORD).await.unwrap();
    let mut authenticator = Authenticator::new();
    let request = FinishRegistrationRequest {
        ceremony_token: started.ceremony_token.clone(),
        name: "Mine".into(),
        credential: Some(authenticator.create(&started.public_key.unwrap())),
    };
    let stolen = passkeys(&harness, &eve).finish_registration(request).await;
    assert_eq!(why(stolen), "CEREMONY_OVER");
    let (_, options) = begin_sign_in(&harness).await;
    let answer = authenticator.get(&options);
    assert_eq!(
        why(finish_sign_in(&harness, &started.ceremony_token, answer).await),
        "CEREMONY_OVER"
    );
    harness.stop().await;
}

#[tokio::test]
async fn a_passkey_that_counts_backwards_was_copied() {
    let (harness, _, mut authenticator) = with_passkey().await;
    authenticator.counter = 7;
    sign_in_by(&harness, &mut authenticator).await.unwrap();
    authenticator.counter = 3;
    assert_eq!(why(sign_in_by(&harness, &mut authenticator).await), REFUSED);
    harness.stop().await;
}

#[tokio::test]
async fn a_credential_belongs_to_one_account() {
    let (harness, tokens, mut authenticator) = with_passkey().await;
    support::anonymous(&harness)
        .register(support::registration("eve@example.com"))
        .await
        .unwrap();
    let eve = sign_in_as(&harness, "eve@example.com", PASSWORD).await.unwrap();
    let status = add(&harness, &eve, &mut authenticator).await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::AlreadyExists, "PASSKEY_EXISTS")
    );

    let mut eves = Authenticator::new();
    add(&harness, &eve, &mut eves).await.unwrap();
    eves.claim(&tokens.user_id);
    assert_eq!(why(sign_in_by(&harness, &mut eves).await), REFUSED);
    harness.stop().await;
}

#[tokio::test]
async fn an_account_that_may_not_sign_in_has_no_passkeys() {
    let (harness, _, mut authenticator) = with_passkey().await;
    sql(&harness, "UPDATE users SET is_active = false").await;
    assert_eq!(why(sign_in_by(&harness, &mut authenticator).await), REFUSED);
    harness.stop().await;
}

#[tokio::test]
async fn a_passkey_is_renamed_and_removed_by_its_owner_only() {
    let (harness, tokens, mut authenticator) = with_passkey().await;
    support::anonymous(&harness)
        .register(support::registration("eve@example.com"))
        .await
        .unwrap();
    let eve = sign_in_as(&harness, "eve@example.com", PASSWORD).await.unwrap();
    let mut owner = passkeys(&harness, &tokens);
    let list = ListPasskeysRequest {};
    let id = owner.list_passkeys(list).await.unwrap().into_inner().passkeys[0]
        .id
        .clone();
    let rename = |name: &str| UpdatePasskeyRequest {
        id: id.clone(),
        passkey: Some(Passkey {
            name: name.into(),
            ..Passkey::default()
        }),
    };
    let remove = || DeletePasskeyRequest { id: id.clone() };
    let mut stranger = passkeys(&harness, &eve);
    assert_eq!(
        why(stranger.update_passkey(rename("Eve's")).await),
        "PASSKEY_NOT_FOUND"
    );
    assert_eq!(why(stranger.delete_passkey(remove()).await), "PASSKEY_NOT_FOUND");
    assert!(
        stranger
            .list_passkeys(list)
            .await
            .unwrap()
            .into_inner()
            .passkeys
            .is_empty()
    );

    let renamed = owner
        .update_passkey(rename("Key ring"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!((renamed.name.as_str(), &renamed.id), ("Key ring", &id));
    for name in ["", " ", &"x".repeat(101), "two\nlines"] {
        let status = owner.update_passkey(rename(name)).await.unwrap_err();
        assert_eq!(invalid_fields(&status), ["name"], "{name:?}");
    }
    let stale = aged(&harness, &tokens).await;
    let refused = passkeys(&harness, &stale).delete_passkey(remove()).await;
    assert_eq!(why(refused), "FRESH_SIGN_IN_REQUIRED");
    let fresh = sign_in_by(&harness, &mut authenticator).await.unwrap();
    passkeys(&harness, &fresh).delete_passkey(remove()).await.unwrap();
    assert_eq!(why(sign_in_by(&harness, &mut authenticator).await), REFUSED);
    assert!(sign_in(&harness).await.challenge.is_none(), "no factor is left");
    harness.stop().await;
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let (harness, tokens, _) = with_passkey().await;
    let status = anyone(&harness)
        .finish_passkey_sign_in(FinishPasskeySignInRequest::default())
        .await
        .unwrap_err();
    assert_eq!(invalid_fields(&status), ["ceremonyToken", "credential"]);
    let mut client = passkeys(&harness, &tokens);
    let status = client
        .finish_registration(FinishRegistrationRequest::default())
        .await
        .unwrap_err();
    assert_eq!(invalid_fields(&status), ["ceremonyToken", "name", "credential"]);
    let started = client
        .start_registration(StartRegistrationRequest {})
        .await
        .unwrap()
        .into_inner();
    let request = FinishRegistrationRequest {
        ceremony_token: started.ceremony_token,
        name: "Phone".into(),
        credential: Some(Struct::default()),
    };
    let status = client.finish_registration(request).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["credential"]);
    harness.stop().await;
}
