//! What every call passes: trace, authentication, load shedding, deadline.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use http::{HeaderMap, Request, Response};
use pfms_proto::method::{Access, Method};
use tokio::sync::Semaphore;
use tonic::body::Body;
use tonic::{Code, Status};
use tower::{Layer, Service};
use tracing::Instrument;

use crate::Error;
use crate::call::Call;
use crate::error::{scope_required, status};
use crate::identity::{Caller, TokenError, TokenVerifier};
use crate::telemetry::{metrics, trace};

/// What the guard needs to know.
pub struct Guard {
    /// Verifies tokens.
    pub verifier: TokenVerifier,
    /// How long a call may take when its client sets no deadline.
    pub deadline: Duration,
    /// Calls that may be worked on at the same time.
    pub permits: Arc<Semaphore>,
}

/// Puts the guard before a service.
#[derive(Clone)]
pub struct GuardLayer(pub Arc<Guard>);

impl<S> Layer<S> for GuardLayer {
    type Service = Guarded<S>;

    fn layer(&self, inner: S) -> Guarded<S> {
        Guarded {
            inner,
            guard: Arc::clone(&self.0),
        }
    }
}

/// A service behind the guard.
#[derive(Clone)]
pub struct Guarded<S> {
    inner: S,
    guard: Arc<Guard>,
}

impl<S> Service<Request<Body>> for Guarded<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let Some(method) = Method::find(request.uri().path()) else {
            // Health, reflection, a service's plain HTTP routes, and what does not exist.
            return Box::pin(self.inner.call(request));
        };
        // The instance that was made ready answers; its clone waits for the next call.
        let ready = self.inner.clone();
        let inner = std::mem::replace(&mut self.inner, ready);
        let guard = Arc::clone(&self.guard);
        Box::pin(async move {
            let started = Instant::now();
            let response = guard
                .answer(method, inner, request)
                .await
                .unwrap_or_else(Status::into_http);
            metrics::call_answered(method.path, code_name(code_of(&response)), started);
            Ok(response)
        })
    }
}

impl Guard {
    async fn answer<S>(
        &self,
        method: &'static Method,
        mut inner: S,
        mut request: Request<Body>,
    ) -> Result<Response<Body>, Status>
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Send + 'static,
        S::Future: Send,
    {
        let headers = request.headers();
        let correlation_id = trace::correlation_id(text(headers, "x-request-id"));
        let span = trace::server_span(method.path, text(headers, "traceparent"), &correlation_id);
        let deadline = client_deadline(headers).map_or(self.deadline, |given| given.min(self.deadline));
        // Uploads are as slow as their client's line.
        let deadline = if method.path.ends_with("/CreateModule") {
            deadline.max(Duration::from_mins(2))
        } else {
            deadline
        };

        let caller = self.authenticate(method, headers).await?;
        if let Some(user_id) = caller.user_id() {
            span.record("user_id", tracing::field::display(user_id));
        }
        // A key that is not text fails its check later; dropping it here would let the write run twice.
        let idempotency_key = headers
            .get("idempotency-key")
            .map(|key| String::from_utf8_lossy(key.as_bytes()).into_owned());
        request.extensions_mut().insert(Call {
            method: method.path,
            caller,
            received_at: self.verifier.clock().now(),
            idempotency_key,
        });

        let permit = Arc::clone(&self.permits).try_acquire_owned().map_err(|_| {
            status(
                Code::Unavailable,
                "OVERLOADED",
                "too many requests at once; try again".into(),
            )
        })?;
        // In a task of its own: when the client goes away or the deadline passes, a write that has begun ends
        // as the database ends it, and no pooled connection is left in the middle of a statement.
        let work = trace::correlated(correlation_id, async move {
            let response = inner.call(request).await;
            drop(permit);
            if let Ok(response) = &response {
                tracing::debug!(code = code_name(code_of(response)), "answered");
            }
            response
        });
        match tokio::time::timeout(deadline, tokio::spawn(work.instrument(span))).await {
            Ok(Ok(Ok(response))) => readable(response),
            Ok(Ok(Err(never))) => match never {},
            Ok(Err(panic)) => Err(Error::internal(panic).into()),
            Err(_) => Err(status(
                Code::DeadlineExceeded,
                "DEADLINE_EXCEEDED",
                "the request took too long; it may still take effect, so repeat it with the same Idempotency-Key".into(),
            )),
        }
    }

