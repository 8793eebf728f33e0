//! Delete account.

use jiff::SignedDuration;
use pfms_proto::auth::v1::account_service_server::AccountService;
use pfms_proto::auth::v1::{DeleteAccountRequest, DeleteAccountResponse};
use pfms_proto::events::v1::AuditRecorded;
use pfms_runtime::events::{Outgoing, outbox};
use pfms_runtime::identity::Caller;
use pfms_runtime::parse::wire_time;
use pfms_runtime::{Call, Error, Violations};
use pfms_types::UserId;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::Auth;
use crate::origin::Origin;
use crate::password::{Outcome, Password};
use crate::store::erasures::{self, Open};

#[async_trait::async_trait]
impl AccountService for Auth {
    // An Idempotency-Key changes nothing: the session that it would be repeated with has ended.
    async fn delete_account(
        &self,
        request: Request<DeleteAccountRequest>,
    ) -> Result<Response<DeleteAccountResponse>, Status> {
        let call = Call::of(&request)?;
        let origin = Origin::of(request.metadata());
        Ok(Response::new(
            self.stop_and_erase(&call, &origin, &request.into_inner()).await?,
        ))
    }
}

impl Auth {
    async fn stop_and_erase(
        &self,
        call: &Call,
        origin: &Origin,
        request: &DeleteAccountRequest,
    ) -> Result<DeleteAccountResponse, Error> {
        let Caller::User { user_id, .. } = *call.caller() else {
            return Err(Error::FailedPrecondition {
                reason: "SESSION_REQUIRED",
                message: "only a person who is signed in can delete the account".into(),
            });
        };
        self.require_password(user_id, &request.password).await?;
        let now = self.now();
        let id = Uuid::now_v7();
        let due_at = now + self.erasure_delay;
        let mut transaction = self.database.pool().begin().await?;
        let sessions = erasures::deactivate(&mut transaction, user_id, now)
            .await?
            .ok_or(Error::NotFound("the account"))?;
        let erasure = Open { id, user_id };
        let digest = self.tombstones.digest(user_id);
        erasures::insert(&mut transaction, &erasure, &digest, now, due_at).await?;
        let requested = AuditRecorded {
            user_id: user_id.to_string(),
            actor: "user".to_owned(),
            action: "account.deletion_requested".to_owned(),
            target: id.to_string(),
            succeeded: true,
            ip_address: origin.ip.map(|ip| ip.to_string()).unwrap_or_default(),
            user_agent: origin.user_agent.clone().unwrap_or_default(),
        };
        outbox::insert(&mut transaction, &[Outgoing::new(user_id, now, &requested)?]).await?;
        // The mirror first: to answer that nothing works any more while the edge lets it pass would be a lie.
        for session in sessions {
            self.mirror.set_revoked(user_id, session).await?;
        }
        transaction.commit().await?;
        self.database.wake_relay();
        tracing::info!(erasure_id = %id, %due_at, "an account is to be erased");
        Ok(DeleteAccountResponse {
            erasure_id: id.to_string(),
            due_time: Some(wire_time(due_at)),
        })
    }

    async fn require_password(&self, user_id: UserId, presented: &str) -> Result<(), Error> {
        let mut violations = Violations::default();
        let password = violations
            .keep("password", Password::present(presented))
            .ok_or(violations)?;
        let stored = erasures::password_hash(self.database.pool(), user_id).await?;
        match self.hasher.check(password, stored.as_deref()).await? {
            Outcome::Right | Outcome::Renew(_) => Ok(()),
            Outcome::Wrong => Err(Error::invalid("password", "is not the account's password")),
        }
    }
}

/// How long after the request services are asked: the operator's grace, and until no access token is good.
pub(super) fn delay(grace_days: u16, settle_seconds: u32) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(grace_days)) + SignedDuration::from_secs(settle_seconds.into())
}
