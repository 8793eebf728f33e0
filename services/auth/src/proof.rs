//! How someone has proven who they are, and whether a second factor is due after it.

/// What a way of signing in has proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The account's password: one thing that is known.
    Password,
    /// An identity provider's word.
    Provider {
        /// Whether the provider asserts that it saw several factors, and the operator trusts it to say so.
        multi_factor: bool,
    },
    /// A passkey whose authenticator verified its user: something that is had, and something that is known or is.
    VerifiedPasskey,
}

impl Proof {
    /// Whether a second factor is due, when the account has one. A passkey that did not verify its user is no
    /// proof at all: [`crate::passkey`] refuses it before it comes to this.
    #[must_use]
    pub fn needs_second_factor(self) -> bool {
        match self {
            Self::Password => true,
            Self::Provider { multi_factor } => !multi_factor,
            Self::VerifiedPasskey => false,
        }
    }

    /// The name that is stored and audited.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Provider { .. } => "provider",
            Self::VerifiedPasskey => "passkey",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_factor_follows_whatever_is_one_factor_alone() {
        assert!(Proof::Password.needs_second_factor());
        assert!(Proof::Provider { multi_factor: false }.needs_second_factor());
        assert!(!Proof::Provider { multi_factor: true }.needs_second_factor());
        assert!(!Proof::VerifiedPasskey.needs_second_factor());
    }
}
