//! What is known of the call that is being answered.

use std::time::Duration;

use jiff::Timestamp;
use pfms_types::UserId;
use prost::Message;
use sha2::{Digest, Sha256};
use tonic::Request;

use crate::Error;
use crate::identity::Caller;

/// Longest idempotency key, in bytes.
const MAX_IDEMPOTENCY_KEY: usize = 255;

/// How long ago the sign-in may be for what must not be done by whoever finds a session open: changing factors,
/// creating tokens, erasing the account.
pub const FRESH_SIGN_IN: Duration = Duration::from_mins(10);

/// The call that is being answered, as the server's guard found it.
#[derive(Clone, Debug)]
pub struct Call {
    pub(crate) method: &'static str,
    pub(crate) caller: Caller,
    pub(crate) received_at: Timestamp,
    pub(crate) idempotency_key: Option<String>,
}

/// What makes a repeated write give the first one's answer.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    /// The client's key.
    pub key: String,
    /// SHA-256 of the method and the request.
    pub fingerprint: [u8; 32],
}

impl IdempotencyKey {
    /// A client's key for this request of this method.
    ///
    /// # Errors
    /// When the key is not 1 to 255 visible ASCII characters.
    pub fn new<M: Message>(key: &str, method: &str, request: &M) -> Result<Self, Error> {
        if key.is_empty()
            || key.len() > MAX_IDEMPOTENCY_KEY
            || !key.bytes().all(|byte| byte.is_ascii_graphic())
        {
            return Err(Error::invalid(
                "Idempotency-Key",
                "must be 1 to 255 visible ASCII characters",
            ));
        }
        let mut hash = Sha256::new();
        hash.update(method);
        hash.update([0]);
        hash.update(request.encode_to_vec());
        Ok(Self {
            key: key.to_owned(),
            fingerprint: hash.finalize().into(),
        })
    }
}

impl Call {
    /// The call of a request that came through the guard.
    ///
    /// # Errors
    /// When the request did not come through the guard.
    pub fn of<T>(request: &Request<T>) -> Result<Self, Error> {
        request
            .extensions()
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Error::internal("a request reached a handler without passing the guard"))
    }

    /// Who calls.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The user whose data may be seen.
    ///
    /// # Errors
    /// When there is none, which the guard rules out for methods that are for users.
    pub fn user(&self) -> Result<UserId, Error> {
        self.caller.user_id().ok_or_else(|| Error::Unauthenticated {
            reason: "UNAUTHENTICATED",
            message: "a user's token is required".into(),
        })
    }

    /// Requires that the caller is a person who proved who they are at most `max_age` ago: by signing in, or by
    /// `Reauthenticate`.
    ///
    /// # Errors
    /// `FRESH_SIGN_IN_REQUIRED` for anyone else, services that act for the person included.
    pub fn require_fresh(&self, max_age: Duration) -> Result<(), Error> {
        let fresh = match &self.caller {
            Caller::User { authenticated_at, .. } => {
                let age = self.received_at.duration_since(*authenticated_at);
                // Clocks differ: a sign-in may seem to lie ahead, which makes its age negative.
                age <= jiff::SignedDuration::try_from(max_age).unwrap_or(jiff::SignedDuration::MAX)
            }
            _ => false,
        };
        if fresh {
            Ok(())
        } else {
            Err(Error::Unauthenticated {
                reason: "FRESH_SIGN_IN_REQUIRED",
                message: "this needs a sign-in of the last minutes; confirm the password (Reauthenticate) and repeat it with the new access token".into(),
            })
        }
    }

    /// The idempotency key of this write, if the client sent one.
    ///
    /// # Errors
    /// When the key is not 1 to 255 visible ASCII characters.
    pub fn idempotency<M: Message>(&self, request: &M) -> Result<Option<IdempotencyKey>, Error> {
        let Some(key) = &self.idempotency_key else {
            return Ok(None);
        };
        IdempotencyKey::new(key, self.method, request).map(Some)
    }
}
