//! When keys sign, are published, and make room for the next.

use jiff::{SignedDuration, Timestamp};
use pfms_runtime::identity::ACCESS_LIFETIME_SECONDS;

/// How long a key is published before it signs: longer than anyone caches the published keys, which are the edge
/// (1 min), the services (1 min) and our own replicas ([`super::RELOAD_AFTER`]), together.
pub const ANNOUNCED: SignedDuration = SignedDuration::from_mins(10);
/// How long a key that signs no more is published: longer than any token that it signed lives.
pub const PUBLISHED_AFTER: SignedDuration = SignedDuration::from_hours(1);

const _: () = assert!(PUBLISHED_AFTER.as_secs() > 2 * ACCESS_LIFETIME_SECONDS);

/// The time in which a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// Its begin.
    pub from: Timestamp,
    /// Its end, when there is a successor.
    pub until: Option<Timestamp>,
}

impl Term {
    /// A term that begins at once, for an installation without keys or with keys that must not sign again.
    #[must_use]
    pub fn beginning(now: Timestamp) -> Self {
        Self {
            from: now,
            until: None,
        }
    }

    /// Whether it has begun.
    #[must_use]
    pub fn has_begun(&self, now: Timestamp) -> bool {
        self.from <= now
    }

    /// Whether it has ended.
    #[must_use]
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= now)
    }

    /// Whether its key is published.
    #[must_use]
    pub fn is_published(&self, now: Timestamp) -> bool {
        self.until
            .is_none_or(|until| now.duration_since(until) < PUBLISHED_AFTER)
    }

    /// Whether it is time to announce the next one, so that this one lasts for `period`.
    #[must_use]
    pub fn is_due(&self, period: SignedDuration, now: Timestamp) -> bool {
        now.duration_since(self.from) >= period - ANNOUNCED
    }

    /// This term with its end, and the one after it, when that is announced now.
    #[must_use]
    pub fn succeeded(&self, now: Timestamp) -> (Self, Self) {
        let from = now.saturating_add(ANNOUNCED).unwrap_or(now);
        let ended = Self {
            until: Some(from),
            ..*self
        };
        (ended, Self { from, until: None })
    }
}

/// Which of these terms' keys signs: of those that have begun, the latest. A process that has not heard of the
/// successor goes on with a term that has ended; its key is still published.
#[must_use]
pub fn signing<'a>(terms: impl IntoIterator<Item = &'a Term>, now: Timestamp) -> Option<usize> {
    terms
        .into_iter()
        .enumerate()
        .filter(|(_, term)| term.has_begun(now))
        .max_by_key(|(_, term)| term.from)
        .map(|(index, _)| index)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: Timestamp = Timestamp::constant(1_800_000_000, 0);
    const DAY: SignedDuration = SignedDuration::from_hours(24);

    /// The terms after each of these waits and rotations.
    fn history(waits: &[i64]) -> Vec<Term> {
        let mut terms = vec![Term::beginning(START)];
        let mut now = START;
        for &wait in waits {
            let current = terms[terms.len() - 1];
            now = now.max(current.from) + SignedDuration::from_secs(wait);
            let (ended, next) = current.succeeded(now);
            let last = terms.len() - 1;
            terms[last] = ended;
            terms.push(next);
        }
        terms
    }

    #[test]
    fn a_term_is_due_so_that_the_next_begins_after_the_period() {
        let term = Term::beginning(START);
        let announced = START + 30 * DAY - ANNOUNCED;
        assert!(!term.is_due(30 * DAY, announced - SignedDuration::from_secs(1)));
        assert!(term.is_due(30 * DAY, announced));
        assert_eq!(term.succeeded(announced).1.from, START + 30 * DAY);
    }

    #[test]
    fn nothing_signs_before_the_first_term() {
        let term = Term::beginning(START);
        assert_eq!(signing([&term], START - SignedDuration::from_secs(1)), None);
        assert_eq!(signing([&term], START), Some(0));
    }

    proptest! {
        #[test]
        fn at_any_time_the_key_that_signs_is_published_and_was_for_long(
            waits in prop::collection::vec(0_i64..10_000_000, 0..5),
            at in 0_i64..40_000_000,
        ) {
            let terms = history(&waits);
            let now = START + SignedDuration::from_secs(at);
            let signing = terms[signing(&terms, now).unwrap()];
            prop_assert!(!signing.has_ended(now));
            prop_assert!(signing.is_published(now));
            prop_assert_eq!(terms.iter().filter(|term| term.has_begun(now) && !term.has_ended(now)).count(), 1);
        }

        #[test]
        fn a_key_is_published_until_its_last_token_has_expired(wait in 0_i64..10_000_000, after in 0_i64..86_400) {
            let first = history(&[wait])[0];
            let end = first.until.unwrap();
            let now = end + SignedDuration::from_secs(after);
            let last_token_lives = after < ACCESS_LIFETIME_SECONDS;
            prop_assert!(first.is_published(now) || !last_token_lives);
            prop_assert_eq!(first.is_published(now), after < PUBLISHED_AFTER.as_secs());
        }
    }
}
