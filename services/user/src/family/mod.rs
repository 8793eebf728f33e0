//! Families: who is in them, who may do what, and who sees what of whom.

pub mod address;
pub mod invitation;
pub mod role;
pub mod sharing;

use jiff::Timestamp;
use pfms_runtime::Error;
use pfms_types::{Id, UserId};

use self::role::Role;

/// Members and open invitations together, at most.
pub const MAX_MEMBERS: usize = 20;

/// Never a value: it only tells ids apart.
#[derive(Debug)]
pub enum FamilyMarker {}

/// The id of a family.
pub type FamilyId = Id<FamilyMarker>;

/// A member of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// The account.
    pub user_id: UserId,
    /// What the member is in the family.
    pub role: Role,
    /// When the member joined.
    pub joined_at: Timestamp,
}

/// A family: one owner, and no more than [`MAX_MEMBERS`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// Its id.
    pub id: FamilyId,
    /// When it was made.
    pub created_at: Timestamp,
    /// The owner first, the others as they joined.
    pub members: Vec<Member>,
}

/// Why something is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The family has no such member.
    #[error("the member does not exist")]
    NoSuchMember,
    /// The caller's role does not allow it.
    #[error("your role in the family does not allow this; ask its owner")]
    RoleTooLow,
    /// A family is never without an owner.
    #[error("the owner transfers the ownership or dissolves the family first")]
    OwnerStays,
    /// The owner is one of those who decide for themselves.
    #[error("only an adult member can become the owner")]
    NotAnAdult,
    /// There are as many as a family can have.
    #[error("a family has at most 20 members, open invitations included")]
    Full,
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        match refusal {
            Refusal::NoSuchMember => Self::NotFound("the member"),
            Refusal::RoleTooLow => Self::FailedPrecondition {
                reason: "FAMILY_ROLE_TOO_LOW",
                message,
            },
            Refusal::OwnerStays => Self::FailedPrecondition {
                reason: "FAMILY_OWNER_STAYS",
                message,
            },
            Refusal::NotAnAdult => Self::FailedPrecondition {
                reason: "FAMILY_OWNER_MUST_BE_ADULT",
                message,
            },
            Refusal::Full => Self::ResourceExhausted {
                reason: "FAMILY_FULL",
                message,
            },
        }
    }
}

impl Family {
    /// A family of one.
    #[must_use]
    pub fn found(owner: UserId, now: Timestamp) -> Self {
        Self {
            id: FamilyId::generate(),
            created_at: now,
            members: vec![Member {
                user_id: owner,
                role: Role::Owner,
                joined_at: now,
            }],
        }
    }

    /// A member.
    ///
    /// # Errors
    /// [`Refusal::NoSuchMember`].
    pub fn member(&self, user_id: UserId) -> Result<Member, Refusal> {
        let mut members = self.members.iter().copied();
        members
            .find(|member| member.user_id == user_id)
            .ok_or(Refusal::NoSuchMember)
    }

    /// Whether `by` may invite someone as `role`, while so many invitations are open.
    ///
    /// # Errors
    /// When the role of `by` does not allow it, or the family is full.
    pub fn check_invite(&self, by: UserId, role: Role, open: usize) -> Result<(), Refusal> {
        if !self.member(by)?.role.may_invite(role) {
            return Err(Refusal::RoleTooLow);
        }
        if self.members.len() + open >= MAX_MEMBERS {
            return Err(Refusal::Full);
        }
        Ok(())
    }

    /// Whether `by` may give a member another role.
    ///
    /// # Errors
    /// When there is no such member, or the roles do not allow it.
    pub fn check_role_change(&self, by: UserId, of: UserId, to: Role) -> Result<Member, Refusal> {
        let by = self.member(by)?;
        let member = self.member(of)?;
        if !by.role.may_change(member.role, to) {
            return Err(Refusal::RoleTooLow);
        }
        Ok(member)
    }

    /// Whether `by` may remove a member.
    ///
    /// # Errors
    /// When there is no such member, or the roles do not allow it.
    pub fn check_removal(&self, by: UserId, of: UserId) -> Result<Member, Refusal> {
        let by = self.member(by)?;
        let member = self.member(of)?;
        if !by.role.may_remove(member.role) {
            return Err(Refusal::RoleTooLow);
        }
        Ok(member)
    }

