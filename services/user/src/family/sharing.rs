//! What a member shares, by area, and with whom.

use std::collections::{BTreeMap, BTreeSet};

use pfms_proto::user::v1::{self as wire, SharedArea as WireArea, UpdateSharingRequest};
use pfms_runtime::parse::{self, UpdateMask};
use pfms_runtime::{Error, Violations};
use pfms_types::UserId;

use super::Family;
use super::role::Role;

/// What can be changed.
const UPDATABLE: &[&str] = &["shares"];

/// What can be shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// Expenses and their categories.
    Expenses,
    /// Budgets.
    Budgets,
    /// Savings goals.
    Goals,
    /// Net worth.
    NetWorth,
}

impl Area {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Expenses, Self::Budgets, Self::Goals, Self::NetWorth];

    /// As in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expenses => "expenses",
            Self::Budgets => "budgets",
            Self::Goals => "goals",
            Self::NetWorth => "net_worth",
        }
    }

    /// What [`Area::as_str`] wrote.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|area| area.as_str() == text)
    }

    /// As it goes out.
    #[must_use]
    pub fn to_wire(self) -> WireArea {
        match self {
            Self::Expenses => WireArea::Expenses,
            Self::Budgets => WireArea::Budgets,
            Self::Goals => WireArea::Goals,
            Self::NetWorth => WireArea::NetWorth,
        }
    }

    /// As it comes in.
    ///
    /// # Errors
    /// What it has to be.
    pub fn from_wire(value: i32) -> Result<Self, &'static str> {
        let found = Self::ALL.into_iter().find(|area| area.to_wire() as i32 == value);
        found.ok_or("must be a known area, for example SHARED_AREA_EXPENSES")
    }
}

/// With whom an area is shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Every member, also one that joins later.
    Everyone,
    /// These; with none the area is not shared.
    Members(BTreeSet<UserId>),
}

impl Default for Audience {
    fn default() -> Self {
        Self::Members(BTreeSet::new())
    }
}

/// What a person shares; an area that is not named is not shared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sharing(BTreeMap<Area, Audience>);

impl Sharing {
    /// With these audiences; empty ones are left out.
    #[must_use]
    pub fn new(audiences: impl IntoIterator<Item = (Area, Audience)>) -> Self {
        let shared = audiences
            .into_iter()
            .filter(|(_, audience)| *audience != Audience::default());
        Self(shared.collect())
    }

    /// Each area that is shared.
    pub fn areas(&self) -> impl Iterator<Item = (Area, &Audience)> {
        self.0.iter().map(|(area, audience)| (*area, audience))
    }

    /// What differs from before, for the audit log.
    #[must_use]
    pub fn difference(&self, before: &Self) -> String {
        let changed = Area::ALL
            .into_iter()
            .filter(|area| self.0.get(area) != before.0.get(area));
        let parts = changed.map(|area| match self.0.get(&area) {
            None => format!("{}=nobody", area.as_str()),
            Some(Audience::Everyone) => format!("{}=everyone", area.as_str()),
            Some(Audience::Members(members)) => format!("{}={} members", area.as_str(), members.len()),
        });
        parts.collect::<Vec<_>>().join(" ")
    }
}

/// What decides whether a member may read an area of another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// What the one is that shares.
    pub owner: Role,
    /// What the one is that reads.
    pub reader: Role,
    /// What is shared.
    pub area: Area,
    /// Whether the owner's privacy settings let net worth be shown.
    pub show_net_worth: bool,
}

impl Grant {
    /// Whether it holds. A role that was taken away takes effect at once, and so does a setting.
    #[must_use]
    pub fn holds(self) -> bool {
        self.owner.may_share()
            && self.reader.may_read(self.owner)
            && (self.area != Area::NetWorth || self.show_net_worth)
    }
}

/// What an update changes.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SharingChange {
    /// Whether areas that are not given are not shared any more.
    replace: bool,
    audiences: BTreeMap<Area, Audience>,
}

