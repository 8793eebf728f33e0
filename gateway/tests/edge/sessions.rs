//! The gateway service as the tests run it, and what it makes of sessions.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use pfms_gateway::authorize::{self, Authorize};
use pfms_gateway::personal::PersonalTokens;
use pfms_gateway::session::Sessions;
use pfms_proto::auth::v1::JsonWebKeySet;
use pfms_runtime::Clock;
use pfms_runtime::client::Clients;
use pfms_runtime::identity::{MeshTokens, StaticKeys, TokenVerifier};
use pfms_runtime::redis::{Redis, SESSION_ACTIVE, SESSION_REVOKED, session_key};
use pfms_runtime::secrets::MasterKey;

use crate::rig::{LIMIT, Person, Rig, error, rig};

/// The real service, with auth at `address`.
pub fn authorize(address: SocketAddr, keys: JsonWebKeySet, redis_url: &str) -> Router {
    let mesh = MeshTokens::new(&MasterKey::parse(&"ab".repeat(32)).unwrap(), Clock::system());
    let redis = Redis::open(redis_url, "").unwrap();
    let auth = Clients::new("gateway", Arc::new(settings(redis_url)), mesh.clone())
        .channel("auth", address.port())
        .unwrap();
    let verifier = TokenVerifier::new(Arc::new(StaticKeys(keys)), mesh, Clock::system());
    let personal = PersonalTokens::new(auth.clone(), verifier.clone());
    let sessions = Sessions::new(redis, auth, LIMIT);
    authorize::router(Authorize::new(verifier, sessions, personal))
}

fn settings(redis_url: &str) -> pfms_runtime::Settings {
    #[derive(clap::Parser)]
    struct Program {
        #[command(flatten)]
        settings: pfms_runtime::Settings,
    }
    let key = "ab".repeat(32);
    let words = [
        "gateway",
        "--redis-url",
        redis_url,
        "--amqp-url",
        "amqp://127.0.0.1:1",
        "--master-key",
        &key,
    ];
    <Program as clap::Parser>::parse_from(words).settings
}

/// Writes a session's mirror as auth does.
fn mirror(person: &Person, value: &str) {
    let key = session_key(person.user_id.into(), person.session_id);
    crate::redis::command(&["SET", &key, value, "EX", "600"]);
}

fn asked(rig: &Rig, person: &Person) -> u32 {
    rig.state
        .asked
        .lock()
        .unwrap()
        .get(&person.session_id.to_string())
        .copied()
        .unwrap_or_default()
}

#[tokio::test]
async fn a_mirrored_session_passes_without_asking_auth() {
    let person = rig().person();
    mirror(&person, SESSION_ACTIVE);
    let response = rig()
        .call(&person, "GET", "/api/v1/expenses/1")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(asked(rig(), &person), 0);
}

#[tokio::test]
async fn a_session_without_mirror_is_checked_with_auth() {
    let person = rig().person();
    let response = rig()
        .call(&person, "GET", "/api/v1/expenses/1")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(asked(rig(), &person), 1);
}

#[tokio::test]
async fn an_ended_session_is_refused_over_rest_and_grpc() {
    let person = rig().person();
    mirror(&person, SESSION_REVOKED);
    let response = rig()
        .call(&person, "GET", "/api/v1/expenses/1")
        .send()
        .await
        .unwrap();
    assert!(response.headers().contains_key("www-authenticate"));
    error(response, 401, 16, "SESSION_REVOKED").await;
    let status = crate::grpc::get_expense(&person, "1").await.unwrap_err();
    crate::grpc::error(&status, tonic::Code::Unauthenticated, "SESSION_REVOKED");
}

#[tokio::test]
async fn without_redis_sessions_are_checked_with_auth_and_nobody_is_limited() {
    // A port that was free a moment ago, and that nobody else gets from the system so soon.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let edge = tokio::task::spawn_blocking(move || Rig::start(&format!("redis://127.0.0.1:{port}")));
    let edge = edge.await.unwrap();
    let person = edge.person();
    for _ in 0..LIMIT + 5 {
        let response = edge
            .call(&person, "GET", "/api/v1/expenses/1")
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200);
        assert!(!response.headers().contains_key("ratelimit-limit"));
    }
    edge.state
        .ended
        .lock()
        .unwrap()
        .push(person.session_id.to_string());
    let response = edge
        .call(&person, "GET", "/api/v1/expenses/1")
        .send()
        .await
        .unwrap();
    error(response, 401, 16, "SESSION_REVOKED").await;
    // With auth silent too nothing is known, so nothing passes.
    edge.state
        .auth_away
        .store(true, std::sync::atomic::Ordering::Relaxed);
    let response = edge
        .call(&edge.person(), "GET", "/api/v1/expenses/1")
        .send()
        .await
        .unwrap();
    error(response, 503, 14, "UNAVAILABLE").await;
}