    /// Whether `by` may make a member the owner.
    ///
    /// # Errors
    /// When there is no such member, or the roles do not allow it.
    pub fn check_transfer(&self, by: UserId, to: UserId) -> Result<Member, Refusal> {
        let by = self.member(by)?;
        let member = self.member(to)?;
        if by.role != Role::Owner {
            return Err(Refusal::RoleTooLow);
        }
        if member.role != Role::Adult {
            return Err(Refusal::NotAnAdult);
        }
        Ok(member)
    }

    /// Whether a member may leave.
    ///
    /// # Errors
    /// [`Refusal::OwnerStays`].
    pub fn check_leave(&self, user_id: UserId) -> Result<Member, Refusal> {
        let member = self.member(user_id)?;
        if member.role == Role::Owner {
            return Err(Refusal::OwnerStays);
        }
        Ok(member)
    }

    /// Whether a member may end the family.
    ///
    /// # Errors
    /// [`Refusal::RoleTooLow`].
    pub fn check_dissolve(&self, user_id: UserId) -> Result<(), Refusal> {
        if self.member(user_id)?.role == Role::Owner {
            Ok(())
        } else {
            Err(Refusal::RoleTooLow)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn family(roles: &[Role]) -> Family {
        let mut family = Family::found(UserId::generate(), Timestamp::UNIX_EPOCH);
        for (at, role) in (1..).zip(roles) {
            family.members.push(Member {
                user_id: UserId::generate(),
                role: *role,
                joined_at: Timestamp::from_second(at).unwrap(),
            });
        }
        family
    }

    fn ids(family: &Family) -> Vec<UserId> {
        family.members.iter().map(|member| member.user_id).collect()
    }

    #[test]
    fn the_owner_neither_leaves_nor_is_removed_nor_changed() {
        let family = family(&[Role::Adult, Role::Owner]);
        let [owner, adult, other] = ids(&family)[..] else {
            panic!("three")
        };
        assert_eq!(family.check_leave(owner), Err(Refusal::OwnerStays));
        assert_eq!(family.check_removal(adult, owner), Err(Refusal::RoleTooLow));
        assert_eq!(family.check_removal(owner, other), Err(Refusal::RoleTooLow));
        assert_eq!(
            family.check_role_change(owner, owner, Role::Adult),
            Err(Refusal::RoleTooLow)
        );
    }

    #[test]
    fn ownership_goes_to_an_adult_and_from_the_owner() {
        let family = family(&[Role::Adult, Role::Child, Role::Viewer]);
        let [owner, adult, child, viewer] = ids(&family)[..] else {
            panic!("four")
        };
        assert!(family.check_transfer(owner, adult).is_ok());
        for to in [child, viewer, owner] {
            assert_eq!(family.check_transfer(owner, to), Err(Refusal::NotAnAdult));
        }
        assert_eq!(family.check_transfer(adult, adult), Err(Refusal::RoleTooLow));
        assert_eq!(
            family.check_transfer(owner, UserId::generate()),
            Err(Refusal::NoSuchMember)
        );
    }

    #[test]
    fn open_invitations_take_places() {
        let family = family(&[Role::Adult; 9]);
        let owner = family.members[0].user_id;
        assert!(family.check_invite(owner, Role::Adult, 9).is_ok());
        assert_eq!(family.check_invite(owner, Role::Adult, 10), Err(Refusal::Full));
        // Whoever may not invite does not learn how many there are.
        let child = Role::Child;
        let small = self::family(&[child]);
        assert_eq!(
            small.check_invite(small.members[1].user_id, child, 100),
            Err(Refusal::RoleTooLow)
        );
    }

    proptest! {
        #[test]
        fn strangers_may_do_nothing(roles in proptest::collection::vec(proptest::sample::select(&Role::ALL[1..]), 0..5)) {
            let family = family(&roles);
            let stranger = UserId::generate();
            for member in ids(&family) {
                prop_assert_eq!(family.check_removal(stranger, member), Err(Refusal::NoSuchMember));
                prop_assert_eq!(family.check_removal(member, stranger), Err(Refusal::NoSuchMember));
                prop_assert_eq!(family.check_transfer(stranger, member), Err(Refusal::NoSuchMember));
            }
            prop_assert_eq!(family.check_invite(stranger, Role::Viewer, 0), Err(Refusal::NoSuchMember));
            prop_assert_eq!(family.check_dissolve(stranger), Err(Refusal::NoSuchMember));
            prop_assert_eq!(family.check_leave(stranger), Err(Refusal::NoSuchMember));
        }
    }
}
