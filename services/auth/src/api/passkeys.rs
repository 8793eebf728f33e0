//! `PasskeyService`.

use pbjson_types::Empty;
use pfms_proto::auth::v1::passkey_service_server::PasskeyService;
use pfms_proto::auth::v1::{
    DeletePasskeyRequest, FinishPasskeySignInRequest, FinishRegistrationRequest, FinishRegistrationResponse,
    GetPasskeyRequest, ListPasskeysRequest, ListPasskeysResponse, Passkey, StartPasskeySignInRequest,
    StartPasskeySignInResponse, StartRegistrationRequest, StartRegistrationResponse, TokenSet,
    UpdatePasskeyRequest,
};
use pfms_runtime::parse::{self, wire_time};
use pfms_runtime::{Begun, Call, Error, Violations};
use serde_json::Value;
use tonic::{Request, Response, Status};

use super::Auth;
use super::ceremony::CeremonyToken;
use super::challenge::credential;
use super::factors::{note, require_fresh};
use super::oauth::require_way_in;
use super::totp::drop_codes_of_no_factor;
use crate::json;
use crate::origin::Origin;
use crate::passkey::{MAX_PASSKEYS, PasskeyError, PasskeyId, PasskeyMarker};
use crate::proof::Proof;
use crate::security::{Kind, SecurityEvent};
use crate::store::factors;
use crate::store::passkeys::{self, StoredPasskey};

/// Most characters of a passkey's name.
const MAX_NAME: usize = 100;

#[async_trait::async_trait]
impl PasskeyService for Auth {
    async fn start_registration(
        &self,
        request: Request<StartRegistrationRequest>,
    ) -> Result<Response<StartRegistrationResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(self.begin_registration(&call).await?))
    }

    async fn finish_registration(
        &self,
        request: Request<FinishRegistrationRequest>,
    ) -> Result<Response<FinishRegistrationResponse>, Status> {
        let (call, origin) = (Call::of(&request)?, Origin::of(request.metadata()));
        Ok(Response::new(
            self.register_passkey(&call, &origin, request.into_inner())
                .await?,
        ))
    }

    async fn get_passkey(&self, request: Request<GetPasskeyRequest>) -> Result<Response<Passkey>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let mut violations = Violations::default();
        let id = parse::id::<PasskeyMarker>(&mut violations, "id", &request.get_ref().id);
        let id = id.ok_or_else(|| Error::from(violations))?;
        let mut connection = self.database.pool().acquire().await.map_err(Error::from)?;
        let owned = passkeys::list(&mut connection, user_id)
            .await
            .map_err(Error::from)?;
        let found = owned.iter().find(|passkey| passkey.id == id);
        Ok(Response::new(wire(found.ok_or(Error::NotFound("the passkey"))?)))
    }

    async fn list_passkeys(
        &self,
        request: Request<ListPasskeysRequest>,
    ) -> Result<Response<ListPasskeysResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let mut connection = self.database.pool().acquire().await.map_err(Error::from)?;
        let passkeys = passkeys::list(&mut connection, user_id)
            .await
            .map_err(Error::from)?;
        Ok(Response::new(ListPasskeysResponse {
            passkeys: passkeys.iter().map(wire).collect(),
        }))
    }

    async fn update_passkey(
        &self,
        request: Request<UpdatePasskeyRequest>,
    ) -> Result<Response<Passkey>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(
            self.rename_passkey(&call, request.into_inner()).await?,
        ))
    }

    async fn delete_passkey(
        &self,
        request: Request<DeletePasskeyRequest>,
    ) -> Result<Response<Empty>, Status> {
        let (call, origin) = (Call::of(&request)?, Origin::of(request.metadata()));
        Ok(Response::new(
            self.remove_passkey(&call, &origin, request.into_inner()).await?,
        ))
    }

    async fn start_passkey_sign_in(
        &self,
        _: Request<StartPasskeySignInRequest>,
    ) -> Result<Response<StartPasskeySignInResponse>, Status> {
        Ok(Response::new(self.begin_passkey_sign_in().await?))
    }

    async fn finish_passkey_sign_in(
        &self,
        request: Request<FinishPasskeySignInRequest>,
    ) -> Result<Response<TokenSet>, Status> {
        let origin = Origin::of(request.metadata());
        Ok(Response::new(
            self.sign_in_with_passkey(&origin, request.into_inner()).await?,
        ))
    }
}

