//! The public keys over plain HTTP, for proxies that verify tokens by themselves.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;
use pfms_proto::auth::v1::JsonWebKeySet;
use serde::Serialize;

use crate::keys::Keys;

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
pub fn router(keys: Arc<Keys>) -> Router {
    Router::new()
        .route("/.well-known/jwks.json", get(answer))
        .with_state(keys)
}

async fn answer(State(keys): State<Arc<Keys>>) -> impl IntoResponse {
    let set = keys.jwks().await;
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "public, max-age=60"),
    ];
    match serde_json::to_string(&Jwks::of(&set)) {
        Ok(body) => Ok((headers, body)),
        Err(error) => {
            tracing::error!(%error, "signing keys cannot be written as JSON");
            Err(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

impl<'a> Jwks<'a> {
    fn of(set: &'a JsonWebKeySet) -> Self {
        let keys = set.keys.iter().map(|key| Jwk {
            kty: &key.kty,
            crv: &key.crv,
            x: &key.x,
            kid: &key.kid,
            alg: &key.alg,
            r#use: &key.r#use,
        });
        Self { keys: keys.collect() }
    }
}
