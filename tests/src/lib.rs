//! What only the whole mesh can show: end-to-end, faults, benchmarks.
//!
//! The tests see the mesh as its clients do, through the edge, and its operators do, as processes. This library
//! starts meshes for them: whole ones ([`Mesh`]), and ones in parts that can be killed and cut off ([`Fleet`]).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::must_use_candidate
)]

pub mod answer;
pub mod client;
pub mod component;
pub mod fleet;
pub mod grpc;
pub mod mesh;
mod ports;
pub mod process;
pub mod proxy;
mod site;
pub mod tokens;
pub mod traces;

use std::time::Duration;

pub use answer::Answer;
pub use client::{Client, Person};
pub use fleet::{Fleet, Part};
pub use mesh::Mesh;
pub use traces::Traces;

/// Asks again until there is an answer; panics when there is none in time.
pub async fn within<T, F: Future<Output = Option<T>>>(
    bound: Duration,
    what: &str,
    mut ask: impl FnMut() -> F,
) -> T {
    let deadline = tokio::time::Instant::now() + bound;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(
            tokio::time::Instant::now() < deadline,
            "not within {bound:?}: {what}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
