//! Register.

use pfms_proto::auth::v1::{RegisterRequest, RegisterResponse};
use pfms_runtime::secrets::mac;
use pfms_runtime::{Begun, Call, Error, Violations, parse};
use pfms_types::UserId;
use uuid::Uuid;

use super::Auth;
use crate::email::Email;
use crate::events::user_created;
use crate::password::Password;
use crate::store::accounts::{self, NewAccount};

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
        request: RegisterRequest,
    ) -> Result<RegisterResponse, Error> {
        let registration = Registration::parse(&request)?;
        let key = call.idempotency(&self.without_password(request))?;
        // Hashed before a transaction is open: a connection does not wait for its turn.
        let password_hash = self.hasher.hash(registration.password).await?;
        let id = UserId::generate();
        // Nobody is known yet, so all registrations share one owner of keys.
        let mut unit = match self.database.begin(Uuid::nil().into(), key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let now = self.now();
        let seal = self.seals.of(unit.connection(), id).await?;
        let email = registration.email.as_str().as_bytes();
        let account = NewAccount {
            id,
            email_lookup: self.email_lookup(&registration.email),
            email_sealed: seal.seal_bytes("users", "email", email)?,
            password_hash,
        };
        if !accounts::insert(unit.connection(), &account, now).await? {
            return Err(Error::AlreadyExists {
                reason: "EMAIL_TAKEN",
                message: "an account with this e-mail address exists; sign in instead".into(),
            });
        }
        unit.publish(user_created(
            id,
            registration.first_name,
            registration.last_name,
            now,
        )?);
        unit.commit(RegisterResponse {
            user_id: id.to_string(),
        })
        .await
    }

    /// The request for its fingerprint, which is stored. A plain hash over the password would be easier to guess
    /// at than its argon2 hash, so a keyed one takes its place.
    fn without_password(&self, request: RegisterRequest) -> RegisterRequest {
        let keyed = mac(&self.fingerprint_key, &[request.password.as_bytes()]);
        RegisterRequest {
            password: Uuid::from_slice(&keyed[..16]).unwrap_or_default().to_string(),
            ..request
        }
    }
}
