//! Tokens that links in mails carry: each is good for one purpose, once, for a while. Only their hashes are stored.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use pfms_types::UserId;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

const ID: usize = 16;
const SECRET: usize = 32;

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To prove that an address is one's own.
    VerifyEmail,
    /// To set a new password.
    ResetPassword,
    /// To give an account another address.
    ChangeEmail,
}

impl Purpose {
    /// As in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::ResetPassword => "reset_password",
            Self::ChangeEmail => "change_email",
        }
    }

    /// How long a token is good.
    #[must_use]
    pub const fn lifetime(self) -> SignedDuration {
        match self {
            Self::VerifyEmail => SignedDuration::from_hours(24),
            Self::ResetPassword => SignedDuration::from_mins(30),
            Self::ChangeEmail => SignedDuration::from_hours(1),
        }
    }
}

/// A token: the account that it was sent to, and 256 random bits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MailToken([u8; ID + SECRET]);

impl MailToken {
    /// For an account; `secret` is random.
    #[must_use]
    pub fn issue(user_id: UserId, secret: &[u8; SECRET]) -> Self {
        let mut bytes = [0; ID + SECRET];
        bytes[..ID].copy_from_slice(user_id.uuid().as_bytes());
        bytes[ID..].copy_from_slice(secret);
        Self(bytes)
    }

    /// The token in a text that has the form of one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim()).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The account that it claims to be for.
    #[must_use]
    pub fn user_id(&self) -> UserId {
        let mut bytes = [0; ID];
        bytes.copy_from_slice(&self.0[..ID]);
        Uuid::from_bytes(bytes).into()
    }

    /// What is stored of it.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    /// What the mail holds: 64 characters.
    #[must_use]
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_written() {
        let user_id = UserId::generate();
        let token = MailToken::issue(user_id, &[9; SECRET]);
        let read = MailToken::parse(&format!(" {}\n", token.text())).unwrap();
        assert_eq!((read.user_id(), read.digest()), (user_id, token.digest()));
        assert_eq!(token.text().len(), 64);
        assert_ne!(MailToken::issue(user_id, &[8; SECRET]).digest(), token.digest());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = MailToken::parse(&text).map(|token| token.user_id());
        }
    }
}
