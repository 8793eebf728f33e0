//! What a whole mesh does, as its clients see it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod account;
mod audit;
#[path = "../../services/auth/tests/support/authenticator.rs"]
mod authenticator;
mod bad_input;
mod components;
mod contract;
mod edge;
mod effects;
mod erasure;
mod export;
mod factors;
mod first_party;
mod journey;
mod personal_tokens;
mod receiver;
mod rules;
mod schemathesis;
mod sharing;
mod strangers;
mod tax;
mod tokens;
mod trace;
