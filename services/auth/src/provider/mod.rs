//! Identity providers: which there are, and what they say of people.

mod client;
mod config;
mod http;

use jiff::SignedDuration;

use crate::email::Email;

pub use client::{Client, ProviderError, Secrets};
pub use config::{Config, read};

/// How long a browser may be with a provider.
pub const FLOW_LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// What a provider has proven of a person. Its tokens are not kept: nothing needs them.
#[derive(Clone)]
pub struct Claimed {
    /// Who says so.
    pub issuer: String,
    /// Whom the issuer means; never given to another person.
    pub subject: String,
    /// The person's address.
    pub email: Option<Email>,
    /// Whether the address is known to be the person's.
    pub email_verified: bool,
    /// First name; may be empty.
    pub given_name: String,
    /// Last name; may be empty.
    pub family_name: String,
    /// Whether several factors were seen, by the word of an issuer that is trusted to say so.
    pub multi_factor: bool,
}
