//! The RPCs.

mod address;
mod admit;
mod ceremony;
mod challenge;
mod credential;
mod delete_account;
mod email_change;
mod factors;
mod internal;
mod link;
mod oauth;
mod passkeys;
mod password;
mod personal_tokens;
mod policy;
mod refresh;
mod register;
mod security;
mod session;
mod sign_in;
mod sign_out;
mod sms;
mod totp;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use pbjson_types::Empty;
use pfms_proto::auth::v1::auth_service_server::AuthService;
use pfms_proto::auth::v1::{
    GetJwksRequest, JsonWebKeySet, RefreshRequest, RegisterRequest, RegisterResponse, SignInRequest,
    SignOutRequest, TokenSet,
};
use pfms_runtime::call::IdempotencyKey;
use pfms_runtime::erasure::Tombstones;
use pfms_runtime::identity::{ACCESS_LIFETIME_SECONDS, Caller};
use pfms_runtime::page_token::PageTokens;
use pfms_runtime::parse::wire_time;
use pfms_runtime::sealed::MasterSeal;
use pfms_runtime::secrets::mac;
use pfms_runtime::{Begun, Call, Context, Database, Error};
use pfms_types::UserId;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::breaches::Breaches;
use crate::email::Email;
use crate::hasher::Hasher;
use crate::keys::Keys;
use crate::mirror::Mirror;
use crate::origin::Origin;
use crate::passkey::RelyingParty;
use crate::personal::Personal;
use crate::provider;
use crate::refresh_token::{RefreshToken, RefreshTokens};
use crate::session::{Lifetimes, Session, SessionId};
use crate::sms::Gateway;
use crate::throttle::Throttle;

/// What the RPCs work with.
pub struct Auth {
    pub(crate) keys: Arc<Keys>,
    database: Database,
    hasher: Hasher,
    mirror: Mirror,
    pub(crate) throttle: Throttle,
    tokens: RefreshTokens,
    relying_party: RelyingParty,
    providers: Vec<provider::Client>,
    callback: String,
    backup_code_key: [u8; 32],
    sms_key: [u8; 32],
    /// Where the operator has set one up.
    sms: Option<Gateway>,
    /// Seals what is kept for minutes between a question and its answer: no new version of the master key moves it.
    ceremonies: MasterSeal,
    identity_key: [u8; 32],
    lifetimes: Lifetimes,
    pages: PageTokens,
    email_lookup_key: [u8; 32],
    breaches: Breaches,
    personal: Personal,
    requires_verified_email: bool,
    fingerprint_key: [u8; 32],
    tombstones: Tombstones,
    erasure_delay: SignedDuration,
}

impl Auth {
    /// Loads or makes the signing keys.
    ///
    /// # Errors
    /// When the database does not answer, or a setting is wrong.
    pub async fn new(context: &Context) -> Result<Self, Error> {
        let settings = &context.settings;
        let master = &settings.master_key;
        let sign_in = &settings.sign_in;
        Ok(Self {
            keys: Arc::new(Keys::load(&context.database, &context.settings).await?),
            database: context.database.clone(),
            hasher: Hasher::new().await?,
            mirror: Mirror::new(context.redis.clone()),
            throttle: Throttle::load(context.redis.clone(), &context.database, master).await?,
            tokens: RefreshTokens::new(master),
            relying_party: RelyingParty::new(&sign_in.passkey_domain, &sign_in.passkey_origins)
                .map_err(Error::internal)?,
            providers: provider::Client::all(
                provider::read(sign_in.identity_providers.as_deref()).map_err(Error::internal)?,
                &sign_in.oauth_callback_url,
            )?,
            callback: sign_in.oauth_callback_url.clone(),
            backup_code_key: master.derive("backup-codes"),
            sms_key: master.derive("sms-codes"),
            sms: Gateway::open(settings)?,
            identity_key: master.derive("identity-lookup"),
            ceremonies: MasterSeal::new(master, "ceremonies"),
            lifetimes: Lifetimes::new(context.settings.session_idle_days, context.settings.session_days),
            pages: context.page_tokens.clone(),
            email_lookup_key: master.derive("email-lookup"),
            breaches: Breaches::new(context.settings.breached_passwords_url.as_deref())
                .map_err(Error::internal)?,
            personal: Personal::new(context.seals.clone()),
            requires_verified_email: context.settings.require_verified_email,
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

    /// The same for a text that is no address, so that tries with it are counted too.
    fn lookup_of_text(&self, text: &str) -> [u8; 32] {
        Email::parse(text).map_or_else(
            |_| mac(&self.email_lookup_key, &[text.trim().to_lowercase().as_bytes()]),
            |email| self.email_lookup(&email),
        )
    }

    /// What tries are counted by of someone who is signed in.
    fn lookup_of_user(&self, user_id: UserId) -> [u8; 32] {
        mac(&self.email_lookup_key, &[b"\0", user_id.uuid().as_bytes()])
    }

    fn new_token(&self, user_id: UserId, session_id: SessionId) -> Result<RefreshToken, Error> {
        Ok(self.tokens.issue(user_id, session_id, &random()?))
    }

    /// What stands for a password in a request's fingerprint, which is stored. A plain hash over the password would
    /// be easier to guess at than its argon2 hash, so a keyed one takes its place.
    fn fingerprint(&self, password: &str) -> String {
        let keyed = mac(&self.fingerprint_key, &[password.as_bytes()]);
        Uuid::from_slice(&keyed[..16]).unwrap_or_default().to_string()
    }

    /// The answer that a write with this key got before. For writes whose checks would fail the second time; the
    /// key is claimed by the write itself.
    async fn replayed<M: prost::Message + Default>(
        &self,
        owner: UserId,
        key: Option<&IdempotencyKey>,
    ) -> Result<Option<M>, Error> {
        let Some(key) = key else { return Ok(None) };
        Ok(match self.database.begin(owner, Some(key.clone())).await? {
            Begun::Replay(answer) => Some(answer),
            Begun::Fresh(_) => None,
        })
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
            challenge: None,
        })
    }
}

/// Random bytes.
fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Error::internal("there is no randomness"))?;
    Ok(bytes)
}

/// The caller and the session that their token belongs to.
fn own_session(call: &Call) -> Result<(UserId, SessionId), Error> {
    match call.caller() {
        Caller::User {
            user_id, session_id, ..
        } => Ok((*user_id, SessionId::from(*session_id))),
        _ => Err(Error::FailedPrecondition {
            reason: "SESSION_REQUIRED",
            message: "this needs a person's own access token, which names a session".into(),
        }),
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
