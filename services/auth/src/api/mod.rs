//! The RPCs.

mod admit;
mod internal;
mod personal_tokens;
mod refresh;
mod register;
mod security;
mod sign_in;
mod sign_out;

use std::sync::Arc;

use jiff::Timestamp;
use pbjson_types::Empty;
use pfms_proto::auth::v1::auth_service_server::AuthService;
use pfms_proto::auth::v1::{
    GetJwksRequest, JsonWebKeySet, RefreshRequest, RegisterRequest, RegisterResponse, SignInRequest,
    SignOutRequest, TokenSet,
};
use pfms_runtime::identity::ACCESS_LIFETIME_SECONDS;
use pfms_runtime::page_token::PageTokens;
use pfms_runtime::parse::wire_time;
use pfms_runtime::secrets::mac;
use pfms_runtime::{Call, Context, Database, Error};
use pfms_types::UserId;
use tonic::{Request, Response, Status};

use crate::email::Email;
use crate::hasher::Hasher;
use crate::keys::Keys;
use crate::mirror::Mirror;
use crate::origin::Origin;
use crate::refresh_token::{RefreshToken, RefreshTokens};
use crate::session::{Lifetimes, Session, SessionId};
use crate::throttle::Throttle;

/// What the RPCs work with.
pub struct Auth {
    pub(crate) keys: Arc<Keys>,
    database: Database,
    hasher: Hasher,
    mirror: Mirror,
    pub(crate) throttle: Throttle,
    tokens: RefreshTokens,
    lifetimes: Lifetimes,
    pages: PageTokens,
    email_lookup_key: [u8; 32],
    personal_key: [u8; 32],
    fingerprint_key: [u8; 32],
}

impl Auth {
    /// Loads or makes the signing keys.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn new(context: &Context) -> Result<Self, Error> {
        let master = &context.settings.master_key;
        Ok(Self {
            keys: Arc::new(Keys::load(&context.database, &context.settings).await?),
            database: context.database.clone(),
            hasher: Hasher::new().await?,
            mirror: Mirror::new(context.redis.clone()),
            throttle: Throttle::load(context.redis.clone(), &context.database, master).await?,
            tokens: RefreshTokens::new(master),
            lifetimes: Lifetimes::new(context.settings.session_idle_days, context.settings.session_days),
            pages: context.page_tokens.clone(),
            email_lookup_key: master.derive("email-lookup"),
            personal_key: master.derive("auth-personal-data"),
            fingerprint_key: master.derive("password-fingerprint"),
        })
    }

    fn now(&self) -> Timestamp {
        self.database.clock().now()
    }

    fn email_lookup(&self, email: &Email) -> [u8; 32] {
        mac(&self.email_lookup_key, &[email.comparable().as_bytes()])
    }

    /// The same for a text that is no address, so that tries with it are counted too.
    fn lookup_of_text(&self, text: &str) -> [u8; 32] {
        Email::parse(text).map_or_else(
            |_| mac(&self.email_lookup_key, &[text.trim().to_lowercase().as_bytes()]),
            |email| self.email_lookup(&email),
        )
    }

    fn new_token(&self, user_id: UserId, session_id: SessionId) -> Result<RefreshToken, Error> {
        let mut secret = [0; 32];
        aws_lc_rs::rand::fill(&mut secret).map_err(|_| Error::internal("there is no randomness"))?;
        Ok(self.tokens.issue(user_id, session_id, &secret))
    }

    fn token_set(&self, token: &RefreshToken, session: &Session, now: Timestamp) -> Result<TokenSet, Error> {
        let (user_id, session_id) = (token.user_id(), token.session_id());
        Ok(TokenSet {
            access_token: self
                .keys
                .sign(user_id, session_id, session.authenticated_at, now)?,
            token_type: "Bearer".to_owned(),
            expires_in: i32::try_from(ACCESS_LIFETIME_SECONDS).unwrap_or(i32::MAX),
            refresh_token: token.text(),
            refresh_expire_time: Some(wire_time(session.expires_at)),
            user_id: user_id.to_string(),
            session_id: session_id.to_string(),
        })
    }
}

#[async_trait::async_trait]
impl AuthService for Auth {
    async fn register(
        &self,
        request: Request<RegisterRequest>,
    ) -> Result<Response<RegisterResponse>, Status> {
        let call = Call::of(&request)?;
        let origin = Origin::of(request.metadata());
        Ok(Response::new(
            self.create_account(&call, &origin, request.into_inner()).await?,
        ))
    }

    // An Idempotency-Key changes nothing here and below: to keep the answer would be to keep tokens in the clear.
    // A repeated sign-in opens a session of its own, and a refresh may be repeated for a moment.
    async fn sign_in(&self, request: Request<SignInRequest>) -> Result<Response<TokenSet>, Status> {
        let origin = Origin::of(request.metadata());
        Ok(Response::new(
            self.open_session(&origin, &request.into_inner()).await?,
        ))
    }

    async fn refresh(&self, request: Request<RefreshRequest>) -> Result<Response<TokenSet>, Status> {
        let origin = Origin::of(request.metadata());
        Ok(Response::new(
            self.exchange(&origin, &request.into_inner().refresh_token)
                .await?,
        ))
    }

    async fn sign_out(&self, request: Request<SignOutRequest>) -> Result<Response<Empty>, Status> {
        let call = Call::of(&request)?;
        let origin = Origin::of(request.metadata());
        Ok(Response::new(
            self.end_session(&call, &origin, request.into_inner()).await?,
        ))
    }

    async fn get_jwks(&self, _: Request<GetJwksRequest>) -> Result<Response<JsonWebKeySet>, Status> {
        Ok(Response::new(self.keys.jwks().await))
    }
}
