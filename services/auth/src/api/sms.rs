//! `SmsService`, and codes by SMS as an answer to a challenge.

use jiff::Timestamp;
use pbjson_types::Empty;
use pfms_proto::auth::v1::sms_service_server::SmsService;
use pfms_proto::auth::v1::{
    ConfirmSmsRequest, ConfirmSmsResponse, EnrolSmsRequest, EnrolSmsResponse, RemoveSmsRequest,
    SendSmsCodeRequest, SendSmsCodeResponse,
};
use pfms_runtime::parse::wire_time;
use pfms_runtime::{Begun, Call, Error};
use pfms_types::UserId;
use sqlx::PgConnection;
use tonic::{Request, Response, Status};

use super::challenge::over;
use super::factors::{note, require_fresh};
use super::totp::drop_codes_of_no_factor;
use super::{Auth, random};
use crate::challenge::ChallengeToken;
use crate::origin::Origin;
use crate::personal::{SMS_CODE, SMS_NUMBER};
use crate::security::Kind;
use crate::session::Digest;
use crate::sms::{Binding, Code, Gateway, LIFETIME, Number, RANDOM};
use crate::store::sms_codes::{self, NewCode};
use crate::store::{factors, sms_factors};

// An Idempotency-Key changes nothing but for removal: to ask again is to want another message, and the answer to a
// confirmation holds secrets.
#[async_trait::async_trait]
impl SmsService for Auth {
    async fn enrol_sms(
        &self,
        request: Request<EnrolSmsRequest>,
    ) -> Result<Response<EnrolSmsResponse>, Status> {
        let (call, origin) = (Call::of(&request)?, Origin::of(request.metadata()));
        Ok(Response::new(
            self.begin_sms(&call, &origin, request.get_ref()).await?,
        ))
    }

    async fn confirm_sms(
        &self,
        request: Request<ConfirmSmsRequest>,
    ) -> Result<Response<ConfirmSmsResponse>, Status> {
        let (call, origin) = (Call::of(&request)?, Origin::of(request.metadata()));
        Ok(Response::new(
            self.finish_sms(&call, &origin, request.get_ref()).await?,
        ))
    }

    async fn remove_sms(&self, request: Request<RemoveSmsRequest>) -> Result<Response<Empty>, Status> {
        let (call, origin) = (Call::of(&request)?, Origin::of(request.metadata()));
        Ok(Response::new(
            self.remove_number(&call, &origin, request.get_ref()).await?,
        ))
    }

    async fn send_sms_code(
        &self,
        request: Request<SendSmsCodeRequest>,
    ) -> Result<Response<SendSmsCodeResponse>, Status> {
        let origin = Origin::of(request.metadata());
        Ok(Response::new(
            self.send_challenge_code(&origin, request.get_ref()).await?,
        ))
    }
}

impl Auth {
    async fn begin_sms(
        &self,
        call: &Call,
        origin: &Origin,
        request: &EnrolSmsRequest,
    ) -> Result<EnrolSmsResponse, Error> {
        let user_id = require_fresh(call)?;
        let gateway = self.gateway()?;
        let number = Number::parse(&request.phone).map_err(|problem| Error::invalid("phone", problem))?;
        if !gateway.serves(&number) {
            return Err(Error::invalid(
                "phone",
                "is of a country or network that no codes are sent to here",
            ));
        }
        self.count_message(user_id, &number, origin).await?;
        let now = self.now();
        let mut unit = self.unit(user_id).await?;
        let connection = unit.connection();
        factors::lock(connection, user_id).await?;
        let sealed = self
            .personal
            .seal(connection, user_id, SMS_NUMBER, number.as_str().as_bytes())
            .await?;
        if !sms_factors::enrol(connection, user_id, &sealed, now).await? {
            return Err(has_one());
        }
        // What was sent to another number is of no use any more, and must not be sent to this one.
        sms_codes::remove_all(connection, user_id).await?;
        let (binding, expires_at) = (Binding::to_number(&self.sms_key, &number), now + LIFETIME);
        self.queue_code(connection, user_id, binding, expires_at, now)
            .await?;
        unit.commit(EnrolSmsResponse {
            expire_time: Some(wire_time(expires_at)),
        })
        .await
    }

    async fn finish_sms(
        &self,
        call: &Call,
        origin: &Origin,
        request: &ConfirmSmsRequest,
    ) -> Result<ConfirmSmsResponse, Error> {
        let user_id = call.user()?;
        if request.code.trim().is_empty() {
            return Err(Error::invalid("code", "is required"));
        }
        self.gateway()?;
        let mut unit = self.unit(user_id).await?;
        let now = self.now();
        let connection = unit.connection();
        factors::lock(connection, user_id).await?;
        let (number, confirmed) =
            self.sms_number(connection, user_id)
                .await?
                .ok_or(Error::FailedPrecondition {
                    reason: "SMS_NOT_ENROLLED",
                    message: "begin with the telephone number first".into(),
                })?;
        if confirmed {
            return Err(has_one());
        }
        let binding = Binding::to_number(&self.sms_key, &number);
        if !self
            .use_up_sms_code(connection, user_id, binding, &request.code, now)
            .await?
        {
            sms_codes::count_try(connection, user_id, binding).await?;
            unit.commit(ConfirmSmsResponse::default()).await?;
            return Err(Error::invalid(
                "code",
                "must be the six digits of the last message; after ten minutes or five wrong tries have another one sent",
            ));
        }
        sms_factors::confirm(connection, user_id, now).await?;
        let codes = self.first_backup_codes(&mut unit, user_id, origin, now).await?;
        note(&mut unit, user_id, Kind::SmsAdded, origin, now).await?;
        // The codes are shown and not kept, so the answer is not kept either: there is no key on this unit.
        unit.commit(ConfirmSmsResponse { backup_codes: codes }).await
    }

