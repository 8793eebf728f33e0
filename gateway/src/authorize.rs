//! Envoy's question, for each request that needs a caller: may it pass?

use envoy_types::ext_authz::v3::CheckRequestExt;
use envoy_types::ext_authz::v3::pb::{Authorization, CheckRequest, CheckResponse};
use pfms_runtime::identity::{Caller, TokenError, TokenVerifier};
use tonic::{Request, Response, Status};

use crate::answer::{Decision, answer};
use crate::error::{SESSION_REVOKED, UNAUTHENTICATED};
use crate::limit::Mirror;
use crate::session::Sessions;
use crate::trace;

/// The service that Envoy asks.
pub struct Authorize {
    verifier: TokenVerifier,
    sessions: Sessions,
}

impl Authorize {
    /// Verifies tokens with `verifier` and looks sessions up in `sessions`.
    #[must_use]
    pub fn new(verifier: TokenVerifier, sessions: Sessions) -> Self {
        Self { verifier, sessions }
    }

    /// Whether the session is alive must be known; how many requests there were need not be. So without
    /// Redis nobody is limited, and still no ended session passes.
    async fn decide(&self, authorization: Option<&str>) -> Result<Decision, Status> {
        let Some(token) = authorization.and_then(bearer) else {
            return Ok(Decision::Deny(UNAUTHENTICATED));
        };
        // Envoy has verified it too; a listener set up wrongly must not open every account.
        let (user_id, session_id) = match self.verifier.verify(token).await {
            Ok(Caller::User {
                user_id, session_id, ..
            }) => (user_id, session_id),
            // Services do not come in from outside.
            Ok(_) | Err(TokenError::Invalid | TokenError::Expired) => {
                return Ok(Decision::Deny(UNAUTHENTICATED));
            }
            Err(TokenError::Keys(error)) => return Err(error.into()),
        };
        let (mirror, quota) = self.sessions.count(user_id, session_id).await.unzip();
        let active = match mirror.unwrap_or(Mirror::Unknown) {
            Mirror::Active => true,
            Mirror::Revoked => false,
            Mirror::Unknown => self.sessions.is_active(user_id, session_id).await?,
        };
        Ok(match quota {
            _ if !active => Decision::Deny(SESSION_REVOKED),
            Some(quota) if !quota.allowed => Decision::Limited(quota),
            quota => Decision::Pass(quota),
        })
    }
}

#[tonic::async_trait]
impl Authorization for Authorize {
    async fn check(&self, request: Request<CheckRequest>) -> Result<Response<CheckResponse>, Status> {
        let request = request.into_inner();
        let header = |name: &str| {
            request
                .get_client_headers()
                .and_then(|headers| headers.get(name))
                .map(String::as_str)
        };
        let grpc = header("content-type").is_some_and(|kind| kind.starts_with("application/grpc"));
        let traceparent = trace::parent(header("traceparent"));
        // An error here is what makes Envoy answer 503.
        let decision = self.decide(header("authorization")).await.inspect_err(|error| {
            tracing::error!(%error, "a session cannot be checked");
        })?;
        Ok(Response::new(answer(decision, &traceparent, grpc)))
    }
}

/// The token of an `Authorization` header.
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim())
        .filter(|token| !token.is_empty())
}
