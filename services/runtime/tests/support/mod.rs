//! What the tests of events share.
#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

pub mod effects;
pub mod wire;

use std::time::Duration;

/// Asks again until there is an answer; panics after this long. For what has to wait for retries.
pub async fn within<T, F: Future<Output = Option<T>>>(
    limit: Duration,
    what: &str,
    mut ask: impl FnMut() -> F,
) -> T {
    let deadline = tokio::time::Instant::now() + limit;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(
            tokio::time::Instant::now() < deadline,
            "not within {limit:?}: {what}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
