//! Signing in by identity providers, against a certified one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;

use pfms_proto::auth::v1::oauth_service_client::OauthServiceClient;
use pfms_proto::auth::v1::{
    Identity, ListIdentitiesRequest, ListProvidersRequest, OauthCallbackRequest, OauthCallbackResponse,
    StartOauthLinkRequest, StartOauthResponse, StartOauthSignInRequest, TokenSet, UnlinkOauthRequest,
};
use pfms_proto::events::v1::UserCreated;
use pfms_runtime::testing::{AuthorizedChannel, Harness, invalid_fields, reason};
use serde_json::json;
use support::probe::Probe;
use support::provider::{ProviderProcess, Visitor};
use support::{EMAIL, PASSWORD, aged, ask, register, set_up_app, sign_in, sign_in_as, sql};
use tempfile::NamedTempFile;
use tonic::{Code, Request, Status};

const OVER: &str = "SIGN_IN_OVER";
const REFUSED: &str = "IDENTITY_NOT_ACCEPTED";

fn why<T: std::fmt::Debug>(answer: Result<T, Status>) -> String {
    reason(&answer.unwrap_err())
}

/// Auth that knows one provider under two names, of which "trusted" is believed about second factors.
struct Rig {
    harness: Harness,
    provider: ProviderProcess,
    created: Probe,
    _file: NamedTempFile,
}

impl Rig {
    async fn start() -> Self {
        let provider = ProviderProcess::start(&["plain", "trusted"]).await;
        let entry = |name: &str, trusted: bool| {
            json!({
                "name": name, "issuer": provider.issuer, "client_id": "pfms",
                "client_secret": "a secret of the tests",
                "trust_multi_factor": trusted, "multi_factor_acr": ["gold"],
            })
        };
        let file = NamedTempFile::new().unwrap();
        let list = json!({"providers": [entry("plain", false), entry("trusted", true)]});
        std::fs::write(file.path(), list.to_string()).unwrap();
        let created = Probe::default();
        let services = vec![created.service::<UserCreated>("created"), pfms_auth::service()];
        let path = file.path().to_owned();
        let harness = Harness::start_with(services, |settings| {
            settings.sign_in.identity_providers = Some(path);
        })
        .await;
        Self {
            harness,
            provider,
            created,
            _file: file,
        }
    }

    fn anyone(&self) -> OauthServiceClient<AuthorizedChannel> {
        OauthServiceClient::new(self.harness.anonymous("auth"))
    }

    fn holder(&self, tokens: &TokenSet) -> OauthServiceClient<AuthorizedChannel> {
        OauthServiceClient::new(self.harness.with_token("auth", Some(tokens.access_token.clone())))
    }

    async fn begin(&self, name: &str) -> StartOauthResponse {
        let request = StartOauthSignInRequest {
            provider: name.into(),
        };
        let started = self.anyone().start_oauth_sign_in(request).await.unwrap();
        started.into_inner()
    }

    async fn finish(&self, request: OauthCallbackRequest) -> Result<OauthCallbackResponse, Status> {
        Ok(self.anyone().oauth_callback(request).await?.into_inner())
    }

    async fn sign_in_by(&self, name: &str, visitor: &Visitor) -> Result<TokenSet, Status> {
        let started = self.begin(name).await;
        let brought = visitor.visit(&started.authorization_url).await;
        let answer = self.finish(callback(name, &brought, &started)).await?;
        assert!(answer.identity.is_none());
        Ok(answer.tokens.expect("it was a sign-in"))
    }

    async fn link(&self, tokens: &TokenSet, name: &str, visitor: &Visitor) -> Result<Identity, Status> {
        let request = StartOauthLinkRequest {
            provider: name.into(),
        };
        let started = self.holder(tokens).start_oauth_link(request).await?.into_inner();
        let brought = visitor.visit(&started.authorization_url).await;
        let answer = self.finish(callback(name, &brought, &started)).await?;
        assert!(answer.tokens.is_none(), "linking opens no session");
        Ok(answer.identity.expect("it was a link"))
    }

    async fn identities(&self, tokens: &TokenSet) -> Vec<Identity> {
        let listed = self
            .holder(tokens)
            .list_identities(ListIdentitiesRequest {})
            .await;
        listed.unwrap().into_inner().identities
    }

    async fn unlink(&self, tokens: &TokenSet, name: &str) -> Result<(), Status> {
        let request = UnlinkOauthRequest {
            provider: name.into(),
        };
        self.holder(tokens).unlink_oauth(request).await.map(|_| ())
    }

    async fn stop(self) {
        self.harness.stop().await;
        self.provider.stop().await;
    }
}

