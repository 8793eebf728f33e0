//! What auth's tests share.
#![allow(dead_code, missing_docs)]

pub mod authenticator;
pub mod forger;
pub mod limits;
pub mod mailbox;
pub mod probe;
pub mod provider;
pub mod sms;

use pfms_proto::auth::v1::auth_service_client::AuthServiceClient;
use pfms_proto::auth::v1::credential_service_client::CredentialServiceClient;
use pfms_proto::auth::v1::factor_service_client::FactorServiceClient;
use pfms_proto::auth::v1::{
    CompleteChallengeRequest, ConfirmTotpRequest, EnrolTotpRequest, FactorMethod, MfaChallenge,
    RefreshRequest, RegisterRequest, RequestPasswordResetRequest, SignInRequest, SignOutRequest, TokenSet,
};
use pfms_proto::events::v1::AuditRecorded;
use pfms_runtime::testing::{AuthorizedChannel, Harness, reason};
use tonic::Status;

use self::probe::Probe;

pub const EMAIL: &str = "ada@example.com";
pub const PASSWORD: &str = "umbrella tractor violet";

pub async fn start() -> Harness {
    Harness::start(vec![pfms_auth::service()]).await
}

/// The same with somebody who hears what is audited.
pub async fn start_audited() -> (Harness, Probe) {
    let audited = Probe::default();
    let services = vec![audited.service::<AuditRecorded>("audited"), pfms_auth::service()];
    (Harness::start(services).await, audited)
}

pub fn anonymous(harness: &Harness) -> AuthServiceClient<AuthorizedChannel> {
    AuthServiceClient::new(harness.anonymous("auth"))
}

/// As the holder of an access token.
pub fn holder(harness: &Harness, tokens: &TokenSet) -> AuthServiceClient<AuthorizedChannel> {
    AuthServiceClient::new(harness.with_token("auth", Some(tokens.access_token.clone())))
}

pub fn registration(email: &str) -> RegisterRequest {
    RegisterRequest {
        email: email.into(),
        password: PASSWORD.into(),
        first_name: "Ada".into(),
        last_name: "Lovelace".into(),
    }
}

pub async fn register(harness: &Harness) -> String {
    let answer = anonymous(harness).register(registration(EMAIL)).await.unwrap();
    answer.into_inner().user_id
}

pub async fn sign_in_as(harness: &Harness, email: &str, password: &str) -> Result<TokenSet, Status> {
    let request = SignInRequest {
        email: email.into(),
        password: password.into(),
    };
    Ok(anonymous(harness).sign_in(request).await?.into_inner())
}

pub async fn sign_in(harness: &Harness) -> TokenSet {
    sign_in_as(harness, EMAIL, PASSWORD).await.unwrap()
}

pub async fn refresh(harness: &Harness, token: &str) -> Result<TokenSet, Status> {
    let request = RefreshRequest {
        refresh_token: token.into(),
    };
    Ok(anonymous(harness).refresh(request).await?.into_inner())
}

/// Runs SQL in auth's database.
pub async fn sql(harness: &Harness, statement: &'static str) {
    sqlx::query(statement)
        .execute(harness.database("auth").pool())
        .await
        .unwrap();
}

/// One text from auth's database.
pub async fn ask(harness: &Harness, query: &'static str) -> String {
    sqlx::query_scalar(query)
        .fetch_one(harness.database("auth").pool())
        .await
        .unwrap()
}

/// Bytes as PostgreSQL writes them.
pub fn hexadecimal(bytes: impl AsRef<[u8]>) -> String {
    use std::fmt::Write;
    bytes.as_ref().iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// The second factors of the holder of an access token.
pub fn factors(harness: &Harness, tokens: &TokenSet) -> FactorServiceClient<AuthorizedChannel> {
    FactorServiceClient::new(harness.with_token("auth", Some(tokens.access_token.clone())))
}

/// The digits that an app with this secret shows now.
pub fn digits(secret: &str) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let app = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let now = pfms_runtime::Clock::system().now().as_second();
    app.generate(u64::try_from(now).unwrap()).to_string()
}

/// An account's authenticator app and backup codes.
pub struct App {
    pub secret: String,
    pub backup_codes: Vec<String>,
}

/// Sets up an authenticator app. Its current digits can be used once more.
pub async fn set_up_app(harness: &Harness, tokens: &TokenSet) -> App {
    let mut client = factors(harness, tokens);
    let enrolled = client.enrol_totp(EnrolTotpRequest {}).await.unwrap().into_inner();
    let code = digits(&enrolled.secret);
    let confirmed = client.confirm_totp(ConfirmTotpRequest { code }).await.unwrap();
    forget_steps(harness).await;
    App {
        secret: enrolled.secret,
        backup_codes: confirmed.into_inner().backup_codes,
    }
}

/// Lets the current digits of all apps be used once more, so that no test waits for the next ones.
pub async fn forget_steps(harness: &Harness) {
    sql(harness, "UPDATE totp_factors SET last_step = 0").await;
}

/// Signs in with the password, which has to give a challenge.
pub async fn challenge(harness: &Harness) -> MfaChallenge {
    let answer = sign_in(harness).await;
    assert_eq!(
        (answer.access_token.as_str(), answer.refresh_token.as_str()),
        ("", "")
    );
    assert_eq!((answer.user_id.as_str(), answer.session_id.as_str()), ("", ""));
    answer.challenge.expect("a second factor is due")
}

/// Answers a challenge with a code.
pub async fn answer(
    harness: &Harness,
    challenge: &MfaChallenge,
    method: FactorMethod,
    code: &str,
) -> Result<TokenSet, Status> {
    let request = CompleteChallengeRequest {
        challenge_token: challenge.challenge_token.clone(),
        method: method.into(),
        code: code.into(),
        credential: None,
    };
    let mut client = FactorServiceClient::new(harness.anonymous("auth"));
    Ok(client.complete_challenge(request).await?.into_inner())
}

/// The session's tokens once its sign-in is no longer fresh.
pub async fn aged(harness: &Harness, tokens: &TokenSet) -> TokenSet {
    sql(
        harness,
        "UPDATE sessions SET authenticated_at = authenticated_at - interval '16 minutes'",
    )
    .await;
    refresh(harness, &tokens.refresh_token).await.unwrap()
}

/// Signs out; gives the reason for a refusal, or nothing.
pub async fn sign_out(harness: &Harness, tokens: &TokenSet) -> String {
    match holder(harness, tokens).sign_out(SignOutRequest {}).await {
        Ok(_) => String::new(),
        Err(status) => reason(&status),
    }
}

/// Asks for a link with which the password is set anew.
pub async fn ask_for_reset(harness: &Harness, email: &str) -> Result<(), Status> {
    let mut client = CredentialServiceClient::new(harness.anonymous("auth"));
    let request = RequestPasswordResetRequest { email: email.into() };
    client.request_password_reset(request).await.map(drop)
}
