//! Whether a session is alive: its mirror in Redis first, and auth, which owns sessions, where that says nothing.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use pfms_proto::auth::v1::CheckSessionRequest;
use pfms_proto::auth::v1::auth_internal_service_client::AuthInternalServiceClient;
use pfms_runtime::client::MeshChannel;
use pfms_runtime::redis::{Redis, Script, rate_key, session_key};
use pfms_types::UserId;
use tonic::Status;
use uuid::Uuid;

use crate::limit::{self, Mirror, Quota, WINDOW_SECONDS};

/// How long Redis is left alone after it failed, so that its absence does not slow every request down.
const REST: Duration = Duration::from_millis(500);

/// What is known of sessions, and how often their users called.
pub struct Sessions {
    redis: Redis,
    script: Script,
    limit: u32,
    away_since: Mutex<Option<Instant>>,
    auth: AuthInternalServiceClient<MeshChannel>,
}

impl Sessions {
    /// Counts in `redis` up to `limit` requests per user and window, and asks `auth` when need be.
    #[must_use]
    pub fn new(redis: Redis, auth: MeshChannel, limit: u32) -> Self {
        Self {
            redis,
            script: Script::new(limit::SCRIPT),
            limit,
            away_since: Mutex::default(),
            auth: AuthInternalServiceClient::new(auth),
        }
    }

    /// Looks at the mirror and counts the request, in one round trip; `None` when Redis does not answer.
    pub async fn count(&self, user_id: UserId, session_id: Uuid) -> Option<(Mirror, Quota)> {
        if self.is_away() {
            return None;
        }
        let keys = [session_key(user_id, session_id), rate_key(user_id)].map(|key| self.redis.key(&key));
        let window_micros = u64::from(WINDOW_SECONDS) * 1_000_000;
        let arguments = [self.limit.to_string(), window_micros.to_string()];
        match self.script.run_i64s(&self.redis, &keys, &arguments).await {
            Ok(answer) => {
                *self.away_since.lock().unwrap_or_else(PoisonError::into_inner) = None;
                limit::parse(&answer, self.limit)
            }
            Err(error) => {
                tracing::warn!(%error, "requests are not limited while Redis does not answer");
                *self.away_since.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
                None
            }
        }
    }

    /// Asks auth, which mirrors the answer for the next request.
    pub async fn is_active(&self, user_id: UserId, session_id: Uuid) -> Result<bool, Status> {
        let request = CheckSessionRequest {
            user_id: user_id.to_string(),
            session_id: session_id.to_string(),
        };
        Ok(self
            .auth
            .clone()
            .check_session(request)
            .await?
            .into_inner()
            .active)
    }

    fn is_away(&self) -> bool {
        let since = *self.away_since.lock().unwrap_or_else(PoisonError::into_inner);
        since.is_some_and(|since| since.elapsed() < REST)
    }
}
