//! Tokens and keys that clients present.

use std::sync::{Arc, LazyLock};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use pfms_auth::refresh_token::RefreshTokens;
use pfms_proto::auth::v1::{JsonWebKey, JsonWebKeySet};
use pfms_runtime::Clock;
use pfms_runtime::call::IdempotencyKey;
use pfms_runtime::identity::{ACCESS_TYPE, Caller, MeshTokens, StaticKeys, TokenVerifier};
use pfms_runtime::page_token::PageTokens;
use pfms_runtime::secrets::MasterKey;
use pfms_types::UserId;

use crate::text;

const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);
/// The public key of RFC 8037, appendix A; nobody signs with its private key here.
const PUBLIC_KEY: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

fn master() -> MasterKey {
    MasterKey::parse(&"07".repeat(32)).expect("a key")
}

fn mesh_tokens() -> MeshTokens {
    MeshTokens::new(&master(), Clock::fixed(NOW))
}

static VERIFIER: LazyLock<TokenVerifier> = LazyLock::new(|| {
    let key = JsonWebKey {
        kty: "OKP".into(),
        crv: "Ed25519".into(),
        x: PUBLIC_KEY.into(),
        kid: "k".into(),
        alg: "EdDSA".into(),
        r#use: "sig".into(),
    };
    let keys = StaticKeys(JsonWebKeySet { keys: vec![key] });
    TokenVerifier::new(Arc::new(keys), mesh_tokens(), Clock::fixed(NOW))
});
static REFRESH: LazyLock<RefreshTokens> = LazyLock::new(|| RefreshTokens::new(&master()));
static PAGES: LazyLock<PageTokens> = LazyLock::new(|| PageTokens::new(&master()));

/// Access tokens and mesh tokens: nobody is let in as a person, whose key nobody has.
pub fn bearer(data: &[u8]) {
    let Some(token) = text(data) else { return };
    if let Ok(caller) = futures::executor::block_on(VERIFIER.verify(token)) {
        assert!(matches!(caller, Caller::Service { .. }), "{token}");
    }
}

pub fn bearer_seeds() -> Vec<Vec<u8>> {
    let part = |text: String| URL_SAFE_NO_PAD.encode(text);
    let access = |header: String| {
        let claims = r#"{"iss":"pfms","aud":"pfms","sub":"01890a5d-ac96-774b-bcce-b302099a8057","sid":"01890a5d-ac96-774b-bcce-b302099a8058","auth_time":1799999999,"iat":1799999999,"exp":1800000299}"#;
        format!("{}.{}.{}", part(header), part(claims.into()), "A".repeat(86)).into_bytes()
    };
    vec![
        mesh_tokens()
            .sign("expense", Some(UserId::from(uuid::Uuid::nil())))
            .expect("signing works")
            .into_bytes(),
        access(format!(r#"{{"typ":"{ACCESS_TYPE}","alg":"EdDSA","kid":"k"}}"#)),
        access(format!(r#"{{"typ":"{ACCESS_TYPE}","alg":"none","kid":"k"}}"#)),
    ]
}

/// Refresh tokens: what is recognised is written the same again.
pub fn refresh(data: &[u8]) {
    let Some(presented) = text(data) else { return };
    if let Some(token) = REFRESH.recognise(presented) {
        assert_eq!(token.text(), presented);
    }
}

pub fn refresh_seeds() -> Vec<Vec<u8>> {
    let id = uuid::Uuid::from_u128(1);
    let token = REFRESH.issue(id.into(), id.into(), &[7; 32]);
    vec![token.text().into_bytes()]
}

/// Page tokens: one opens in its own scope only.
pub fn page(data: &[u8]) {
    let Some(token) = text(data) else { return };
    let ours = PAGES.open::<(String, i64), _>(token, &"ours");
    let theirs = PAGES.open::<(String, i64), _>(token, &"theirs");
    assert!(token.is_empty() || ours.is_err() || theirs.is_err(), "{token}");
}

pub fn page_seeds() -> Vec<Vec<u8>> {
    let token = PAGES.seal(&("2025-12-11", 7), &"ours").expect("sealing works");
    vec![token.into_bytes()]
}

/// Idempotency keys: what is accepted is short, visible ASCII.
pub fn idempotency_key(data: &[u8]) {
    // As the guard reads a header that is not text.
    let key = String::from_utf8_lossy(data);
    if let Ok(accepted) = IdempotencyKey::new(&key, "/method", &()) {
        assert!((1..=255).contains(&accepted.key.len()));
        assert!(accepted.key.bytes().all(|byte| byte.is_ascii_graphic()));
    }
}

pub fn idempotency_key_seeds() -> Vec<Vec<u8>> {
    vec![b"8e03978e-40d5-43dd-bc93-6894a57f9324".to_vec(), vec![b'x'; 255]]
}