impl Auth {
    async fn begin_registration(&self, call: &Call) -> Result<StartRegistrationResponse, Error> {
        let user_id = require_fresh(call)?;
        let email = self.email_of(user_id).await?;
        let mut connection = self.database.pool().acquire().await?;
        let existing = passkeys::list(&mut connection, user_id).await?;
        require_room(existing.len())?;
        let existing: Vec<Value> = existing.into_iter().map(|passkey| passkey.credential).collect();
        let asked = self
            .relying_party
            .start_registration(user_id, &email, &existing)
            .map_err(refusal)?;
        let token = self
            .begin_ceremony(&mut connection, Some(user_id), &asked.state)
            .await?;
        Ok(StartRegistrationResponse {
            ceremony_token: token.text(),
            public_key: Some(json::sent(asked.public_key)),
        })
    }

    async fn register_passkey(
        &self,
        call: &Call,
        origin: &Origin,
        request: FinishRegistrationRequest,
    ) -> Result<FinishRegistrationResponse, Error> {
        let user_id = call.user()?;
        let mut violations = Violations::default();
        let token = ceremony_token(&mut violations, &request.ceremony_token);
        let name = one_line(&mut violations, "name", &request.name);
        let answer = credential(&mut violations, request.credential);
        let (Some(token), true) = (token, violations.is_empty()) else {
            return Err(violations.into());
        };
        let now = self.now();
        // Taken for good, whatever becomes of the answer.
        let state = self.take_ceremony(&token, Some(user_id), now).await?;
        let proven = self
            .relying_party
            .finish_registration(answer, &state)
            .map_err(refusal)?;
        let mut unit = self.unit(user_id).await?;
        factors::lock(unit.connection(), user_id).await?;
        require_room(passkeys::list(unit.connection(), user_id).await?.len())?;
        let passkey = StoredPasskey {
            id: PasskeyId::generate(),
            credential: proven.credential,
            name,
            created_at: now,
            last_used_at: None,
        };
        if !passkeys::insert(unit.connection(), user_id, &proven.credential_id, &passkey).await? {
            return Err(Error::AlreadyExists {
                reason: "PASSKEY_EXISTS",
                message: "this passkey is registered already".into(),
            });
        }
        let added = SecurityEvent::from(Kind::PasskeyAdded)
            .on(passkey.id)
            .called(&passkey.name);
        note(&mut unit, user_id, added, origin, now).await?;
        let codes = self.first_backup_codes(&mut unit, user_id, origin, now).await?;
        unit.commit(FinishRegistrationResponse {
            passkey: Some(wire(&passkey)),
            backup_codes: codes,
        })
        .await
    }

    async fn rename_passkey(&self, call: &Call, request: UpdatePasskeyRequest) -> Result<Passkey, Error> {
        let user_id = call.user()?;
        let key = call.idempotency(&request)?;
        let mut violations = Violations::default();
        let id = parse::id::<PasskeyMarker>(&mut violations, "id", &request.id);
        let name = request.passkey.unwrap_or_default().name;
        let Some(id) = id else {
            return Err(violations.into());
        };
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        // Whose it is comes first: what is wrong with the name of another's passkey is nobody's business.
        let owned = passkeys::list(unit.connection(), user_id).await?;
        if !owned.iter().any(|passkey| passkey.id == id) {
            return Err(Error::NotFound("the passkey"));
        }
        let name = one_line(&mut violations, "name", &name);
        if !violations.is_empty() {
            return Err(violations.into());
        }
        let renamed = passkeys::rename(unit.connection(), user_id, id, &name).await?;
        unit.commit(wire(&renamed.ok_or(Error::NotFound("the passkey"))?))
            .await
    }

