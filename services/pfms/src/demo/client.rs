//! A REST client that checks every answer.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::story::Story;
use super::{DemoError, wrong};

const PATIENCE: Duration = Duration::from_secs(20);

/// A client of the edge.
pub struct Client {
    http: reqwest::Client,
    url: String,
    token: String,
    story: Story,
}

impl Client {
    pub fn new(url: &str, story: Story) -> Result<Self, DemoError> {
        let http = reqwest::Client::builder()
            .timeout(PATIENCE)
            .build()
            .map_err(|error| DemoError::Missing(error.to_string()))?;
        Ok(Self {
            http,
            url: url.trim_end_matches('/').to_owned(),
            token: String::new(),
            story,
        })
    }

    pub fn authorize(&mut self, token: String) {
        self.token = token;
    }

    pub fn story(&self) -> &Story {
        &self.story
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn token(&self) -> &str {
        &self.token
    }

    /// Creates something, and tells it.
    pub async fn create(&self, step: &str, path: &str, body: &Value) -> Result<Value, DemoError> {
        self.post(step, path, body).await
    }

    pub async fn post(&self, step: &str, path: &str, body: &Value) -> Result<Value, DemoError> {
        self.write(
            step,
            Method::POST,
            path,
            "application/json",
            body.to_string().into_bytes(),
        )
        .await
    }

    pub async fn put(&self, step: &str, path: &str, body: &Value) -> Result<Value, DemoError> {
        self.write(
            step,
            Method::PUT,
            path,
            "application/json",
            body.to_string().into_bytes(),
        )
        .await
    }

    pub async fn upload(&self, step: &str, path: &str, bytes: Vec<u8>) -> Result<Value, DemoError> {
        self.write(step, Method::POST, path, "application/wasm", bytes)
            .await
    }

    /// Reads, without telling.
    pub async fn get(&self, path: &str) -> Result<Value, DemoError> {
        let (status, body) = self.send(Method::GET, path, None).await?;
        expect(path, status, body)
    }

    /// Tries what must be refused as unauthenticated.
    pub async fn refused(&self, step: &str, path: &str) -> Result<(), DemoError> {
        let (status, body) = self.send(Method::GET, path, None).await?;
        if status != StatusCode::UNAUTHORIZED {
            return Err(wrong(step, format!("{status} {body}")));
        }
        self.story.step(step, &format!("{status}"));
        Ok(())
    }

    async fn write(
        &self,
        step: &str,
        method: Method,
        path: &str,
        content_type: &str,
        body: Vec<u8>,
    ) -> Result<Value, DemoError> {
        let (status, answer) = self
            .send(method.clone(), path, Some((content_type, body)))
            .await?;
        let answer = expect(step, status, answer)?;
        self.story.step(
            step,
            &format!(
                "{method} {path} → {} {}",
                status.as_u16(),
                without_secrets(&answer)
            ),
        );
        Ok(answer)
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<(&str, Vec<u8>)>,
    ) -> Result<(StatusCode, Value), DemoError> {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some((content_type, bytes)) = body {
            request = request
                .header("content-type", content_type)
                .header("idempotency-key", uuid::Uuid::now_v7().to_string())
                .body(bytes);
        }
        let unreachable = |error: reqwest::Error| DemoError::Unreachable(error.to_string());
        let response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        let bytes = response.bytes().await.map_err(unreachable)?;
        let value = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        Ok((status, value))
    }
}

fn expect(step: &str, status: StatusCode, body: Value) -> Result<Value, DemoError> {
    if status.is_success() {
        Ok(body)
    } else {
        Err(wrong(step, format!("{status} {body}")))
    }
}

/// An answer for showing: tokens are cut.
fn without_secrets(answer: &Value) -> Value {
    let mut shown = answer.clone();
    for field in ["accessToken", "refreshToken"] {
        if let Some(Value::String(token)) = shown.get_mut(field) {
            *token = format!("{}…", token.chars().take(8).collect::<String>());
        }
    }
    shown
}
