//! What the gateway service tells Envoy.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use tonic::Code;

use crate::error::{EdgeError, RATE_LIMITED};
use crate::limit::Quota;

const LIMIT: &str = "ratelimit-limit";
const REMAINING: &str = "ratelimit-remaining";
const RESET: &str = "ratelimit-reset";

/// What Envoy passes on to the service, in place of what the client sent.
pub(crate) const TO_SERVICE: &[&str] = &["traceparent", "authorization"];
/// What Envoy adds to the service's answer.
pub(crate) const TO_CLIENT: &[&str] = &[LIMIT, REMAINING, RESET, "traceparent"];
/// What Envoy answers with when the request does not pass.
pub(crate) const DENIED: &[&str] = &[
    LIMIT,
    REMAINING,
    RESET,
    "traceparent",
    "retry-after",
    "www-authenticate",
    "content-type",
    "grpc-status",
    "grpc-status-details-bin",
];

/// Whether a request passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It passes.
    Pass {
        /// What is left to the caller; nothing when requests cannot be counted.
        quota: Option<Quota>,
        /// What takes the place of the token that the client sent.
        access_token: Option<Arc<str>>,
    },
    /// The caller has used up the quota.
    Limited(Quota),
    /// It does not pass.
    Deny(EdgeError),
}

/// The answer to a request that carries `traceparent` from here on; `grpc` tells in which form it is read.
#[must_use]
pub fn answer(decision: Decision, traceparent: &str, grpc: bool) -> Response {
    let mut response = match decision {
        Decision::Pass { quota, access_token } => pass(quota, access_token.as_deref()),
        Decision::Limited(quota) => {
            let mut response = deny(&RATE_LIMITED, grpc);
            put_quota(&mut response, &quota);
            put(&mut response, "retry-after", quota.reset_seconds);
            response
        }
        Decision::Deny(error) => deny(&error, grpc),
    };
    put_text(&mut response, "traceparent", traceparent);
    response
}

fn pass(quota: Option<Quota>, access_token: Option<&str>) -> Response {
    let mut response = Response::new(Body::empty());
    if let Some(quota) = quota {
        put_quota(&mut response, &quota);
    }
    if let Some(token) = access_token {
        put_text(&mut response, "authorization", &format!("Bearer {token}"));
    }
    response
}

fn deny(error: &EdgeError, grpc: bool) -> Response {
    let mut response = if grpc {
        let mut response = Response::new(Body::from(error.message.unwrap_or_default()));
        put(&mut response, "grpc-status", i32::from(error.code));
        put_text(&mut response, "grpc-status-details-bin", &error.details_bin());
        response
    } else {
        let mut response = Response::new(Body::from(error.body().to_string()));
        put_text(&mut response, "content-type", "application/json");
        response
    };
    *response.status_mut() = StatusCode::from_u16(error.status).unwrap_or(StatusCode::FORBIDDEN);
    if error.code == Code::Unauthenticated {
        put_text(
            &mut response,
            "www-authenticate",
            "Bearer error=\"invalid_token\"",
        );
    }
    response
}

/// The header fields of draft-ietf-httpapi-ratelimit-headers, in the form that clients know.
fn put_quota(response: &mut Response, quota: &Quota) {
    put(response, LIMIT, quota.limit);
    put(response, REMAINING, quota.remaining);
    put(response, RESET, quota.reset_seconds);
}

fn put(response: &mut Response, name: &'static str, value: impl Into<HeaderValue>) {
    response.headers_mut().insert(name, value.into());
}

/// Tokens, trace contexts and base 64 are visible ASCII; what is not is left out.
fn put_text(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
