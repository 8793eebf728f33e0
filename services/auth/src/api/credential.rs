//! `CredentialService`.

use pbjson_types::Empty;
use pfms_proto::auth::v1::credential_service_server::CredentialService;
use pfms_proto::auth::v1::{
    Account, ChangePasswordRequest, GetAccountRequest, RequestPasswordResetRequest,
    ResendVerificationRequest, ResetPasswordRequest, VerifyEmailRequest,
};
use pfms_runtime::parse::wire_time;
use pfms_runtime::{Begun, Call, Error};
use pfms_types::UserId;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::Auth;
use super::link::mail_link;
use crate::email::Email;
use crate::mail_token::{MailToken, Purpose};
use crate::origin::Origin;
use crate::security::{self, Kind};
use crate::store::{accounts, mail_tokens};
use crate::throttle::Act;

#[async_trait::async_trait]
impl CredentialService for Auth {
    async fn get_account(&self, request: Request<GetAccountRequest>) -> Result<Response<Account>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let account = self.account(user_id).await?;
        let email = self.email(user_id, &account).await?;
        Ok(Response::new(Account {
            user_id: user_id.to_string(),
            email: email.as_str().to_owned(),
            email_verified: account.email_verified,
            create_time: Some(wire_time(account.created_at)),
        }))
    }

    async fn verify_email(&self, request: Request<VerifyEmailRequest>) -> Result<Response<Empty>, Status> {
        let call = Call::of(&request)?;
        let origin = Origin::of(request.metadata());
        Ok(Response::new(
            self.prove_email(&call, &origin, &request.into_inner()).await?,
        ))
    }

    async fn resend_verification(
        &self,
        request: Request<ResendVerificationRequest>,
    ) -> Result<Response<Empty>, Status> {
        let call = Call::of(&request)?;
        let origin = Origin::of(request.metadata());
        Ok(Response::new(
            self.mail_again(&call, &origin, request.get_ref()).await?,
        ))
    }

    async fn request_password_reset(
        &self,
        request: Request<RequestPasswordResetRequest>,
    ) -> Result<Response<Empty>, Status> {
        let origin = Origin::of(request.metadata());
        let email = &request.get_ref().email;
        Ok(Response::new(self.offer_reset(origin, email).await?))
    }

    async fn reset_password(
        &self,
        request: Request<ResetPasswordRequest>,
    ) -> Result<Response<Empty>, Status> {
        let call = Call::of(&request)?;
        let origin = Origin::of(request.metadata());
        Ok(Response::new(
            self.replace_password(&call, &origin, request.into_inner())
                .await?,
        ))
    }

    async fn change_password(
        &self,
        request: Request<ChangePasswordRequest>,
    ) -> Result<Response<Empty>, Status> {
        let call = Call::of(&request)?;
        let origin = Origin::of(request.metadata());
        Ok(Response::new(
            self.exchange_password(&call, &origin, request.into_inner())
                .await?,
        ))
    }
}

impl Auth {
    /// The caller's account.
    pub(super) async fn account(&self, user_id: UserId) -> Result<accounts::Account, Error> {
        accounts::find(self.database.pool(), user_id)
            .await?
            .ok_or(Error::NotFound("the account"))
    }

    /// An account's address.
    pub(super) async fn email(&self, user_id: UserId, account: &accounts::Account) -> Result<Email, Error> {
        let mut connection = self.database.pool().acquire().await?;
        self.personal
            .open_email(&mut connection, user_id, &account.email_sealed)
            .await
    }

    async fn prove_email(
        &self,
        call: &Call,
        origin: &Origin,
        request: &VerifyEmailRequest,
    ) -> Result<Empty, Error> {
        let token = parse_token(&request.token, Purpose::VerifyEmail)?;
        let key = call.idempotency(request)?;
        let mut unit = match self.database.begin(Uuid::nil().into(), key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let (user_id, now) = (token.user_id(), self.now());
        if !mail_tokens::consume(unit.connection(), &token, Purpose::VerifyEmail, now).await? {
            return Err(unusable(Purpose::VerifyEmail));
        }
        if accounts::set_email_verified(unit.connection(), user_id, now).await? {
            let kind = Kind::EmailVerified;
            for event in security::record(unit.connection(), user_id, kind, origin, now).await? {
                unit.publish(event);
            }
        }
        unit.commit(Empty {}).await
    }

    async fn mail_again(
        &self,
        call: &Call,
        origin: &Origin,
        request: &ResendVerificationRequest,
    ) -> Result<Empty, Error> {
        let user_id = call.user()?;
        let lookup = self.lookup_of_user(user_id);
        self.throttle.admit(Act::Mail, &lookup, origin.ip).await?;
        let key = call.idempotency(request)?;
        let verified = self.account(user_id).await?.email_verified;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        if !verified {
            let now = self.now();
            mail_link(
                unit.connection(),
                &self.personal,
                user_id,
                Purpose::VerifyEmail,
                now,
            )
            .await?;
        }
        unit.commit(Empty {}).await
    }
}

/// The token of a request.
pub(super) fn parse_token(text: &str, purpose: Purpose) -> Result<MailToken, Error> {
    if text.trim().is_empty() {
        return Err(Error::invalid("token", "is required"));
    }
    MailToken::parse(text).ok_or_else(|| unusable(purpose))
}

/// Used, expired, made up or meant for something else: all are told alike.
pub(super) fn unusable(purpose: Purpose) -> Error {
    let (reason, message) = match purpose {
        Purpose::VerifyEmail => (
            "VERIFICATION_TOKEN_INVALID",
            "this link was used or has expired; sign in and ask for another one",
        ),
        Purpose::ResetPassword => (
            "RESET_TOKEN_INVALID",
            "this link was used or has expired; ask for another one",
        ),
        Purpose::ChangeEmail => (
            "EMAIL_CHANGE_TOKEN_INVALID",
            "this link was used or has expired; sign in and ask for the change again",
        ),
    };
    Error::FailedPrecondition {
        reason,
        message: message.into(),
    }
}
