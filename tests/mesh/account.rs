//! What an account's owner does about it, as its clients see it.

use std::time::Duration;

use pfms_tests::{Mesh, Person, within};
use serde_json::json;

/// How long a mail may take.
const DELIVERY: Duration = Duration::from_secs(20);

/// The token in the link to a person that `pfms up` tells of.
async fn mailed_token(person: &Person, subject: &str) -> String {
    token_mailed_to(person.credentials["email"].as_str().unwrap(), subject).await
}

/// The same for an address.
async fn token_mailed_to(email: &str, subject: &str) -> String {
    let head = format!("mail to {email}: {subject}\n");
    within(DELIVERY, &head, || async {
        let told = std::fs::read_to_string(Mesh::shared().told()).ok()?;
        let (_, link) = told.split_once(&head)?;
        let (_, token) = link.lines().next()?.split_once("#token=")?;
        Some(token.to_owned())
    })
    .await
}

#[tokio::test]
async fn a_session_that_is_ended_from_another_one_is_over_at_once() {
    let person = Mesh::shared().person().await;
    let anonymous = Mesh::shared().anonymous();
    let tokens = anonymous
        .post("/api/v1/auth/sign-in", &person.credentials)
        .await
        .ok();
    let other = anonymous.with_token(tokens["accessToken"].as_str());
    let sessions = other.get("/api/v1/auth/sessions").await.ok();
    assert_eq!(sessions["sessions"].as_array().unwrap().len(), 2, "{sessions}");
    assert_eq!(sessions["sessions"][0]["current"], true);
    assert!(
        sessions["sessions"][0]["ipAddress"]
            .as_str()
            .unwrap()
            .starts_with("127.0."),
        "{sessions}"
    );

    let _ = person.get("/api/v1/expenses").await.ok();
    let path = format!("/api/v1/auth/sessions/{}", person.session_id);
    let _ = other.call("DELETE", &path, &json!({})).await.ok();
    let _ = person
        .get("/api/v1/expenses")
        .await
        .refused(401, "SESSION_REVOKED");
    let _ = other.get("/api/v1/expenses").await.ok();
}

#[tokio::test]
async fn a_forgotten_password_is_reset_by_mail() {
    let person = Mesh::shared().person().await;
    let anonymous = Mesh::shared().anonymous();
    let email = &person.credentials["email"];
    for address in [email, &json!("nobody@example.com")] {
        let answer = anonymous
            .post("/api/v1/auth/password:requestReset", &json!({"email": address}))
            .await;
        assert_eq!(answer.ok(), json!({}));
    }
    let token = mailed_token(&person, "Set a new password").await;
    let new = json!({"token": token, "newPassword": "lantern orbit cactus"});
    let _ = anonymous.post("/api/v1/auth/password:reset", &new).await.ok();
    let _ = person
        .get("/api/v1/expenses")
        .await
        .refused(401, "SESSION_REVOKED");
    let _ = anonymous
        .post("/api/v1/auth/sign-in", &person.credentials)
        .await
        .refused(401, "INVALID_CREDENTIALS");
    let credentials = json!({"email": email, "password": "lantern orbit cactus"});
    let _ = anonymous.post("/api/v1/auth/sign-in", &credentials).await.ok();
}

#[tokio::test]
async fn an_address_is_proven_by_mail() {
    let person = Mesh::shared().person().await;
    let token = mailed_token(&person, "Confirm your e-mail address").await;
    let verify = json!({"token": token});
    let path = "/api/v1/auth/account:verifyEmail";
    let _ = Mesh::shared().anonymous().post(path, &verify).await.ok();
    let account = person.get("/api/v1/auth/account").await.ok();
    assert_eq!(account["emailVerified"], true, "{account}");
    let events = person.get("/api/v1/auth/security-events").await.ok();
    assert_eq!(
        events["securityEvents"][0]["kind"], "auth.email.verified",
        "{events}"
    );
}

#[tokio::test]
async fn an_address_is_changed_by_mail() {
    let person = Mesh::shared().person().await;
    let anonymous = Mesh::shared().anonymous();
    let new = format!("new-{}", person.credentials["email"].as_str().unwrap());
    let change = json!({"email": new});
    let _ = person
        .post("/api/v1/auth/email:requestChange", &change)
        .await
        .ok();
    let token = token_mailed_to(&new, "Confirm your new e-mail address").await;
    let confirmation = json!({"token": token});
    let path = "/api/v1/auth/email:confirmChange";
    let _ = anonymous.post(path, &confirmation).await.ok();
    let account = person.get("/api/v1/auth/account").await.ok();
    assert_eq!(account["email"], new.as_str(), "{account}");
    let told = person.notified("Your e-mail address was changed").await;
    assert_eq!(told["category"], "security", "{told}");
    let _ = anonymous
        .post("/api/v1/auth/sign-in", &person.credentials)
        .await
        .refused(401, "INVALID_CREDENTIALS");
    let credentials = json!({"email": new, "password": person.credentials["password"]});
    let _ = anonymous.post("/api/v1/auth/sign-in", &credentials).await.ok();
}

#[tokio::test]
async fn registering_a_taken_address_answers_as_registering_a_free_one() {
    let mesh = Mesh::shared();
    let person = mesh.person().await;
    let again = json!({"email": person.credentials["email"], "password": "lantern orbit cactus"});
    let free = json!({"email": "free@example.com", "password": "lantern orbit cactus"});
    let mut shapes = Vec::new();
    for registration in [again, free] {
        let answer = mesh
            .anonymous()
            .post("/api/v1/auth/register", &registration)
            .await;
        let status = answer.status;
        let body = answer.ok();
        let id = body["userId"].as_str().unwrap().len();
        shapes.push((status, body.as_object().unwrap().len(), id));
    }
    assert_eq!(shapes[0], shapes[1]);
    let _ = person.get("/api/v1/expenses").await.ok();
}
