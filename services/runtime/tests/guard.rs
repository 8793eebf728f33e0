//! Who gets past the guard, and what the others are told.
#![allow(clippy::unwrap_used)]

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use pbjson_types::Empty;
use pfms_proto::METHODS;
use pfms_proto::auth::v1::auth_service_client::AuthServiceClient;
use pfms_proto::auth::v1::auth_service_server::{AuthService, AuthServiceServer};
use pfms_proto::auth::v1::{
    GetJwksRequest, JsonWebKey, JsonWebKeySet, RefreshRequest, RegisterRequest, RegisterResponse,
    SignInRequest, SignOutRequest, TokenSet,
};
use pfms_proto::expense::v1::expense_internal_service_client::ExpenseInternalServiceClient;
use pfms_proto::expense::v1::expense_internal_service_server::{
    ExpenseInternalService, ExpenseInternalServiceServer,
};
use pfms_proto::expense::v1::{
    ApplyRuleActionsRequest, ApplyRuleActionsResponse, CreateForRuleRequest, CreateForRuleResponse,
    GatherFactsRequest, GatherFactsResponse, ListHistoryRequest, ListHistoryResponse,
};
use pfms_proto::method::{Access, Method, scopes};
use pfms_runtime::identity::{ACCESS_AUDIENCE, ACCESS_ISSUER, ACCESS_TYPE, AccessClaims, Caller, MeshTokens};
use pfms_runtime::secrets::MasterKey;
use pfms_runtime::testing::{AuthorizedChannel, Harness, reason};
use pfms_runtime::{Call, Clock, Parts, Service};
use pfms_types::UserId;
use serde_json::{Value, json};
use tonic::{Code, Request, Response, Status, async_trait};
use tonic_types::StatusExt;
use uuid::Uuid;

const KID: &str = "fixed";
const AUTH: &str = "auth";

fn pair(seed: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
}

fn private(seed: u8) -> EncodingKey {
    EncodingKey::from_ed_der(pair(seed).to_pkcs8v1().unwrap().as_ref())
}

/// A method for everyone and one for users, each as thin as can be. The user method fails with the caller as its
/// message, so that a test sees whom the guard let in.
struct Auth;

#[async_trait]
impl AuthService for Auth {
    async fn register(&self, _: Request<RegisterRequest>) -> Result<Response<RegisterResponse>, Status> {
        Err(Status::unimplemented("not under test"))
    }

    async fn sign_in(&self, _: Request<SignInRequest>) -> Result<Response<TokenSet>, Status> {
        Err(Status::unimplemented("not under test"))
    }

    async fn refresh(&self, _: Request<RefreshRequest>) -> Result<Response<TokenSet>, Status> {
        Err(Status::unimplemented("not under test"))
    }

    async fn sign_out(&self, request: Request<SignOutRequest>) -> Result<Response<Empty>, Status> {
        Err(Status::data_loss(format!("{:?}", Call::of(&request)?.caller())))
    }

    async fn get_jwks(&self, _: Request<GetJwksRequest>) -> Result<Response<JsonWebKeySet>, Status> {
        let key = JsonWebKey {
            kty: "OKP".into(),
            crv: "Ed25519".into(),
            x: URL_SAFE_NO_PAD.encode(pair(1).public_key()),
            kid: KID.into(),
            alg: "EdDSA".into(),
            r#use: "sig".into(),
        };
        Ok(Response::new(JsonWebKeySet { keys: vec![key] }))
    }
}

/// A method for services.
struct Internal;

#[async_trait]
impl ExpenseInternalService for Internal {
    async fn gather_facts(
        &self,
        request: Request<GatherFactsRequest>,
    ) -> Result<Response<GatherFactsResponse>, Status> {
        Err(seen(&request)?)
    }

    async fn list_history(
        &self,
        request: Request<ListHistoryRequest>,
    ) -> Result<Response<ListHistoryResponse>, Status> {
        Err(seen(&request)?)
    }

    async fn apply_rule_actions(
        &self,
        request: Request<ApplyRuleActionsRequest>,
    ) -> Result<Response<ApplyRuleActionsResponse>, Status> {
        Err(seen(&request)?)
    }

    async fn create_for_rule(
        &self,
        request: Request<CreateForRuleRequest>,
    ) -> Result<Response<CreateForRuleResponse>, Status> {
        Err(seen(&request)?)
    }
}

/// Says who calls.
fn seen<T>(request: &Request<T>) -> Result<Status, Status> {
    Ok(Status::data_loss(format!("{:?}", Call::of(request)?.caller())))
}

