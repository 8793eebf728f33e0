//! Which identity tokens count: exactly those that the provider made for this installation and this sign-in.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pfms_proto::auth::v1::oauth_service_client::OauthServiceClient;
use pfms_proto::auth::v1::{OauthCallbackRequest, OauthCallbackResponse, StartOauthSignInRequest};
use pfms_runtime::testing::{Harness, reason};
use serde_json::{Value, json};
use support::ask;
use support::forger::{CLIENT, Forger, Signer, sign};
use tempfile::NamedTempFile;
use tonic::Status;

const REFUSED: &str = "IDENTITY_NOT_ACCEPTED";
const PROVIDER: &str = "forger";

/// Auth that knows one provider, which a test has in its hand.
struct Rig {
    harness: Harness,
    forger: Forger,
    _file: NamedTempFile,
}

impl Rig {
    async fn start() -> Self {
        let forger = Forger::start().await;
        let file = NamedTempFile::new().unwrap();
        let list = json!({"providers": [forger.entry(PROVIDER)]});
        std::fs::write(file.path(), list.to_string()).unwrap();
        let path = file.path().to_owned();
        let harness = Harness::start_with(vec![pfms_auth::service()], |settings| {
            settings.sign_in.identity_providers = Some(path);
        })
        .await;
        Self {
            harness,
            forger,
            _file: file,
        }
    }

    /// Begins a sign-in, lets the provider give the token that is made for its nonce, and ends it.
    async fn sign_in_with(
        &self,
        token: impl FnOnce(&str) -> Option<String>,
    ) -> Result<OauthCallbackResponse, Status> {
        let mut client = OauthServiceClient::new(self.harness.anonymous("auth"));
        let request = StartOauthSignInRequest {
            provider: PROVIDER.into(),
        };
        let started = client.start_oauth_sign_in(request).await.unwrap().into_inner();
        let url = url::Url::parse(&started.authorization_url).unwrap();
        let parameter = |name: &str| {
            let found = url.query_pairs().find(|(one, _)| one == name);
            found.unwrap().1.into_owned()
        };
        self.forger.give(token(&parameter("nonce")));
        let request = OauthCallbackRequest {
            provider: PROVIDER.into(),
            state: parameter("state"),
            code: "a code".into(),
            binding: started.binding,
            ..OauthCallbackRequest::default()
        };
        Ok(client.oauth_callback(request).await?.into_inner())
    }

    /// With a token that is good but for what is changed.
    async fn with_claims(&self, change: impl FnOnce(&mut Value)) -> Result<OauthCallbackResponse, Status> {
        self.sign_in_with(|nonce| {
            let mut claims = self.forger.claims(nonce);
            change(&mut claims);
            Some(sign(&claims, Signer::Provider))
        })
        .await
    }

    async fn signed_by(&self, signer: Signer) -> Result<OauthCallbackResponse, Status> {
        self.sign_in_with(|nonce| Some(sign(&self.forger.claims(nonce), signer)))
            .await
    }

    async fn accounts(&self) -> String {
        ask(&self.harness, "SELECT count(*)::text FROM users").await
    }
}

#[tokio::test]
async fn a_token_for_another_nonce_audience_or_issuer_or_of_another_time_is_refused() {
    let rig = Rig::start().await;
    let past = pfms_runtime::Clock::system().now().as_second() - 3_600;
    let wrong = [
        ("nonce", json!("of another sign-in")),
        ("nonce", Value::Null),
        ("aud", json!("somebody-else")),
        ("aud", json!([])),
        ("aud", json!([CLIENT, "somebody-else"])),
        ("aud", Value::Null),
        ("iss", json!("https://another.example")),
        ("iss", json!(format!("{}/", rig.forger.issuer))),
        ("iss", Value::Null),
        ("exp", json!(past)),
        ("exp", Value::Null),
        ("sub", Value::Null),
        ("at_hash", json!("of another access token")),
    ];
    for (claim, value) in wrong {
        let answer = rig
            .with_claims(|claims| match &value {
                Value::Null => drop(claims.as_object_mut().unwrap().remove(claim)),
                value => claims[claim] = value.clone(),
            })
            .await;
        let status = answer.expect_err(&format!("{claim}: {value}"));
        // Without what every token has it is none, which is the provider's fault.
        let expected = if value.is_null() && claim != "nonce" {
            &["UNAVAILABLE", REFUSED][..]
        } else {
            &[REFUSED][..]
        };
        assert!(
            expected.contains(&reason(&status).as_str()),
            "{claim}: {value}: {status}"
        );
    }
    assert_eq!(rig.accounts().await, "0");
    // The same token without a fault signs in.
    assert!(rig.with_claims(|_| {}).await.unwrap().tokens.is_some());
    assert_eq!(rig.accounts().await, "1");
    rig.harness.stop().await;
}

#[tokio::test]
async fn a_token_that_the_provider_did_not_sign_is_refused() {
    let rig = Rig::start().await;
    for signer in [Signer::Stranger, Signer::Secret, Signer::Nobody] {
        let status = rig.signed_by(signer).await.expect_err(&format!("{signer:?}"));
        assert_eq!(reason(&status), REFUSED, "{signer:?}: {status}");
    }
    let cut = rig
        .sign_in_with(|nonce| {
            let token = sign(&rig.forger.claims(nonce), Signer::Provider);
            Some(format!("{}.", token.rsplit_once('.').unwrap().0))
        })
        .await;
    assert_eq!(reason(&cut.unwrap_err()), REFUSED);
    let none = rig.sign_in_with(|_| None).await;
    assert_eq!(reason(&none.unwrap_err()), REFUSED);
    assert_eq!(rig.accounts().await, "0");
    assert!(rig.signed_by(Signer::Provider).await.unwrap().tokens.is_some());
    rig.harness.stop().await;
}