    async fn remove_passkey(
        &self,
        call: &Call,
        origin: &Origin,
        request: DeletePasskeyRequest,
    ) -> Result<Empty, Error> {
        let user_id = call.user()?;
        let key = call.idempotency(&request)?;
        let mut violations = Violations::default();
        let Some(id) = parse::id::<PasskeyMarker>(&mut violations, "id", &request.id) else {
            return Err(violations.into());
        };
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let now = self.now();
        factors::lock(unit.connection(), user_id).await?;
        if !passkeys::remove(unit.connection(), user_id, id).await? {
            return Err(Error::NotFound("the passkey"));
        }
        require_fresh(call)?;
        require_way_in(unit.connection(), user_id).await?;
        let gone = SecurityEvent::from(Kind::PasskeyRemoved).on(id);
        note(&mut unit, user_id, gone, origin, now).await?;
        drop_codes_of_no_factor(&mut unit, user_id, origin, now).await?;
        unit.commit(Empty {}).await
    }

    async fn begin_passkey_sign_in(&self) -> Result<StartPasskeySignInResponse, Error> {
        let asked = self.relying_party.start_sign_in().map_err(refusal)?;
        let mut connection = self.database.pool().acquire().await?;
        let token = self.begin_ceremony(&mut connection, None, &asked.state).await?;
        Ok(StartPasskeySignInResponse {
            ceremony_token: token.text(),
            public_key: Some(json::sent(asked.public_key)),
        })
    }

    async fn sign_in_with_passkey(
        &self,
        origin: &Origin,
        request: FinishPasskeySignInRequest,
    ) -> Result<TokenSet, Error> {
        let mut violations = Violations::default();
        let token = ceremony_token(&mut violations, &request.ceremony_token);
        let answer = credential(&mut violations, request.credential);
        let (Some(token), true) = (token, violations.is_empty()) else {
            return Err(violations.into());
        };
        let now = self.now();
        let state = self.take_ceremony(&token, None, now).await?;
        let (user_id, credential_id) = self.relying_party.claimed(&answer).map_err(refusal)?;
        let mut unit = self.unit(user_id).await?;
        let (id, stored) = passkeys::lock(unit.connection(), user_id, &credential_id)
            .await?
            .ok_or_else(not_accepted)?;
        let proven = self
            .relying_party
            .finish_sign_in(answer, &state, &stored)
            .map_err(refusal)?;
        passkeys::note_use(unit.connection(), user_id, id, &proven.credential, now).await?;
        let used = SecurityEvent::from(Kind::PasskeyUsed).on(id);
        note(&mut unit, user_id, used, origin, now).await?;
        unit.commit(Empty {}).await?;
        self.admit(origin, user_id, Proof::VerifiedPasskey).await
    }
}

/// What a client is told of a passkey that came to nothing.
pub(super) fn refusal(error: PasskeyError) -> Error {
    match error {
        PasskeyError::Malformed(_) => Error::invalid("credential", error),
        PasskeyError::Refused(_) | PasskeyError::Unverified => {
            tracing::info!(%error, "a passkey was refused");
            not_accepted()
        }
        PasskeyError::Data(_) | PasskeyError::Begin(_) => Error::internal(error),
    }
}

fn not_accepted() -> Error {
    Error::Unauthenticated {
        reason: "PASSKEY_NOT_ACCEPTED",
        message: "this passkey does not open an account here".into(),
    }
}

fn ceremony_token(violations: &mut Violations, text: &str) -> Option<CeremonyToken> {
    if text.is_empty() {
        violations.add("ceremonyToken", "is required");
        return None;
    }
    Some(CeremonyToken::presented(text))
}

fn one_line(violations: &mut Violations, field: &str, value: &str) -> String {
    let name = parse::required_text(violations, field, value, MAX_NAME);
    if name.contains(['\n', '\r', '\t']) {
        violations.add(field, "must be one line");
    }
    name
}

fn require_room(count: usize) -> Result<(), Error> {
    if count < MAX_PASSKEYS {
        Ok(())
    } else {
        Err(Error::ResourceExhausted {
            reason: "TOO_MANY_PASSKEYS",
            message: format!("an account has at most {MAX_PASSKEYS} passkeys; remove one first"),
        })
    }
}

fn wire(passkey: &StoredPasskey) -> Passkey {
    Passkey {
        id: passkey.id.to_string(),
        name: passkey.name.clone(),
        create_time: Some(wire_time(passkey.created_at)),
        last_use_time: passkey.last_used_at.map(wire_time),
    }
}
