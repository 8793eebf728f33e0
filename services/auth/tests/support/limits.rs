//! Limits of tries that suit a test.

use std::time::Duration;

use pfms_auth::throttle::{Act, Limit, Subject, set_limit};
use pfms_proto::auth::v1::RequestPasswordResetRequest;
use pfms_proto::auth::v1::credential_service_client::CredentialServiceClient;
use pfms_runtime::testing::{Harness, eventually};
use pfms_types::UserId;

/// Of no consequence.
pub const NONE: Limit = Limit {
    free_tries: 1_000_000,
    forget: Duration::from_secs(1),
    first_delay: Duration::from_secs(1),
    longest_delay: Duration::from_secs(1),
};

/// Limits signing in to one account so, and nothing else; returns once the service follows it.
pub async fn only(harness: &Harness, sign_in: Limit) {
    let database = harness.database("auth");
    for act in [Act::SignIn, Act::Register, Act::Mail, Act::Sms] {
        for subject in [Subject::Account, Subject::Address, Subject::Number] {
            let limited = (act, subject) == (Act::SignIn, Subject::Account);
            let limit = if limited { sign_in } else { NONE };
            set_limit(&database, act, subject, limit).await.unwrap();
        }
    }
    eventually("the service follows the new limits", || async {
        let email = format!("{}@example.com", UserId::generate());
        let mut client = CredentialServiceClient::new(harness.anonymous("auth"));
        for _ in 0..6 {
            let request = RequestPasswordResetRequest { email: email.clone() };
            client.request_password_reset(request).await.ok()?;
        }
        Some(())
    })
    .await;
}
