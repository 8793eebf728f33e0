//! What an operator does to auth's database, beside the running service.

pub use crate::keys::{Succession, replace as replace_signing_keys, rotate as rotate_signing_key};