impl SharingChange {
    /// Reads an update by a member of a family.
    ///
    /// # Errors
    /// Names each field that breaks a rule.
    pub fn parse(by: UserId, family: &Family, request: UpdateSharingRequest) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let masked = request
            .update_mask
            .as_ref()
            .is_some_and(|mask| !mask.paths.is_empty());
        let mask = UpdateMask::parse(&mut violations, request.update_mask, UPDATABLE);
        let Some(given) = request.sharing else {
            violations.add("sharing", "is required");
            return Err(violations.into());
        };
        let mut change = Self::default();
        if mask.touches("shares", !given.shares.is_empty()) {
            let mut inner = Violations::default();
            change.replace = masked;
            change.audiences = audiences(&mut inner, by, family, &given.shares);
            violations.nest("sharing", inner);
        }
        if violations.is_empty() {
            Ok(change)
        } else {
            Err(violations.into())
        }
    }

    /// What is shared with this change.
    #[must_use]
    pub fn apply(self, to: &Sharing) -> Sharing {
        let mut audiences = if self.replace {
            BTreeMap::new()
        } else {
            to.0.clone()
        };
        audiences.extend(self.audiences);
        Sharing::new(audiences)
    }
}

fn audiences(
    violations: &mut Violations,
    by: UserId,
    family: &Family,
    given: &[wire::Share],
) -> BTreeMap<Area, Audience> {
    let mut read = BTreeMap::new();
    for (index, share) in given.iter().enumerate() {
        let at = format!("shares[{index}]");
        let mut members = BTreeSet::new();
        for (place, text) in share.member_ids.iter().enumerate() {
            let field = format!("{at}.memberIds[{place}]");
            let Some(id) = parse::id(violations, &field, text) else {
                continue;
            };
            if id == by || family.member(id).is_err() {
                violations.add(field, "must be another member of your family");
            }
            members.insert(id);
        }
        if share.everyone && !share.member_ids.is_empty() {
            violations.add(format!("{at}.memberIds"), "must be empty when everyone is true");
        }
        let Some(area) = violations.keep(format!("{at}.area"), Area::from_wire(share.area)) else {
            continue;
        };
        let audience = if share.everyone {
            Audience::Everyone
        } else {
            Audience::Members(members)
        };
        if read.insert(area, audience).is_some() {
            violations.add(format!("{at}.area"), "was named before");
        }
    }
    read
}

/// What is shared as it goes out.
#[must_use]
pub fn to_wire(sharing: &Sharing) -> wire::Sharing {
    let shares = Area::ALL.into_iter().map(|area| {
        let (everyone, member_ids) = match sharing.0.get(&area) {
            Some(Audience::Everyone) => (true, Vec::new()),
            Some(Audience::Members(members)) => (false, members.iter().map(UserId::to_string).collect()),
            None => (false, Vec::new()),
        };
        wire::Share {
            area: area.to_wire().into(),
            everyone,
            member_ids,
        }
    });
    wire::Sharing {
        shares: shares.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(owner: Role, reader: Role) -> Grant {
        Grant {
            owner,
            reader,
            area: Area::Expenses,
            show_net_worth: false,
        }
    }

    #[test]
    fn children_are_seen_by_those_who_care_for_them_only() {
        for (reader, holds) in [
            (Role::Owner, true),
            (Role::Adult, true),
            (Role::Child, false),
            (Role::Viewer, false),
        ] {
            assert_eq!(grant(Role::Child, reader).holds(), holds, "{reader:?}");
        }
    }

    #[test]
    fn whoever_became_a_viewer_shares_nothing_any_more() {
        for reader in Role::ALL {
            assert!(!grant(Role::Viewer, reader).holds(), "{reader:?}");
        }
    }

    #[test]
    fn net_worth_needs_the_setting_too() {
        let grant = |area, show_net_worth| Grant {
            area,
            show_net_worth,
            ..grant(Role::Owner, Role::Adult)
        };
        assert!(!grant(Area::NetWorth, false).holds());
        assert!(grant(Area::NetWorth, true).holds());
        assert!(grant(Area::Budgets, false).holds());
    }

    #[test]
    fn an_empty_audience_is_none() {
        let change = SharingChange {
            replace: false,
            audiences: [(Area::Goals, Audience::default())].into(),
        };
        let before = Sharing::new([
            (Area::Goals, Audience::Everyone),
            (Area::Budgets, Audience::Everyone),
        ]);
        let after = change.apply(&before);
        assert_eq!(after, Sharing::new([(Area::Budgets, Audience::Everyone)]));
        assert_eq!(after.difference(&before), "goals=nobody");
    }
}
