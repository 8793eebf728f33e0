//! Events: written with the fact, relayed to the broker, consumed once. The AMQP client is named nowhere else.

mod broker;
mod consumer;
mod dead;
mod event;
mod forget;
pub mod outbox;
mod publish;
mod relay;
mod topology;

pub use broker::{Broker, BrokerError, BrokerState};
pub use consumer::{Claim, Consumer, HandleError, Handler, JointHandler, Planned};
pub(crate) use consumer::{Process, Scene};
pub use dead::{DeadEvent, DeadLetters};
pub use event::{Event, Outgoing};
pub use relay::Relay;
