//! Delete account.

use jiff::SignedDuration;
use pfms_proto::auth::v1::account_service_server::AccountService;
use pfms_proto::auth::v1::{DeleteAccountRequest, DeleteAccountResponse};
use pfms_runtime::parse::wire_time;
use pfms_runtime::{Call, Error};
use pfms_types::UserId;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::Auth;
use super::factors::require_fresh;
use crate::origin::Origin;
use crate::security::{self, Kind, SecurityEvent};
use crate::store::erasures::{self, Open};
use crate::store::{accounts, personal_tokens};

#[async_trait::async_trait]
impl AccountService for Auth {
    // An Idempotency-Key changes nothing: the session that it would be repeated with has ended.
    async fn delete_account(
        &self,
        request: Request<DeleteAccountRequest>,
    ) -> Result<Response<DeleteAccountResponse>, Status> {
        let call = Call::of(&request)?;
        let origin = Origin::of(request.metadata());
        Ok(Response::new(self.stop_and_erase(&call, &origin).await?))
    }
}

impl Auth {
    async fn stop_and_erase(&self, call: &Call, origin: &Origin) -> Result<DeleteAccountResponse, Error> {
        let user_id = require_fresh(call)?;
        let now = self.now();
        let id = Uuid::now_v7();
        let due_at = now + self.erasure_delay;
        let mut transaction = self.database.pool().begin().await?;
        if !erasures::deactivate(&mut transaction, user_id, now).await? {
            return Err(Error::NotFound("the account"));
        }
        let erasure = Open { id, user_id };
        let digest = self.tombstones.digest(user_id);
        erasures::insert(&mut transaction, &erasure, &digest, now, due_at).await?;
        let requested = SecurityEvent::from(Kind::DeletionRequested).on(id);
        security::note(&mut transaction, user_id, requested, origin, now).await?;
        // The mirror before the commit: to answer that nothing works any more while the edge lets it pass would be a lie.
        self.end_sessions(&mut transaction, user_id, None, now).await?;
        for token in personal_tokens::ids(&mut transaction, user_id).await? {
            self.mirror.set_revoked(user_id, token.uuid().into()).await?;
        }
        transaction.commit().await?;
        self.database.wake_relay();
        tracing::info!(erasure_id = %id, %due_at, "an account is to be erased");
        Ok(DeleteAccountResponse {
            erasure_id: id.to_string(),
            due_time: Some(wire_time(due_at)),
        })
    }

    /// Forgets the tries that were counted of an account.
    ///
    /// # Errors
    /// When the database or Redis does not answer.
    pub(crate) async fn forget_tries(&self, user_id: UserId) -> Result<(), Error> {
        self.throttle.forget(&self.lookup_of_user(user_id)).await?;
        if let Some(lookup) = accounts::lookup(self.database.pool(), user_id).await? {
            self.throttle.forget(&lookup).await?;
        }
        Ok(())
    }
}

/// How long after the request services are asked: the operator's grace, and until no access token is good.
pub(super) fn delay(grace_days: u16, settle_seconds: u32) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(grace_days)) + SignedDuration::from_secs(settle_seconds.into())
}
