//! The time of an answer does not tell whether an address has an account.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::Duration;

use pfms_proto::auth::v1::RequestEmailChangeRequest;
use pfms_proto::auth::v1::email_change_service_client::EmailChangeServiceClient;
use pfms_types::UserId;
use support::{EMAIL, PASSWORD, anonymous, ask_for_reset, limits, register, registration, sign_in_as, start};
use tokio::time::Instant;

/// One measurement at a time: what another test does at the same moment is measured too.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Does one and the other in turns, and gives the least that each took: what else the machine does only adds.
async fn least<A: Future, B: Future>(
    rounds: usize,
    mut one: impl FnMut() -> A,
    mut other: impl FnMut() -> B,
) -> (Duration, Duration) {
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let started = Instant::now();
        one().await;
        ones.push(started.elapsed());
        let started = Instant::now();
        other().await;
        others.push(started.elapsed());
    }
    (shortest(&ones), shortest(&others))
}

fn shortest(times: &[Duration]) -> Duration {
    times.iter().copied().min().unwrap_or_default()
}

/// Checks that neither takes half as long again as the other, give or take what a busy machine adds.
#[track_caller]
fn assert_alike((one, other): (Duration, Duration)) {
    let noise = Duration::from_millis(2);
    assert!(one < other * 3 / 2 + noise, "{one:?} against {other:?}");
    assert!(other < one * 3 / 2 + noise, "{other:?} against {one:?}");
}

#[tokio::test]
async fn registering_takes_as_long_for_a_taken_address() {
    let _alone = ALONE.lock().await;
    let harness = start().await;
    limits::only(&harness, limits::NONE).await;
    register(&harness).await;
    let try_to_register = |email: String| {
        let mut client = anonymous(&harness);
        async move { client.register(registration(&email)).await.unwrap() }
    };
    let free = || format!("{}@example.com", UserId::generate());
    let times = least(15, || try_to_register(EMAIL.into()), || try_to_register(free())).await;
    assert_alike(times);
    harness.stop().await;
}

#[tokio::test]
async fn signing_in_takes_as_long_for_an_address_without_an_account() {
    let _alone = ALONE.lock().await;
    let harness = start().await;
    limits::only(&harness, limits::NONE).await;
    register(&harness).await;
    let attempt = |email| {
        let harness = &harness;
        async move { sign_in_as(harness, email, "wrong password").await.unwrap_err() }
    };
    assert_alike(least(15, || attempt(EMAIL), || attempt("eve@example.com")).await);
    harness.stop().await;
}

#[tokio::test]
async fn asking_takes_as_long_for_an_address_without_an_account() {
    let _alone = ALONE.lock().await;
    let harness = start().await;
    limits::only(&harness, limits::NONE).await;
    register(&harness).await;
    // A transaction before the answer would cost an account several round trips more than a stranger.
    let ask = |email| {
        let harness = &harness;
        async move { ask_for_reset(harness, email).await.unwrap() }
    };
    assert_alike(least(40, || ask(EMAIL), || ask("eve@example.com")).await);
    harness.stop().await;
}

#[tokio::test]
async fn asking_for_another_address_takes_as_long_for_a_taken_one() {
    let _alone = ALONE.lock().await;
    let harness = start().await;
    limits::only(&harness, limits::NONE).await;
    register(&harness).await;
    let taken = "eve@example.com";
    anonymous(&harness).register(registration(taken)).await.unwrap();
    let tokens = sign_in_as(&harness, EMAIL, PASSWORD).await.unwrap();
    let change = |email: String| {
        let channel = harness.with_token("auth", Some(tokens.access_token.clone()));
        async move {
            let request = RequestEmailChangeRequest { email };
            EmailChangeServiceClient::new(channel)
                .request_email_change(request)
                .await
                .unwrap()
        }
    };
    let free = || format!("{}@example.com", UserId::generate());
    assert_alike(least(25, || change(taken.into()), || change(free())).await);
    harness.stop().await;
}
