//! Check session.

use pfms_proto::auth::v1::auth_internal_service_server::AuthInternalService;
use pfms_proto::auth::v1::{CheckSessionRequest, CheckSessionResponse};
use pfms_runtime::{Error, Violations, parse};
use pfms_types::UserId;
use tonic::{Request, Response, Status};

use super::Auth;
use crate::session::{SessionId, SessionMarker};
use crate::store::sessions;

#[async_trait::async_trait]
impl AuthInternalService for Auth {
    async fn check_session(
        &self,
        request: Request<CheckSessionRequest>,
    ) -> Result<Response<CheckSessionResponse>, Status> {
        let (user_id, id) = names(request.get_ref())?;
        let active = self.check(user_id, id).await?;
        Ok(Response::new(CheckSessionResponse { active }))
    }
}

fn names(request: &CheckSessionRequest) -> Result<(UserId, SessionId), Error> {
    let mut violations = Violations::default();
    let user_id = parse::id(&mut violations, "userId", &request.user_id);
    let session_id = parse::id::<SessionMarker>(&mut violations, "sessionId", &request.session_id);
    user_id.zip(session_id).ok_or_else(|| violations.into())
}

impl Auth {
    async fn check(&self, user_id: UserId, id: SessionId) -> Result<bool, Error> {
        let now = self.now();
        let lives_until = sessions::lives_until(self.database.pool(), user_id, id, now).await?;
        match lives_until {
            Some(expires_at) => self.mirror.note_active(user_id, id, expires_at, now).await,
            None => self.mirror.note_revoked(user_id, id).await,
        }
        Ok(lives_until.is_some())
    }
}
