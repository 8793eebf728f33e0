//! The Envoy configuration, and the service Envoy asks before it lets a request through.

mod answer;
pub mod authorize;
pub mod config;
pub mod docs;
pub mod error;
pub mod limit;
pub mod personal;
pub mod routes;
pub mod session;
mod trace;

use pfms_runtime::{Context, Error, Parts, Service};

use crate::authorize::Authorize;
use crate::personal::PersonalTokens;
use crate::session::Sessions;

pub use config::EdgeConfig;

/// Port of the gateway service.
pub const PORT: u16 = 3015;
/// Port of the auth service.
const AUTH_PORT: u16 = 3001;

/// The service that Envoy asks, and that answers what no other service does.
#[must_use]
pub fn service() -> Service {
    Service::new(config::GATEWAY, PORT, build)
}

async fn build(context: Context) -> Result<Parts, Error> {
    let auth = context.clients.channel(config::AUTH, AUTH_PORT)?;
    let personal = PersonalTokens::new(auth.clone(), context.verifier.clone());
    let sessions = Sessions::new(context.redis, auth, context.settings.rate_limit_per_minute);
    let authorize = Authorize::new(context.verifier, sessions, personal);
    Ok(Parts::new()
        .http(authorize::router(authorize))
        .http(docs::router()))
}
