//! One provider: its metadata, the way to it, and the proof that a browser brings back.

use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdTokenClaims, CoreIdTokenVerifier,
    CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, IssuerUrl, LocalizedClaim, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, TokenResponse, TokenUrl,
};
use pfms_runtime::Error;
use serde::{Deserialize, Serialize};
use tokio::sync::RwLock;

use super::http::Http;
use super::{Claimed, Config};
use crate::email::Email;

/// How long a provider's metadata and keys are kept.
const METADATA_KEPT: Duration = Duration::from_hours(1);
/// How soon they are asked for again when a token does not fit them: the provider may have changed its keys.
const METADATA_RENEWED: Duration = Duration::from_secs(30);
/// Signatures that only the provider can make. With a shared secret this side could make them too.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

type Discovered = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Why a provider's word is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// It cannot be reached, or does not answer as OpenID Connect has it.
    #[error("the identity provider {provider}: {problem}")]
    Away {
        /// Its name.
        provider: String,
        /// What went wrong.
        problem: String,
    },
    /// What the browser brought is not good.
    #[error("what {provider} said is not accepted: {problem}")]
    Refused {
        /// Its name.
        provider: String,
        /// What is wrong.
        problem: String,
    },
}

/// What the server keeps while the browser is away.
#[derive(Serialize, Deserialize)]
pub struct Secrets {
    nonce: String,
    verifier: String,
}

/// What a browser is sent away with.
pub struct Browser {
    /// Where it goes.
    pub url: String,
    /// What it comes back with.
    pub state: String,
    /// What stays here.
    pub secrets: Secrets,
}

/// A provider.
pub struct Client {
    config: Config,
    redirect: RedirectUrl,
    http: Http,
    metadata: RwLock<Option<(Instant, Arc<CoreProviderMetadata>)>>,
}

impl Client {
    /// All providers; `callback` is where they send browsers, with "{provider}" in it.
    ///
    /// # Errors
    /// When the callback is no URL or TLS cannot be set up.
    pub fn all(configs: Vec<Config>, callback: &str) -> Result<Vec<Self>, Error> {
        let http = Http::new()?;
        let client = |config: Config| {
            let redirect = callback.replace("{provider}", &config.name);
            Ok(Self {
                redirect: RedirectUrl::new(redirect).map_err(Error::internal)?,
                config,
                http: http.clone(),
                metadata: RwLock::new(None),
            })
        };
        configs.into_iter().map(client).collect()
    }

    /// What the operator says of it.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The way there, with a state, a nonce and a PKCE challenge of its own.
    ///
    /// # Errors
    /// [`ProviderError::Away`].
    pub async fn begin(&self) -> Result<Browser, ProviderError> {
        let client = self.client(&*self.metadata(METADATA_KEPT).await?)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .set_pkce_challenge(challenge);
        for scope in &self.config.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        for (name, value) in &self.config.authorization_parameters {
            request = request.add_extra_param(name.clone(), value.clone());
        }
        let (url, state, nonce) = request.url();
        Ok(Browser {
            url: url.into(),
            state: state.into_secret(),
            secrets: Secrets {
                nonce: nonce.secret().clone(),
                verifier: verifier.into_secret(),
            },
        })
    }

