//! Which rules an event can match, without looking at every rule.
//!
//! When a rule is saved, conditions that are necessary for it to match are taken from its condition: one or
//! several [`Entry`]s, of which an event must meet at least one. An entry is a necessary condition only, so a rule
//! that meets an event is still evaluated; but a rule that matches is never missed.

use pfms_types::Currency;

use crate::condition::{Comparison, Match, Order, Test, TextField};
use crate::fact::Fact;

/// Most entries of one rule; a condition that needs more gets fewer that say less.
const MAX_ENTRIES: usize = 32;
/// Longest text in a key, in characters: an index row must stay small, and texts that share a beginning are told
/// apart by the condition.
const KEY_CHARS: usize = 64;

/// What an event must be like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// One of the event's [`keys`]; empty: any event.
    pub key: String,
    /// The amount's currency; empty: any.
    pub currency: String,
    /// The least amount, in minor units.
    pub min_minor: i64,
    /// The greatest amount, in minor units.
    pub max_minor: i64,
}

/// What events a rule can match; none when no event can.
#[must_use]
pub fn entries(condition: Option<&Test>) -> Vec<Entry> {
    let bands = condition.map_or_else(|| vec![Band::ANY], necessary);
    let mut entries: Vec<Entry> = Vec::new();
    for band in bands {
        let entry = band.entry();
        if !entries.contains(&entry) {
            entries.push(entry);
        }
    }
    entries
}

/// The keys under which an event's rules are found; the empty key is always among them.
#[must_use]
pub fn keys(fact: &Fact) -> Vec<String> {
    let mut keys = vec![
        String::new(),
        Key::Category(fact.category.folded.clone()).text(),
        Key::CategoryId(fact.category_id).text(),
        Key::Merchant(fact.merchant.folded.clone()).text(),
    ];
    keys.extend(fact.tags.iter().map(|tag| Key::Tag(tag.folded.clone()).text()));
    keys
}

/// What an event has to be for a part of a condition to hold.
#[derive(Clone, Debug, PartialEq)]
struct Band {
    key: Option<Key>,
    currency: Option<Currency>,
    min: i64,
    max: i64,
}

/// The most telling first: it is the one that is kept where several are necessary.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Merchant(String),
    Tag(String),
    CategoryId(Option<uuid::Uuid>),
    Category(String),
}

impl Key {
    fn text(&self) -> String {
        let (kind, value) = match self {
            Self::Merchant(name) => ("merchant:", name.clone()),
            Self::Tag(tag) => ("tag:", tag.clone()),
            Self::CategoryId(id) => ("id:", id.map(|id| id.to_string()).unwrap_or_default()),
            Self::Category(name) => ("category:", name.clone()),
        };
        kind.chars().chain(value.chars().take(KEY_CHARS)).collect()
    }
}

impl Band {
    const ANY: Self = Self {
        key: None,
        currency: None,
        min: i64::MIN,
        max: i64::MAX,
    };

    fn keyed(key: Key) -> Self {
        Self {
            key: Some(key),
            ..Self::ANY
        }
    }

    /// Both at once; none when they exclude each other.
    fn and(&self, other: &Self) -> Option<Self> {
        let currency = match (self.currency, other.currency) {
            (Some(one), Some(another)) if one != another => return None,
            (one, another) => one.or(another),
        };
        let key = match (&self.key, &other.key) {
            (Some(one), Some(another)) => Some(one.min(another).clone()),
            (one, another) => one.clone().or_else(|| another.clone()),
        };
        let (min, max) = (self.min.max(other.min), self.max.min(other.max));
        (min <= max).then_some(Self {
            key,
            currency,
            min,
            max,
        })
    }

    fn entry(self) -> Entry {
        Entry {
            key: self.key.map(|key| key.text()).unwrap_or_default(),
            currency: self
                .currency
                .map(|currency| currency.code().to_owned())
                .unwrap_or_default(),
            min_minor: self.min,
            max_minor: self.max,
        }
    }
}

/// Bands of which a matching event meets at least one.
fn necessary(test: &Test) -> Vec<Band> {
    match test {
        Test::All(tests) => tests.iter().map(necessary).fold(vec![Band::ANY], both),
        Test::Any(tests) => {
            let bands: Vec<Band> = tests.iter().flat_map(necessary).collect();
            if bands.len() > MAX_ENTRIES || bands.contains(&Band::ANY) {
                vec![Band::ANY]
            } else {
                bands
            }
        }
        Test::Not(_) => vec![Band::ANY],
        Test::Compare(comparison) => compared(comparison).into_iter().collect(),
    }
}

/// Each side is necessary by itself, so the shorter one does when together they are too many.
fn both(left: Vec<Band>, right: Vec<Band>) -> Vec<Band> {
    if left.len() * right.len() > MAX_ENTRIES {
        return if left.len() <= right.len() { left } else { right };
    }
    left.iter()
        .flat_map(|one| right.iter().filter_map(|another| one.and(another)))
        .collect()
}

fn compared(comparison: &Comparison) -> Option<Band> {
    Some(match comparison {
        Comparison::Amount(order, money) => {
            let minor = money.minor();
            let (min, max) = match order {
                Order::Equal => (minor, minor),
                Order::Greater => (minor.checked_add(1)?, i64::MAX),
                Order::AtLeast => (minor, i64::MAX),
                Order::Less => (i64::MIN, minor.checked_sub(1)?),
                Order::AtMost => (i64::MIN, minor),
            };
            Band {
                key: None,
                currency: Some(money.currency()),
                min,
                max,
            }
        }
        Comparison::CategoryId(id) => Band::keyed(Key::CategoryId(*id)),
        Comparison::Text(TextField::Category, Match::Equals, name) => {
            Band::keyed(Key::Category(name.clone()))
        }
        Comparison::Text(TextField::Merchant, Match::Equals, name) => {
            Band::keyed(Key::Merchant(name.clone()))
        }
        Comparison::Tag(tag) => Band::keyed(Key::Tag(tag.clone())),
        Comparison::Text(..) | Comparison::Date(..) => Band::ANY,
    })
}
