//! `EmailChangeService`.

use jiff::Timestamp;
use pbjson_types::Empty;
use pfms_proto::auth::v1::email_change_service_server::EmailChangeService;
use pfms_proto::auth::v1::{ConfirmEmailChangeRequest, RequestEmailChangeRequest};
use pfms_runtime::error::chain;
use pfms_runtime::{Begun, Call, Error, Unit};
use pfms_types::UserId;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::credential::{parse_token, unusable};
use super::factors::{note, require_fresh};
use super::{Auth, own_session, random};
use crate::email::Email;
use crate::letters::Template;
use crate::mail_token::{MailToken, Purpose};
use crate::origin::Origin;
use crate::personal::{MAIL_ADDRESS, MAIL_SECRET, NEW_EMAIL};
use crate::security::Kind;
use crate::session::SessionId;
use crate::store::mails::{self, NewMail};
use crate::store::{accounts, factors, mail_tokens};
use crate::throttle::Act;

const PURPOSE: Purpose = Purpose::ChangeEmail;

#[async_trait::async_trait]
impl EmailChangeService for Auth {
    async fn request_email_change(
        &self,
        request: Request<RequestEmailChangeRequest>,
    ) -> Result<Response<Empty>, Status> {
        let (call, origin) = (Call::of(&request)?, Origin::of(request.metadata()));
        Ok(Response::new(
            self.offer_email_change(&call, &origin, request.get_ref()).await?,
        ))
    }

    async fn confirm_email_change(
        &self,
        request: Request<ConfirmEmailChangeRequest>,
    ) -> Result<Response<Empty>, Status> {
        let (call, origin) = (Call::of(&request)?, Origin::of(request.metadata()));
        Ok(Response::new(
            self.change_email(&call, &origin, request.get_ref()).await?,
        ))
    }
}

impl Auth {
    async fn offer_email_change(
        &self,
        call: &Call,
        origin: &Origin,
        request: &RequestEmailChangeRequest,
    ) -> Result<Empty, Error> {
        require_fresh(call)?;
        let (user_id, session_id) = own_session(call)?;
        let email =
            Email::parse(&request.email).map_err(|error| Error::invalid("email", error.to_string()))?;
        let key = call.idempotency(request)?;
        let lookup = self.email_lookup(&email);
        if accounts::lookup(self.database.pool(), user_id).await? == Some(lookup) {
            return Err(Error::invalid("email", "is your present address"));
        }
        // Neither may one account have many addresses mailed, nor may many accounts mail one address.
        let account = self.lookup_of_user(user_id);
        self.throttle.admit(Act::Mail, &account, origin.ip).await?;
        self.throttle.admit(Act::Mail, &lookup, None).await?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let now = self.now();
        factors::lock(unit.connection(), user_id).await?;
        let is_taken = accounts::of_email(unit.connection(), &lookup).await?.is_some();
        // The same is written in either case, and only the letter differs: who asks learns nothing, not even by the
        // time it takes.
        let template = if is_taken {
            Template::AddressTaken
        } else {
            Template::ChangeEmail
        };
        self.mail_change(&mut unit, user_id, session_id, &email, template, now)
            .await?;
        note(&mut unit, user_id, Kind::EmailChangeRequested, origin, now).await?;
        unit.commit(Empty {}).await
    }

    /// Queues a letter to the new address. The token is in the one with a link only.
    async fn mail_change(
        &self,
        unit: &mut Unit,
        user_id: UserId,
        session_id: SessionId,
        email: &Email,
        template: Template,
        now: Timestamp,
    ) -> Result<(), Error> {
        let connection = unit.connection();
        let token = MailToken::issue(user_id, &random()?);
        let address = email.as_str().as_bytes();
        let sealed = self
            .personal
            .seal(connection, user_id, NEW_EMAIL, address)
            .await?;
        mail_tokens::remove_all(connection, user_id, PURPOSE).await?;
        mail_tokens::insert_change(connection, &token, &sealed, session_id, now).await?;
        let mail = NewMail {
            secret_sealed: Some(
                self.personal
                    .seal(connection, user_id, MAIL_SECRET, token.text().as_bytes())
                    .await?,
            ),
            address_sealed: Some(
                self.personal
                    .seal(connection, user_id, MAIL_ADDRESS, address)
                    .await?,
            ),
            ..NewMail::plain(template)
        };
        Ok(mails::queue(connection, user_id, &mail, now).await?)
    }

    async fn change_email(
        &self,
        call: &Call,
        origin: &Origin,
        request: &ConfirmEmailChangeRequest,
    ) -> Result<Empty, Error> {
        let token = parse_token(&request.token, PURPOSE)?;
        let key = call.idempotency(request)?;
        let mut unit = match self.database.begin(Uuid::nil().into(), key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let (user_id, now) = (token.user_id(), self.now());
        let connection = unit.connection();
        factors::lock(connection, user_id).await?;
        let change = mail_tokens::consume_change(connection, &token, now).await?;
        let (Some((new_sealed, session_id)), Some(old)) =
            (change, accounts::address(connection, user_id).await?)
        else {
            return Err(unusable(PURPOSE));
        };
        let new = self
            .personal
            .open(connection, user_id, NEW_EMAIL, &new_sealed)
            .await?;
        let new = Email::parse(&new).map_err(Error::internal)?;
        let address = accounts::Address {
            lookup: self.email_lookup(&new),
            sealed: self.personal.seal_email(connection, user_id, &new).await?,
        };
        // Somebody may have registered with it meanwhile.
        if !accounts::set_address(connection, user_id, &address, now).await? {
            return Err(unusable(PURPOSE));
        }
        mail_tokens::remove_every(connection, user_id).await?;
        self.end_sessions(connection, user_id, Some(session_id), now)
            .await?;
        note(&mut unit, user_id, Kind::EmailChanged, origin, now).await?;
        // Whatever is queued, and what tells of the change first of all, is for who had the account until now.
        let connection = unit.connection();
        let old_email = self.personal.open_email(connection, user_id, &old.sealed).await?;
        let old_sealed = self
            .personal
            .seal(connection, user_id, MAIL_ADDRESS, old_email.as_str().as_bytes())
            .await?;
        mails::keep_to(connection, user_id, &old_sealed).await?;
        let answer = unit.commit(Empty {}).await?;
        // Tries are counted by address, and this one's are nobody's any more.
        if let Err(error) = self.throttle.forget(&old.lookup).await {
            tracing::warn!(%user_id, error = %chain(&error), "the tries of an address that was given up stay counted");
        }
        Ok(answer)
    }
}
