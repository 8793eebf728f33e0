//! Access tokens and the keys that verify them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_body_util::BodyExt;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use pfms_proto::auth::v1::auth_service_client::AuthServiceClient;
use pfms_proto::auth::v1::{GetJwksRequest, JsonWebKeySet, SignOutRequest, TokenSet};
use pfms_runtime::Clock;
use pfms_runtime::identity::{Caller, MeshTokens, StaticKeys, TokenError, TokenVerifier};
use pfms_runtime::sealed::MasterSeal;
use pfms_runtime::serve::Running;
use pfms_runtime::testing::{Harness, reason};
use serde_json::{Value, json};
use support::{anonymous, ask, register, sign_in, sql, start};
use tonic::Code;
use tower::{Service, ServiceExt};

async fn jwks(harness: &Harness) -> JsonWebKeySet {
    anonymous(harness)
        .get_jwks(GetJwksRequest {})
        .await
        .unwrap()
        .into_inner()
}

fn verifier(harness: &Harness, keys: JsonWebKeySet, clock: Clock) -> TokenVerifier {
    let mesh = MeshTokens::new(&harness.settings().master_key, clock.clone());
    TokenVerifier::new(Arc::new(StaticKeys(keys)), mesh, clock)
}

fn segment(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn decoded(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// The installation's own private key, taken from its database with its master key.
async fn signing_key(harness: &Harness) -> (String, EncodingKey) {
    let row: (String, Vec<u8>) = sqlx::query_as("SELECT kid, private_key_sealed FROM signing_keys")
        .fetch_one(harness.database("auth").pool())
        .await
        .unwrap();
    let (kid, sealed) = row;
    let place = format!("signing_keys/private_key/{kid}");
    let seal = MasterSeal::new(&harness.settings().master_key, "signing-keys");
    let private = seal.open(&place, &sealed).unwrap();
    (kid, EncodingKey::from_ed_der(&private))
}

fn header(kid: &str) -> Header {
    Header {
        typ: Some("at+jwt".into()),
        kid: Some(kid.into()),
        ..Header::new(Algorithm::EdDSA)
    }
}

fn claims(tokens: &TokenSet, changed: &[(&str, Value)]) -> Value {
    let mut claims = decoded(&tokens.access_token, 1);
    for (name, value) in changed {
        claims[name] = value.clone();
    }
    claims
}

async fn refusal(harness: &Harness, token: &str) -> (Code, String) {
    let mut client = AuthServiceClient::new(harness.with_token("auth", Some(token.into())));
    let status = client.sign_out(SignOutRequest {}).await.unwrap_err();
    (status.code(), reason(&status))
}

#[tokio::test]
async fn the_published_keys_verify_a_token_until_it_expires() {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let issued = decoded(&tokens.access_token, 1)["iat"].as_i64().unwrap();
    let clock = Clock::fixed(jiff::Timestamp::from_second(issued).unwrap());
    let verifier = verifier(&harness, jwks(&harness).await, clock.clone());
    let caller = verifier.verify(&tokens.access_token).await.unwrap();
    let expected = Caller::User {
        user_id: tokens.user_id.parse().unwrap(),
        session_id: tokens.session_id.parse().unwrap(),
        authenticated_at: jiff::Timestamp::from_second(issued).unwrap(),
    };
    assert_eq!(caller, expected);
    clock.advance(jiff::SignedDuration::from_secs(299));
    assert!(verifier.verify(&tokens.access_token).await.is_ok());
    clock.advance(jiff::SignedDuration::from_secs(1));
    let late = verifier.verify(&tokens.access_token).await;
    assert!(matches!(late, Err(TokenError::Expired)));
    harness.stop().await;
}

#[tokio::test]
async fn a_token_says_what_rfc_9068_asks_for_and_nothing_personal() {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let kid = jwks(&harness).await.keys[0].kid.clone();
    let header = decoded(&tokens.access_token, 0);
    assert_eq!(header, json!({"typ": "at+jwt", "alg": "EdDSA", "kid": kid}));
    let claims = decoded(&tokens.access_token, 1);
    let names: Vec<_> = claims.as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["aud", "auth_time", "exp", "iat", "iss", "sid", "sub"]);
    harness.stop().await;
}

#[tokio::test]
async fn the_same_keys_are_served_over_plain_http_without_private_parts() {
    let harness = start().await;
    let key = jwks(&harness).await.keys[0].clone();
    let mut channel = harness.anonymous("auth");
    let request = http::Request::get("/.well-known/jwks.json")
        .body(tonic::body::Body::empty())
        .unwrap();
    let response = channel.ready().await.unwrap().call(request).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["cache-control"], "public, max-age=60");
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let expected = json!({"keys": [{
        "kty": "OKP", "crv": "Ed25519", "x": key.x, "kid": key.kid, "alg": "EdDSA", "use": "sig",
    }]});
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), expected);
    harness.stop().await;
}

