//! `OauthService`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use pbjson_types::Empty;
use pfms_proto::auth::v1::oauth_service_server::OauthService;
use pfms_proto::auth::v1::{
    Identity, ListIdentitiesRequest, ListIdentitiesResponse, ListProvidersRequest, ListProvidersResponse,
    OauthCallbackRequest, OauthCallbackResponse, Provider, StartOauthLinkRequest, StartOauthResponse,
    StartOauthSignInRequest, TokenSet, UnlinkOauthRequest,
};
use pfms_runtime::parse::wire_time;
use pfms_runtime::secrets::mac;
use pfms_runtime::{Begun, Call, Error, Violations};
use pfms_types::UserId;
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;
use tonic::metadata::MetadataMap;
use tonic::{Request, Response, Status};

use super::factors::{note, require_fresh};
use super::{Auth, random};
use crate::events::user_created;
use crate::origin::Origin;
use crate::password::Password;
use crate::personal::IDENTITY_EMAIL;
use crate::proof::Proof;
use crate::provider::{Claimed, Client, FLOW_LIFETIME, ProviderError, Secrets};
use crate::security::{Kind, SecurityEvent};
use crate::session::Digest;
use crate::store::accounts::{self, NewAccount};
use crate::store::factors;
use crate::store::identities::{self, StoredFlow, StoredIdentity};

/// The cookie that ties a callback to the browser that began.
const COOKIE: &str = "pfms_oauth";
/// Where the cookie is sent.
const COOKIE_PATH: &str = "/api/v1/auth/oauth";
/// Most characters of a name that is taken over.
const MAX_NAME: usize = 100;
/// Longest state, code or binding that is looked at, in bytes.
const MAX_PARAMETER: usize = 4_096;

#[async_trait::async_trait]
impl OauthService for Auth {
    async fn list_providers(
        &self,
        _: Request<ListProvidersRequest>,
    ) -> Result<Response<ListProvidersResponse>, Status> {
        let providers = self.providers.iter().map(|provider| Provider {
            name: provider.config().name.clone(),
            display_name: provider.config().display_name.clone(),
        });
        Ok(Response::new(ListProvidersResponse {
            providers: providers.collect(),
        }))
    }

    async fn start_oauth_sign_in(
        &self,
        request: Request<StartOauthSignInRequest>,
    ) -> Result<Response<StartOauthResponse>, Status> {
        let started = self.send_away(&request.into_inner().provider, None).await?;
        self.with_cookie(started)
    }

    async fn start_oauth_link(
        &self,
        request: Request<StartOauthLinkRequest>,
    ) -> Result<Response<StartOauthResponse>, Status> {
        let user_id = require_fresh(&Call::of(&request)?)?;
        let started = self
            .send_away(&request.into_inner().provider, Some(user_id))
            .await?;
        self.with_cookie(started)
    }

    async fn oauth_callback(
        &self,
        request: Request<OauthCallbackRequest>,
    ) -> Result<Response<OauthCallbackResponse>, Status> {
        let origin = Origin::of(request.metadata());
        let cookie = cookie(request.metadata());
        Ok(Response::new(
            self.come_back(&origin, cookie, request.into_inner()).await?,
        ))
    }

    async fn list_identities(
        &self,
        request: Request<ListIdentitiesRequest>,
    ) -> Result<Response<ListIdentitiesResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let mut connection = self.database.pool().acquire().await.map_err(Error::from)?;
        let stored = identities::list(&mut connection, user_id)
            .await
            .map_err(Error::from)?;
        let mut identities = Vec::with_capacity(stored.len());
        for identity in &stored {
            identities.push(self.wire(&mut connection, user_id, identity).await?);
        }
        Ok(Response::new(ListIdentitiesResponse { identities }))
    }

    async fn unlink_oauth(&self, request: Request<UnlinkOauthRequest>) -> Result<Response<Empty>, Status> {
        let (call, origin) = (Call::of(&request)?, Origin::of(request.metadata()));
        Ok(Response::new(
            self.unlink(&call, &origin, request.into_inner()).await?,
        ))
    }
}

impl Auth {
    fn provider(&self, name: &str) -> Result<&Client, Error> {
        if name.is_empty() {
            return Err(Error::invalid("provider", "is required"));
        }
        self.providers
            .iter()
            .find(|provider| provider.config().name == name)
            .ok_or(Error::NotFound("the identity provider"))
    }

