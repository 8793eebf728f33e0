//! Redis goes away and comes back: sessions are checked with auth, nobody is limited, and nobody can sign out,
//! because the edge could not be told.

use std::time::Duration;

use pfms_tests::{Fleet, within};
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_redis_sessions_hold_limits_rest_and_sign_out_is_unavailable() {
    let fleet = Fleet::start().await;
    let (person, ended) = (fleet.person().await, fleet.person().await);
    let _ = ended.post("/api/v1/auth/sign-out", &json!({})).await.ok();
    let limited = person.get("/api/v1/expenses").await;
    assert!(limited.headers.contains_key("ratelimit-remaining"), "{limited:?}");

    fleet.redis.cut();
    // The first request may wait for an answer that does not come; each of them is answered rightly.
    for _ in 0..5 {
        let answer = person.get("/api/v1/expenses").await;
        assert!(!answer.headers.contains_key("ratelimit-remaining"), "{answer:?}");
        let _ = answer.ok();
        let _ = ended
            .get("/api/v1/expenses")
            .await
            .refused(401, "SESSION_REVOKED");
    }
    let _ = person.spend("meanwhile").await;
    let _ = fleet.person().await.get("/api/v1/expenses").await.ok();
    let _ = person
        .post("/api/v1/auth/sign-out", &json!({}))
        .await
        .refused(503, "UNAVAILABLE");
    // It was not half done either.
    let _ = person.get("/api/v1/expenses").await.ok();

    fleet.redis.restore();
    within(Duration::from_secs(20), "requests are counted again", || async {
        let answer = person.get("/api/v1/expenses").await;
        answer.headers.contains_key("ratelimit-remaining").then_some(())
    })
    .await;
    let _ = ended
        .get("/api/v1/expenses")
        .await
        .refused(401, "SESSION_REVOKED");
    let _ = person.post("/api/v1/auth/sign-out", &json!({})).await.ok();
    let _ = person
        .get("/api/v1/expenses")
        .await
        .refused(401, "SESSION_REVOKED");
}
