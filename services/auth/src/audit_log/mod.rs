//! The audit log: who did what, when, from where. Append-only; each row's digest covers the one before, so that no row
//! can be changed, added or taken out unseen.
//!
//! It survives erasure. What tells who a person is enters the chain as a salted digest and can be erased, and the
//! account is named by a digest under a key that is deleted with it: the chain holds, and nobody can tell whose the
//! rows were.
//!
//! [`entry`] and [`chain`] are the rules; [`consumer`] takes in what services tell, [`append`] appends it.

mod append;
mod arrival;
mod attend;
mod chain;
mod consumer;
mod entry;
mod list;
mod verify;

pub use append::append;
pub use arrival::Arrival;
pub use attend::{attend, erase_old};
pub use chain::{Break, Fault, Head};
use consumer::consumer;
pub use entry::{Digest, Entry, Personal};
pub use list::{Filter, list};
pub use verify::{Anchor, verify};