    /// What the provider says of the person whose browser brought a code.
    ///
    /// # Errors
    /// [`ProviderError`].
    pub async fn finish(
        &self,
        code: String,
        issuer: &str,
        secrets: Secrets,
    ) -> Result<Claimed, ProviderError> {
        // RFC 9207: a code of another provider must not be sent to this one.
        if !issuer.is_empty() && issuer != self.config.issuer {
            return Err(self.refused("it was another issuer that answered"));
        }
        let metadata = self.metadata(METADATA_KEPT).await?;
        let client = self.client(&metadata)?;
        let answer = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| self.away(error))?
            .set_pkce_verifier(PkceCodeVerifier::new(secrets.verifier))
            .request_async(&self.http)
            .await;
        let tokens = answer.map_err(|error| match error {
            openidconnect::RequestTokenError::ServerResponse(refusal) => {
                self.refused(format!("{:?}", refusal.error()))
            }
            other => self.away(other),
        })?;
        let nonce = Nonce::new(secrets.nonce);
        let claims = match self.verified(&client, &tokens, &nonce) {
            Ok(claims) => claims,
            // Perhaps it signs with a key that it did not have when it was asked.
            Err(error) => {
                let renewed = self.metadata(METADATA_RENEWED).await?;
                if Arc::ptr_eq(&renewed, &metadata) {
                    return Err(error);
                }
                self.verified(&self.client(&renewed)?, &tokens, &nonce)?
            }
        };
        let details = match (claims.email(), client.user_info_url()) {
            (None, Some(_)) => self.user_info(&client, &tokens, &claims).await?,
            _ => None,
        };
        Ok(self.claimed(&claims, details.as_ref()))
    }

    fn verified(
        &self,
        client: &Discovered,
        tokens: &CoreTokenResponse,
        nonce: &Nonce,
    ) -> Result<CoreIdTokenClaims, ProviderError> {
        let token = tokens
            .id_token()
            .ok_or_else(|| self.refused("there is no ID token"))?;
        let verifier: CoreIdTokenVerifier<'_> = client.id_token_verifier().set_allowed_algs(ALGORITHMS);
        let claims = token
            .claims(&verifier, nonce)
            .map_err(|error| self.refused(error))?;
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = token.signing_alg().map_err(|error| self.refused(error))?;
            let key = token
                .signing_key(&verifier)
                .map_err(|error| self.refused(error))?;
            let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key)
                .map_err(|error| self.refused(error))?;
            if actual != *expected {
                return Err(self.refused("the access token is not the ID token's"));
            }
        }
        Ok(claims.clone())
    }

    /// What the ID token does not say. It has to be about the same subject.
    async fn user_info(
        &self,
        client: &Discovered,
        tokens: &CoreTokenResponse,
        claims: &CoreIdTokenClaims,
    ) -> Result<Option<CoreUserInfoClaims>, ProviderError> {
        let request = client
            .user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
            .map_err(|error| self.away(error))?;
        let details = request.request_async(&self.http).await;
        Ok(Some(details.map_err(|error| self.away(error))?))
    }

    fn claimed(&self, claims: &CoreIdTokenClaims, details: Option<&CoreUserInfoClaims>) -> Claimed {
        let email = claims.email().or_else(|| details?.email());
        let verified = if claims.email().is_some() {
            claims.email_verified()
        } else {
            details.and_then(CoreUserInfoClaims::email_verified)
        };
        let given_name = claims.given_name().or_else(|| details?.given_name());
        let family_name = claims.family_name().or_else(|| details?.family_name());
        let amr = claims
            .auth_method_refs()
            .map(|methods| methods.iter().map(|method| method.as_str()).collect::<Vec<_>>());
        let acr = claims.auth_context_ref().map(|acr| acr.as_str());
        Claimed {
            issuer: claims.issuer().to_string(),
            subject: claims.subject().to_string(),
            email: email.and_then(|email| Email::parse(email).ok()),
            email_verified: verified.unwrap_or(self.config.emails_are_verified),
            given_name: plain(given_name),
            family_name: plain(family_name),
            multi_factor: self
                .config
                .is_multi_factor(amr.as_deref().unwrap_or_default(), acr),
        }
    }

    fn client(&self, metadata: &CoreProviderMetadata) -> Result<Discovered, ProviderError> {
        let mut metadata = metadata.clone();
        if let Some(endpoint) = &self.config.token_endpoint {
            let endpoint = TokenUrl::new(endpoint.clone()).map_err(|error| self.away(error))?;
            metadata = metadata.set_token_endpoint(Some(endpoint));
        }
        // Basic is what OpenID Connect supposes where nothing is said; Facebook's metadata has no token endpoint to
        // say anything of.
        let basic = self.config.token_endpoint.is_none()
            && metadata
                .token_endpoint_auth_methods_supported()
                .is_none_or(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let secret = self.config.client_secret.clone().map(ClientSecret::new);
        let client = CoreClient::from_provider_metadata(
            metadata,
            ClientId::new(self.config.client_id.clone()),
            secret,
        )
        .set_redirect_uri(self.redirect.clone())
        .set_auth_type(if basic {
            AuthType::BasicAuth
        } else {
            AuthType::RequestBody
        });
        Ok(client)
    }

    async fn metadata(&self, kept: Duration) -> Result<Arc<CoreProviderMetadata>, ProviderError> {
        if let Some((at, metadata)) = &*self.metadata.read().await
            && at.elapsed() < kept
        {
            return Ok(Arc::clone(metadata));
        }
        let mut cached = self.metadata.write().await;
        if let Some((at, metadata)) = &*cached
            && at.elapsed() < kept
        {
            return Ok(Arc::clone(metadata));
        }
        let issuer = IssuerUrl::new(self.config.issuer.clone()).map_err(|error| self.away(error))?;
        let found = CoreProviderMetadata::discover_async(issuer, &self.http).await;
        let found = Arc::new(found.map_err(|error| self.away(error))?);
        *cached = Some((Instant::now(), Arc::clone(&found)));
        Ok(found)
    }

    fn away(&self, problem: impl std::error::Error) -> ProviderError {
        ProviderError::Away {
            provider: self.config.name.clone(),
            problem: pfms_runtime::error::chain(&problem),
        }
    }

    fn refused(&self, problem: impl std::fmt::Display) -> ProviderError {
        ProviderError::Refused {
            provider: self.config.name.clone(),
            problem: problem.to_string(),
        }
    }
}

/// A name in whatever language comes first, the one without a language before all.
fn plain<T: Deref<Target = String>>(name: Option<&LocalizedClaim<T>>) -> String {
    let Some(name) = name else {
        return String::new();
    };
    let any = || name.iter().next().map(|(_, name)| name);
    name.get(None)
        .or_else(any)
        .map(|name| name.to_string())
        .unwrap_or_default()
}
