//! Signing keys that follow each other.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;

use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use pfms_auth::operator::{Succession, replace_signing_keys, rotate_signing_key};
use pfms_proto::auth::v1::{GetJwksRequest, JsonWebKeySet, TokenSet};
use pfms_runtime::identity::{MeshTokens, StaticKeys, TokenError, TokenVerifier};
use pfms_runtime::testing::Harness;
use pfms_runtime::{Clock, Error};
use serde_json::Value;
use support::{anonymous, ask, register, sign_in, sql};
use tower::{Service, ServiceExt};

const START: Timestamp = Timestamp::constant(1_800_000_000, 0);
/// The time from the announcement of a key until it signs.
const ANNOUNCED: SignedDuration = SignedDuration::from_mins(10);
/// The time for which a key is published that signs no more.
const PUBLISHED_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// What a replica knows of the keys is not older than this.
const RELOAD: SignedDuration = SignedDuration::from_secs(30);
const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn start() -> (Harness, Clock) {
    let clock = Clock::fixed(START);
    let harness = Harness::start_with(vec![pfms_auth::service()], |settings| {
        settings.clock = clock.clone();
    })
    .await;
    (harness, clock)
}

/// A second process on the same servers.
async fn replica_of(harness: &Harness) -> Harness {
    let settings = harness.settings().clone();
    Harness::start_with(vec![pfms_auth::service()], |own| *own = settings).await
}

async fn rotate(harness: &Harness) -> Succession {
    rotate_signing_key(&harness.database("auth"), &harness.settings().master_key)
        .await
        .unwrap()
}

async fn jwks(harness: &Harness) -> JsonWebKeySet {
    anonymous(harness)
        .get_jwks(GetJwksRequest {})
        .await
        .unwrap()
        .into_inner()
}

async fn kids(harness: &Harness) -> Vec<String> {
    jwks(harness).await.keys.into_iter().map(|key| key.kid).collect()
}