    async fn send_away(&self, name: &str, user_id: Option<UserId>) -> Result<StartOauthResponse, Error> {
        let provider = self.provider(name)?;
        let browser = provider.begin().await.map_err(refusal)?;
        let binding = URL_SAFE_NO_PAD.encode(random::<32>()?);
        let state = hash(&browser.state);
        let secrets = serde_json::to_vec(&browser.secrets).map_err(Error::internal)?;
        let flow = StoredFlow {
            binding: hash(&binding),
            user_id,
            secrets_sealed: self.ceremonies.seal(&place(&state), &secrets)?,
        };
        let now = self.now();
        let mut connection = self.database.pool().acquire().await?;
        identities::begin_flow(&mut connection, &state, name, &flow, now).await?;
        Ok(StartOauthResponse {
            authorization_url: browser.url,
            binding,
            expire_time: Some(wire_time(now + FLOW_LIFETIME)),
        })
    }

    fn with_cookie(&self, started: StartOauthResponse) -> Result<Response<StartOauthResponse>, Status> {
        let secure = if self.callback.starts_with("https:") {
            "; Secure"
        } else {
            ""
        };
        let cookie = format!(
            "{COOKIE}={}; Path={COOKIE_PATH}; Max-Age={}; HttpOnly; SameSite=Lax{secure}",
            started.binding,
            FLOW_LIFETIME.as_secs(),
        );
        let cookie = cookie.parse().map_err(Error::internal)?;
        let mut response = Response::new(started);
        response.metadata_mut().insert("set-cookie", cookie);
        Ok(response)
    }

    async fn come_back(
        &self,
        origin: &Origin,
        cookie: Option<String>,
        request: OauthCallbackRequest,
    ) -> Result<OauthCallbackResponse, Error> {
        let mut violations = Violations::default();
        for (field, value) in [("provider", &request.provider), ("state", &request.state)] {
            if value.is_empty() {
                violations.add(field, "is required");
            }
        }
        if request.code.is_empty() && request.error.is_empty() {
            violations.add("code", "is required");
        }
        for (field, value) in [("state", &request.state), ("code", &request.code)] {
            if value.len() > MAX_PARAMETER {
                violations.add(field, format!("must have at most {MAX_PARAMETER} bytes"));
            }
        }
        if !violations.is_empty() {
            return Err(violations.into());
        }
        let provider = self.provider(&request.provider)?;
        let flow = self.take_flow(&request, cookie).await?;
        if !request.error.is_empty() {
            tracing::info!(provider = request.provider, error = ?request.error, "a provider sent no code");
            return Err(Error::FailedPrecondition {
                reason: "PROVIDER_DECLINED",
                message: "the identity provider did not confirm who you are; begin again".into(),
            });
        }
        let claimed = provider
            .finish(request.code, &request.iss, flow.secrets)
            .await
            .map_err(refusal)?;
        match flow.user_id {
            Some(user_id) => Ok(OauthCallbackResponse {
                tokens: None,
                identity: Some(self.link(origin, user_id, provider, &claimed).await?),
            }),
            None => Ok(OauthCallbackResponse {
                tokens: Some(self.sign_in_by(origin, provider, claimed).await?),
                identity: None,
            }),
        }
    }

    /// The flow that a browser comes back from: taken for good, and only by who began it.
    async fn take_flow(&self, request: &OauthCallbackRequest, cookie: Option<String>) -> Result<Flow, Error> {
        let over = || Error::FailedPrecondition {
            reason: "SIGN_IN_OVER",
            message: "this sign-in took too long, was ended already, or was begun elsewhere; begin again"
                .into(),
        };
        let state = hash(&request.state);
        let mut connection = self.database.pool().acquire().await?;
        let stored = identities::take_flow(&mut connection, &state, &request.provider, self.now())
            .await?
            .ok_or_else(over)?;
        let binding = if request.binding.is_empty() {
            cookie.unwrap_or_default()
        } else {
            request.binding.clone()
        };
        if hash(&binding) != stored.binding {
            return Err(over());
        }
        let secrets = self.ceremonies.open(&place(&state), &stored.secrets_sealed)?;
        Ok(Flow {
            user_id: stored.user_id,
            secrets: serde_json::from_slice(&secrets).map_err(Error::internal)?,
        })
    }

