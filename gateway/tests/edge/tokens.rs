//! Tokens that are not good.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{EncodingKey, Header, encode};
use pfms_runtime::identity::AccessClaims;
use uuid::Uuid;

use crate::rig::{claims, error, rig};

#[tokio::test]
async fn a_token_that_is_not_good_is_refused() {
    let good = claims(Uuid::now_v7(), Uuid::now_v7());
    let signed = rig().sign(&good);
    let (head, signature) = signed.rsplit_once('.').unwrap();
    let (header, payload) = head.split_once('.').unwrap();
    let part = |value: serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let none = part(serde_json::json!({"alg": "none", "typ": "at+jwt"}));
    let mut forged = claims(Uuid::now_v7(), good.sid);
    forged.sub = Uuid::now_v7();
    let forged = part(serde_json::to_value(&forged).unwrap());
    let shared = encode(&Header::default(), &good, &EncodingKey::from_secret(b"guess")).unwrap();
    let cases = [
        ("junk", "junk".to_owned()),
        ("three junk parts", "a.b.c".to_owned()),
        (
            "expired",
            rig().sign(&AccessClaims {
                iat: good.iat - 600,
                exp: good.exp - 600,
                ..good.clone()
            }),
        ),
        (
            "another audience",
            rig().sign(&AccessClaims {
                aud: "other".into(),
                ..good.clone()
            }),
        ),
        (
            "another issuer",
            rig().sign(&AccessClaims {
                iss: "other".into(),
                ..good.clone()
            }),
        ),
        (
            "a mesh token's issuer",
            rig().sign(&AccessClaims {
                iss: "pfms-mesh".into(),
                ..good.clone()
            }),
        ),
        ("no algorithm", format!("{none}.{payload}.")),
        ("no algorithm, signed", format!("{none}.{payload}.{signature}")),
        ("another's claims", format!("{header}.{forged}.{signature}")),
        ("a guessed secret", shared),
    ];
    for (what, token) in cases {
        for path in ["/api/v1/expenses", "/api/v1/expenses/1", "/api/v1/user/profile"] {
            let response = rig()
                .request("GET", path)
                .bearer_auth(&token)
                .send()
                .await
                .unwrap();
            assert_eq!(response.status(), 401, "{what} {path}");
            error(response, 401, 16, "UNAUTHENTICATED").await;
        }
    }
    let accepted = rig()
        .request("GET", "/api/v1/expenses")
        .bearer_auth(&signed)
        .send()
        .await
        .unwrap();
    assert_eq!(accepted.status(), 200);
}

#[tokio::test]
async fn a_token_counts_only_in_its_header() {
    let person = rig().person();
    let query = format!("/api/v1/expenses?access_token={}", person.token);
    error(
        rig().request("GET", &query).send().await.unwrap(),
        401,
        16,
        "UNAUTHENTICATED",
    )
    .await;
    let cookie = rig()
        .request("GET", "/api/v1/expenses")
        .header("cookie", format!("token={}", person.token));
    error(cookie.send().await.unwrap(), 401, 16, "UNAUTHENTICATED").await;
}

#[tokio::test]
async fn no_token_is_written_to_the_log() {
    let person = rig().person();
    let path = format!("/api/v1/expenses/logged-{}?text=secret", person.session_id);
    let response = rig().call(&person, "GET", &path).send().await.unwrap();
    assert_eq!(response.status(), 400);
    let file = rig().folder.path().join("access.log");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    let log = loop {
        let log = std::fs::read_to_string(&file).unwrap_or_default();
        if log.contains(&format!("logged-{}", person.session_id)) {
            break log;
        }
        assert!(std::time::Instant::now() < deadline, "the request is not logged");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    };
    assert!(!log.contains("secret") && !log.contains(&person.token));
    let line: serde_json::Value = serde_json::from_str(log.lines().next().unwrap()).unwrap();
    assert!(line["status"].is_number() && line["path"].is_string(), "{line}");
}
