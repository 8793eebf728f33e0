//! The mirror of sessions in Redis, which the edge asks on every request.

use jiff::Timestamp;
use pfms_runtime::identity::ACCESS_LIFETIME_SECONDS;
use pfms_runtime::redis::{Redis, RedisError, SESSION_ACTIVE, SESSION_REVOKED, Script, session_key};
use pfms_types::UserId;

use crate::session::SessionId;

/// How long it is remembered that a session was ended: until no access token of it lives, with room for clocks
/// that differ.
const REVOKED_SECONDS: i64 = 2 * ACCESS_LIFETIME_SECONDS;

/// Sets a session active unless it was ended: an ending that overtakes a refresh stands.
const ACTIVATE: &str = "
    if redis.call('GET', KEYS[1]) == ARGV[1] then return {0} end
    redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
    return {1}";

/// The mirror.
pub struct Mirror {
    redis: Redis,
    activate: Script,
}

impl Mirror {
    /// In this Redis.
    #[must_use]
    pub fn new(redis: Redis) -> Self {
        Self {
            redis,
            activate: Script::new(ACTIVATE),
        }
    }

    /// Says that a session lives. When Redis is away this is logged only: the edge finds nothing and asks
    /// `CheckSession`.
    pub async fn note_active(&self, user_id: UserId, id: SessionId, expires_at: Timestamp, now: Timestamp) {
        let seconds = expires_at.duration_since(now).as_secs().max(1);
        let arguments = [
            SESSION_REVOKED.to_owned(),
            SESSION_ACTIVE.to_owned(),
            seconds.to_string(),
        ];
        let set = self
            .activate
            .run_i64s(&self.redis, &[self.key(user_id, id)], &arguments)
            .await;
        if let Err(error) = set {
            tracing::warn!(%user_id, session_id = %id, %error, "a session that lives is not mirrored");
        }
    }

    /// Says that a session was ended.
    ///
    /// # Errors
    /// When Redis is away: the edge may believe for up to an access token's lifetime that the session lives.
    pub async fn set_revoked(&self, user_id: UserId, id: SessionId) -> Result<(), RedisError> {
        self.redis
            .set_for(&self.key(user_id, id), SESSION_REVOKED, REVOKED_SECONDS)
            .await
    }

    /// The same where the session is over in any case; when Redis is away this is logged only.
    pub async fn note_revoked(&self, user_id: UserId, id: SessionId) {
        if let Err(error) = self.set_revoked(user_id, id).await {
            tracing::warn!(%user_id, session_id = %id, %error, "a session that ended is not mirrored");
        }
    }

    fn key(&self, user_id: UserId, id: SessionId) -> String {
        self.redis.key(&session_key(user_id, id.uuid()))
    }
}
