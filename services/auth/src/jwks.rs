//! The public keys over plain HTTP, for proxies that verify tokens by themselves.

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::routing::get;
use pfms_proto::auth::v1::JsonWebKeySet;
use pfms_runtime::Error;
use serde::Serialize;

#[derive(Serialize)]
struct Jwks<'a> {
    keys: Vec<Jwk<'a>>,
}

#[derive(Serialize)]
struct Jwk<'a> {
    kty: &'a str,
    crv: &'a str,
    x: &'a str,
    kid: &'a str,
    alg: &'a str,
    r#use: &'a str,
}

/// Serves the keys as a JSON Web Key Set (RFC 7517).
///
/// # Errors
/// When they cannot be written as JSON.
pub fn router(set: &JsonWebKeySet) -> Result<Router, Error> {
    let keys = set.keys.iter().map(|key| Jwk {
        kty: &key.kty,
        crv: &key.crv,
        x: &key.x,
        kid: &key.kid,
        alg: &key.alg,
        r#use: &key.r#use,
    });
    let body = serde_json::to_string(&Jwks { keys: keys.collect() }).map_err(Error::internal)?;
    let answer = move || {
        let body = body.clone();
        async move {
            let headers = [
                (CONTENT_TYPE, "application/json"),
                (CACHE_CONTROL, "public, max-age=60"),
            ];
            (headers, body)
        }
    };
    Ok(Router::new().route("/.well-known/jwks.json", get(answer)))
}
