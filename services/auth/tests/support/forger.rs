//! A provider whose ID tokens say whatever a test wants, which a certified one cannot be brought to.

use std::sync::{Arc, Mutex};

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// What it knows this installation as.
pub const CLIENT: &str = "pfms";
/// What it knows that by.
pub const SECRET: &str = "a secret of the tests";
/// The access token beside each ID token.
const ACCESS_TOKEN: &str = "an access token";
const KID: &str = "its only key";

/// The running provider.
#[derive(Clone)]
pub struct Forger {
    pub issuer: String,
    /// The token that the next code is exchanged for; none when it gives none.
    next: Arc<Mutex<Option<String>>>,
}

/// Who signs a token.
#[derive(Clone, Copy, Debug)]
pub enum Signer {
    /// The key that the provider publishes.
    Provider,
    /// Another key under the same name.
    Stranger,
    /// Whoever knows the secret that both sides share.
    Secret,
    /// Nobody.
    Nobody,
}

impl Forger {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let forger = Self {
            issuer: format!("http://{}", listener.local_addr().unwrap()),
            next: Arc::default(),
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(forger.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        forger
    }

    /// As the operator's list names it.
    pub fn entry(&self, name: &str) -> Value {
        json!({"name": name, "issuer": self.issuer, "client_id": CLIENT, "client_secret": SECRET})
    }

    /// Gives this token for the next code.
    pub fn give(&self, token: Option<String>) {
        *self.next.lock().unwrap() = token;
    }

    /// The claims of a token that is good for who was sent with this nonce.
    pub fn claims(&self, nonce: &str) -> Value {
        let now = pfms_runtime::Clock::system().now().as_second();
        json!({
            "iss": self.issuer, "aud": CLIENT, "sub": "grace", "nonce": nonce,
            "iat": now, "exp": now + 300, "email": "grace@example.com", "email_verified": true,
        })
    }
}

/// The claims as a token.
pub fn sign(claims: &Value, signer: Signer) -> String {
    let algorithm = match signer {
        Signer::Provider | Signer::Stranger => "EdDSA",
        Signer::Secret => "HS256",
        Signer::Nobody => "none",
    };
    let header = json!({"alg": algorithm, "kid": KID, "typ": "JWT"});
    let [header, claims] = [&header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let content = format!("{header}.{claims}");
    let signature = match signer {
        Signer::Provider => pair(1).sign(content.as_bytes()).as_ref().to_vec(),
        Signer::Stranger => pair(2).sign(content.as_bytes()).as_ref().to_vec(),
        Signer::Secret => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
            hmac::sign(&key, content.as_bytes()).as_ref().to_vec()
        }
        Signer::Nobody => Vec::new(),
    };
    format!("{content}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn pair(seed: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
}

async fn metadata(State(forger): State<Forger>) -> Json<Value> {
    let below = |path: &str| format!("{}/{path}", forger.issuer);
    Json(json!({
        "issuer": forger.issuer,
        "authorization_endpoint": below("authorize"),
        "token_endpoint": below("token"),
        "jwks_uri": below("keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA", "HS256", "none"],
    }))
}

async fn keys() -> Json<Value> {
    let x = URL_SAFE_NO_PAD.encode(pair(1).public_key());
    let key = json!({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": KID, "alg": "EdDSA", "use": "sig"});
    Json(json!({"keys": [key]}))
}

async fn token(State(forger): State<Forger>) -> Json<Value> {
    let mut answer = json!({"access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 300});
    if let Some(token) = forger.next.lock().unwrap().take() {
        answer["id_token"] = token.into();
    }
    Json(answer)
}
