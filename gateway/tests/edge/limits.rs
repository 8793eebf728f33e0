//! How often a client may call.

use futures::future::join_all;

use crate::rig::{LIMIT, PUBLIC_LIMIT, error, rig};

#[tokio::test]
async fn the_quota_counts_down_and_then_says_when_to_come_back() {
    let person = rig().person();
    for used in 1..=LIMIT {
        let response = rig()
            .call(&person, "GET", "/api/v1/expenses/1")
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200, "request {used}");
        let headers = response.headers();
        assert_eq!(headers["ratelimit-limit"], LIMIT.to_string());
        assert_eq!(headers["ratelimit-remaining"], (LIMIT - used).to_string());
        let reset: u32 = headers["ratelimit-reset"].to_str().unwrap().parse().unwrap();
        assert!((1..=60).contains(&reset));
    }
    let response = rig()
        .call(&person, "GET", "/api/v1/expenses/1")
        .send()
        .await
        .unwrap();
    let headers = response.headers().clone();
    error(response, 429, 8, "RATE_LIMITED").await;
    assert_eq!(headers["ratelimit-remaining"], "0");
    let wait: u32 = headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait));

    // The quota is the user's, whichever protocol and session.
    let status = crate::grpc::get_expense(&person, "1").await.unwrap_err();
    crate::grpc::error(&status, tonic::Code::ResourceExhausted, "RATE_LIMITED");
    assert!(status.metadata().contains_key("retry-after"));
    let other = rig().person();
    assert_eq!(
        rig()
            .call(&other, "GET", "/api/v1/expenses/1")
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
}

#[tokio::test]
async fn requests_at_the_same_time_are_counted_exactly() {
    let person = rig().person();
    let calls = (0..LIMIT + 30).map(|_| rig().call(&person, "GET", "/api/v1/expenses/1").send());
    let statuses = join_all(calls)
        .await
        .into_iter()
        .map(|response| response.unwrap().status().as_u16());
    let statuses = statuses.collect::<Vec<_>>();
    let count = |status| statuses.iter().filter(|got| **got == status).count();
    assert_eq!((count(200), count(429)), (100, 30));
}

#[tokio::test]
async fn requests_that_are_not_a_users_do_not_use_up_a_quota() {
    let person = rig().person();
    let forged = format!("{}x", person.token);
    for _ in 0..3 {
        let response = rig()
            .request("GET", "/api/v1/expenses/1")
            .bearer_auth(&forged)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 401);
    }
    let response = rig()
        .call(&person, "GET", "/api/v1/expenses/1")
        .send()
        .await
        .unwrap();
    assert_eq!(response.headers()["ratelimit-remaining"], (LIMIT - 1).to_string());
}

#[tokio::test]
async fn public_writes_are_limited_by_address() {
    let body = serde_json::json!({"refreshToken": "x"});
    let started = std::time::Instant::now();
    let mut passed = 0;
    let refused = loop {
        let request = rig().request("POST", "/api/v1/auth/refresh").json(&body);
        let response = request.send().await.unwrap();
        if response.status() != 200 {
            break response;
        }
        passed += 1;
    };
    // What is used comes back bit by bit, so that more pass where the machine is slow.
    let came_back = started.elapsed().as_secs_f64() * f64::from(PUBLIC_LIMIT) / 60.0;
    let most = f64::from(PUBLIC_LIMIT) + came_back.ceil();
    assert!(
        passed >= PUBLIC_LIMIT && f64::from(passed) <= most,
        "{passed} of {most}"
    );
    assert_eq!(refused.headers()["retry-after"], "60");
    error(refused, 429, 8, "RATE_LIMITED").await;
}

#[tokio::test]
async fn several_edges_count_one_users_requests_together() {
    let twin = tokio::task::spawn_blocking(|| rig().twin()).await.unwrap();
    let person = rig().person();
    let calls = (0..LIMIT + 40).map(|number| {
        let edge = if number % 2 == 0 { rig() } else { &twin };
        edge.call(&person, "GET", "/api/v1/expenses/1").send()
    });
    let statuses = join_all(calls)
        .await
        .into_iter()
        .map(|response| response.unwrap().status().as_u16())
        .collect::<Vec<_>>();
    let count = |status| statuses.iter().filter(|got| **got == status).count();
    assert_eq!((count(200), count(429)), (100, 40));
}

#[tokio::test]
async fn who_tries_too_often_is_told_over_rest_when_to_come_back() {
    let request = rig()
        .request("POST", "/api/v1/auth/sign-in")
        .json(&serde_json::json!({"email": "throttled@example.com", "password": "x"}));
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["retry-after"], "2");
    let body = error(response, 429, 8, "TOO_MANY_TRIES").await;
    let retry = body["details"]
        .as_array()
        .unwrap()
        .iter()
        .find(|detail| detail["@type"] == "type.googleapis.com/google.rpc.RetryInfo");
    assert_eq!(retry.unwrap()["retryDelay"], "1.500s", "{body}");
}
