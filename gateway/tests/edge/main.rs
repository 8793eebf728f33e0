//! The edge as a client sees it: a real Envoy on the rendered configuration, services that answer from memory
//! behind it, and the real authorization service beside it.
#![allow(clippy::disallowed_types, reason = "tests start programs")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod backend;
mod browser;
mod config;
mod grpc;
mod limits;
mod personal;
mod public;
mod redis;
mod rest;
mod rig;
mod sessions;
mod slow;
mod tls;
mod tokens;
mod traps;
mod wire;
