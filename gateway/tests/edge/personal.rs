//! Personal access tokens at the edge.

use pfms_runtime::identity::{AccessClaims, PersonalToken};
use pfms_runtime::redis::{SESSION_ACTIVE, SESSION_REVOKED, session_key};
use serde_json::Value;
use tonic::Code;
use uuid::Uuid;

use crate::rig::{LIMIT, Person, Rig, claims, error, rig};

/// A token that auth knows, as the person that holds it.
fn holder(rig: &Rig) -> Person {
    let (user_id, token_id) = (Uuid::now_v7(), Uuid::now_v7());
    let mut secret = [0; 32];
    aws_lc_rs::rand::fill(&mut secret).unwrap();
    let token = PersonalToken::new(user_id.into(), token_id, &secret).text();
    let exchanged = rig.sign(&AccessClaims {
        scope: Some("expense:read".into()),
        ..claims(user_id, token_id)
    });
    rig.state
        .personal
        .lock()
        .unwrap()
        .insert(token.clone(), exchanged);
    Person {
        user_id,
        session_id: token_id,
        token,
    }
}

fn mirror(person: &Person, value: &str) {
    let key = session_key(person.user_id.into(), person.session_id);
    crate::redis::command(&["SET", &key, value, "EX", "60"]);
}

fn exchanges(rig: &Rig, person: &Person) -> u32 {
    let exchanged = rig.state.exchanged.lock().unwrap();
    exchanged.get(&person.token).copied().unwrap_or_default()
}

#[tokio::test]
async fn a_service_gets_a_short_lived_jwt_in_its_place() {
    let person = holder(rig());
    let answer = rig()
        .call(&person, "GET", "/api/v1/expenses/1")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["ratelimit-remaining"], (LIMIT - 1).to_string());
    let seen: Value = answer.json().await.unwrap();
    let expected = rig().state.personal.lock().unwrap()[&person.token].clone();
    assert_eq!(seen["metadata"]["authorization"], format!("Bearer {expected}"));
    assert!(!seen.to_string().contains("pfms_pat_"), "{seen}");

    let over_grpc = crate::grpc::get_expense(&person, "1").await.unwrap();
    assert!(!format!("{over_grpc:?}").contains("pfms_pat_"));
    assert!(format!("{over_grpc:?}").contains(&expected));
}

#[tokio::test]
async fn auth_is_not_asked_again_while_the_mirror_says_that_the_token_lives() {
    let person = holder(rig());
    mirror(&person, SESSION_ACTIVE);
    for _ in 0..5 {
        let answer = rig()
            .call(&person, "GET", "/api/v1/expenses/1")
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);
    }
    assert_eq!(exchanges(rig(), &person), 1);
}

