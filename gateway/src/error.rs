//! Errors that the edge answers itself, in the one shape that services' errors have too.

use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use prost::Message;
use serde::Serialize;
use serde_json::{Value, json};
use tonic::Code;
use tonic_types::pb;

/// The domain of every `ErrorInfo` of ours.
const DOMAIN: &str = "pfms";

/// An error of the edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EdgeError {
    /// HTTP status.
    pub status: u16,
    /// gRPC code.
    pub code: Code,
    /// `UPPER_SNAKE` reason of the `ErrorInfo`.
    pub reason: &'static str,
    /// What to do about it; `None` where Envoy's own words name the mistake, such as the unknown field.
    pub message: Option<&'static str>,
}

const fn error(status: u16, code: Code, reason: &'static str, message: Option<&'static str>) -> EdgeError {
    EdgeError {
        status,
        code,
        reason,
        message,
    }
}

/// The request is wrong in a way that Envoy describes.
pub const INVALID: EdgeError = error(400, Code::InvalidArgument, "INVALID_REQUEST", None);
/// There is no valid access token.
pub const UNAUTHENTICATED: EdgeError = error(
    401,
    Code::Unauthenticated,
    "UNAUTHENTICATED",
    Some("Send a valid access token as \"Authorization: Bearer <token>\"; sign in or refresh to obtain one."),
);
/// The token's session was ended.
pub const SESSION_REVOKED: EdgeError = error(
    401,
    Code::Unauthenticated,
    "SESSION_REVOKED",
    Some("This session has ended. Sign in again."),
);
/// The caller made too many requests.
pub const RATE_LIMITED: EdgeError = error(
    429,
    Code::ResourceExhausted,
    "RATE_LIMITED",
    Some("Too many requests. Wait for the seconds that Retry-After names, then try again."),
);
/// A part of the system does not answer.
pub const UNAVAILABLE: EdgeError = error(
    503,
    Code::Unavailable,
    "UNAVAILABLE",
    Some("The service does not answer at the moment. Try again shortly."),
);
/// Something is wrong on our side.
pub const INTERNAL: EdgeError = error(
    500,
    Code::Internal,
    "INTERNAL",
    Some("Something went wrong on our side. Try again, and report the x-request-id if it stays."),
);

/// What Envoy's own answers become, by their status.
pub const REPLIES: &[EdgeError] = &[
    INVALID,
    UNAUTHENTICATED,
    error(
        403,
        Code::PermissionDenied,
        "PERMISSION_DENIED",
        Some("This request is not allowed."),
    ),
    error(
        404,
        Code::NotFound,
        "NOT_FOUND",
        Some("There is nothing at this path. /docs lists what there is."),
    ),
    error(
        408,
        Code::DeadlineExceeded,
        "REQUEST_TIMEOUT",
        Some("The request did not arrive in time."),
    ),
    error(
        413,
        Code::ResourceExhausted,
        "REQUEST_TOO_LARGE",
        Some("The request is too large. Send less in one request."),
    ),
    error(
        415,
        Code::InvalidArgument,
        "UNSUPPORTED_MEDIA_TYPE",
        Some(
            "Send JSON with \"Content-Type: application/json\", or a component with \"Content-Type: application/wasm\".",
        ),
    ),
    RATE_LIMITED,
    error(
        431,
        Code::ResourceExhausted,
        "HEADERS_TOO_LARGE",
        Some("The headers are too large. Send fewer or shorter ones."),
    ),
    UNAVAILABLE,
    error(
        504,
        Code::DeadlineExceeded,
        "DEADLINE_EXCEEDED",
        Some("The answer took too long. A write may have happened: repeat it with the same Idempotency-Key."),
    ),
];

impl EdgeError {
    /// The JSON body, as the transcoder prints a `google.rpc.Status`.
    #[must_use]
    pub fn body(&self) -> Value {
        json!({
            "code": i32::from(self.code),
            "message": self.message.unwrap_or("%LOCAL_REPLY_BODY%"),
            "details": [{
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": self.reason,
                "domain": DOMAIN,
                "metadata": {},
            }],
        })
    }

    /// The code for gRPC clients, to whom a path that does not exist is a method that is not implemented.
    #[must_use]
    pub fn grpc_code(&self) -> Code {
        if self.code == Code::NotFound {
            Code::Unimplemented
        } else {
            self.code
        }
    }

    /// The `grpc-status-details-bin` header.
    #[must_use]
    pub fn details_bin(&self) -> String {
        let info = pb::ErrorInfo {
            reason: self.reason.into(),
            domain: DOMAIN.into(),
            ..pb::ErrorInfo::default()
        };
        let status = pb::Status {
            code: self.grpc_code().into(),
            message: self.message.unwrap_or_default().into(),
            details: vec![prost_types::Any {
                type_url: "type.googleapis.com/google.rpc.ErrorInfo".into(),
                value: info.encode_to_vec(),
            }],
        };
        BASE64_STANDARD_NO_PAD.encode(status.encode_to_vec())
    }
}

/// An error as the template takes it.
#[derive(Serialize)]
pub(crate) struct ReplyView {
    status: u16,
    grpc_code: i32,
    message: Option<&'static str>,
    body: Value,
    details_bin: String,
}

impl From<&EdgeError> for ReplyView {
    fn from(error: &EdgeError) -> Self {
        Self {
            status: error.status,
            grpc_code: error.grpc_code().into(),
            message: error.message,
            body: error.body(),
            details_bin: error.details_bin(),
        }
    }
}
