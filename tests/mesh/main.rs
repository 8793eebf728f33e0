//! What a whole mesh does, as its clients see it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bad_input;
mod components;
mod contract;
mod edge;
mod erasure;
mod export;
mod journey;
mod strangers;
mod tokens;
mod trace;