async fn kids_over_http(harness: &Harness) -> Vec<String> {
    let mut channel = harness.anonymous("auth");
    let request = http::Request::get("/.well-known/jwks.json")
        .body(tonic::body::Body::empty())
        .unwrap();
    let response = channel.ready().await.unwrap().call(request).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let body: Value = serde_json::from_slice(&body).unwrap();
    let keys = body["keys"].as_array().unwrap().iter();
    keys.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

fn signed_by(tokens: &TokenSet) -> String {
    let header = jsonwebtoken::decode_header(&tokens.access_token).unwrap();
    header.kid.unwrap()
}

/// What someone who holds these keys and nothing else says of a token.
async fn verify(harness: &Harness, keys: JsonWebKeySet, tokens: &TokenSet) -> Result<(), TokenError> {
    let clock = harness.settings().clock.clone();
    let mesh = MeshTokens::new(&harness.settings().master_key, clock.clone());
    let verifier = TokenVerifier::new(Arc::new(StaticKeys(keys)), mesh, clock);
    verifier.verify(&tokens.access_token).await.map(|_| ())
}

#[tokio::test]
async fn a_new_key_is_published_before_it_signs_and_the_old_one_after_it_signed() {
    let (harness, clock) = start().await;
    register(&harness).await;
    let old = kids(&harness).await.remove(0);
    let announced = rotate(&harness).await;
    assert_eq!((announced.made, announced.signs_from), (true, START + ANNOUNCED));

    clock.advance(RELOAD);
    let both = [old.clone(), announced.kid.clone()];
    assert_eq!(kids(&harness).await, both);
    assert_eq!(kids_over_http(&harness).await, both);
    let cached_early = jwks(&harness).await;
    assert_eq!(signed_by(&sign_in(&harness).await), old);

    clock.advance(ANNOUNCED - RELOAD - SignedDuration::from_secs(1));
    let last_of_old = sign_in(&harness).await;
    assert_eq!(signed_by(&last_of_old), old);
    clock.advance(SignedDuration::from_secs(1));
    let first_of_new = sign_in(&harness).await;
    assert_eq!(signed_by(&first_of_new), announced.kid);
    for tokens in [&last_of_old, &first_of_new] {
        verify(&harness, cached_early.clone(), tokens).await.unwrap();
        verify(&harness, jwks(&harness).await, tokens).await.unwrap();
    }
    assert_eq!(kids(&harness).await, [announced.kid.clone(), old.clone()]);

    clock.advance(PUBLISHED_AFTER);
    assert_eq!(kids(&harness).await, std::slice::from_ref(&announced.kid));
    assert_eq!(kids_over_http(&harness).await, [announced.kid]);
    harness.stop().await;
}

#[tokio::test]
async fn services_verify_tokens_of_both_keys_and_of_a_withdrawn_one_no_more() {
    let (harness, clock) = start().await;
    register(&harness).await;
    let of_old = sign_in(&harness).await;
    rotate(&harness).await;
    clock.advance(ANNOUNCED);
    kids(&harness).await;
    let of_new = sign_in(&harness).await;
    assert_ne!(signed_by(&of_old), signed_by(&of_new));
    // Of the old one the signature is good, and then it has expired.
    let answers = [
        support::sign_out(&harness, &of_old).await,
        support::sign_out(&harness, &of_new).await,
    ];
    assert_eq!(answers, ["TOKEN_EXPIRED", ""]);

    let of_new = sign_in(&harness).await;
    let replaced = replace_signing_keys(&harness.database("auth"), &harness.settings().master_key)
        .await
        .unwrap();
    clock.advance(SignedDuration::from_mins(1));
    assert_eq!(support::sign_out(&harness, &of_new).await, "TOKEN_INVALID");
    assert_eq!(kids(&harness).await, std::slice::from_ref(&replaced.kid));
    let after = sign_in(&harness).await;
    assert_eq!(signed_by(&after), replaced.kid);
    assert_eq!(support::sign_out(&harness, &after).await, "");
    harness.stop().await;
}

#[tokio::test]
async fn the_schedule_announces_a_key_when_the_period_is_about_to_end() {
    let (harness, clock) = start().await;
    let first = kids(&harness).await;
    clock.advance(30 * DAY - ANNOUNCED - SignedDuration::from_secs(1));
    assert_eq!(kids(&harness).await, first);
    clock.advance(RELOAD);
    let after = kids(&harness).await;
    assert_eq!((after.len(), &after[..1]), (2, &first[..]));
    clock.advance(ANNOUNCED);
    let turned = kids(&harness).await;
    assert_eq!(turned, [after[1].clone(), after[0].clone()]);
    harness.stop().await;
}

#[tokio::test]
async fn the_period_is_a_setting() {
    let clock = Clock::fixed(START);
    let harness = Harness::start_with(vec![pfms_auth::service()], |settings| {
        settings.clock = clock.clone();
        settings.signing_key_days = 2;
    })
    .await;
    clock.advance(2 * DAY - ANNOUNCED);
    assert_eq!(kids(&harness).await.len(), 2);
    harness.stop().await;
}

#[tokio::test]
async fn replicas_whose_time_comes_at_once_agree_on_one_key() {
    let (harness, clock) = start().await;
    let other = replica_of(&harness).await;
    register(&harness).await;
    for round in 1..=5 {
        clock.advance(30 * DAY);
        tokio::join!(kids(&harness), kids(&other));
        // Whoever looked before the other had made the key sees it the next time.
        clock.advance(RELOAD);
        assert_eq!(kids(&harness).await, kids(&other).await, "round {round}");
        let made = ask(&harness, "SELECT count(*)::text FROM signing_keys").await;
        assert_eq!(made, (round + 1).to_string());
        clock.advance(ANNOUNCED);
        let keys = jwks(&harness).await;
        assert_eq!(jwks(&other).await, keys);
        for replica in [&harness, &other] {
            let tokens = sign_in(replica).await;
            assert_eq!(signed_by(&tokens), keys.keys[0].kid);
        }
    }
    other.stop().await;
    harness.stop().await;
}

#[tokio::test]
async fn operators_who_rotate_at_once_or_again_get_one_key() {
    let (harness, _) = start().await;
    let (one, two) = tokio::join!(rotate(&harness), rotate(&harness));
    assert_eq!(one.kid, two.kid);
    assert!(one.made != two.made);
    let again = rotate(&harness).await;
    assert_eq!((again.kid, again.made), (one.kid, false));
    harness.stop().await;
}

#[tokio::test]
async fn there_is_nothing_to_rotate_before_auth_made_the_first_key() {
    let (harness, _) = start().await;
    sql(&harness, "DELETE FROM signing_keys").await;
    let refused = rotate_signing_key(&harness.database("auth"), &harness.settings().master_key).await;
    let Err(Error::FailedPrecondition { reason, .. }) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(reason, "NO_SIGNING_KEY");
    harness.stop().await;
}
