//! A running mesh, over REST.

use std::error::Error;
use std::time::Duration;

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;
use uuid::Uuid;

/// An upload is compiled before it is answered, and the largest take half a minute.
const PATIENCE: Duration = Duration::from_mins(2);

/// Which mesh, and who asks.
#[derive(Debug, clap::Args)]
pub struct MeshArgs {
    /// The edge of a running mesh
    #[arg(long, env = "PFMS_URL", default_value = "http://127.0.0.1:3000")]
    url: String,
    /// A personal access token with the scope that the command names
    #[arg(long, env = "PFMS_TOKEN", hide_env_values = true)]
    token: String,
}

/// What the mesh says of a fault.
#[derive(Debug, thiserror::Error)]
#[error("{url} answered {status} {reason}: {message}")]
pub struct Refused {
    url: String,
    status: StatusCode,
    /// In upper case, stable across versions.
    pub reason: String,
    message: String,
}

/// A client of it.
pub struct Mesh {
    http: reqwest::Client,
    url: String,
    token: String,
}

impl Mesh {
    pub fn new(args: MeshArgs) -> Result<Self, Box<dyn Error>> {
        Ok(Self {
            http: reqwest::Client::builder().timeout(PATIENCE).build()?,
            url: args.url.trim_end_matches('/').to_owned(),
            token: args.token,
        })
    }

    pub async fn get(&self, path: &str) -> Result<Value, Box<dyn Error>> {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, content_type: &str, body: Vec<u8>) -> Result<Value, Box<dyn Error>> {
        let request = self.request(Method::POST, path);
        let request = request
            .header("content-type", content_type)
            .header("idempotency-key", Uuid::now_v7().to_string());
        self.send(request.body(body)).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self
            .http
            .request(method, format!("{}/api/v1/automation/{path}", self.url));
        request.bearer_auth(&self.token)
    }

    /// The answer, or what the mesh says of the fault.
    async fn send(&self, request: RequestBuilder) -> Result<Value, Box<dyn Error>> {
        let url = &self.url;
        let answer = request
            .send()
            .await
            .map_err(|error| format!("{url} does not answer ({error}). Is the mesh up (`pfms up`)?"))?;
        let status = answer.status();
        let body: Value = answer.json().await.unwrap_or_default();
        if status.is_success() {
            return Ok(body);
        }
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Err(Refused {
            url: url.clone(),
            status,
            reason: text(&body["details"][0]["reason"]),
            message: text(&body["message"]),
        }
        .into())
    }
}