    /// Works without a gateway too: nobody is left with a factor that cannot be used.
    async fn remove_number(
        &self,
        call: &Call,
        origin: &Origin,
        request: &RemoveSmsRequest,
    ) -> Result<Empty, Error> {
        let user_id = require_fresh(call)?;
        let key = call.idempotency(request)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let now = self.now();
        factors::lock(unit.connection(), user_id).await?;
        if sms_factors::remove(unit.connection(), user_id).await? {
            note(&mut unit, user_id, Kind::SmsRemoved, origin, now).await?;
            drop_codes_of_no_factor(&mut unit, user_id, origin, now).await?;
        }
        unit.commit(Empty {}).await
    }

    async fn send_challenge_code(
        &self,
        origin: &Origin,
        request: &SendSmsCodeRequest,
    ) -> Result<SendSmsCodeResponse, Error> {
        if request.challenge_token.is_empty() {
            return Err(Error::invalid("challengeToken", "is required"));
        }
        let token = ChallengeToken::parse(&request.challenge_token).ok_or_else(over)?;
        let gateway = self.gateway()?;
        let user_id = token.user_id();
        let number = self.number_of_challenge(&token).await?;
        // The operator may have narrowed them since the number was set up.
        if !gateway.serves(&number) {
            return Err(no_number());
        }
        // Not while the account is locked: the counters are elsewhere.
        self.count_message(user_id, &number, origin).await?;
        let mut unit = self.unit(user_id).await?;
        let now = self.now();
        let stored = self.open_challenge(&mut unit, &token, now).await?;
        let expires_at = (now + LIFETIME).min(stored.challenge.expires_at);
        let binding = Binding::to_challenge(token.digest());
        self.queue_code(unit.connection(), user_id, binding, expires_at, now)
            .await?;
        unit.commit(SendSmsCodeResponse {
            expire_time: Some(wire_time(expires_at)),
            phone_ending: number.ending().to_owned(),
        })
        .await
    }

    /// The number of the account that an open challenge is for.
    async fn number_of_challenge(&self, token: &ChallengeToken) -> Result<Number, Error> {
        let user_id = token.user_id();
        let mut unit = self.unit(user_id).await?;
        self.open_challenge(&mut unit, token, self.now()).await?;
        match self.sms_number(unit.connection(), user_id).await? {
            Some((number, true)) => Ok(number),
            _ => Err(no_number()),
        }
    }

    /// Whether a code is the one that was sent for this challenge.
    pub(super) async fn is_own_sms_code(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
        challenge: Digest,
        code: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let factor = sms_factors::find(connection, user_id).await?;
        if !factor.is_some_and(|factor| factor.confirmed) {
            return Ok(false);
        }
        self.use_up_sms_code(connection, user_id, Binding::to_challenge(challenge), code, now)
            .await
    }

    /// The account's number, and whether it is confirmed.
    pub(super) async fn sms_number(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
    ) -> Result<Option<(Number, bool)>, Error> {
        let Some(stored) = sms_factors::find(connection, user_id).await? else {
            return Ok(None);
        };
        let text = self
            .personal
            .open(connection, user_id, SMS_NUMBER, &stored.number_sealed)
            .await?;
        let number = Number::parse(&text).map_err(Error::internal)?;
        Ok(Some((number, stored.confirmed)))
    }

    async fn use_up_sms_code(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
        binding: Binding,
        code: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let stored = sms_codes::find(connection, user_id, binding, now).await?;
        let (Some(code), Some(stored)) = (Code::parse(code), stored) else {
            return Ok(false);
        };
        if !code.is(&stored, &self.sms_key, user_id, binding) {
            return Ok(false);
        }
        sms_codes::remove(connection, user_id, binding).await?;
        Ok(true)
    }

    /// Makes a code and queues its message in the caller's transaction; it is handed over after that.
    async fn queue_code(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
        binding: Binding,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), Error> {
        let code = Code::new(random::<RANDOM>()?);
        let new = NewCode {
            binding,
            hash: code.digest(&self.sms_key, user_id, binding),
            sealed: self
                .personal
                .seal(connection, user_id, SMS_CODE, code.text().as_bytes())
                .await?,
            expires_at,
        };
        Ok(sms_codes::put(connection, user_id, &new, now).await?)
    }

    async fn count_message(&self, user_id: UserId, number: &Number, origin: &Origin) -> Result<(), Error> {
        let account = self.lookup_of_user(user_id);
        let number = Binding::to_number(&self.sms_key, number);
        self.throttle
            .admit_sms(&account, number.as_bytes(), origin.ip)
            .await
    }

    fn gateway(&self) -> Result<&Gateway, Error> {
        self.sms.as_ref().ok_or(Error::FailedPrecondition {
            reason: "SMS_OFF",
            message: "the operator has set up no gateway for SMS; use another factor".into(),
        })
    }
}

fn has_one() -> Error {
    Error::FailedPrecondition {
        reason: "SMS_EXISTS",
        message: "codes are sent to a telephone number already; remove it first".into(),
    }
}

fn no_number() -> Error {
    Error::FailedPrecondition {
        reason: "NO_SMS",
        message:
            "codes are sent to no telephone number of this account; use another of the challenge's methods"
                .into(),
    }
}