    async fn authenticate(&self, method: &Method, headers: &HeaderMap) -> Result<Caller, Status> {
        let unauthenticated =
            |reason: &str, message: &str| status(Code::Unauthenticated, reason, message.to_owned());
        let token = text(headers, "authorization").and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
        });
        if method.access == Access::Public {
            return Ok(Caller::Anonymous);
        }
        let Some(token) = token else {
            return Err(unauthenticated(
                "UNAUTHENTICATED",
                "send an access token: Authorization: Bearer <token>",
            ));
        };
        let caller = self.verifier.verify(token).await.map_err(|error| match error {
            TokenError::Invalid => unauthenticated("TOKEN_INVALID", &error.to_string()),
            TokenError::Expired => unauthenticated("TOKEN_EXPIRED", &error.to_string()),
            TokenError::Keys(error) => error.into(),
        })?;
        let allowed = match method.access {
            Access::Mesh => matches!(caller, Caller::Service { .. }),
            _ => caller.user_id().is_some(),
        };
        if !allowed {
            return Err(status(
                Code::PermissionDenied,
                "WRONG_CALLER",
                "this method is not for this kind of caller".into(),
            ));
        }
        require_scope(method, &caller)?;
        Ok(caller)
    }
}

/// How tonic begins the message of a status for a body that is no message of the method's type.
const UNDECODABLE: &str = "failed to decode Protobuf message: ";

/// A body that cannot be decoded is the client's fault, where tonic calls it the server's. It comes from clients with
/// another schema, and through the edge: the transcoder garbles some messages that have objects it does not know.
fn readable(response: Response<Body>) -> Result<Response<Body>, Status> {
    let Some(found) = Status::from_header_map(response.headers()) else {
        return Ok(response);
    };
    match found.message().strip_prefix(UNDECODABLE) {
        Some(problem) if found.code() == Code::Internal => Err(status(
            Code::InvalidArgument,
            "MALFORMED_REQUEST",
            format!("the request is not a message of this method's type: {problem}"),
        )),
        _ => Ok(response),
    }
}

/// Lets a token of limited scope call what its scope opens. A method that no scope opens is for sessions only.
fn require_scope(method: &Method, caller: &Caller) -> Result<(), Status> {
    let Caller::Limited { scopes, .. } = caller else {
        return Ok(());
    };
    match method.scope {
        Some(scope) if scopes.contain(scope) => Ok(()),
        Some(scope) => Err(scope_required(scope)),
        None => Err(status(
            Code::PermissionDenied,
            "SESSION_REQUIRED",
            "a personal access token cannot do this; sign in".into(),
        )),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The `grpc-timeout` header: up to eight digits and a unit.
fn client_deadline(headers: &HeaderMap) -> Option<Duration> {
    let value = text(headers, "grpc-timeout")?;
    let (digits, unit) = value.split_at_checked(value.len().checked_sub(1)?)?;
    let amount: u64 = digits.parse().ok().filter(|_| (1..=8).contains(&digits.len()))?;
    Some(match unit {
        "H" => Duration::from_secs(amount * 3600),
        "M" => Duration::from_secs(amount * 60),
        "S" => Duration::from_secs(amount),
        "m" => Duration::from_millis(amount),
        "u" => Duration::from_micros(amount),
        "n" => Duration::from_nanos(amount),
        _ => return None,
    })
}

/// A unary answer that failed has its status in its headers.
fn code_of(response: &Response<Body>) -> Code {
    Status::from_header_map(response.headers()).map_or(Code::Ok, |status| status.code())
}

fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_are_read_with_their_unit() {
        let read = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("grpc-timeout", value.parse().unwrap());
            client_deadline(&headers)
        };
        assert_eq!(read("1500m"), Some(Duration::from_millis(1500)));
        assert_eq!(read("2S"), Some(Duration::from_secs(2)));
        for wrong in ["", "m", "5", "5x", "123456789m", "-1m"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