async fn start() -> Harness {
    Harness::start(vec![Service::new(AUTH, 3001, |_| async {
        Ok(Parts::new()
            .grpc(AuthServiceServer::new(Auth))
            .grpc(ExpenseInternalServiceServer::new(Internal)))
    })])
    .await
}

/// What came of a call: the caller whom the handler saw, or the guard's code and reason.
#[derive(Debug, PartialEq)]
enum Outcome {
    Answered(String),
    Refused(Code, String),
}

fn outcome(status: &Status) -> Outcome {
    match status.code() {
        Code::DataLoss => Outcome::Answered(status.message().to_owned()),
        code => Outcome::Refused(code, reason(status)),
    }
}

fn answered(caller: &Caller) -> Outcome {
    Outcome::Answered(format!("{caller:?}"))
}

fn refused(code: Code, reason: &str) -> Outcome {
    Outcome::Refused(code, reason.to_owned())
}

async fn user_method(harness: &Harness, token: Option<String>) -> Outcome {
    let mut client = AuthServiceClient::new(harness.with_token(AUTH, token));
    outcome(&client.sign_out(SignOutRequest {}).await.unwrap_err())
}

async fn mesh_method(harness: &Harness, token: Option<String>) -> Outcome {
    let mut client = ExpenseInternalServiceClient::new(harness.with_token(AUTH, token));
    let request = GatherFactsRequest::default();
    outcome(&client.gather_facts(request).await.unwrap_err())
}

fn now() -> Timestamp {
    Clock::system().now()
}

fn claims(user: UserId) -> AccessClaims {
    let now = now().as_second();
    AccessClaims {
        iss: ACCESS_ISSUER.into(),
        aud: ACCESS_AUDIENCE.into(),
        sub: user.uuid(),
        sid: Uuid::nil(),
        auth_time: now,
        iat: now,
        exp: now + 300,
        scope: None,
    }
}

fn header() -> Header {
    Header {
        typ: Some(ACCESS_TYPE.into()),
        kid: Some(KID.into()),
        ..Header::new(Algorithm::EdDSA)
    }
}

fn access_token(claims: &AccessClaims) -> String {
    encode(&header(), claims, &private(1)).unwrap()
}

fn mesh(harness: &Harness, clock: Clock) -> MeshTokens {
    MeshTokens::new(&harness.settings().master_key, clock)
}

#[tokio::test]
async fn good_tokens_pass_with_the_caller_they_name() {
    let harness = start().await;
    let user = UserId::generate();
    let claims = claims(user);
    let person = Caller::User {
        user_id: user,
        session_id: Uuid::nil(),
        authenticated_at: Timestamp::from_second(claims.auth_time).unwrap(),
    };
    let service = |acting_for| Caller::Service {
        name: "other".into(),
        acting_for,
    };
    let token = access_token(&claims);
    assert_eq!(user_method(&harness, Some(token)).await, answered(&person));
    let tokens = mesh(&harness, Clock::system());
    let for_user = tokens.sign("other", Some(user)).unwrap();
    assert_eq!(
        user_method(&harness, Some(for_user.clone())).await,
        answered(&service(Some(user)))
    );
    assert_eq!(
        mesh_method(&harness, Some(for_user)).await,
        answered(&service(Some(user)))
    );
    let for_nobody = tokens.sign("other", None).unwrap();
    assert_eq!(
        mesh_method(&harness, Some(for_nobody)).await,
        answered(&service(None))
    );
    harness.stop().await;
}

#[tokio::test]
async fn public_methods_need_no_token_and_mind_no_bad_one() {
    let harness = start().await;
    for token in [None, Some("rubbish".to_owned())] {
        let mut client = AuthServiceClient::new(harness.with_token(AUTH, token));
        let keys = client.get_jwks(GetJwksRequest {}).await.unwrap().into_inner();
        assert_eq!(keys.keys[0].kid, KID);
    }
    harness.stop().await;
}

#[tokio::test]
async fn without_a_token_nobody_passes_whatever_the_other_headers_say() {
    let harness = start().await;
    let nobody = refused(Code::Unauthenticated, "UNAUTHENTICATED");
    assert_eq!(user_method(&harness, None).await, nobody);
    assert_eq!(mesh_method(&harness, None).await, nobody);

    let user = UserId::generate();
    let token = access_token(&claims(user));
    for (name, value) in [
        ("x-user-id", user.to_string()),
        ("authorization", token.clone()),
        ("authorization", format!("Basic {token}")),
        ("authorization", "Bearer".to_owned()),
    ] {
        let mut client = AuthServiceClient::new(harness.anonymous(AUTH));
        let mut request = Request::new(SignOutRequest {});
        request.metadata_mut().insert(name, value.parse().unwrap());
        assert_eq!(
            outcome(&client.sign_out(request).await.unwrap_err()),
            nobody,
            "{name}: {value}"
        );
    }
    harness.stop().await;
}

