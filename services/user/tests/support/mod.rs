//! What user's tests share.
// Messages hold these in options, so that is what is handy.
#![allow(dead_code, missing_docs, clippy::unwrap_used, clippy::unnecessary_wraps)]

pub mod family;
pub mod seen;

use pbjson_types::FieldMask;
use pfms_proto::events::v1::UserCreated;
use pfms_proto::types::v1::Money;
use pfms_proto::user::v1::user_service_client::UserServiceClient;
use pfms_proto::user::v1::{
    FinancialPreferences, GetProfileRequest, Profile, UpdateFinancialPreferencesRequest, UpdateProfileRequest,
};
use pfms_runtime::events::{Outgoing, outbox};
use pfms_runtime::testing::{AuthorizedChannel, Harness};
use pfms_types::UserId;
use tonic::{Request, Status};

pub type Client = UserServiceClient<AuthorizedChannel>;

pub async fn start() -> Harness {
    Harness::start(vec![pfms_user::service()]).await
}

pub fn client(harness: &Harness, user_id: UserId) -> Client {
    UserServiceClient::new(harness.as_user("user", user_id))
}

pub fn mask(paths: &[&str]) -> Option<FieldMask> {
    Some(FieldMask {
        paths: paths.iter().map(|&path| path.to_owned()).collect(),
    })
}

pub fn money(amount: &str, currency: &str) -> Option<Money> {
    Some(Money {
        amount: amount.into(),
        currency: currency.into(),
    })
}

pub async fn get(client: &mut Client) -> Profile {
    client
        .get_profile(GetProfileRequest {})
        .await
        .unwrap()
        .into_inner()
}

pub async fn update(client: &mut Client, profile: Profile, paths: &[&str]) -> Result<Profile, Status> {
    let request = UpdateProfileRequest {
        profile: Some(profile),
        update_mask: mask(paths),
    };
    Ok(client.update_profile(request).await?.into_inner())
}

pub async fn prefer(
    client: &mut Client,
    preferences: FinancialPreferences,
    paths: &[&str],
) -> Result<FinancialPreferences, Status> {
    let request = UpdateFinancialPreferencesRequest {
        preferences: Some(preferences),
        update_mask: mask(paths),
    };
    Ok(client.update_financial_preferences(request).await?.into_inner())
}

/// Bytes as PostgreSQL writes them.
pub fn hexadecimal(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut digits, byte| {
        write!(digits, "{byte:02x}").unwrap();
        digits
    })
}

/// A request with an idempotency key.
pub fn keyed<T>(request: T, key: &str) -> Request<T> {
    let mut request = Request::new(request);
    request
        .metadata_mut()
        .insert("idempotency-key", key.parse().unwrap());
    request
}

/// The event that auth publishes on registration.
pub fn user_created(user_id: UserId, first_name: &str, last_name: &str) -> Outgoing {
    let data = UserCreated {
        user_id: user_id.to_string(),
        first_name: first_name.into(),
        last_name: last_name.into(),
    };
    Outgoing::new(user_id, "2026-01-02T03:04:05Z".parse().unwrap(), &data).unwrap()
}

/// Publishes events in their order, through the service's own outbox.
pub async fn publish(harness: &Harness, events: &[Outgoing]) {
    let mut connection = harness.database("user").pool().acquire().await.unwrap();
    outbox::insert(&mut connection, events).await.unwrap();
}

/// One text from user's database.
pub async fn ask(harness: &Harness, query: &'static str) -> String {
    sqlx::query_scalar(query)
        .fetch_one(harness.database("user").pool())
        .await
        .unwrap()
}
