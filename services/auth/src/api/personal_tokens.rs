//! Personal access tokens.

use jiff::SignedDuration;
use pbjson_types::Empty;
use pfms_proto::auth::v1::personal_token_internal_service_server::PersonalTokenInternalService;
use pfms_proto::auth::v1::personal_token_service_server::PersonalTokenService;
use pfms_proto::auth::v1::{
    CreatePersonalTokenRequest, DeletePersonalTokenRequest, ExchangePersonalTokenRequest,
    ExchangePersonalTokenResponse, GetPersonalTokenRequest, ListPersonalTokensRequest,
    ListPersonalTokensResponse, PersonalToken as WireToken,
};
use pfms_runtime::call::FRESH_SIGN_IN;
use pfms_runtime::identity::PersonalToken as Text;
use pfms_runtime::{Begun, Call, Error};
use tonic::{Request, Response, Status};

use super::Auth;
use crate::origin::Origin;
use crate::personal_token::{MAX_TOKENS, PersonalToken, PersonalTokenId};
use crate::security::{self, Kind, SecurityEvent};
use crate::store::personal_tokens;

/// How long the edge may take an exchanged token for good without asking again, unless it is revoked meanwhile.
const MIRRORED: SignedDuration = SignedDuration::from_mins(1);

#[async_trait::async_trait]
impl PersonalTokenService for Auth {
    async fn create_personal_token(
        &self,
        request: Request<CreatePersonalTokenRequest>,
    ) -> Result<Response<WireToken>, Status> {
        let call = Call::of(&request)?;
        let origin = Origin::of(request.metadata());
        Ok(Response::new(
            self.create_token(&call, &origin, request.into_inner()).await?,
        ))
    }

    async fn get_personal_token(
        &self,
        request: Request<GetPersonalTokenRequest>,
    ) -> Result<Response<WireToken>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let id = token_id(&request.get_ref().id)?;
        let found = personal_tokens::list(self.database.pool(), user_id, Some(id), self.now())
            .await
            .map_err(Error::from)?;
        let token = found.first().ok_or(Error::NotFound("the personal token"))?;
        Ok(Response::new(token.wire()))
    }

    async fn list_personal_tokens(
        &self,
        request: Request<ListPersonalTokensRequest>,
    ) -> Result<Response<ListPersonalTokensResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let found = personal_tokens::list(self.database.pool(), user_id, None, self.now())
            .await
            .map_err(Error::from)?;
        Ok(Response::new(ListPersonalTokensResponse {
            personal_tokens: found.iter().map(PersonalToken::wire).collect(),
        }))
    }

    async fn delete_personal_token(
        &self,
        request: Request<DeletePersonalTokenRequest>,
    ) -> Result<Response<Empty>, Status> {
        let call = Call::of(&request)?;
        let origin = Origin::of(request.metadata());
        Ok(Response::new(
            self.revoke_token(&call, &origin, &request.into_inner()).await?,
        ))
    }
}

#[async_trait::async_trait]
impl PersonalTokenInternalService for Auth {
    async fn exchange_personal_token(
        &self,
        request: Request<ExchangePersonalTokenRequest>,
    ) -> Result<Response<ExchangePersonalTokenResponse>, Status> {
        let access_token = self.exchange_token(&request.get_ref().token).await?;
        Ok(Response::new(ExchangePersonalTokenResponse {
            access_token: access_token.unwrap_or_default(),
        }))
    }
}

impl Auth {
    /// A repetition with the same Idempotency-Key gets the token without its text: to keep the text for it would be
    /// to keep it in the clear.
    async fn create_token(
        &self,
        call: &Call,
        origin: &Origin,
        request: CreatePersonalTokenRequest,
    ) -> Result<WireToken, Error> {
        let user_id = call.user()?;
        call.require_fresh(FRESH_SIGN_IN)?;
        let key = call.idempotency(&request)?;
        let now = self.now();
        let token = PersonalToken::parse(&request.personal_token.unwrap_or_default(), now)?;
        let mut secret = [0; 32];
        aws_lc_rs::rand::fill(&mut secret).map_err(|_| Error::internal("there is no randomness"))?;
        let text = Text::new(user_id, token.id.uuid(), &secret);

        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let count = personal_tokens::count(unit.connection(), user_id, now).await?;
        if count.ok_or(Error::NotFound("the account"))? >= MAX_TOKENS {
            return Err(Error::FailedPrecondition {
                reason: "TOO_MANY_TOKENS",
                message: format!("there are {MAX_TOKENS} personal access tokens already; revoke one first"),
            });
        }
        personal_tokens::insert(unit.connection(), user_id, &token, &text.digest()).await?;
        let event = SecurityEvent::from(Kind::TokenCreated)
            .on(token.id)
            .called(&token.name);
        for event in security::record(unit.connection(), user_id, event, origin, now).await? {
            unit.publish(event);
        }
        Ok(WireToken {
            token: text.text(),
            ..unit.commit(token.wire()).await?
        })
    }

    async fn revoke_token(
        &self,
        call: &Call,
        origin: &Origin,
        request: &DeletePersonalTokenRequest,
    ) -> Result<Empty, Error> {
        let user_id = call.user()?;
        let key = call.idempotency(request)?;
        let id = token_id(&request.id)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let name = personal_tokens::delete(unit.connection(), user_id, id)
            .await?
            .ok_or(Error::NotFound("the personal token"))?;
        // The mirror before the commit: to answer that a token is revoked while the edge lets it pass would be a lie.
        self.mirror.set_revoked(user_id, id.uuid().into()).await?;
        let event = SecurityEvent::from(Kind::TokenRevoked).on(id).called(&name);
        for event in security::record(unit.connection(), user_id, event, origin, self.now()).await? {
            unit.publish(event);
        }
        unit.commit(Empty {}).await
    }

    /// The access token that a personal one stands for at this moment.
    async fn exchange_token(&self, text: &str) -> Result<Option<String>, Error> {
        let Some(text) = Text::parse(text) else {
            return Ok(None);
        };
        let (user_id, id) = (text.user_id(), PersonalTokenId::from(text.id()));
        let now = self.now();
        let found = personal_tokens::use_now(self.database.pool(), user_id, id, &text.digest(), now).await?;
        let Some(grant) = found else { return Ok(None) };
        let mirrored_until = grant.expires_at.min(now + MIRRORED);
        self.mirror
            .note_active(user_id, id.uuid().into(), mirrored_until, now)
            .await;
        self.keys.sign_limited(user_id, id, &grant, now).map(Some)
    }
}

fn token_id(text: &str) -> Result<PersonalTokenId, Error> {
    text.parse().map_err(|error| Error::invalid("id", error))
}
