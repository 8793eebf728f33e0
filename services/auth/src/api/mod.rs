//! The RPCs.

mod address;
mod admit;
mod delete_account;
mod internal;
mod refresh;
mod register;
mod sign_in;
mod sign_out;

use jiff::{SignedDuration, Timestamp};
use pbjson_types::Empty;
use pfms_proto::auth::v1::auth_service_server::AuthService;
use pfms_proto::auth::v1::{
    GetJwksRequest, JsonWebKeySet, RefreshRequest, RegisterRequest, RegisterResponse, SignInRequest,
    SignOutRequest, TokenSet,
};
use pfms_runtime::erasure::Tombstones;
use pfms_runtime::identity::ACCESS_LIFETIME_SECONDS;
use pfms_runtime::parse::wire_time;
use pfms_runtime::sealed::Seals;
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
use crate::session::SessionId;

/// What the RPCs work with.
pub struct Auth {
    pub(crate) keys: Keys,
    database: Database,
    hasher: Hasher,
    mirror: Mirror,
    tokens: RefreshTokens,
    email_lookup_key: [u8; 32],
    seals: Seals,
    fingerprint_key: [u8; 32],
    tombstones: Tombstones,
    erasure_delay: SignedDuration,
}

impl Auth {
    /// Loads or makes the signing keys.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn new(context: &Context) -> Result<Self, Error> {
        let settings = &context.settings;
        let master = &settings.master_key;
        Ok(Self {
            keys: Keys::load(&context.database, master).await?,
            database: context.database.clone(),
            hasher: Hasher::new().await?,
            mirror: Mirror::new(context.redis.clone()),
            tokens: RefreshTokens::new(master),
            email_lookup_key: master.derive("email-lookup"),
            seals: context.seals.clone(),
            fingerprint_key: master.derive("password-fingerprint"),
            tombstones: Tombstones::new(master),
            erasure_delay: delete_account::delay(
                settings.erasure_grace_days,
                settings.erasure_settle_seconds,
            ),
        })
    }

    fn now(&self) -> Timestamp {
        self.database.clock().now()
    }

    fn email_lookup(&self, email: &Email) -> [u8; 32] {
        mac(&self.email_lookup_key, &[email.comparable().as_bytes()])
    }

    fn new_token(&self, user_id: UserId, session_id: SessionId) -> Result<RefreshToken, Error> {
        let mut secret = [0; 32];
        aws_lc_rs::rand::fill(&mut secret).map_err(|_| Error::internal("there is no randomness"))?;
        Ok(self.tokens.issue(user_id, session_id, &secret))
    }

    fn token_set(
        &self,
        token: &RefreshToken,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<TokenSet, Error> {
        let (user_id, session_id) = (token.user_id(), token.session_id());
        Ok(TokenSet {
            access_token: self.keys.sign(user_id, session_id, now)?,
            token_type: "Bearer".to_owned(),
            expires_in: i32::try_from(ACCESS_LIFETIME_SECONDS).unwrap_or(i32::MAX),
            refresh_token: token.text(),
            refresh_expire_time: Some(wire_time(expires_at)),
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
        Ok(Response::new(
            self.create_account(&call, request.into_inner()).await?,
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
        Ok(Response::new(
            self.exchange(&request.into_inner().refresh_token).await?,
        ))
    }

    async fn sign_out(&self, request: Request<SignOutRequest>) -> Result<Response<Empty>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(
            self.end_session(&call, request.into_inner()).await?,
        ))
    }

    async fn get_jwks(&self, _: Request<GetJwksRequest>) -> Result<Response<JsonWebKeySet>, Status> {
        Ok(Response::new(self.keys.jwks()))
    }
}