/// What a page sends on of what the browser brought back.
fn callback(
    name: &str,
    brought: &BTreeMap<String, String>,
    started: &StartOauthResponse,
) -> OauthCallbackRequest {
    let field = |name: &str| brought.get(name).cloned().unwrap_or_default();
    OauthCallbackRequest {
        provider: name.into(),
        state: field("state"),
        code: field("code"),
        iss: field("iss"),
        error: field("error"),
        binding: started.binding.clone(),
        ..OauthCallbackRequest::default()
    }
}

fn grace() -> Visitor {
    Visitor::new("grace").verified("grace@example.com")
}

#[tokio::test]
async fn a_new_identity_gets_an_account_and_comes_back_to_it_whatever_its_address() {
    let rig = Rig::start().await;
    let first = rig.sign_in_by("plain", &grace()).await.unwrap();
    assert!(first.challenge.is_none());
    let created: UserCreated = rig.created.wait(|_| true).await;
    assert_eq!(
        (
            created.user_id.as_str(),
            created.first_name.as_str(),
            created.last_name.as_str()
        ),
        (first.user_id.as_str(), "Grace", "Hopper")
    );
    let moved = Visitor::new("grace").verified("hopper@example.com");
    let second = rig.sign_in_by("plain", &moved).await.unwrap();
    assert_eq!(second.user_id, first.user_id);
    assert_ne!(second.session_id, first.session_id);
    let listed = rig.identities(&second).await;
    assert_eq!(
        (
            listed.len(),
            listed[0].provider.as_str(),
            listed[0].email.as_str()
        ),
        (1, "plain", "grace@example.com")
    );
    let other = Visitor::new("ada").verified("ada@example.com");
    let other = rig.sign_in_by("plain", &other).await.unwrap();
    assert_ne!(other.user_id, first.user_id);
    rig.stop().await;
}

#[tokio::test]
async fn the_way_there_carries_pkce_a_state_and_a_nonce() {
    let rig = Rig::start().await;
    let url = url::Url::parse(&rig.begin("plain").await.authorization_url).unwrap();
    let parameters: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!(parameters["code_challenge_method"], "S256");
    assert_eq!(parameters["response_type"], "code");
    assert_eq!(parameters["scope"], "openid email profile");
    for name in ["state", "nonce", "code_challenge"] {
        assert!(parameters[name].len() >= 22, "{name}");
    }
    let providers = rig
        .anyone()
        .list_providers(ListProvidersRequest {})
        .await
        .unwrap();
    let names: Vec<_> = providers
        .into_inner()
        .providers
        .into_iter()
        .map(|one| one.name)
        .collect();
    assert_eq!(names, ["plain", "trusted"]);
    rig.stop().await;
}

#[tokio::test]
async fn an_address_gives_nobody_the_account_of_another() {
    let rig = Rig::start().await;
    register(&rig.harness).await;
    let eve = Visitor::new("eve").verified(EMAIL);
    assert_eq!(why(rig.sign_in_by("plain", &eve).await), "ACCOUNT_EXISTS");
    let unverified = Visitor::new("mallory").with("email", "new@example.com");
    assert_eq!(
        why(rig.sign_in_by("plain", &unverified).await),
        "EMAIL_NOT_VERIFIED"
    );
    let silent = Visitor::new("trent");
    assert_eq!(why(rig.sign_in_by("plain", &silent).await), "EMAIL_NOT_VERIFIED");
    let counts = "SELECT (SELECT count(*) FROM users) || ' ' || (SELECT count(*) FROM identities)";
    assert_eq!(ask(&rig.harness, counts).await, "1 0");
    rig.stop().await;
}

#[tokio::test]
async fn who_is_signed_in_links_an_identity_and_signs_in_by_it() {
    let rig = Rig::start().await;
    let user_id = register(&rig.harness).await;
    let tokens = sign_in(&rig.harness).await;
    let linked = rig.link(&tokens, "plain", &grace()).await.unwrap();
    assert_eq!(
        (linked.provider.as_str(), linked.email.as_str()),
        ("plain", "grace@example.com")
    );
    assert_eq!(rig.sign_in_by("plain", &grace()).await.unwrap().user_id, user_id);
    assert!(rig.identities(&tokens).await[0].last_use_time.is_some());

    assert_eq!(
        why(rig.link(&tokens, "plain", &Visitor::new("other")).await),
        "PROVIDER_LINKED"
    );
    support::anonymous(&rig.harness)
        .register(support::registration("eve@example.com"))
        .await
        .unwrap();
    let eve = sign_in_as(&rig.harness, "eve@example.com", PASSWORD)
        .await
        .unwrap();
    assert_eq!(why(rig.link(&eve, "plain", &grace()).await), "IDENTITY_TAKEN");
    assert!(rig.identities(&eve).await.is_empty());
    let stale = aged(&rig.harness, &tokens).await;
    assert_eq!(
        why(rig.link(&stale, "trusted", &grace()).await),
        "FRESH_SIGN_IN_REQUIRED"
    );
    assert_eq!(why(rig.unlink(&stale, "plain").await), "FRESH_SIGN_IN_REQUIRED");
    rig.stop().await;
}

