//! Envoy's question, for each request that needs a caller: may it pass?

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use pfms_runtime::identity::{Caller, PERSONAL_TOKEN_PREFIX, PersonalToken, TokenError, TokenVerifier};
use tonic::Status;

use crate::answer::{Decision, answer};
use crate::error::{SESSION_REVOKED, UNAUTHENTICATED};
use crate::limit::{Mirror, Quota};
use crate::personal::{Exchanged, PersonalTokens};
use crate::session::Sessions;
use crate::trace;

/// The path that Envoy asks for; no route of the edge leads there.
pub const PATH: &str = "/authorize";

/// The service that Envoy asks.
pub struct Authorize {
    verifier: TokenVerifier,
    sessions: Sessions,
    personal: PersonalTokens,
}

impl Authorize {
    /// Verifies tokens with `verifier`, looks sessions up in `sessions`, and exchanges personal access tokens with
    /// `personal`.
    #[must_use]
    pub fn new(verifier: TokenVerifier, sessions: Sessions, personal: PersonalTokens) -> Self {
        Self {
            verifier,
            sessions,
            personal,
        }
    }

    /// Whether the session is alive must be known; how many requests there were need not be. So without
    /// Redis nobody is limited, and still no ended session passes.
    async fn decide(&self, authorization: Option<&str>) -> Result<Decision, Status> {
        let Some(token) = authorization.and_then(bearer) else {
            return Ok(Decision::Deny(UNAUTHENTICATED));
        };
        if token.starts_with(PERSONAL_TOKEN_PREFIX) {
            return match PersonalToken::parse(token) {
                Some(token) => self.decide_personal(&token).await,
                None => Ok(Decision::Deny(UNAUTHENTICATED)),
            };
        }
        // Envoy has verified it too; a listener set up wrongly must not open every account.
        let (user_id, session_id) = match self.verifier.verify(token).await {
            Ok(Caller::User {
                user_id, session_id, ..
            }) => (user_id, session_id),
            // Services do not come in from outside, and what personal tokens are exchanged for stays inside.
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
            quota => Decision::Pass {
                quota,
                access_token: None,
            },
        })
    }

    /// A personal access token is good while auth says so, and for a minute after that while its mirror does.
    async fn decide_personal(&self, token: &PersonalToken) -> Result<Decision, Status> {
        if let Some(kept) = self.personal.kept(token) {
            let (mirror, quota) = self.sessions.count(kept.user_id, kept.token_id).await.unzip();
            match mirror.unwrap_or(Mirror::Unknown) {
                Mirror::Active => return Ok(passed(quota, &kept)),
                Mirror::Revoked => return Ok(Decision::Deny(UNAUTHENTICATED)),
                // Counted already, so the exchange below does not count again.
                Mirror::Unknown => {
                    return Ok(match self.personal.exchange(token).await? {
                        Some(exchanged) => passed(quota, &exchanged),
                        None => Decision::Deny(UNAUTHENTICATED),
                    });
                }
            }
        }
        let Some(exchanged) = self.personal.exchange(token).await? else {
            return Ok(Decision::Deny(UNAUTHENTICATED));
        };
        let (mirror, quota) = self
            .sessions
            .count(exchanged.user_id, exchanged.token_id)
            .await
            .unzip();
        Ok(match mirror {
            Some(Mirror::Revoked) => Decision::Deny(UNAUTHENTICATED),
            _ => passed(quota, &exchanged),
        })
    }
}

fn passed(quota: Option<Quota>, exchanged: &Exchanged) -> Decision {
    match quota {
        Some(quota) if !quota.allowed => Decision::Limited(quota),
        quota => Decision::Pass {
            quota,
            access_token: Some(Arc::clone(&exchanged.access_token)),
        },
    }
}

/// Where Envoy asks: over plain HTTP/2, with the client's method and the headers that matter. Of what is answered, Envoy
/// takes the headers that its configuration names. Asked by gRPC, the edge answered a seventh less.
pub fn router(authorize: Authorize) -> Router {
    Router::new()
        .route(PATH, any(check))
        .with_state(Arc::new(authorize))
}

async fn check(State(authorize): State<Arc<Authorize>>, headers: HeaderMap) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let grpc = header("content-type").is_some_and(|kind| kind.starts_with("application/grpc"));
    let traceparent = trace::parent(header("traceparent"));
    match authorize.decide(header("authorization")).await {
        Ok(decision) => answer(decision, &traceparent, grpc),
        // Envoy tells its client the same in its own words.
        Err(error) => {
            tracing::error!(%error, "a session cannot be checked");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
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
