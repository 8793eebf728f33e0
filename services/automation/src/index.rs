//! Which rules an event can match, without looking at every rule.
//!
//! When a rule is saved, conditions that are necessary for it to match are taken from its condition: one or
//! several [`Entry`]s, of which an event must meet at least one. An entry is a necessary condition only, so a rule
//! that meets an event is still evaluated; but a rule that matches is never missed.

use pfms_types::Currency;

use crate::condition::{Comparison, Match, Order, Ordered, Predicate, Test};
use crate::fact::{Fact, Value};
use crate::schema::{Kind, Place, Schema, TOPIC};
use crate::trigger::Trigger;

/// Most entries of one rule; a condition that needs more gets fewer that say less.
const MAX_ENTRIES: usize = 128;
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

/// What events a rule can match; none when no event can. Of a rule with a schedule there are none either: it is run
/// when it is due, not looked up.
#[must_use]
pub fn entries(trigger: &Trigger, condition: Option<&Test>) -> Vec<Entry> {
    if trigger.schedule.is_some() {
        return Vec::new();
    }
    let schema = trigger.schema;
    let mut bands = condition.map_or_else(|| vec![Band::ANY], |test| necessary(schema, test));
    if let (false, Some(place)) = (trigger.topic.is_empty(), schema.position(TOPIC)) {
        bands = both(schema, bands, vec![Band::keyed(Key::new(place, &trigger.topic))]);
    }
    let mut entries: Vec<Entry> = Vec::new();
    for band in bands {
        let entry = band.entry(schema);
        if !entries.contains(&entry) {
            entries.push(entry);
        }
    }
    entries
}

/// The keys under which an event's rules are found; the empty key is always among them.
#[must_use]
pub fn keys(fact: &Fact) -> Vec<String> {
    let schema = fact.schema();
    let mut keys = vec![String::new()];
    for (place, field) in schema
        .fields()
        .iter()
        .enumerate()
        .filter(|(_, field)| field.is_key)
    {
        let mut add = |value: &str| keys.push(Key::new(place, value).text(schema));
        match (field.kind, fact.at(place)) {
            (_, Some(Value::Text(text))) => add(&text.folded),
            (_, Some(Value::Texts(texts))) => texts.iter().for_each(|text| add(&text.folded)),
            (_, Some(Value::Id(id))) => add(&id.to_string()),
            // Nothing is looked up too: not categorised, for example.
            (Kind::Id, None) => add(""),
            _ => {}
        }
    }
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

/// A field's value. Of several that are necessary the most telling is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    place: usize,
    value: String,
}

impl Key {
    fn new(place: usize, value: &str) -> Self {
        Self {
            place,
            value: value.to_owned(),
        }
    }

    fn text(&self, schema: &Schema) -> String {
        let name = schema.field(self.place).map_or("", |field| field.name.as_str());
        let value = self.value.chars().take(KEY_CHARS);
        name_of(name).chars().chain([':']).chain(value).collect()
    }

    /// How little it tells: a merchant is one of many, a category one of a few, and what else there is lies between.
    /// Equal for no two fields of an event.
    fn rank(&self, schema: &Schema) -> (u8, usize) {
        let name = schema.field(self.place).map_or("", |field| field.name.as_str());
        let rank = match name {
            "merchant" => 0,
            "tags" => 1,
            "category" => 4,
            "categoryId" => 3,
            _ => 2,
        };
        (rank, self.place)
    }
}

/// A field's name in keys, short where rows are many.
fn name_of(field: &str) -> &str {
    match field {
        "categoryId" => "id",
        "tags" => "tag",
        other => other,
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
    fn and(&self, other: &Self, schema: &Schema) -> Option<Self> {
        let currency = match (self.currency, other.currency) {
            (Some(one), Some(another)) if one != another => return None,
            (one, another) => one.or(another),
        };
        let key = match (&self.key, &other.key) {
            (Some(one), Some(another)) if another.rank(schema) < one.rank(schema) => Some(another.clone()),
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

    fn entry(self, schema: &Schema) -> Entry {
        Entry {
            key: self.key.map(|key| key.text(schema)).unwrap_or_default(),
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
fn necessary(schema: &Schema, test: &Test) -> Vec<Band> {
    match test {
        Test::All(tests) => tests
            .iter()
            .map(|test| necessary(schema, test))
            .fold(vec![Band::ANY], |left, right| both(schema, left, right)),
        Test::Any(tests) => few(tests.iter().flat_map(|test| necessary(schema, test)).collect()),
        Test::Not(_) => vec![Band::ANY],
        Test::Compare(comparison) => few(compared(schema, comparison)),
    }
}

/// Alternatives, or none that is told apart where they are too many.
fn few(bands: Vec<Band>) -> Vec<Band> {
    if bands.len() > MAX_ENTRIES || bands.contains(&Band::ANY) {
        vec![Band::ANY]
    } else {
        bands
    }
}

/// Each side is necessary by itself, so the shorter one does when together they are too many.
fn both(schema: &Schema, left: Vec<Band>, right: Vec<Band>) -> Vec<Band> {
    if left.len() * right.len() > MAX_ENTRIES {
        return if left.len() <= right.len() { left } else { right };
    }
    left.iter()
        .flat_map(|one| right.iter().filter_map(|another| one.and(another, schema)))
        .collect()
}

/// What an event has to be for a comparison to hold: one of these.
fn compared(schema: &Schema, comparison: &Comparison) -> Vec<Band> {
    let Place::Field(place) = comparison.place else {
        return vec![Band::ANY];
    };
    let Some(field) = schema.field(place) else {
        return vec![Band::ANY];
    };
    match &comparison.predicate {
        // Only the amount that an event is about is looked up.
        Predicate::Money(ordered) if field.name == "amount" => amounts(ordered).into_iter().collect(),
        Predicate::Ids(ids) if field.is_key => {
            let keys = ids.iter().map(|id| Key::new(place, &id.to_string()));
            keys.map(Band::keyed).collect()
        }
        Predicate::Text(Match::Equals, text) if field.is_key => vec![Band::keyed(Key::new(place, text))],
        Predicate::OneOf(texts) | Predicate::Tags(texts) if field.is_key => texts
            .iter()
            .map(|text| Band::keyed(Key::new(place, text)))
            .collect(),
        Predicate::Empty if field.is_key && field.kind != Kind::Texts => {
            vec![Band::keyed(Key::new(place, ""))]
        }
        _ => vec![Band::ANY],
    }
}

fn amounts(ordered: &Ordered<pfms_types::Money>) -> Option<Band> {
    let (currency, min, max) = match ordered {
        Ordered::To(order, money) => {
            let minor = money.minor();
            let (min, max) = match order {
                Order::Equal => (minor, minor),
                Order::Greater => (minor.checked_add(1)?, i64::MAX),
                Order::AtLeast => (minor, i64::MAX),
                Order::Less => (i64::MIN, minor.checked_sub(1)?),
                Order::AtMost => (i64::MIN, minor),
            };
            (money.currency(), min, max)
        }
        Ordered::Between(from, to) => (from.currency(), from.minor(), to.minor()),
    };
    Some(Band {
        key: None,
        currency: Some(currency),
        min,
        max,
    })
}