    async fn link(
        &self,
        origin: &Origin,
        user_id: UserId,
        provider: &Client,
        claimed: &Claimed,
    ) -> Result<Identity, Error> {
        let mut unit = self.unit(user_id).await?;
        let now = self.now();
        factors::lock(unit.connection(), user_id).await?;
        let name = &provider.config().name;
        let linked = identities::list(unit.connection(), user_id).await?;
        if linked.iter().any(|identity| identity.provider == *name) {
            return Err(Error::AlreadyExists {
                reason: "PROVIDER_LINKED",
                message: "the account has an identity of this provider; unlink it first".into(),
            });
        }
        let identity = self
            .identity(unit.connection(), user_id, provider, claimed, now)
            .await?;
        if !identities::insert(unit.connection(), user_id, &self.lookup(claimed), &identity).await? {
            return Err(Error::AlreadyExists {
                reason: "IDENTITY_TAKEN",
                message: "this identity signs in to an account already".into(),
            });
        }
        let linked = SecurityEvent::from(Kind::OauthLinked)
            .on(&identity.provider)
            .called(&provider.config().display_name);
        note(&mut unit, user_id, linked, origin, now).await?;
        let wire = self.wire(unit.connection(), user_id, &identity).await?;
        unit.commit(wire).await
    }

    async fn sign_in_by(
        &self,
        origin: &Origin,
        provider: &Client,
        claimed: Claimed,
    ) -> Result<TokenSet, Error> {
        let mut connection = self.database.pool().acquire().await?;
        let known = identities::use_one(&mut connection, &self.lookup(&claimed), self.now()).await?;
        drop(connection);
        let proof = Proof::Provider {
            multi_factor: claimed.multi_factor,
        };
        let user_id = match known {
            Some((user_id, true)) => user_id,
            Some((_, false)) => {
                return Err(Error::Unauthenticated {
                    reason: "ACCOUNT_DISABLED",
                    message: "this account may not sign in".into(),
                });
            }
            None => self.create_account_of(origin, provider, claimed).await?,
        };
        self.admit(origin, user_id, proof).await
    }

    /// A new account for an identity that has none. Whoever has an account with the address keeps it to themselves:
    /// a provider's word about an address is no proof of owning the account.
    async fn create_account_of(
        &self,
        origin: &Origin,
        provider: &Client,
        claimed: Claimed,
    ) -> Result<UserId, Error> {
        let lookup = self.lookup(&claimed);
        let Some(email) = claimed.email.clone().filter(|_| claimed.email_verified) else {
            return Err(Error::FailedPrecondition {
                reason: "EMAIL_NOT_VERIFIED",
                message:
                    "this identity is new here, and its provider does not vouch for its e-mail address; \
                          register, then link it to your account"
                        .into(),
            });
        };
        let id = UserId::generate();
        // Nobody knows it. Signing in with a password takes the same time here as for any other account.
        let secret = URL_SAFE_NO_PAD.encode(random::<32>()?);
        let password = Password::choose(&secret).map_err(Error::internal)?;
        let password_hash = self.hasher.hash(password).await?;
        let mut unit = self.unit(id).await?;
        let account = NewAccount {
            id,
            email_lookup: self.email_lookup(&email),
            email_sealed: self.personal.seal_email(unit.connection(), id, &email).await?,
            password_hash: password_hash.clone(),
        };
        let now = self.now();
        if !accounts::insert(unit.connection(), &account, now).await? {
            return Err(Error::FailedPrecondition {
                reason: "ACCOUNT_EXISTS",
                message: "an account with this e-mail address exists; sign in to it, then link this identity"
                    .into(),
            });
        }
        accounts::set_email_verified(unit.connection(), id, now).await?;
        identities::note_unusable_password(unit.connection(), id, &password_hash).await?;
        let identity = self
            .identity(unit.connection(), id, provider, &claimed, now)
            .await?;
        if !identities::insert(unit.connection(), id, &lookup, &identity).await? {
            return Err(Error::FailedPrecondition {
                reason: "SIGN_IN_OVER",
                message: "this identity was signed in with at the same time; begin again".into(),
            });
        }
        unit.publish(user_created(
            id,
            one_line(&claimed.given_name),
            one_line(&claimed.family_name),
            now,
        )?);
        let created = SecurityEvent::from(Kind::AccountCreated).on(&identity.provider);
        note(&mut unit, id, created, origin, now).await?;
        unit.commit(Empty {}).await?;
        Ok(id)
    }

