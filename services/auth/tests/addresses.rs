//! Whose address an e-mail address is, for other services.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pfms_proto::auth::v1::ResolveEmailRequest;
use pfms_proto::auth::v1::address_internal_service_client::AddressInternalServiceClient;
use pfms_runtime::testing::{AuthorizedChannel, invalid_fields};
use support::{register, sign_in, start};
use tonic::Code;

async fn resolve(channel: AuthorizedChannel, email: &str) -> Result<String, tonic::Status> {
    let request = ResolveEmailRequest { email: email.into() };
    let answer = AddressInternalServiceClient::new(channel)
        .resolve_email(request)
        .await?;
    Ok(answer.into_inner().user_id)
}

#[tokio::test]
async fn services_find_the_account_of_an_address_whatever_the_case() {
    let harness = start().await;
    let user_id = register(&harness).await;
    let service = || harness.as_service("auth");
    assert_eq!(resolve(service(), "ADA@example.com").await.unwrap(), user_id);
    assert_eq!(resolve(service(), "nobody@example.com").await.unwrap(), "");
    let status = resolve(service(), "nobody").await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["email"]);
    harness.stop().await;
}

#[tokio::test]
async fn an_account_that_may_not_sign_in_is_not_found() {
    let harness = start().await;
    register(&harness).await;
    support::sql(&harness, "UPDATE users SET is_active = false").await;
    assert_eq!(
        resolve(harness.as_service("auth"), support::EMAIL).await.unwrap(),
        ""
    );
    harness.stop().await;
}

#[tokio::test]
async fn people_cannot_look_addresses_up() {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let person = harness.with_token("auth", Some(tokens.access_token));
    let status = resolve(person, support::EMAIL).await.unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
    let status = resolve(harness.anonymous("auth"), support::EMAIL)
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    harness.stop().await;
}
