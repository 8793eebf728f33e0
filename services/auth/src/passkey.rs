//! Passkeys (WebAuthn Level 3): what browsers are asked, and what their answers are worth.
//!
//! User verification is always required, so that a passkey is two factors in one. The state of a ceremony goes
//! through here as bytes, which only the server keeps.

use jiff::SignedDuration;
use pfms_runtime::settings::SettingError;
use pfms_types::{Id, UserId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Webauthn, WebauthnBuilder, WebauthnError,
};

use crate::email::Email;

/// Never a value: it only tells ids apart.
#[derive(Debug)]
pub enum PasskeyMarker {}

/// The id of a passkey, which is ours; its authenticator chose another.
pub type PasskeyId = Id<PasskeyMarker>;

/// How long a browser may take.
pub const CEREMONY_LIFETIME: SignedDuration = SignedDuration::from_mins(5);
/// Most passkeys of one account.
pub const MAX_PASSKEYS: usize = 20;
/// What authenticators show.
const NAME: &str = "PFMS";

/// Why an answer is worth nothing.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyError {
    /// It is not what a browser would send.
    #[error("must be a PublicKeyCredential as its toJSON() writes it: {0}")]
    Malformed(serde_json::Error),
    /// It does not prove what was asked for.
    #[error("the passkey was not accepted: {0}")]
    Refused(WebauthnError),
    /// The authenticator did not verify its user.
    #[error("the authenticator did not verify its user")]
    Unverified,
    /// What was stored cannot be read, or what is to be sent cannot be written.
    #[error("passkey data: {0}")]
    Data(serde_json::Error),
    /// A ceremony cannot be begun.
    #[error("passkey ceremony: {0}")]
    Begin(WebauthnError),
}

impl PasskeyError {
    /// Whether another answer would have been accepted.
    #[must_use]
    pub fn is_the_clients(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Unverified)
    }
}

/// What a browser is asked, and what its answer is held against.
pub struct Asked {
    /// The options, for `navigator.credentials`.
    pub public_key: Map<String, Value>,
    /// The state, for the server only.
    pub state: Vec<u8>,
}

/// A passkey that was made or used.
pub struct Proven {
    /// The authenticator's id of it.
    pub credential_id: Vec<u8>,
    /// What is to be stored of it.
    pub credential: Value,
}

/// This installation, as browsers and authenticators know it.
pub struct RelyingParty(Webauthn);

impl RelyingParty {
    /// The party with this id (a domain) and these origins.
    ///
    /// # Errors
    /// When an origin is not of the domain.
    pub fn new(id: &str, origins: &[String]) -> Result<Self, SettingError> {
        let wrong = |problem: String| SettingError {
            name: "PFMS_PASSKEY_ORIGINS".into(),
            problem,
        };
        let origins = origins
            .iter()
            .map(|origin| Url::parse(origin).map_err(|error| wrong(format!("{origin}: {error}"))))
            .collect::<Result<Vec<_>, _>>()?;
        let (first, others) = origins
            .split_first()
            .ok_or_else(|| wrong("must name at least one origin".into()))?;
        let builder = WebauthnBuilder::new(id, first).map_err(|error| {
            wrong(format!(
                "{first} is not of the domain {id} in PFMS_PASSKEY_DOMAIN: {error}"
            ))
        })?;
        let builder = others.iter().fold(builder.rp_name(NAME), |builder, origin| {
            builder.append_allowed_origin(origin)
        });
        Ok(Self(builder.build().map_err(|error| wrong(error.to_string()))?))
    }

    /// Asks for a new passkey that signs in by itself where the authenticator can keep such, and is none of those
    /// that the account has.
    ///
    /// # Errors
    /// [`PasskeyError::Data`], [`PasskeyError::Begin`].
    pub fn start_registration(
        &self,
        user_id: UserId,
        account: &Email,
        existing: &[Value],
    ) -> Result<Asked, PasskeyError> {
        let existing = existing
            .iter()
            .map(stored_passkey)
            .collect::<Result<Vec<_>, _>>()?;
        let excluded = existing.iter().map(|passkey| passkey.cred_id().clone()).collect();
        let (options, state) = self
            .0
            .start_passkey_registration(user_id.uuid(), account.as_str(), account.as_str(), Some(excluded))
            .map_err(PasskeyError::Begin)?;
        let mut asked = asked(&options, &state)?;
        if let Some(Value::Object(selection)) = asked.public_key.get_mut("authenticatorSelection") {
            selection.insert("residentKey".into(), "preferred".into());
        }
        Ok(asked)
    }

    /// The passkey that was made.
    ///
    /// # Errors
    /// When the answer is not to what was asked.
    pub fn finish_registration(&self, answer: Value, state: &[u8]) -> Result<Proven, PasskeyError> {
        let answer: RegisterPublicKeyCredential = received(answer)?;
        let state: PasskeyRegistration = stored(state)?;
        let passkey = self
            .0
            .finish_passkey_registration(&answer, &state)
            .map_err(PasskeyError::Refused)?;
        proven(&passkey)
    }

