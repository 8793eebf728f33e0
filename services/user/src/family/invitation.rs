//! Invitations: open for a week, accepted once.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use pfms_proto::user::v1::InviteFamilyMemberRequest;
use pfms_proto::user::v1::invite_family_member_request::Invitee as WireInvitee;
use pfms_runtime::secrets::{MasterKey, mac};
use pfms_runtime::{Error, Violations, parse};
use pfms_types::{Id, UserId};

use super::FamilyId;
use super::address::Address;
use super::role::Role;

/// How long an invitation is open.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long a closed invitation counts against its sender's limit.
pub const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// Invitations that a person may send in [`KEPT`], so that nobody is pestered.
pub const MAX_PER_DAY: i64 = 30;

/// Never a value: it only tells ids apart.
#[derive(Debug)]
pub enum InvitationMarker {}

/// The id of an invitation.
pub type InvitationId = Id<InvitationMarker>;

/// Who is invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invitee {
    /// Whoever has this account.
    Account(UserId),
    /// Whoever has the account of this address.
    Address(Address),
}

/// An invitation that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Where to.
    pub family_id: FamilyId,
    /// The member that invites.
    pub inviter: UserId,
    /// What the person would be; not the owner.
    pub role: Role,
    /// Who is invited.
    pub invitee: Invitee,
    /// When it was sent.
    pub created_at: Timestamp,
    /// From when on it is closed.
    pub expires_at: Timestamp,
}

impl Invitation {
    /// A new one.
    #[must_use]
    pub fn new(family_id: FamilyId, inviter: UserId, wanted: Wanted, now: Timestamp) -> Self {
        Self {
            id: InvitationId::generate(),
            family_id,
            inviter,
            role: wanted.role,
            invitee: wanted.invitee,
            created_at: now,
            expires_at: now.saturating_add(LIFETIME).unwrap_or(Timestamp::MAX),
        }
    }
}

/// An invitation that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Who is to be invited.
    pub invitee: Invitee,
    /// What the person would be.
    pub role: Role,
}

impl Wanted {
    /// Reads a request.
    ///
    /// # Errors
    /// Names each field that breaks a rule.
    pub fn parse(by: UserId, request: &InviteFamilyMemberRequest) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let invitee = match &request.invitee {
            None => {
                violations.add("email", "is required, unless userId is given");
                None
            }
            Some(WireInvitee::Email(text)) => violations
                .keep("email", Address::parse(text))
                .map(Invitee::Address),
            Some(WireInvitee::UserId(text)) => {
                let user_id = parse::id(&mut violations, "userId", text);
                if user_id == Some(by) {
                    violations.add("userId", "must be somebody else's");
                }
                user_id.map(Invitee::Account)
            }
        };
        let role = violations.keep("role", Role::assignable(request.role));
        match invitee.zip(role) {
            Some((invitee, role)) if violations.is_empty() => Ok(Self { invitee, role }),
            _ => Err(violations.into()),
        }
    }
}

/// Makes and checks what an invitation by e-mail is accepted with.
#[derive(Clone)]
pub struct Tokens {
    token: [u8; 32],
    hash: [u8; 32],
}

impl Tokens {
    /// With keys derived from the master key.
    #[must_use]
    pub fn new(master: &MasterKey) -> Self {
        Self {
            token: master.derive("family-invitation-token"),
            hash: master.derive("family-invitation-token-hash"),
        }
    }

    /// An invitation's token. It follows from the id and a key, so that a repeated request is answered with it though
    /// it is kept nowhere.
    #[must_use]
    pub fn of(&self, id: InvitationId) -> String {
        URL_SAFE_NO_PAD.encode(mac(&self.token, &[id.uuid().as_bytes()]))
    }

    /// What is kept of a token.
    #[must_use]
    pub fn hash(&self, token: &str) -> [u8; 32] {
        mac(&self.hash, &[token.as_bytes()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_invitation_has_a_token_of_its_own() {
        let tokens = Tokens::new(&MasterKey::parse(&"07".repeat(32)).unwrap());
        let (one, other) = (InvitationId::generate(), InvitationId::generate());
        assert_eq!(tokens.of(one), tokens.of(one));
        assert_ne!(tokens.of(one), tokens.of(other));
        assert_ne!(tokens.hash(&tokens.of(one)), tokens.hash(&tokens.of(other)));
    }

    #[test]
    fn nobody_invites_oneself_or_an_owner() {
        let me = UserId::generate();
        let request = |invitee, role| InviteFamilyMemberRequest { invitee, role };
        let refused = |request| match Wanted::parse(me, &request) {
            Err(Error::Invalid(violations)) => violations
                .iter()
                .map(|(field, _)| field.to_owned())
                .collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        let myself = Some(WireInvitee::UserId(me.to_string()));
        assert_eq!(refused(request(myself, 1)), ["userId", "role"]);
        assert_eq!(refused(request(None, 2)), ["email"]);
        let address = Some(WireInvitee::Email("nobody".into()));
        assert_eq!(refused(request(address, 0)), ["email", "role"]);
    }
}
