//! Requests to providers.

use std::pin::Pin;
use std::time::Duration;

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use pfms_runtime::Error;

/// Longest wait for one answer. Several are needed within one call's deadline.
const TIMEOUT: Duration = Duration::from_secs(3);
/// Largest answer, in bytes.
const MAX_ANSWER: usize = 512 * 1024;

/// Why a provider gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// It cannot be reached, or what it says is not HTTP.
    #[error(transparent)]
    Request(#[from] reqwest::Error),
    /// Its answer is larger than any good one.
    #[error("the answer is larger than {MAX_ANSWER} bytes")]
    TooLarge,
}

/// Sends requests.
#[derive(Clone)]
pub struct Http(reqwest::Client);

impl Http {
    /// A client that follows no redirects: none of what is asked for is elsewhere, and a redirect could lead inside.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new() -> Result<Self, Error> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(TIMEOUT)
            .build()
            .map_err(Error::internal)?;
        Ok(Self(client))
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let mut answer = self.0.execute(request.try_into()?).await?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(HttpError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = HttpResponse::new(body);
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}
