//! Rules that are switched together.

use jiff::Timestamp;
use pfms_proto::automation::v1 as wire;
use pfms_runtime::parse::{UpdateMask, wire_time};
use pfms_runtime::{Violations, parse};
use pfms_types::Id;

/// Most groups of one user.
pub const MAX_GROUPS: i32 = 1_000;
/// Fields that an update may change.
const UPDATABLE: [&str; 3] = ["name", "description", "active"];

/// Never a value: it only tells ids apart.
#[derive(Debug)]
pub enum GroupMarker {}

/// The id of a group.
pub type GroupId = Id<GroupMarker>;

/// A group as its owner writes it, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// 1 to 200 characters.
    pub name: String,
    /// Up to 1,000 characters.
    pub description: String,
    /// Whether its rules take part.
    pub active: bool,
}

/// A stored group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// What its owner wrote.
    pub draft: Draft,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Draft {
    /// Reads a group.
    ///
    /// # Errors
    /// Names every field that is wrong.
    pub fn parse(group: wire::RuleGroup) -> Result<Self, Violations> {
        let mut violations = Violations::default();
        let name = parse::required_text(&mut violations, "name", &group.name, 200);
        let description = parse::text(&mut violations, "description", group.description, 1_000);
        if violations.is_empty() {
            Ok(Self {
                name,
                description,
                active: group.active.unwrap_or(true),
            })
        } else {
            Err(violations)
        }
    }
}

impl Group {
    /// This group with an update's fields in place of its own.
    ///
    /// # Errors
    /// Names every field that is wrong.
    pub fn updated(
        &self,
        change: wire::RuleGroup,
        mask: Option<pbjson_types::FieldMask>,
    ) -> Result<Draft, Violations> {
        let mut violations = Violations::default();
        let mask = UpdateMask::parse(&mut violations, mask, &UPDATABLE);
        if !violations.is_empty() {
            return Err(violations);
        }
        let mut group = self.wire();
        if mask.touches("name", !change.name.is_empty()) {
            group.name = change.name;
        }
        if mask.touches("description", !change.description.is_empty()) {
            group.description = change.description;
        }
        if mask.touches("active", change.active.is_some()) {
            group.active = change.active;
        }
        Draft::parse(group)
    }

    /// As it goes out.
    #[must_use]
    pub fn wire(&self) -> wire::RuleGroup {
        wire::RuleGroup {
            id: self.id.to_string(),
            name: self.draft.name.clone(),
            description: self.draft.description.clone(),
            active: Some(self.draft.active),
            create_time: Some(wire_time(self.created_at)),
            update_time: Some(wire_time(self.updated_at)),
        }
    }
}