#[tokio::test]
async fn a_second_factor_is_due_unless_a_trusted_provider_saw_several() {
    let rig = Rig::start().await;
    register(&rig.harness).await;
    let tokens = sign_in(&rig.harness).await;
    rig.link(&tokens, "plain", &grace()).await.unwrap();
    set_up_app(&rig.harness, &tokens).await;
    let several = grace().with("amr", "pwd mfa");
    let gold = grace().with("acr", "gold");
    for (name, visitor, due) in [
        ("plain", grace(), true),
        ("plain", several.clone(), true),
        ("plain", gold.clone(), true),
        ("trusted", grace(), true),
        ("trusted", grace().with("amr", "pwd"), true),
        ("trusted", several, false),
        ("trusted", gold, false),
    ] {
        let answer = rig.sign_in_by(name, &visitor).await.unwrap();
        assert_eq!(answer.challenge.is_some(), due, "{name}: {visitor:?}");
        assert_eq!(answer.access_token.is_empty(), due, "{name}: {visitor:?}");
    }
    rig.stop().await;
}

#[tokio::test]
async fn a_way_back_is_taken_once_and_by_who_began() {
    let rig = Rig::start().await;
    let started = rig.begin("plain").await;
    let brought = grace().visit(&started.authorization_url).await;
    let good = callback("plain", &brought, &started);
    let elsewhere = OauthCallbackRequest {
        provider: "trusted".into(),
        ..good.clone()
    };
    assert_eq!(why(rig.finish(elsewhere).await), OVER);
    rig.finish(good.clone()).await.unwrap();
    assert_eq!(why(rig.finish(good).await), OVER);

    // Someone is made to come back from a sign-in that somebody else began.
    let theirs = rig.begin("plain").await;
    let brought = grace().visit(&theirs.authorization_url).await;
    let own = rig.begin("plain").await;
    assert_eq!(why(rig.finish(callback("plain", &brought, &own)).await), OVER);
    let unbound = OauthCallbackRequest {
        binding: String::new(),
        ..callback("plain", &brought, &theirs)
    };
    assert_eq!(why(rig.finish(unbound).await), OVER);
    rig.stop().await;
}

#[tokio::test]
async fn a_way_back_ends_after_ten_minutes() {
    let rig = Rig::start().await;
    let started = rig.begin("plain").await;
    let brought = grace().visit(&started.authorization_url).await;
    sql(
        &rig.harness,
        "UPDATE oauth_flows SET expires_at = expires_at - interval '10 minutes'",
    )
    .await;
    assert_eq!(why(rig.finish(callback("plain", &brought, &started)).await), OVER);
    rig.stop().await;
}

#[tokio::test]
async fn a_code_belongs_to_its_own_way_and_its_own_issuer() {
    let rig = Rig::start().await;
    let one = rig.begin("plain").await;
    let other = rig.begin("plain").await;
    let brought = grace().visit(&one.authorization_url).await;
    let others = Visitor::new("eve").verified("eve@example.com");
    let others = others.visit(&other.authorization_url).await;
    let mut swapped = callback("plain", &brought, &one);
    swapped.code = others["code"].clone();
    assert_eq!(why(rig.finish(swapped).await), REFUSED);
    let mut mixed_up = callback("plain", &others, &other);
    mixed_up.iss = "https://another.example".into();
    assert_eq!(why(rig.finish(mixed_up).await), REFUSED);
    assert_eq!(ask(&rig.harness, "SELECT count(*)::text FROM users").await, "0");
    rig.stop().await;
}

#[tokio::test]
async fn a_token_that_a_provider_made_for_another_nonce_is_refused() {
    let rig = Rig::start().await;
    let started = rig.begin("plain").await;
    let mut url = url::Url::parse(&started.authorization_url).unwrap();
    let parameters: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    url.query_pairs_mut()
        .clear()
        .extend_pairs(parameters.iter().map(|(name, value)| {
            let value = if name == "nonce" {
                "of another sign-in"
            } else {
                value
            };
            (name, value)
        }));
    let brought = grace().visit(url.as_str()).await;
    assert_eq!(
        why(rig.finish(callback("plain", &brought, &started)).await),
        REFUSED
    );
    assert_eq!(ask(&rig.harness, "SELECT count(*)::text FROM users").await, "0");
    rig.stop().await;
}

