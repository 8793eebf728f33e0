//! The verified caller of an RPC.

use jiff::Timestamp;
use pfms_types::UserId;
use uuid::Uuid;

use super::Scopes;

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Nobody that is known; only public methods are called so.
    Anonymous,
    /// A person.
    User {
        /// The account.
        user_id: UserId,
        /// The session that the token belongs to.
        session_id: Uuid,
        /// When they last proved who they are; a refresh does not.
        authenticated_at: Timestamp,
    },
    /// A program that a person gave a token of limited scope.
    Limited {
        /// The account.
        user_id: UserId,
        /// The personal access token.
        token_id: Uuid,
        /// What it may do.
        scopes: Scopes,
    },
    /// Another service.
    Service {
        /// Its name.
        name: String,
        /// The user that it acts for.
        acting_for: Option<UserId>,
    },
}

impl Caller {
    /// The user whose data may be seen.
    #[must_use]
    pub fn user_id(&self) -> Option<UserId> {
        match self {
            Self::Anonymous => None,
            Self::User { user_id, .. } | Self::Limited { user_id, .. } => Some(*user_id),
            Self::Service { acting_for, .. } => *acting_for,
        }
    }
}
