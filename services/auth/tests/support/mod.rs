//! What auth's tests share.
#![allow(dead_code, missing_docs)]

pub mod mailbox;
pub mod probe;
pub mod timing;

use pfms_proto::auth::v1::auth_service_client::AuthServiceClient;
use pfms_proto::auth::v1::{RefreshRequest, RegisterRequest, SignInRequest, SignOutRequest, TokenSet};
use pfms_runtime::testing::{AuthorizedChannel, Harness, reason};
use tonic::Status;

pub const EMAIL: &str = "ada@example.com";
pub const PASSWORD: &str = "umbrella tractor violet";

pub async fn start() -> Harness {
    Harness::start(vec![pfms_auth::service()]).await
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

/// Signs out; gives the reason for a refusal, or nothing.
pub async fn sign_out(harness: &Harness, tokens: &TokenSet) -> String {
    match holder(harness, tokens).sign_out(SignOutRequest {}).await {
        Ok(_) => String::new(),
        Err(status) => reason(&status),
    }
}
