//! What the gateway service tells Envoy.

use std::sync::Arc;

use envoy_types::ext_authz::v3::pb::{
    CheckResponse, DeniedHttpResponse, HeaderAppendAction, HeaderValue, HeaderValueOption, HttpResponse,
    HttpStatus, OkHttpResponse,
};
use envoy_types::pb::google::rpc;
use tonic::Code;

use crate::error::{EdgeError, RATE_LIMITED};
use crate::limit::Quota;

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
pub fn answer(decision: Decision, traceparent: &str, grpc: bool) -> CheckResponse {
    match decision {
        Decision::Pass { quota, access_token } => pass(quota, access_token.as_deref(), traceparent),
        Decision::Limited(quota) => {
            let mut headers = quota_headers(&quota);
            headers.push(header("retry-after", quota.reset_seconds.to_string()));
            deny(&RATE_LIMITED, headers, traceparent, grpc)
        }
        Decision::Deny(error) => deny(&error, Vec::new(), traceparent, grpc),
    }
}

fn pass(quota: Option<Quota>, access_token: Option<&str>, traceparent: &str) -> CheckResponse {
    let mut to_client = quota.as_ref().map(quota_headers).unwrap_or_default();
    to_client.push(header("traceparent", traceparent));
    let mut to_service = vec![header("traceparent", traceparent)];
    to_service.extend(access_token.map(|token| header("authorization", format!("Bearer {token}"))));
    let response = OkHttpResponse {
        headers: to_service,
        response_headers_to_add: to_client,
        ..OkHttpResponse::default()
    };
    CheckResponse {
        status: Some(rpc::Status::default()),
        http_response: Some(HttpResponse::OkResponse(response)),
        ..CheckResponse::default()
    }
}

fn deny(
    error: &EdgeError,
    mut headers: Vec<HeaderValueOption>,
    traceparent: &str,
    grpc: bool,
) -> CheckResponse {
    let message = error.message.unwrap_or_default();
    headers.push(header("traceparent", traceparent));
    if error.code == Code::Unauthenticated {
        headers.push(header("www-authenticate", "Bearer error=\"invalid_token\""));
    }
    let body = if grpc {
        headers.push(header("grpc-status", i32::from(error.code).to_string()));
        headers.push(header("grpc-status-details-bin", error.details_bin()));
        message.to_owned()
    } else {
        headers.push(header("content-type", "application/json"));
        error.body().to_string()
    };
    let response = DeniedHttpResponse {
        status: Some(HttpStatus {
            code: error.status.into(),
        }),
        headers,
        body,
    };
    CheckResponse {
        status: Some(rpc::Status {
            code: error.code.into(),
            ..rpc::Status::default()
        }),
        http_response: Some(HttpResponse::DeniedResponse(response)),
        ..CheckResponse::default()
    }
}

/// The header fields of draft-ietf-httpapi-ratelimit-headers, in the form that clients know.
fn quota_headers(quota: &Quota) -> Vec<HeaderValueOption> {
    vec![
        header("ratelimit-limit", quota.limit.to_string()),
        header("ratelimit-remaining", quota.remaining.to_string()),
        header("ratelimit-reset", quota.reset_seconds.to_string()),
    ]
}

fn header(name: &str, value: impl Into<String>) -> HeaderValueOption {
    HeaderValueOption {
        header: Some(HeaderValue {
            key: name.into(),
            value: value.into(),
            ..HeaderValue::default()
        }),
        append_action: HeaderAppendAction::OverwriteIfExistsOrAdd.into(),
        ..HeaderValueOption::default()
    }
}
