//! Mail: what a letter is made of, how it is laid out, and how it goes out. The SMTP client is named in this module
//! only.

mod layout;
mod transport;

pub use layout::{Action, Letter};
pub use transport::{MailError, Mailer};
