//! `FactorService`, and what its handlers share.

use jiff::Timestamp;
use pbjson_types::Empty;
use pfms_proto::auth::v1::factor_service_server::FactorService;
use pfms_proto::auth::v1::{
    CompleteChallengeRequest, ConfirmTotpRequest, ConfirmTotpResponse, EnrolTotpRequest, EnrolTotpResponse,
    Factors, GetFactorsRequest, PreparePasskeyRequest, PreparePasskeyResponse, RegenerateBackupCodesRequest,
    RegenerateBackupCodesResponse, RemoveTotpRequest, TokenSet,
};
use pfms_runtime::call::FRESH_SIGN_IN;
use pfms_runtime::parse::wire_time;
use pfms_runtime::{Begun, Call, Error, Unit};
use pfms_types::UserId;
use tonic::{Request, Response, Status};

use super::Auth;
use crate::email::Email;
use crate::origin::Origin;
use crate::security::{self, SecurityEvent};
use crate::store::factors;

#[async_trait::async_trait]
impl FactorService for Auth {
    async fn complete_challenge(
        &self,
        request: Request<CompleteChallengeRequest>,
    ) -> Result<Response<TokenSet>, Status> {
        let origin = Origin::of(request.metadata());
        Ok(Response::new(
            self.complete_challenge(&origin, request.into_inner()).await?,
        ))
    }

    async fn prepare_passkey(
        &self,
        request: Request<PreparePasskeyRequest>,
    ) -> Result<Response<PreparePasskeyResponse>, Status> {
        Ok(Response::new(
            self.prepare_challenge_passkey(&request.into_inner()).await?,
        ))
    }

    async fn get_factors(&self, request: Request<GetFactorsRequest>) -> Result<Response<Factors>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let mut connection = self.database.pool().acquire().await.map_err(Error::from)?;
        let enrolled = factors::enrolled(&mut connection, user_id)
            .await
            .map_err(Error::from)?;
        let number = match enrolled.sms {
            Some(_) => self.sms_number(&mut connection, user_id).await?,
            None => None,
        };
        Ok(Response::new(Factors {
            totp: enrolled.totp.is_some(),
            totp_confirm_time: enrolled.totp.map(wire_time),
            passkeys: i32::try_from(enrolled.passkeys).unwrap_or(i32::MAX),
            backup_codes_left: i32::try_from(enrolled.backup_codes).unwrap_or(i32::MAX),
            sms: enrolled.sms.is_some(),
            sms_confirm_time: enrolled.sms.map(wire_time),
            sms_phone_ending: number.map_or_else(String::new, |(number, _)| number.ending().to_owned()),
        }))
    }

    // An Idempotency-Key changes nothing where the answer holds a secret: to keep the answer would be to keep it.
    async fn enrol_totp(
        &self,
        request: Request<EnrolTotpRequest>,
    ) -> Result<Response<EnrolTotpResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(self.begin_totp(&call).await?))
    }

    async fn confirm_totp(
        &self,
        request: Request<ConfirmTotpRequest>,
    ) -> Result<Response<ConfirmTotpResponse>, Status> {
        let (call, origin) = (Call::of(&request)?, Origin::of(request.metadata()));
        Ok(Response::new(
            self.finish_totp(&call, &origin, request.into_inner()).await?,
        ))
    }

    async fn remove_totp(&self, request: Request<RemoveTotpRequest>) -> Result<Response<Empty>, Status> {
        let (call, origin) = (Call::of(&request)?, Origin::of(request.metadata()));
        Ok(Response::new(
            self.remove_totp_factor(&call, &origin, request.into_inner())
                .await?,
        ))
    }

    async fn regenerate_backup_codes(
        &self,
        request: Request<RegenerateBackupCodesRequest>,
    ) -> Result<Response<RegenerateBackupCodesResponse>, Status> {
        let (call, origin) = (Call::of(&request)?, Origin::of(request.metadata()));
        Ok(Response::new(self.renew_backup_codes(&call, &origin).await?))
    }
}

impl Auth {
    /// A unit without an idempotency key.
    pub(super) async fn unit(&self, user_id: UserId) -> Result<Unit, Error> {
        match self.database.begin::<Empty>(user_id, None).await? {
            Begun::Fresh(unit) => Ok(unit),
            Begun::Replay(_) => Err(Error::internal("a unit without a key has no earlier answer")),
        }
    }

    /// The account's address.
    pub(super) async fn email_of(&self, user_id: UserId) -> Result<Email, Error> {
        let account = self.account(user_id).await?;
        self.email(user_id, &account).await
    }
}

/// The caller, who has proven moments ago who they are.
pub(super) fn require_fresh(call: &Call) -> Result<UserId, Error> {
    call.require_fresh(FRESH_SIGN_IN)?;
    call.user()
}

/// Keeps a security event in a unit, and publishes what belongs to it.
pub(super) async fn note(
    unit: &mut Unit,
    user_id: UserId,
    event: impl Into<SecurityEvent>,
    origin: &Origin,
    now: Timestamp,
) -> Result<(), Error> {
    for event in security::record(unit.connection(), user_id, event, origin, now).await? {
        unit.publish(event);
    }
    Ok(())
}
