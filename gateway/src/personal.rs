//! Personal access tokens at the edge: each is exchanged for an access token, which is all that services see.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use pfms_proto::auth::v1::ExchangePersonalTokenRequest;
use pfms_proto::auth::v1::personal_token_internal_service_client::PersonalTokenInternalServiceClient;
use pfms_runtime::client::MeshChannel;
use pfms_runtime::identity::{Caller, PersonalToken, TokenError, TokenVerifier};
use pfms_types::UserId;
use tokio::sync::Semaphore;
use tonic::Status;
use uuid::Uuid;

/// How long an access token is used again: well below its life, so that services get it with some life left.
const KEPT: Duration = Duration::from_mins(1);
/// Most tokens that are kept, about 1 kB each.
const MAX_KEPT: usize = 10_000;
/// Exchanges at a time: a flood of made-up tokens shall not take auth's database from those who sign in.
const MAX_EXCHANGES: usize = 16;

/// What a personal access token stands for.
#[derive(Clone)]
pub struct Exchanged {
    /// The account.
    pub user_id: UserId,
    /// The token's id, which is mirrored in Redis as a session's is.
    pub token_id: Uuid,
    /// What services get.
    pub access_token: Arc<str>,
    at: Instant,
}

/// Exchanges personal access tokens with auth.
pub struct PersonalTokens {
    auth: PersonalTokenInternalServiceClient<MeshChannel>,
    verifier: TokenVerifier,
    turns: Semaphore,
    kept: Mutex<HashMap<[u8; 32], Exchanged>>,
}

impl PersonalTokens {
    /// Asks `auth`, and believes it no more than `verifier` does.
    #[must_use]
    pub fn new(auth: MeshChannel, verifier: TokenVerifier) -> Self {
        Self {
            auth: PersonalTokenInternalServiceClient::new(auth),
            verifier,
            turns: Semaphore::new(MAX_EXCHANGES),
            kept: Mutex::default(),
        }
    }

    /// What the token was exchanged for a moment ago. Whether it was revoked since, the mirror says.
    #[must_use]
    pub fn kept(&self, token: &PersonalToken) -> Option<Exchanged> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.get(&token.digest())?;
        (found.at.elapsed() < KEPT).then(|| found.clone())
    }

    /// Exchanges a token; nothing when auth does not take it.
    ///
    /// # Errors
    /// When auth does not answer.
    pub async fn exchange(&self, token: &PersonalToken) -> Result<Option<Exchanged>, Status> {
        let _turn = self.turns.acquire().await;
        let request = ExchangePersonalTokenRequest { token: token.text() };
        let at = Instant::now();
        let answer = self.auth.clone().exchange_personal_token(request).await?;
        let access_token = answer.into_inner().access_token;
        if access_token.is_empty() {
            self.forget(token);
            return Ok(None);
        }
        let exchanged = match self.verifier.verify(&access_token).await {
            Ok(Caller::Limited {
                user_id, token_id, ..
            }) => Exchanged {
                user_id,
                token_id,
                access_token: access_token.into(),
                at,
            },
            Ok(_) | Err(TokenError::Invalid | TokenError::Expired) => {
                return Err(Status::internal(
                    "auth exchanged a personal token for another kind",
                ));
            }
            Err(TokenError::Keys(error)) => return Err(error.into()),
        };
        self.keep(token, exchanged.clone());
        Ok(Some(exchanged))
    }

    fn keep(&self, token: &PersonalToken, exchanged: Exchanged) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MAX_KEPT {
            kept.retain(|_, kept| kept.at.elapsed() < KEPT);
        }
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        kept.insert(token.digest(), exchanged);
    }

    fn forget(&self, token: &PersonalToken) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.remove(&token.digest());
    }
}
