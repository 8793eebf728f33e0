//! Sign out.

use pbjson_types::Empty;
use pfms_proto::auth::v1::SignOutRequest;
use pfms_runtime::{Begun, Call, Error};

use super::{Auth, own_session};
use crate::origin::Origin;
use crate::security::{self, Kind, SecurityEvent};
use crate::store::sessions;

impl Auth {
    pub(super) async fn end_session(
        &self,
        call: &Call,
        origin: &Origin,
        request: SignOutRequest,
    ) -> Result<Empty, Error> {
        let (user_id, id) = own_session(call)?;
        let key = call.idempotency(&request)?;
        // The mirror first: to answer that a session has ended while the edge lets it pass would be a lie.
        self.mirror.set_revoked(user_id, id).await?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let now = self.now();
        if sessions::revoke(unit.connection(), user_id, id, now).await? {
            let event = SecurityEvent::from(Kind::SignedOut).on(id);
            for event in security::record(unit.connection(), user_id, event, origin, now).await? {
                unit.publish(event);
            }
        }
        unit.commit(Empty {}).await
    }
}
