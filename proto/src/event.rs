//! What a message needs to travel as an event.

use serde::{Serialize, de::DeserializeOwned};

/// The data of an event: which name it has and where it is published.
pub trait EventData: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The event's name, which is also its routing key.
    const NAME: &'static str;
    /// The exchange it is published to.
    const EXCHANGE: &'static str;
}

/// Something that is done with every type of some events.
pub trait EventVisitor {
    /// Does it with one of them.
    fn visit<D: EventData>(&mut self);
}