#[tokio::test]
async fn a_guarded_method_refuses_tokens_that_are_not_good() {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let (kid, ours) = signing_key(&harness).await;
    let stranger = Ed25519KeyPair::generate().unwrap();
    let theirs = EncodingKey::from_ed_der(stranger.to_pkcs8().unwrap().as_ref());
    let good = claims(&tokens, &[]);

    let parts: Vec<_> = tokens.access_token.split('.').collect();
    let other_user = claims(&tokens, &[("sub", json!(uuid::Uuid::now_v7()))]);
    let none = json!({"typ": "at+jwt", "alg": "none", "kid": kid});
    let plain_type = Header {
        typ: Some("JWT".into()),
        ..header(&kid)
    };
    let x = jwks(&harness).await.keys[0].x.clone();
    let public = EncodingKey::from_secret(&URL_SAFE_NO_PAD.decode(x).unwrap());
    let symmetric = Header {
        alg: Algorithm::HS256,
        ..header(&kid)
    };
    let invalid = [
        (
            "signed by a stranger",
            encode(&header(&kid), &good, &theirs).unwrap(),
        ),
        (
            "of an unknown key",
            encode(&header("other"), &good, &theirs).unwrap(),
        ),
        (
            "changed after signing",
            format!("{}.{}.{}", parts[0], segment(&other_user), parts[2]),
        ),
        ("unsigned", format!("{}.{}.", segment(&none), parts[1])),
        (
            "unsigned with a signature",
            format!("{}.{}.{}", segment(&none), parts[1], parts[2]),
        ),
        (
            "signed with the public key as a secret",
            encode(&symmetric, &good, &public).unwrap(),
        ),
        (
            "for another audience",
            encode(&header(&kid), &claims(&tokens, &[("aud", json!("other"))]), &ours).unwrap(),
        ),
        (
            "of another issuer",
            encode(&header(&kid), &claims(&tokens, &[("iss", json!("other"))]), &ours).unwrap(),
        ),
        ("of another type", encode(&plain_type, &good, &ours).unwrap()),
        ("a refresh token", tokens.refresh_token.clone()),
        ("noise", "a.b.c".into()),
    ];
    for (what, token) in invalid {
        let expected = (Code::Unauthenticated, "TOKEN_INVALID".to_owned());
        assert_eq!(refusal(&harness, &token).await, expected, "{what}");
    }
    let expired = claims(&tokens, &[("exp", json!(good["iat"].as_i64().unwrap() - 1))]);
    let expired = encode(&header(&kid), &expired, &ours).unwrap();
    assert_eq!(
        refusal(&harness, &expired).await,
        (Code::Unauthenticated, "TOKEN_EXPIRED".into())
    );
    let nobody = anonymous(&harness).sign_out(SignOutRequest {}).await.unwrap_err();
    assert_eq!(nobody.code(), Code::Unauthenticated);

    // What was refused was refused for what is wrong with it: the same by hand without a fault is taken.
    let by_hand = encode(&header(&kid), &good, &ours).unwrap();
    let mut client = AuthServiceClient::new(harness.with_token("auth", Some(by_hand)));
    assert!(client.sign_out(SignOutRequest {}).await.is_ok());
    harness.stop().await;
}

#[tokio::test]
async fn replicas_that_start_together_share_one_key() {
    let harness = start().await;
    sql(&harness, "DELETE FROM signing_keys").await;
    let replica = || Running::start(vec![pfms_auth::service().at_port(0)], harness.settings().clone());
    let (one, two) = tokio::join!(replica(), replica());
    let later = replica().await;
    let replicas = [one.unwrap(), two.unwrap(), later.unwrap()];
    let mut published = Vec::new();
    for replica in &replicas {
        let mut client = AuthServiceClient::connect(replica.addresses()["auth"].clone())
            .await
            .unwrap();
        let keys = client
            .get_jwks(GetJwksRequest {})
            .await
            .unwrap()
            .into_inner()
            .keys;
        published.push(keys);
    }
    assert_eq!(published[0].len(), 1);
    assert!(published.iter().all(|keys| *keys == published[0]));
    assert_eq!(
        ask(&harness, "SELECT count(*)::text FROM signing_keys").await,
        "1"
    );
    for replica in replicas {
        replica.stop().await;
    }
    harness.stop().await;
}

#[tokio::test]
async fn a_private_key_is_not_stored_in_the_clear() {
    let harness = start().await;
    let stored = ask(
        &harness,
        "SELECT encode(private_key_sealed, 'hex') FROM signing_keys",
    )
    .await;
    // The object identifier of Ed25519 is part of every PKCS #8 document that holds such a key.
    assert!(!stored.contains("06032b6570"));
    harness.stop().await;
}