#[tokio::test]
async fn a_revoked_token_is_refused_at_once_over_rest_and_grpc() {
    let person = holder(rig());
    mirror(&person, SESSION_ACTIVE);
    let answer = rig()
        .call(&person, "GET", "/api/v1/expenses/1")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    mirror(&person, SESSION_REVOKED);
    let answer = rig()
        .call(&person, "GET", "/api/v1/expenses/1")
        .send()
        .await
        .unwrap();
    error(answer, 401, 16, "UNAUTHENTICATED").await;
    let status = crate::grpc::get_expense(&person, "1").await.unwrap_err();
    crate::grpc::error(&status, Code::Unauthenticated, "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_token_that_auth_takes_no_more_is_refused_once_its_mirror_is_gone() {
    let person = holder(rig());
    let path = "/api/v1/expenses/1";
    assert_eq!(
        rig().call(&person, "GET", path).send().await.unwrap().status(),
        200
    );
    rig().state.personal.lock().unwrap().remove(&person.token);
    let answer = rig().call(&person, "GET", path).send().await.unwrap();
    error(answer, 401, 16, "UNAUTHENTICATED").await;
}

#[tokio::test]
async fn its_requests_are_counted_with_the_others_of_its_user() {
    let person = holder(rig());
    mirror(&person, SESSION_ACTIVE);
    let session = Person {
        user_id: person.user_id,
        session_id: Uuid::now_v7(),
        token: String::new(),
    };
    let session = Person {
        token: rig().sign(&claims(session.user_id, session.session_id)),
        ..session
    };
    for used in 1..=LIMIT {
        let caller = if used % 2 == 0 { &person } else { &session };
        let answer = rig()
            .call(caller, "GET", "/api/v1/expenses/1")
            .send()
            .await
            .unwrap();
        assert_eq!(
            answer.headers()["ratelimit-remaining"],
            (LIMIT - used).to_string()
        );
    }
    let answer = rig()
        .call(&person, "GET", "/api/v1/expenses/1")
        .send()
        .await
        .unwrap();
    error(answer, 429, 8, "RATE_LIMITED").await;
}

/// Envoy does not verify what looks like a personal access token: nothing else may pass through that door.
#[tokio::test]
async fn what_only_looks_like_one_opens_nothing() {
    let person = rig().person();
    let good = holder(rig()).token;
    let unknown = PersonalToken::new(person.user_id.into(), person.session_id, &[1; 32]).text();
    let bearers = [
        "Bearer pfms_pat_".to_owned(),
        "Bearer pfms_pat_junk".to_owned(),
        format!("Bearer pfms_pat_{}", person.token),
        format!("Bearer pfms_pat_ {}", person.token),
        format!("Bearer pfms_pat_,Bearer {}", person.token),
        format!("Bearer {unknown}"),
        format!("Bearer {good}x"),
        format!("Bearer {good},Bearer {}", person.token),
        format!("Bearer {} {good}", person.token),
        format!("Basic {good}"),
        good.clone(),
        // Envoy takes these for JWTs, which they are not.
        format!("bearer {good}"),
        format!("Bearer  {good}"),
    ];
    for bearer in bearers {
        for (method, path) in [
            ("GET", "/api/v1/expenses/1"),
            ("DELETE", "/api/v1/expenses/1"),
            ("GET", "/api/v1/user/profile"),
        ] {
            let request = rig().request(method, path).header("authorization", &bearer);
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 401, "{method} {path} {bearer}");
            error(answer, 401, 16, "UNAUTHENTICATED").await;
        }
    }
    for pair in [[&good, &person.token], [&person.token, &good]] {
        let mut request = rig().request("GET", "/api/v1/expenses/1");
        for token in pair {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        error(request.send().await.unwrap(), 401, 16, "UNAUTHENTICATED").await;
    }
}

#[tokio::test]
async fn what_it_is_exchanged_for_is_not_accepted_from_outside() {
    let person = holder(rig());
    let inside = rig().state.personal.lock().unwrap()[&person.token].clone();
    let request = rig().request("GET", "/api/v1/expenses/1").bearer_auth(inside);
    error(request.send().await.unwrap(), 401, 16, "UNAUTHENTICATED").await;
}

#[tokio::test]
async fn without_auth_nothing_is_known_of_it() {
    let edge = tokio::task::spawn_blocking(|| Rig::start(&crate::redis::url()));
    let edge = edge.await.unwrap();
    let person = holder(&edge);
    edge.state
        .auth_away
        .store(true, std::sync::atomic::Ordering::Relaxed);
    let answer = edge
        .call(&person, "GET", "/api/v1/expenses/1")
        .send()
        .await
        .unwrap();
    error(answer, 503, 14, "UNAVAILABLE").await;
}

#[tokio::test]
async fn no_service_sees_a_token_on_a_route_that_asks_for_none() {
    let person = holder(rig());
    let answer = rig()
        .call(&person, "POST", "/api/v1/auth/sign-in")
        .json(&serde_json::json!({"email": "ada@example.com", "password": "x"}))
        .send()
        .await
        .unwrap();
    let seen: Value = answer.json().await.unwrap();
    assert_eq!(seen["tokenType"], "", "{seen}");
}