#[tokio::test]
async fn a_browsers_cookie_binds_as_well() {
    let rig = Rig::start().await;
    let request = StartOauthSignInRequest {
        provider: "plain".into(),
    };
    let answer = rig.anyone().start_oauth_sign_in(request).await.unwrap();
    let cookie = answer
        .metadata()
        .get("set-cookie")
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        cookie.ends_with("; Path=/api/v1/auth/oauth; Max-Age=600; HttpOnly; SameSite=Lax"),
        "{cookie}"
    );
    let started = answer.into_inner();
    let brought = grace().visit(&started.authorization_url).await;
    let mut request = Request::new(OauthCallbackRequest {
        binding: String::new(),
        ..callback("plain", &brought, &started)
    });
    let pair = cookie.split(';').next().unwrap();
    request
        .metadata_mut()
        .insert("cookie", format!("other=1; {pair}").parse().unwrap());
    assert!(
        rig.anyone()
            .oauth_callback(request)
            .await
            .unwrap()
            .into_inner()
            .tokens
            .is_some()
    );
    rig.stop().await;
}

#[tokio::test]
async fn who_declines_at_the_provider_is_told_so() {
    let rig = Rig::start().await;
    let started = rig.begin("plain").await;
    let url = url::Url::parse(&started.authorization_url).unwrap();
    let state = url
        .query_pairs()
        .find(|(name, _)| name == "state")
        .unwrap()
        .1
        .into_owned();
    let declined = OauthCallbackRequest {
        provider: "plain".into(),
        state,
        error: "access_denied".into(),
        binding: started.binding,
        ..OauthCallbackRequest::default()
    };
    assert_eq!(why(rig.finish(declined).await), "PROVIDER_DECLINED");
    rig.stop().await;
}

#[tokio::test]
async fn the_last_way_in_stays() {
    let rig = Rig::start().await;
    let tokens = rig.sign_in_by("plain", &grace()).await.unwrap();
    assert_eq!(why(rig.unlink(&tokens, "plain").await), "LAST_WAY_IN");
    assert_eq!(rig.identities(&tokens).await.len(), 1);
    assert_eq!(why(rig.unlink(&tokens, "trusted").await), "IDENTITY_NOT_FOUND");
    let password = sign_in_as(&rig.harness, "grace@example.com", PASSWORD).await;
    assert_eq!(why(password), "INVALID_CREDENTIALS");
    // As when a password is set by e-mail.
    sql(&rig.harness, "UPDATE users SET password_hash = 'another'").await;
    rig.unlink(&tokens, "plain").await.unwrap();
    assert!(rig.identities(&tokens).await.is_empty());
    assert_eq!(why(rig.sign_in_by("plain", &grace()).await), "ACCOUNT_EXISTS");
    rig.stop().await;
}

#[tokio::test]
async fn an_account_that_may_not_sign_in_is_not_opened_by_its_identity() {
    let rig = Rig::start().await;
    rig.sign_in_by("plain", &grace()).await.unwrap();
    sql(&rig.harness, "UPDATE users SET is_active = false").await;
    assert_eq!(why(rig.sign_in_by("plain", &grace()).await), "ACCOUNT_DISABLED");
    rig.stop().await;
}

#[tokio::test]
async fn a_provider_that_is_away_is_said_to_be_away() {
    let rig = Rig::start().await;
    let Rig {
        harness, provider, ..
    } = rig;
    provider.stop().await;
    let request = StartOauthSignInRequest {
        provider: "plain".into(),
    };
    let mut client = OauthServiceClient::new(harness.anonymous("auth"));
    let status = client.start_oauth_sign_in(request).await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::Unavailable, "UNAVAILABLE")
    );
    harness.stop().await;
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let rig = Rig::start().await;
    let status = rig.finish(OauthCallbackRequest::default()).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["provider", "state", "code"]);
    let request = |provider: &str| StartOauthSignInRequest {
        provider: provider.into(),
    };
    let status = rig.anyone().start_oauth_sign_in(request("")).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["provider"]);
    let unknown = rig.anyone().start_oauth_sign_in(request("myspace")).await;
    assert_eq!(why(unknown), "IDENTITY_PROVIDER_NOT_FOUND");
    rig.stop().await;
}

#[tokio::test]
async fn neither_subjects_nor_addresses_nor_secrets_are_stored_in_the_clear() {
    let rig = Rig::start().await;
    rig.sign_in_by("plain", &grace()).await.unwrap();
    let waiting = rig.begin("plain").await;
    let stored = ask(
        &rig.harness,
        "SELECT (SELECT string_agg(i::text, '') FROM identities i)
             || (SELECT string_agg(f::text, '') FROM oauth_flows f)
             || (SELECT string_agg(u::text, '') FROM users u)",
    )
    .await;
    for secret in ["grace", &waiting.binding] {
        assert!(!stored.contains(secret), "{secret}");
        assert!(!stored.contains(&support::hexadecimal(secret)), "{secret}");
    }
    rig.stop().await;
}
