//! Second factors and passkeys over REST, as a browser uses them.

use pfms_tests::{Mesh, Person};
use serde_json::{Value, json};

use crate::authenticator::Authenticator;

/// Registers a passkey, and gives it with the backup codes that came with it.
pub async fn register_passkey(person: &Person, authenticator: &mut Authenticator) -> Value {
    let started = person
        .post("/api/v1/auth/passkeys:startRegistration", &json!({}))
        .await
        .ok();
    let finish = json!({
        "ceremonyToken": started["ceremonyToken"],
        "name": "Phone",
        "credential": authenticator.create(&started["publicKey"]),
    });
    person
        .post("/api/v1/auth/passkeys:finishRegistration", &finish)
        .await
        .ok()
}

#[tokio::test]
async fn a_passkey_signs_in_alone() {
    let mesh = Mesh::shared();
    let person = mesh.person().await;
    let mut authenticator = Authenticator::new();
    register_passkey(&person, &mut authenticator).await;
    let client = mesh.anonymous();
    let started = client
        .post("/api/v1/auth/passkeys:startSignIn", &json!({}))
        .await
        .ok();
    let finish = json!({
        "ceremonyToken": started["ceremonyToken"],
        "credential": authenticator.get(&started["publicKey"]),
    });
    let tokens = client
        .post("/api/v1/auth/passkeys:finishSignIn", &finish)
        .await
        .ok();
    assert_eq!(tokens["userId"], person.user_id.to_string());
    assert!(tokens.get("challenge").is_none_or(Value::is_null), "{tokens}");
    let token = tokens["accessToken"].as_str().unwrap();
    let listed = client
        .with_token(Some(token))
        .get("/api/v1/auth/passkeys")
        .await
        .ok();
    assert_eq!(listed["passkeys"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_password_is_followed_by_a_second_factor() {
    let mesh = Mesh::shared();
    let person = mesh.person().await;
    let mut authenticator = Authenticator::new();
    let registered = register_passkey(&person, &mut authenticator).await;
    let client = mesh.anonymous();
    let answer = client
        .post("/api/v1/auth/sign-in", &person.credentials)
        .await
        .ok();
    let challenge = &answer["challenge"];
    assert_eq!(answer["accessToken"], "");
    assert_eq!(
        challenge["methods"],
        json!(["FACTOR_METHOD_PASSKEY", "FACTOR_METHOD_BACKUP_CODE"])
    );
    let wrong = json!({
        "challengeToken": challenge["challengeToken"],
        "method": "FACTOR_METHOD_BACKUP_CODE",
        "code": "00000-00000",
    });
    let _ = client
        .post("/api/v1/auth/challenge", &wrong)
        .await
        .refused(401, "FACTOR_WRONG");
    let right = json!({
        "challengeToken": challenge["challengeToken"],
        "method": "FACTOR_METHOD_BACKUP_CODE",
        "code": registered["backupCodes"][0],
    });
    let tokens = client.post("/api/v1/auth/challenge", &right).await.ok();
    assert_eq!(tokens["userId"], person.user_id.to_string());
}

#[tokio::test]
async fn a_providers_form_becomes_a_plain_way_back() {
    let client = Mesh::shared().anonymous();
    let request = client
        .request("POST", "/api/v1/auth/oauth/apple/callback")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("code=c&state=s&user=%7B%7D");
    let answer = client.send(request).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    assert_eq!(
        answer.headers["location"],
        "/api/v1/auth/oauth/apple/callback?code=c&state=s"
    );
}
