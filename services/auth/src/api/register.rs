//! Register.

use pfms_proto::auth::v1::{RegisterRequest, RegisterResponse};
use pfms_runtime::{Begun, Call, Error, Violations, parse};
use pfms_types::UserId;
use uuid::Uuid;

use super::Auth;
use super::link::mail_link;
use crate::email::Email;
use crate::events::user_created;
use crate::letters::Template;
use crate::mail_token::Purpose;
use crate::origin::Origin;
use crate::password::Password;
use crate::security::{self, Kind};
use crate::store::accounts::{self, NewAccount};
use crate::store::mails::{self, NewMail};
use crate::throttle::Act;

/// Most characters of a name.
const MAX_NAME: usize = 100;

struct Registration {
    email: Email,
    password: Password,
    first_name: String,
    last_name: String,
}

impl Registration {
    fn parse(request: &RegisterRequest) -> Result<Self, Violations> {
        let mut violations = Violations::default();
        let email = violations.keep("email", Email::parse(&request.email));
        let password = violations.keep("password", Password::choose(&request.password));
        let first_name = name(&mut violations, "firstName", &request.first_name);
        let last_name = name(&mut violations, "lastName", &request.last_name);
        match (email, password) {
            (Some(email), Some(password)) if violations.is_empty() => Ok(Self {
                email,
                password,
                first_name,
                last_name,
            }),
            _ => Err(violations),
        }
    }
}

fn name(violations: &mut Violations, field: &str, value: &str) -> String {
    let value = value.trim();
    if value.contains(['\n', '\r', '\t']) {
        violations.add(field, "must be one line");
    }
    parse::text(violations, field, value.to_owned(), MAX_NAME)
}

impl Auth {
    pub(super) async fn create_account(
        &self,
        call: &Call,
        origin: &Origin,
        request: RegisterRequest,
    ) -> Result<RegisterResponse, Error> {
        let registration = Registration::parse(&request)?;
        let lookup = self.email_lookup(&registration.email);
        self.throttle.admit(Act::Register, &lookup, origin.ip).await?;
        let key = call.idempotency(&RegisterRequest {
            password: self.fingerprint(&request.password),
            ..request
        })?;
        self.require_strong("password", &registration.password, &registration.email)
            .await?;
        // Hashed before a transaction is open: a connection does not wait for its turn.
        let password_hash = self.hasher.hash(registration.password).await?;
        let id = UserId::generate();
        // Nobody is known yet, so all registrations share one owner of keys.
        let mut unit = match self.database.begin(Uuid::nil().into(), key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let now = self.now();
        let account = NewAccount {
            id,
            email_lookup: lookup,
            email_sealed: self
                .personal
                .seal_email(unit.connection(), id, &registration.email)
                .await?,
            password_hash,
        };
        let events = if accounts::insert(unit.connection(), &account, now).await? {
            mail_link(unit.connection(), &self.personal, id, Purpose::VerifyEmail, now).await?;
            unit.publish(user_created(
                id,
                registration.first_name,
                registration.last_name,
                now,
            )?);
            security::record(unit.connection(), id, Kind::AccountCreated, origin, now).await?
        } else {
            // As much work and the same answer, with an id that is nobody's: only who reads the address may learn
            // that it has an account.
            self.personal.forget(unit.connection(), id).await?;
            match accounts::of_email(unit.connection(), &account.email_lookup).await? {
                Some(owner) => {
                    let mail = NewMail::plain(Template::AccountExists);
                    mails::queue(unit.connection(), owner, &mail, now).await?;
                    security::record(unit.connection(), owner, Kind::AccountExists, origin, now).await?
                }
                None => Vec::new(),
            }
        };
        for event in events {
            unit.publish(event);
        }
        unit.commit(RegisterResponse {
            user_id: id.to_string(),
        })
        .await
    }
}
