//! A receiver of webhooks on this machine.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lc_rs::hmac;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pfms_tests::within;
use serde_json::Value;

const EFFECT: Duration = Duration::from_secs(30);

/// What came.
#[derive(Clone)]
pub struct Posted {
    headers: HeaderMap,
    body: Bytes,
}

impl Posted {
    /// The body.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("messages are JSON")
    }

    /// Whether one of its signatures is made with this secret, as Standard Webhooks has it.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let header = |name: &str| self.headers[name].to_str().expect("headers are text");
        let key = STANDARD
            .decode(secret.strip_prefix("whsec_").expect("a secret says what it is"))
            .expect("a secret is base64");
        let mut signed = format!("{}.{}.", header("webhook-id"), header("webhook-timestamp")).into_bytes();
        signed.extend_from_slice(&self.body);
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), &signed);
        let mine = format!("v1,{}", STANDARD.encode(tag.as_ref()));
        header("webhook-signature").split(' ').any(|one| one == mine)
    }
}

/// Takes every message.
pub struct Receiver {
    pub url: String,
    posted: Arc<Mutex<Vec<Posted>>>,
}

impl Receiver {
    pub async fn start() -> Self {
        let posted = Arc::<Mutex<Vec<Posted>>>::default();
        let app = Router::new().fallback(take).with_state(Arc::clone(&posted));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port is free");
        let url = format!("http://{}/pfms", listener.local_addr().expect("it is bound"));
        tokio::spawn(async { axum::serve(listener, app).await });
        Self { url, posted }
    }

    /// What came, once there are as many.
    pub async fn posted(&self, count: usize) -> Vec<Posted> {
        within(EFFECT, "a message arrives", || async {
            let posted = self.posted.lock().unwrap().clone();
            (posted.len() >= count).then_some(posted)
        })
        .await
    }
}

async fn take(State(posted): State<Arc<Mutex<Vec<Posted>>>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    posted.lock().unwrap().push(Posted { headers, body });
    StatusCode::NO_CONTENT
}
