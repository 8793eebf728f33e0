//! What members of a family are told.

use jiff::Timestamp;
use pfms_proto::events::v1::NotificationSend;
use pfms_runtime::Error;
use pfms_runtime::events::Outgoing;
use pfms_types::UserId;

use crate::family::invitation::InvitationId;

/// What someone is called of whom no name is known.
const SOMEONE: &str = "Someone";

/// Another member, whom a text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// The account.
    pub user_id: UserId,
    /// The first name, or nothing.
    pub first_name: String,
}

/// Something that a member is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The person is invited.
    Invited {
        /// Who invites.
        by: Other,
        /// The invitation.
        invitation: InvitationId,
    },
    /// Someone accepted the member's invitation.
    Joined {
        /// Who joined.
        who: Other,
    },
    /// The member was removed.
    Removed,
    /// The member has another role.
    RoleChanged {
        /// The new role's name.
        role: &'static str,
    },
    /// The family is the member's now.
    BecameOwner,
    /// The family is no more.
    Dissolved,
}

impl Notice {
    fn title(&self) -> String {
        let named = |other: &Other| match other.first_name.as_str() {
            "" => SOMEONE.to_owned(),
            name => name.to_owned(),
        };
        match self {
            Self::Invited { by, .. } => format!("{} invites you to a family", named(by)),
            Self::Joined { who } => format!("{} joined your family", named(who)),
            Self::Removed => "You are no longer in your family".into(),
            Self::RoleChanged { role } => format!("Your role in the family is now {role}"),
            Self::BecameOwner => "You are now the owner of your family".into(),
            Self::Dissolved => "Your family was dissolved".into(),
        }
    }

    fn body(&self) -> &'static str {
        match self {
            Self::Invited { .. } => "What you own stays yours; you decide what you share.",
            Self::Removed | Self::Dissolved => "Nothing is shared any more.",
            Self::Joined { .. } | Self::RoleChanged { .. } | Self::BecameOwner => "",
        }
    }

    fn names(&self) -> Option<UserId> {
        match self {
            Self::Invited { by: other, .. } | Self::Joined { who: other } => Some(other.user_id),
            Self::Removed | Self::RoleChanged { .. } | Self::BecameOwner | Self::Dissolved => None,
        }
    }

    /// The event that asks for the notification. Names are values, not templates.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn to(&self, user_id: UserId, at: Timestamp) -> Result<Outgoing, Error> {
        let data = match self {
            Self::Invited { invitation, .. } => Some(
                [("invitationId".to_owned(), invitation.to_string().into())]
                    .into_iter()
                    .collect(),
            ),
            _ => None,
        };
        let send = NotificationSend {
            user_id: user_id.to_string(),
            category: "family".into(),
            title: "{{ title }}".into(),
            body: self.body().into(),
            variables: [("title".to_owned(), self.title())].into(),
            data,
            about_user_id: self.names().map(|other| other.to_string()).unwrap_or_default(),
            ..NotificationSend::default()
        };
        Outgoing::new(user_id, at, &send)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_no_name_is_someone() {
        let joined = |first_name: &str| {
            let who = Other {
                user_id: UserId::generate(),
                first_name: first_name.into(),
            };
            Notice::Joined { who }.title()
        };
        assert_eq!(joined("Ada"), "Ada joined your family");
        assert_eq!(joined(""), "Someone joined your family");
    }
}