#[tokio::test]
async fn an_expired_token_is_told_to_be_refreshed() {
    let harness = start().await;
    let user = UserId::generate();
    for ago in [0, 1, 3_600] {
        let expired = AccessClaims {
            exp: now().as_second() - ago,
            ..claims(user)
        };
        let token = access_token(&expired);
        assert_eq!(
            user_method(&harness, Some(token)).await,
            refused(Code::Unauthenticated, "TOKEN_EXPIRED")
        );
    }
    let long_ago = Clock::fixed(now() - SignedDuration::from_mins(2));
    let token = mesh(&harness, long_ago).sign("other", Some(user)).unwrap();
    assert_eq!(
        mesh_method(&harness, Some(token)).await,
        refused(Code::Unauthenticated, "TOKEN_INVALID")
    );
    harness.stop().await;
}

#[tokio::test]
async fn a_token_that_auth_did_not_sign_is_refused() {
    let harness = start().await;
    let user = UserId::generate();
    let good = access_token(&claims(user));
    let [head, body, signature] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let segment = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let other_user = segment(json!(claims(UserId::generate())));
    let none = |name: &str| segment(json!({ "alg": name, "typ": ACCESS_TYPE, "kid": KID }));
    let symmetric = Header {
        alg: Algorithm::HS256,
        ..header()
    };
    // The public key as a shared secret: the classic confusion of algorithms.
    let public = EncodingKey::from_secret(pair(1).public_key().as_ref());
    let stranger = MasterKey::parse(&"08".repeat(32)).unwrap();
    let unknown = Header {
        kid: Some("unknown".into()),
        ..header()
    };
    let unnamed = Header {
        kid: None,
        ..header()
    };
    let forged = [
        encode(&header(), &claims(user), &private(2)).unwrap(),
        encode(&unknown, &claims(user), &private(2)).unwrap(),
        encode(&unnamed, &claims(user), &private(1)).unwrap(),
        encode(&symmetric, &claims(user), &public).unwrap(),
        MeshTokens::new(&stranger, Clock::system())
            .sign("other", Some(user))
            .unwrap(),
        format!("{head}.{other_user}.{signature}"),
        format!("{head}.{body}."),
        format!("{head}.{body}"),
        format!("{}.{body}.", none("none")),
        format!("{}.{body}.{signature}", none("none")),
        format!("{}.{body}.", none("None")),
        "rubbish".into(),
        "..".into(),
        "x".repeat(4_000),
    ];
    for token in forged {
        let invalid = refused(Code::Unauthenticated, "TOKEN_INVALID");
        assert_eq!(
            user_method(&harness, Some(token.clone())).await,
            invalid,
            "{token}"
        );
        assert_eq!(
            mesh_method(&harness, Some(token.clone())).await,
            invalid,
            "{token}"
        );
    }
    harness.stop().await;
}

#[tokio::test]
async fn a_token_that_was_made_for_something_else_is_refused() {
    let harness = start().await;
    let user = UserId::generate();
    let audience = AccessClaims {
        aud: "pfms-mesh".into(),
        ..claims(user)
    };
    let issuer = AccessClaims {
        iss: "pfms-mesh".into(),
        ..claims(user)
    };
    let mut tokens = vec![access_token(&audience), access_token(&issuer)];
    for kind in [None, Some("JWT"), Some("rt+jwt")] {
        let header = Header {
            typ: kind.map(str::to_owned),
            ..header()
        };
        tokens.push(encode(&header, &claims(user), &private(1)).unwrap());
    }
    let mut incomplete = json!(claims(user));
    for name in ["iss", "aud", "sub", "exp"] {
        let mut claims = incomplete.clone();
        claims.as_object_mut().unwrap().remove(name);
        tokens.push(encode(&header(), &claims, &private(1)).unwrap());
    }
    incomplete["sub"] = json!("alice");
    tokens.push(encode(&header(), &incomplete, &private(1)).unwrap());
    for token in tokens {
        assert_eq!(
            user_method(&harness, Some(token.clone())).await,
            refused(Code::Unauthenticated, "TOKEN_INVALID"),
            "{token}"
        );
    }
    harness.stop().await;
}