    /// Asks for one of an account's passkeys.
    ///
    /// # Errors
    /// [`PasskeyError::Data`], [`PasskeyError::Begin`].
    pub fn start_second_factor(&self, existing: &[Value]) -> Result<Asked, PasskeyError> {
        let existing = existing
            .iter()
            .map(stored_passkey)
            .collect::<Result<Vec<_>, _>>()?;
        let (options, state) = self
            .0
            .start_passkey_authentication(&existing)
            .map_err(PasskeyError::Begin)?;
        asked(&options, &state)
    }

    /// The passkey that was used, out of those that the account has.
    ///
    /// # Errors
    /// When the answer is not to what was asked, or of a passkey that the account no longer has.
    pub fn finish_second_factor(
        &self,
        answer: Value,
        state: &[u8],
        existing: &[Value],
    ) -> Result<Proven, PasskeyError> {
        let answer: PublicKeyCredential = received(answer)?;
        let state: PasskeyAuthentication = stored(state)?;
        let result = self
            .0
            .finish_passkey_authentication(&answer, &state)
            .map_err(PasskeyError::Refused)?;
        if !result.user_verified() {
            return Err(PasskeyError::Unverified);
        }
        for passkey in existing {
            let mut passkey = stored_passkey(passkey)?;
            if passkey.update_credential(&result).is_some() {
                return proven(&passkey);
            }
        }
        Err(PasskeyError::Refused(WebauthnError::CredentialNotFound))
    }

    /// Asks for any passkey, which will say whose it is.
    ///
    /// # Errors
    /// [`PasskeyError::Data`], [`PasskeyError::Begin`].
    pub fn start_sign_in(&self) -> Result<Asked, PasskeyError> {
        let (options, state) = self
            .0
            .start_discoverable_authentication()
            .map_err(PasskeyError::Begin)?;
        asked(&options, &state)
    }

    /// The account and the credential that an answer claims to come from.
    ///
    /// # Errors
    /// When it claims none.
    pub fn claimed(&self, answer: &Value) -> Result<(UserId, Vec<u8>), PasskeyError> {
        let answer: PublicKeyCredential = received(answer.clone())?;
        let (user_id, credential_id) = self
            .0
            .identify_discoverable_authentication(&answer)
            .map_err(PasskeyError::Refused)?;
        Ok((user_id.into(), credential_id.to_vec()))
    }

    /// The passkey that was used, held against the one that is stored for the claimed credential.
    ///
    /// # Errors
    /// When the answer is not to what was asked.
    pub fn finish_sign_in(
        &self,
        answer: Value,
        state: &[u8],
        credential: &Value,
    ) -> Result<Proven, PasskeyError> {
        let answer: PublicKeyCredential = received(answer)?;
        let state: DiscoverableAuthentication = stored(state)?;
        let mut passkey = stored_passkey(credential)?;
        let result = self
            .0
            .finish_discoverable_authentication_v2(&answer, state, &passkey)
            .map_err(PasskeyError::Refused)?;
        if !result.user_verified() {
            return Err(PasskeyError::Unverified);
        }
        if passkey.update_credential(&result).is_none() {
            return Err(PasskeyError::Refused(WebauthnError::CredentialNotFound));
        }
        proven(&passkey)
    }
}

fn received<T: DeserializeOwned>(answer: Value) -> Result<T, PasskeyError> {
    serde_json::from_value(answer).map_err(PasskeyError::Malformed)
}

fn stored<T: DeserializeOwned>(state: &[u8]) -> Result<T, PasskeyError> {
    serde_json::from_slice(state).map_err(PasskeyError::Data)
}

fn stored_passkey(credential: &Value) -> Result<Passkey, PasskeyError> {
    serde_json::from_value(credential.clone()).map_err(PasskeyError::Data)
}

fn proven(passkey: &Passkey) -> Result<Proven, PasskeyError> {
    Ok(Proven {
        credential_id: passkey.cred_id().clone(),
        credential: serde_json::to_value(passkey).map_err(PasskeyError::Data)?,
    })
}

/// The browser gets the options alone; the mediation that the library suggests is the client's own choice.
fn asked(options: &impl Serialize, state: &impl Serialize) -> Result<Asked, PasskeyError> {
    let mut options = serde_json::to_value(options).map_err(PasskeyError::Data)?;
    let public_key = match options.get_mut("publicKey").map(Value::take) {
        Some(Value::Object(public_key)) => public_key,
        _ => Map::new(),
    };
    Ok(Asked {
        public_key,
        state: serde_json::to_vec(state).map_err(PasskeyError::Data)?,
    })
}