    async fn unlink(
        &self,
        call: &Call,
        origin: &Origin,
        request: UnlinkOauthRequest,
    ) -> Result<Empty, Error> {
        let user_id = require_fresh(call)?;
        let key = call.idempotency(&request)?;
        let provider = request.provider;
        if provider.is_empty() {
            return Err(Error::invalid("provider", "is required"));
        }
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        factors::lock(unit.connection(), user_id).await?;
        if !identities::remove(unit.connection(), user_id, &provider).await? {
            return Err(Error::NotFound("the identity"));
        }
        require_way_in(unit.connection(), user_id).await?;
        let gone = SecurityEvent::from(Kind::OauthUnlinked)
            .on(&provider)
            .called(&provider);
        note(&mut unit, user_id, gone, origin, self.now()).await?;
        unit.commit(Empty {}).await
    }

    /// What an identity is found by: the issuer and the subject, never the address.
    fn lookup(&self, claimed: &Claimed) -> [u8; 32] {
        mac(
            &self.identity_key,
            &[claimed.issuer.as_bytes(), &[0], claimed.subject.as_bytes()],
        )
    }

    async fn identity(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
        provider: &Client,
        claimed: &Claimed,
        now: Timestamp,
    ) -> Result<StoredIdentity, Error> {
        let email_sealed = match &claimed.email {
            Some(email) => {
                let plain = email.as_str().as_bytes();
                let sealed = self.personal.seal(connection, user_id, IDENTITY_EMAIL, plain);
                Some(sealed.await?)
            }
            None => None,
        };
        Ok(StoredIdentity {
            provider: provider.config().name.clone(),
            email_sealed,
            created_at: now,
            last_used_at: None,
        })
    }

    async fn wire(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
        identity: &StoredIdentity,
    ) -> Result<Identity, Error> {
        let email = match &identity.email_sealed {
            Some(sealed) => {
                let opened = self.personal.open(connection, user_id, IDENTITY_EMAIL, sealed);
                opened.await?
            }
            None => String::new(),
        };
        Ok(Identity {
            provider: identity.provider.clone(),
            email,
            create_time: Some(wire_time(identity.created_at)),
            last_use_time: identity.last_used_at.map(wire_time),
        })
    }
}

/// What is known of a browser that came back.
struct Flow {
    user_id: Option<UserId>,
    secrets: Secrets,
}

/// Requires that something opens the account still.
pub(super) async fn require_way_in(connection: &mut PgConnection, user_id: UserId) -> Result<(), Error> {
    if identities::has_way_in(connection, user_id).await? {
        Ok(())
    } else {
        Err(Error::FailedPrecondition {
            reason: "LAST_WAY_IN",
            message: "nothing else opens this account; set a password or add another way to sign in first"
                .into(),
        })
    }
}

/// What a client is told of a provider that did not prove anything.
fn refusal(error: ProviderError) -> Error {
    match error {
        ProviderError::Away { .. } => Error::Unavailable {
            what: "the identity provider",
            cause: Box::new(error),
        },
        ProviderError::Refused { .. } => {
            tracing::warn!(%error, "an identity was refused");
            Error::Unauthenticated {
                reason: "IDENTITY_NOT_ACCEPTED",
                message: "what the identity provider said is not accepted; begin again".into(),
            }
        }
    }
}

fn hash(text: &str) -> Digest {
    Sha256::digest(text).into()
}

/// What a flow's secrets are sealed for.
fn place(state: &Digest) -> String {
    format!("oauth_flows/secrets/{}", URL_SAFE_NO_PAD.encode(state))
}

fn cookie(headers: &MetadataMap) -> Option<String> {
    let cookies = headers.get_all("cookie").into_iter();
    cookies
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value.to_owned())
}

/// A name as a profile can have it.
fn one_line(name: &str) -> String {
    name.chars()
        .filter(|char| !char.is_control())
        .take(MAX_NAME)
        .collect::<String>()
        .trim()
        .to_owned()
}