#[tokio::test]
async fn each_kind_of_caller_has_its_own_methods() {
    let harness = start().await;
    let wrong = refused(Code::PermissionDenied, "WRONG_CALLER");
    let token = access_token(&claims(UserId::generate()));
    assert_eq!(mesh_method(&harness, Some(token)).await, wrong);
    let for_nobody = mesh(&harness, Clock::system()).sign("other", None).unwrap();
    assert_eq!(user_method(&harness, Some(for_nobody)).await, wrong);
    harness.stop().await;
}

/// A token of these scopes, as the edge makes it of a personal access token.
fn limited_token(scope: &str) -> String {
    access_token(&AccessClaims {
        scope: Some(scope.to_owned()),
        ..claims(UserId::generate())
    })
}

/// Calls any method with an empty message.
async fn call(channel: &AuthorizedChannel, method: &'static Method) -> Status {
    send(channel, method.path, ()).await
}

/// Calls a method with any message, its own or not.
async fn send<M: prost::Message + 'static>(
    channel: &AuthorizedChannel,
    path: &'static str,
    message: M,
) -> Status {
    let mut client = tonic::client::Grpc::new(channel.clone());
    client.ready().await.unwrap();
    let path = http::uri::PathAndQuery::from_static(path);
    let codec = tonic_prost::ProstCodec::<M, ()>::default();
    let answer = client.unary(Request::new(message), path, codec).await;
    answer.map_or_else(|status| status, |_| Status::ok("answered"))
}

#[tokio::test]
async fn a_message_of_another_type_is_the_clients_fault() {
    let harness = start().await;
    // A number stands where the e-mail address is text.
    let status = send(
        &harness.anonymous(AUTH),
        "/pfms.auth.v1.AuthService/Register",
        7_u64,
    )
    .await;
    assert_eq!(
        outcome(&status),
        refused(Code::InvalidArgument, "MALFORMED_REQUEST")
    );
    assert!(status.message().contains("email"), "{}", status.message());
    harness.stop().await;
}

/// What a token of these scopes is told by a method. Past the guard, nearly nothing is served here.
fn expected(method: &Method, held: &[&str]) -> Option<(&'static str, Option<&'static str>)> {
    match (method.access, method.scope) {
        (Access::Public, _) => None,
        (Access::Mesh, _) => Some(("WRONG_CALLER", None)),
        (Access::User, Some(scope)) if held.contains(&scope) => None,
        (Access::User, Some(scope)) => Some(("SCOPE_REQUIRED", Some(scope))),
        (Access::User, None) => Some(("SESSION_REQUIRED", None)),
    }
}

#[tokio::test]
async fn a_token_of_limited_scope_opens_what_its_scope_names_and_nothing_else() {
    let harness = start().await;
    let all: Vec<_> = scopes().collect();
    assert!(all.contains(&"expense:read") && all.contains(&"expense:write"));
    let mut sets: Vec<Vec<&str>> = all.iter().map(|scope| vec![*scope]).collect();
    sets.push(all);
    sets.push(Vec::new());
    sets.push(vec!["expense", "expense:*", "*", "auth:write"]);
    for held in sets {
        let channel = harness.with_token(AUTH, Some(limited_token(&held.join(" "))));
        for method in METHODS {
            let status = call(&channel, method).await;
            let Some((why, scope)) = expected(method, &held) else {
                assert!(
                    !matches!(status.code(), Code::PermissionDenied | Code::Unauthenticated),
                    "{} with {held:?}: {status:?}",
                    method.path
                );
                continue;
            };
            assert_eq!(
                status.code(),
                Code::PermissionDenied,
                "{} with {held:?}",
                method.path
            );
            let info = status.get_details_error_info().unwrap();
            assert_eq!(info.reason, why, "{} with {held:?}", method.path);
            assert_eq!(
                info.metadata.get("scope").map(String::as_str),
                scope,
                "{}",
                method.path
            );
            assert!(
                scope.is_none_or(|scope| status.message().contains(scope)),
                "{status:?}"
            );
        }
    }
    harness.stop().await;
}

#[tokio::test]
async fn a_session_opens_every_method_that_is_for_users() {
    let harness = start().await;
    let channel = harness.with_token(AUTH, Some(access_token(&claims(UserId::generate()))));
    for method in METHODS.iter().filter(|method| method.access == Access::User) {
        let status = call(&channel, method).await;
        assert_ne!(status.code(), Code::PermissionDenied, "{}", method.path);
    }
    harness.stop().await;
}
