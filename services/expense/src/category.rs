//! Categories: a tree of kinds of spending.

use jiff::Timestamp;
use pfms_proto::expense::v1 as wire;
use pfms_runtime::{Violations, parse};
use pfms_types::Id;

/// Tells categories' ids from others.
#[derive(Debug)]
pub enum CategoryKind {}
/// The id of a category.
pub type CategoryId = Id<CategoryKind>;

/// Levels that the tree has at most.
pub const MAX_DEPTH: usize = 8;
const MAX_NAME: usize = 100;
const MAX_ICON: usize = 50;

/// The fields that a client can change, by their protobuf names.
pub const UPDATABLE: &[&str] = &["name", "icon", "color", "parent_id"];

/// What every account starts with: name, icon, colour.
pub const SYSTEM: &[(&str, &str, &str)] = &[
    ("Groceries", "cart", "#4caf50"),
    ("Eating out", "utensils", "#ff9800"),
    ("Housing", "home", "#795548"),
    ("Utilities", "bolt", "#ffc107"),
    ("Transport", "bus", "#2196f3"),
    ("Health", "heart", "#f44336"),
    ("Insurance", "shield", "#607d8b"),
    ("Shopping", "bag", "#e91e63"),
    ("Entertainment", "ticket", "#9c27b0"),
    ("Education", "book", "#3f51b5"),
    ("Travel", "plane", "#00bcd4"),
    ("Gifts and donations", "gift", "#8bc34a"),
    ("Other", "dots", "#9e9e9e"),
];

/// A kind of spending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Its id.
    pub id: CategoryId,
    /// What its owner says of it.
    pub details: Details,
    /// Whether every account starts with it.
    pub system: bool,
    /// When it was added.
    pub created_at: Timestamp,
}

/// What the owner says of a category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// 1 to 100 characters.
    pub name: String,
    /// Up to 50 characters.
    pub icon: String,
    /// "#rrggbb" in lower case, or empty.
    pub color: String,
    /// The category above.
    pub parent_id: Option<CategoryId>,
}

impl Details {
    /// Reads what a client says; faults are named by their JSON paths.
    pub fn parse(category: wire::Category, violations: &mut Violations) -> Self {
        let color = category.color.to_ascii_lowercase();
        let hex = |text: &str| text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !color.is_empty() && !color.strip_prefix('#').is_some_and(hex) {
            violations.add("color", "must be #rrggbb, for example #4caf50");
        }
        Self {
            name: parse::required_text(violations, "name", &category.name, MAX_NAME),
            icon: parse::text(violations, "icon", category.icon, MAX_ICON),
            color,
            parent_id: parse::optional_id(violations, "parentId", &category.parent_id),
        }
    }
}

/// Why a category cannot be put below another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlacementError {
    /// There is no such parent.
    NoSuchParent,
    /// The parent is the category itself or below it.
    Cycle,
    /// The tree would become too deep.
    TooDeep,
}

/// Checks a place in the tree. `edges` holds every category of the owner with its parent; `moved` is the
/// category that moves, if it exists already.
///
/// # Errors
/// See [`PlacementError`].
pub fn check_placement(
    edges: &[(CategoryId, Option<CategoryId>)],
    moved: Option<CategoryId>,
    parent: CategoryId,
) -> Result<(), PlacementError> {
    let parent_of = |id: CategoryId| {
        edges
            .iter()
            .find(|(edge, _)| *edge == id)
            .map(|(_, parent)| *parent)
    };
    let mut above = 0;
    let mut next = Some(parent);
    while let Some(id) = next {
        if Some(id) == moved {
            return Err(PlacementError::Cycle);
        }
        above += 1;
        if above >= MAX_DEPTH {
            return Err(PlacementError::TooDeep);
        }
        next = parent_of(id).ok_or(PlacementError::NoSuchParent)?;
    }
    let below = moved.map_or(1, |id| height(edges, id, MAX_DEPTH));
    if above + below > MAX_DEPTH {
        Err(PlacementError::TooDeep)
    } else {
        Ok(())
    }
}

/// Levels from a category downwards, itself included; not more than `limit` are counted.
fn height(edges: &[(CategoryId, Option<CategoryId>)], id: CategoryId, limit: usize) -> usize {
    if limit == 0 {
        return 1;
    }
    let children = edges.iter().filter(|(_, parent)| *parent == Some(id));
    1 + children
        .map(|(child, _)| height(edges, *child, limit - 1))
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chain(length: usize) -> Vec<(CategoryId, Option<CategoryId>)> {
        let ids: Vec<CategoryId> = (0..length).map(|_| Id::generate()).collect();
        ids.iter()
            .enumerate()
            .map(|(i, id)| (*id, i.checked_sub(1).map(|above| ids[above])))
            .collect()
    }

    #[test]
    fn a_category_cannot_be_put_below_itself() {
        let edges = chain(3);
        assert_eq!(
            check_placement(&edges, Some(edges[0].0), edges[2].0),
            Err(PlacementError::Cycle)
        );
        assert_eq!(
            check_placement(&edges, Some(edges[0].0), edges[0].0),
            Err(PlacementError::Cycle)
        );
    }

    #[test]
    fn the_tree_has_eight_levels_at_most() {
        let edges = chain(8);
        assert_eq!(
            check_placement(&edges, None, edges[7].0),
            Err(PlacementError::TooDeep)
        );
        assert_eq!(check_placement(&edges, None, edges[6].0), Ok(()));
    }

    #[test]
    fn a_moved_branch_counts_with_all_its_levels() {
        let mut edges = chain(5);
        let branch = chain(4);
        edges.extend(&branch);
        assert_eq!(
            check_placement(&edges, Some(branch[0].0), edges[4].0),
            Err(PlacementError::TooDeep)
        );
        assert_eq!(check_placement(&edges, Some(branch[0].0), edges[3].0), Ok(()));
    }

    #[test]
    fn the_parent_has_to_exist() {
        assert_eq!(
            check_placement(&chain(1), None, Id::generate()),
            Err(PlacementError::NoSuchParent)
        );
    }

    proptest! {
        #[test]
        fn allowed_moves_keep_a_shallow_tree(moves in prop::collection::vec((0usize..12, 0usize..12), 1..60)) {
            let mut edges: Vec<(CategoryId, Option<CategoryId>)> = (0..12).map(|_| (Id::generate(), None)).collect();
            for (moved, parent) in moves {
                let (id, parent) = (edges[moved].0, edges[parent].0);
                if check_placement(&edges, Some(id), parent).is_ok() {
                    edges[moved].1 = Some(parent);
                }
            }
            for (id, _) in &edges {
                let mut depth = 0;
                let mut next = Some(*id);
                while let Some(at) = next {
                    depth += 1;
                    prop_assert!(depth <= MAX_DEPTH);
                    next = edges.iter().find(|(edge, _)| *edge == at).and_then(|(_, parent)| *parent);
                }
            }
        }
    }
}
