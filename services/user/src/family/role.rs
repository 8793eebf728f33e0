//! Roles and what they allow. `docs/family.md` has the same as a table; a test compares the two.

use pfms_proto::user::v1::FamilyRole as Wire;

/// What a member is in the family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// One per family.
    Owner,
    /// A grown-up member.
    Adult,
    /// A minor.
    Child,
    /// Someone who looks on and shares nothing.
    Viewer,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Adult, Self::Child, Self::Viewer];

    /// As in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Adult => "adult",
            Self::Child => "child",
            Self::Viewer => "viewer",
        }
    }

    /// What [`Role::as_str`] wrote.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// As it goes out.
    #[must_use]
    pub fn to_wire(self) -> Wire {
        match self {
            Self::Owner => Wire::Owner,
            Self::Adult => Wire::Adult,
            Self::Child => Wire::Child,
            Self::Viewer => Wire::Viewer,
        }
    }

    /// A role that someone can be given: ownership is transferred.
    ///
    /// # Errors
    /// What it has to be.
    pub fn assignable(value: i32) -> Result<Self, &'static str> {
        match Wire::try_from(value) {
            Ok(Wire::Adult) => Ok(Self::Adult),
            Ok(Wire::Child) => Ok(Self::Child),
            Ok(Wire::Viewer) => Ok(Self::Viewer),
            Ok(Wire::Unspecified | Wire::Owner) | Err(_) => {
                Err("must be FAMILY_ROLE_ADULT, FAMILY_ROLE_CHILD or FAMILY_ROLE_VIEWER")
            }
        }
    }

    /// Whether it sees the family's open invitations.
    #[must_use]
    pub const fn may_see_invitations(self) -> bool {
        matches!(self, Self::Owner | Self::Adult)
    }

    /// Whether it may invite someone as another role.
    #[must_use]
    pub const fn may_invite(self, role: Self) -> bool {
        match self {
            Self::Owner => !matches!(role, Self::Owner),
            Self::Adult => matches!(role, Self::Child | Self::Viewer),
            Self::Child | Self::Viewer => false,
        }
    }

    /// Whether it may take an invitation back that is its own or another member's.
    #[must_use]
    pub const fn may_cancel(self, own: bool) -> bool {
        match self {
            Self::Owner => true,
            Self::Adult => own,
            Self::Child | Self::Viewer => false,
        }
    }

    /// Whether it may remove a member of another role.
    #[must_use]
    pub const fn may_remove(self, other: Self) -> bool {
        matches!(self, Self::Owner) && !matches!(other, Self::Owner)
    }

    /// Whether it may change a member's role.
    #[must_use]
    pub const fn may_change(self, from: Self, to: Self) -> bool {
        self.may_remove(from) && !matches!(to, Self::Owner)
    }

    /// Whether it may share what it owns.
    #[must_use]
    pub const fn may_share(self) -> bool {
        !matches!(self, Self::Viewer)
    }

    /// Whether it may read what a member of another role shares with it. What children share is for those who care for
    /// them, not for other children and not for onlookers.
    #[must_use]
    pub const fn may_read(self, of: Self) -> bool {
        match of {
            Self::Owner | Self::Adult => true,
            Self::Child => matches!(self, Self::Owner | Self::Adult),
            Self::Viewer => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the documentation: a row per act, a column per role.
    const TABLE: &str = include_str!("../../../../docs/family.md");

    fn row(act: &str) -> Vec<bool> {
        let line = TABLE
            .lines()
            .find(|line| line.starts_with(&format!("| {act} |")))
            .unwrap_or_else(|| panic!("docs/family.md has no row for: {act}"));
        let cells = line.trim_matches('|').split('|').skip(1);
        cells
            .map(|cell| match cell.trim() {
                "yes" => true,
                "no" => false,
                other => panic!("{act}: {other:?} is neither yes nor no"),
            })
            .collect()
    }

    #[track_caller]
    fn same(act: &str, allowed: impl Fn(Role) -> bool) {
        assert_eq!(row(act), Role::ALL.map(allowed), "{act}");
    }

    #[test]
    fn the_documented_table_is_what_holds() {
        same("see open invitations", Role::may_see_invitations);
        same("invite an adult", |role| role.may_invite(Role::Adult));
        same("invite a child or a viewer", |role| {
            role.may_invite(Role::Child) && role.may_invite(Role::Viewer)
        });
        same("take back one's own invitation", |role| role.may_cancel(true));
        same("take back another's invitation", |role| role.may_cancel(false));
        same("change a role", |role| role.may_change(Role::Child, Role::Adult));
        same("remove a member", |role| role.may_remove(Role::Adult));
        same("share what is one's own", Role::may_share);
        same("read what an owner or adult shares", |role| {
            role.may_read(Role::Owner) && role.may_read(Role::Adult)
        });
        same("read what a child shares", |role| role.may_read(Role::Child));
    }

    #[test]
    fn nobody_is_given_ownership() {
        for role in Role::ALL {
            assert!(!role.may_invite(Role::Owner), "{role:?}");
            for from in Role::ALL {
                assert!(!role.may_change(from, Role::Owner), "{role:?}");
            }
        }
        assert!(Role::assignable(Wire::Owner as i32).is_err());
        assert!(Role::assignable(0).is_err());
    }

    #[test]
    fn names_are_read_as_they_were_written() {
        for role in Role::ALL {
            assert_eq!(Role::read(role.as_str()), Some(role));
        }
        assert_eq!(Role::read("admin"), None);
    }
}
