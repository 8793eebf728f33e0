//! Whether the time of an answer tells two cases apart.

use std::time::Duration;

use tokio::time::Instant;

/// Does one and the other in turns, and gives the least that each took: what else the machine does only adds.
pub async fn least<A: Future, B: Future>(
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
pub fn assert_alike((one, other): (Duration, Duration)) {
    let noise = Duration::from_millis(2);
    assert!(one < other * 3 / 2 + noise, "{one:?} against {other:?}");
    assert!(other < one * 3 / 2 + noise, "{other:?} against {one:?}");
}
