//! The operator's gateway: an HTTP server that takes a message as JSON, and has it delivered.

use std::time::Duration;

use pfms_runtime::{Error, Settings};
use reqwest::{Client, StatusCode};
use serde::Serialize;
use uuid::Uuid;

use super::Number;

/// How long the gateway may take for one message.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Why a message was not handed over.
#[derive(Debug, thiserror::Error)]
pub enum SmsError {
    /// It never will be: the gateway says that the message itself is wrong.
    #[error("the gateway refuses the message: {0}")]
    Refused(StatusCode),
    /// It may be later.
    #[error("the gateway answers {0}")]
    Answered(StatusCode),
    /// The gateway cannot be reached. The address is left out: it may hold a secret.
    #[error("the gateway cannot be reached")]
    Unreachable(#[source] reqwest::Error),
}

#[derive(Serialize)]
struct Message<'m> {
    from: &'m str,
    to: &'m str,
    text: &'m str,
}

/// Hands messages over.
#[derive(Clone)]
pub struct Gateway {
    client: Client,
    url: String,
    token: Option<String>,
    from: String,
    prefixes: Vec<String>,
}

impl Gateway {
    /// As the settings say; none when they name none.
    ///
    /// # Errors
    /// When they are wrong, or TLS cannot be set up.
    pub fn open(settings: &Settings) -> Result<Option<Self>, Error> {
        let sms = &settings.sign_in.sms;
        sms.validate().map_err(Error::internal)?;
        let (Some(url), Some(from)) = (&sms.sms_url, &sms.sms_from) else {
            return Ok(None);
        };
        // The token goes nowhere else.
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(TIMEOUT)
            .user_agent("pfms")
            .build()
            .map_err(Error::internal)?;
        Ok(Some(Self {
            client,
            url: url.clone(),
            token: sms.sms_token.clone(),
            from: from.clone(),
            prefixes: sms.sms_prefixes.clone(),
        }))
    }

    /// Whether the operator lets messages go to this number.
    #[must_use]
    pub fn serves(&self, number: &Number) -> bool {
        self.prefixes.is_empty()
            || self
                .prefixes
                .iter()
                .any(|prefix| number.as_str().starts_with(prefix))
    }

    /// Hands a message over. A gateway that gets one twice knows it by `id`.
    ///
    /// # Errors
    /// When the gateway does not take it.
    pub async fn send(&self, id: Uuid, to: &Number, text: &str) -> Result<(), SmsError> {
        let message = Message {
            from: &self.from,
            to: to.as_str(),
            text,
        };
        let mut request = self
            .client
            .post(&self.url)
            .header("idempotency-key", id.to_string())
            .json(&message);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let answer = request
            .send()
            .await
            .map_err(|error| SmsError::Unreachable(error.without_url()))?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status @ (StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY) => {
                Err(SmsError::Refused(status))
            }
            status => Err(SmsError::Answered(status)),
        }
    }
}
