//! Sign out.

use pbjson_types::Empty;
use pfms_proto::auth::v1::SignOutRequest;
use pfms_runtime::identity::Caller;
use pfms_runtime::{Begun, Call, Error};

use super::Auth;
use crate::origin::Origin;
use crate::security::{self, Kind, SecurityEvent};
use crate::session::SessionId;
use crate::store::sessions;

impl Auth {
    pub(super) async fn end_session(
        &self,
        call: &Call,
        origin: &Origin,
        request: SignOutRequest,
    ) -> Result<Empty, Error> {
        let Caller::User {
            user_id, session_id, ..
        } = call.caller()
        else {
            return Err(Error::FailedPrecondition {
                reason: "SESSION_REQUIRED",
                message: "only a person's own access token names a session to end".into(),
            });
        };
        let (user_id, id) = (*user_id, SessionId::from(*session_id));
        let key = call.idempotency(&request)?;
        // The mirror first: to answer that a session has ended while the edge lets it pass would be a lie.
        self.mirror.set_revoked(user_id, id).await?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let now = self.now();
        sessions::revoke(unit.connection(), user_id, id, now).await?;
        let event = SecurityEvent::from(Kind::SignedOut).on(id);
        for event in security::record(unit.connection(), user_id, event, origin, now).await? {
            unit.publish(event);
        }
        unit.commit(Empty {}).await
    }
}
