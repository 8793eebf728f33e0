//! Tests of an event, as data.

mod compare;
mod operators;
mod parse;
mod pattern;
mod relative;

use pfms_proto::automation::v1 as wire;

pub use compare::{Comparison, Day, Match, Order, Ordered, Predicate};
pub use operators::{Allowed, allowed};
pub use pattern::Pattern;
pub use relative::{Known, Measure, Relative, Share, percent};

use crate::fact::Fact;

/// Deepest nesting: a lone comparison is one level.
pub const MAX_DEPTH: usize = 8;
/// Most comparisons of a condition.
pub const MAX_COMPARISONS: usize = 64;

/// A condition that was checked against the schema of its rule's trigger.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    source: wire::Condition,
    test: Test,
}

/// What must hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// Every one.
    All(Vec<Test>),
    /// At least one.
    Any(Vec<Test>),
    /// Not this one.
    Not(Box<Test>),
    /// One field compares so.
    Compare(Comparison),
}

impl Condition {
    /// As it was sent.
    #[must_use]
    pub fn wire(&self) -> &wire::Condition {
        &self.source
    }

    /// The test.
    #[must_use]
    pub fn test(&self) -> &Test {
        &self.test
    }

    /// Whether it holds; nothing when that depends on what is not known.
    #[must_use]
    pub fn decide(&self, fact: &Fact, known: &Known) -> Option<bool> {
        decide(&self.test, fact, known)
    }

    /// Whether it holds; where that depends on what is not known, it does not.
    #[must_use]
    pub fn holds(&self, fact: &Fact, known: &Known) -> bool {
        self.decide(fact, known).unwrap_or(false)
    }

    /// What has to be known of the owner before it can be decided.
    #[must_use]
    pub fn measures(&self) -> Vec<Measure> {
        let mut measures = Vec::new();
        self.test.each(&mut |comparison| {
            if let Predicate::Relative(_, relative) = &comparison.predicate
                && !measures.contains(&relative.measure)
            {
                measures.push(relative.measure);
            }
        });
        measures
    }

    /// Each comparison's path in the rule, and whether it holds.
    #[must_use]
    pub fn results(&self, fact: &Fact, known: &Known) -> Vec<(String, bool)> {
        let mut results = Vec::new();
        trace(&self.test, "condition", fact, known, &mut results);
        results
    }
}

impl Test {
    /// Visits the comparisons, in their order.
    pub fn each<'a>(&'a self, visit: &mut impl FnMut(&'a Comparison)) {
        match self {
            Self::All(tests) | Self::Any(tests) => tests.iter().for_each(|test| test.each(visit)),
            Self::Not(test) => test.each(visit),
            Self::Compare(comparison) => visit(comparison),
        }
    }
}

/// Whether a test holds; nothing when that depends on what is not known.
#[must_use]
pub fn decide(test: &Test, fact: &Fact, known: &Known) -> Option<bool> {
    match test {
        Test::All(tests) => first(tests, false, fact, known),
        Test::Any(tests) => first(tests, true, fact, known),
        Test::Not(test) => decide(test, fact, known).map(|held| !held),
        Test::Compare(comparison) => comparison.holds(fact, known),
    }
}

/// `ends` as soon as one of them is so; the other when none of them is or may be.
fn first(tests: &[Test], ends: bool, fact: &Fact, known: &Known) -> Option<bool> {
    let mut all_known = true;
    for test in tests {
        match decide(test, fact, known) {
            Some(held) if held == ends => return Some(ends),
            Some(_) => {}
            None => all_known = false,
        }
    }
    all_known.then_some(!ends)
}

fn trace(test: &Test, path: &str, fact: &Fact, known: &Known, results: &mut Vec<(String, bool)>) {
    match test {
        Test::All(tests) => {
            for (index, test) in tests.iter().enumerate() {
                trace(
                    test,
                    &format!("{path}.all.conditions[{index}]"),
                    fact,
                    known,
                    results,
                );
            }
        }
        Test::Any(tests) => {
            for (index, test) in tests.iter().enumerate() {
                trace(
                    test,
                    &format!("{path}.any.conditions[{index}]"),
                    fact,
                    known,
                    results,
                );
            }
        }
        Test::Not(test) => trace(test, &format!("{path}.not"), fact, known, results),
        Test::Compare(comparison) => {
            let held = comparison.holds(fact, known).unwrap_or(false);
            results.push((format!("{path}.compare"), held));
        }
    }
}
