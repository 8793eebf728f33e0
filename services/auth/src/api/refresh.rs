//! Refresh.

use pfms_proto::auth::v1::TokenSet;
use pfms_runtime::Error;

use super::Auth;
use crate::origin::Origin;
use crate::security::{self, Kind, SecurityEvent};
use crate::session::Verdict;
use crate::store::sessions;

impl Auth {
    pub(super) async fn exchange(&self, origin: &Origin, presented: &str) -> Result<TokenSet, Error> {
        if presented.is_empty() {
            return Err(Error::invalid("refreshToken", "is required"));
        }
        let presented = self.tokens.recognise(presented).ok_or_else(invalid)?;
        let (user_id, id) = (presented.user_id(), presented.session_id());
        let mut transaction = self.database.pool().begin().await?;
        let session = sessions::lock(&mut transaction, user_id, id)
            .await?
            .ok_or_else(invalid)?;
        // Taken under the lock: who waited for another refresh is judged by when its own turn came.
        let now = self.now();
        let next = self.new_token(user_id, id)?;
        let session = match session.judge(&presented.digest(), now) {
            Verdict::Exchange => session.exchanged(next.digest(), self.lifetimes, now),
            Verdict::Repeat => session.reissued(next.digest(), self.lifetimes, now),
            Verdict::Over => return Err(invalid()),
            Verdict::Reused => {
                sessions::revoke(&mut transaction, user_id, id, now).await?;
                let event = SecurityEvent::from(Kind::RefreshTokenReused).on(id);
                security::note(&mut transaction, user_id, event, origin, now).await?;
                transaction.commit().await?;
                self.database.wake_relay();
                self.mirror.note_revoked(user_id, id).await;
                tracing::warn!(%user_id, session_id = %id, "a used refresh token was presented; its session ended");
                return Err(Error::Unauthenticated {
                    reason: "REFRESH_TOKEN_REUSED",
                    message: "this refresh token was used before, so its session was ended; sign in again"
                        .into(),
                });
            }
        };
        sessions::save(&mut transaction, user_id, id, &session, now).await?;
        let tokens = self.token_set(&next, &session, now)?;
        transaction.commit().await?;
        self.mirror
            .note_active(user_id, id, session.expires_at, now)
            .await;
        Ok(tokens)
    }
}

fn invalid() -> Error {
    Error::Unauthenticated {
        reason: "REFRESH_TOKEN_INVALID",
        message: "the refresh token is not valid; sign in again".into(),
    }
}
