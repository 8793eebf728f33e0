//! Request password reset, reset password, change password.

use pbjson_types::Empty;
use pfms_proto::auth::v1::{ChangePasswordRequest, ResetPasswordRequest};
use pfms_runtime::error::chain;
use pfms_runtime::{Begun, Call, Database, Error, Violations};
use pfms_types::UserId;
use uuid::Uuid;

use super::credential::{parse_token, unusable};
use super::link::mail_link;
use super::{Auth, own_session};
use crate::email::Email;
use crate::mail_token::Purpose;
use crate::origin::Origin;
use crate::password::{Outcome, Password};
use crate::personal::Personal;
use crate::security::{self, Kind};
use crate::store::{accounts, mail_tokens};
use crate::throttle::Act;

impl Auth {
    /// Answers when it is known who is meant, and before anything is written: so neither the answer nor its time
    /// tells whether there is such an account.
    ///
    /// An Idempotency-Key changes nothing: to ask again is to want another mail.
    pub(super) async fn offer_reset(&self, origin: Origin, email: &str) -> Result<Empty, Error> {
        if email.trim().is_empty() {
            return Err(Error::invalid("email", "is required"));
        }
        let lookup = self.lookup_of_text(email);
        self.throttle.admit(Act::Mail, &lookup, origin.ip).await?;
        let account = match Email::parse(email) {
            Ok(email) => accounts::credentials(self.database.pool(), &self.email_lookup(&email)).await?,
            Err(_) => None,
        };
        if let Some(account) = account.filter(|account| account.is_active) {
            let (database, personal) = (self.database.clone(), self.personal.clone());
            tokio::spawn(async move {
                if let Err(error) = mail_reset(&database, &personal, &origin, account.id).await {
                    tracing::error!(user_id = %account.id, error = %chain(&error), "a reset was not mailed");
                }
            });
        }
        Ok(Empty {})
    }

    pub(super) async fn replace_password(
        &self,
        call: &Call,
        origin: &Origin,
        request: ResetPasswordRequest,
    ) -> Result<Empty, Error> {
        let mut violations = Violations::default();
        if request.token.trim().is_empty() {
            violations.add("token", "is required");
        }
        let password = violations.keep("newPassword", Password::choose(&request.new_password));
        let password = password
            .filter(|_| violations.is_empty())
            .ok_or_else(|| Error::from(violations))?;
        let token = parse_token(&request.token, Purpose::ResetPassword)?;
        let key = call.idempotency(&ResetPasswordRequest {
            new_password: self.fingerprint(&request.new_password),
            ..request
        })?;
        let nobody = UserId::from(Uuid::nil());
        if let Some(answer) = self.replayed(nobody, key.as_ref()).await? {
            return Ok(answer);
        }
        // Looked at before it is used up: a password that is refused does not cost the link.
        let purpose = Purpose::ResetPassword;
        let (pool, user_id) = (self.database.pool(), token.user_id());
        let account = accounts::find(pool, user_id).await?;
        let Some(account) = account.filter(|account| account.is_active) else {
            return Err(unusable(purpose));
        };
        if !mail_tokens::is_good(pool, &token, purpose, self.now()).await? {
            return Err(unusable(purpose));
        }
        let email = self.email(user_id, &account).await?;
        self.require_strong("newPassword", &password, &email).await?;
        let hash = self.hasher.hash(password).await?;

        let mut unit = match self.database.begin(nobody, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let now = self.now();
        if !mail_tokens::consume(unit.connection(), &token, purpose, now).await? {
            return Err(unusable(purpose));
        }
        accounts::set_password(unit.connection(), user_id, &hash, now).await?;
        // Nor does an address that somebody else asked for take the account away again.
        mail_tokens::remove_all(unit.connection(), user_id, Purpose::ChangeEmail).await?;
        // Whoever holds the token reads the address.
        accounts::set_email_verified(unit.connection(), user_id, now).await?;
        self.end_sessions(unit.connection(), user_id, None, now).await?;
        for event in security::record(unit.connection(), user_id, Kind::PasswordReset, origin, now).await? {
            unit.publish(event);
        }
        unit.commit(Empty {}).await
    }

    pub(super) async fn exchange_password(
        &self,
        call: &Call,
        origin: &Origin,
        request: ChangePasswordRequest,
    ) -> Result<Empty, Error> {
        let (user_id, session_id) = own_session(call)?;
        let mut violations = Violations::default();
        let current = violations.keep("currentPassword", Password::present(&request.current_password));
        let password = violations.keep("newPassword", Password::choose(&request.new_password));
        let (Some(current), Some(password)) = (current, password) else {
            return Err(violations.into());
        };
        let key = call.idempotency(&ChangePasswordRequest {
            current_password: self.fingerprint(&request.current_password),
            new_password: self.fingerprint(&request.new_password),
        })?;
        if let Some(answer) = self.replayed(user_id, key.as_ref()).await? {
            return Ok(answer);
        }
        let lookup = self.lookup_of_user(user_id);
        self.throttle.admit(Act::SignIn, &lookup, origin.ip).await?;
        let account = self.account(user_id).await?;
        let outcome = self
            .hasher
            .check(current.clone(), Some(&account.password_hash))
            .await?;
        if outcome == Outcome::Wrong {
            security::note_failure(&self.database, user_id, origin);
            return Err(Error::invalid("currentPassword", "is not your present password"));
        }
        self.throttle.succeeded(&lookup, origin.ip).await;
        if current == password {
            return Err(Error::invalid(
                "newPassword",
                "is your present password; choose another one",
            ));
        }
        let email = self.email(user_id, &account).await?;
        self.require_strong("newPassword", &password, &email).await?;
        let hash = self.hasher.hash(password).await?;

        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let now = self.now();
        accounts::set_password(unit.connection(), user_id, &hash, now).await?;
        // A link that was mailed before is no way around the new password.
        for purpose in [Purpose::ResetPassword, Purpose::ChangeEmail] {
            mail_tokens::remove_all(unit.connection(), user_id, purpose).await?;
        }
        self.end_sessions(unit.connection(), user_id, Some(session_id), now)
            .await?;
        for event in security::record(unit.connection(), user_id, Kind::PasswordChanged, origin, now).await? {
            unit.publish(event);
        }
        unit.commit(Empty {}).await
    }
}

async fn mail_reset(
    database: &Database,
    personal: &Personal,
    origin: &Origin,
    user_id: UserId,
) -> Result<(), Error> {
    let now = database.clock().now();
    let mut transaction = database.pool().begin().await?;
    mail_link(&mut transaction, personal, user_id, Purpose::ResetPassword, now).await?;
    security::note(
        &mut transaction,
        user_id,
        Kind::PasswordResetRequested,
        origin,
        now,
    )
    .await?;
    transaction.commit().await?;
    database.wake_relay();
    Ok(())
}
