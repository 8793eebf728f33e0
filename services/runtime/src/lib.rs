//! What every service shares, so that a service holds its domain and nothing else.
//!
//! A service is described by a [`Service`]; [`serve::Running`] puts any number of them into one process. Redis,
//! AMQP, SMTP and OpenTelemetry clients are each named in one module only: [`redis`], [`events`], [`mail`],
//! [`telemetry`].

pub mod audit;
pub mod call;
pub mod client;
pub mod clock;
pub mod erasure;
pub mod error;
pub mod events;
mod export;
pub mod identity;
pub mod mail;
pub mod page;
pub mod page_token;
pub mod parse;
pub mod personal;
pub mod redis;
pub mod retention;
pub mod sealed;
pub mod secrets;
pub mod serve;
pub mod service;
pub mod settings;
pub mod sharing;
pub mod storage;
pub mod telemetry;
#[cfg(feature = "testing")]
pub mod testing;

pub use call::Call;
pub use clock::Clock;
pub use error::{Error, Violations};
pub use service::{Context, Holder, Parts, Service};
pub use settings::Settings;
pub use storage::{Begun, Database, Unit};
