//! Sessions: how long they live, and what a refresh token that is presented means.

use jiff::{SignedDuration, Timestamp};
use pfms_types::Id;

/// Never a value: it only tells ids apart.
#[derive(Debug)]
pub enum SessionMarker {}

/// The id of a session.
pub type SessionId = Id<SessionMarker>;

/// SHA-256 of a refresh token.
pub type Digest = [u8; 32];

/// How long a client that lost an answer may repeat the token that it exchanged.
const REPEAT_WITHIN: SignedDuration = SignedDuration::from_secs(10);

/// How long sessions live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// After the last refresh.
    idle: SignedDuration,
    /// At all.
    absolute: SignedDuration,
}

impl Lifetimes {
    /// In days.
    #[must_use]
    pub fn new(idle_days: u16, absolute_days: u16) -> Self {
        let days = |days: u16| SignedDuration::from_hours(24 * i64::from(days));
        Self {
            idle: days(idle_days),
            absolute: days(absolute_days),
        }
    }

    fn end(self, created_at: Timestamp, now: Timestamp) -> Timestamp {
        let later = |from: Timestamp, by| from.saturating_add(by).unwrap_or(from);
        later(now, self.idle).min(later(created_at, self.absolute))
    }
}

/// A session's state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The token that works.
    pub token: Digest,
    /// The token before it.
    pub previous: Option<Digest>,
    /// When the previous token was first exchanged.
    pub rotated_at: Timestamp,
    /// When the session began.
    pub created_at: Timestamp,
    /// When its owner last proved who they are; a refresh does not.
    pub authenticated_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// Whether it was ended.
    pub revoked: bool,
}

/// What a presented token means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is exchanged.
    Exchange,
    /// It was exchanged a moment ago and the answer was lost: it is exchanged again, and the token of the lost
    /// answer never works.
    Repeat,
    /// It was used before: two hold it, so the session ends.
    Reused,
    /// The session is over.
    Over,
}

impl Session {
    /// A session that begins now.
    #[must_use]
    pub fn begin(token: Digest, lifetimes: Lifetimes, now: Timestamp) -> Self {
        Self {
            token,
            previous: None,
            rotated_at: now,
            created_at: now,
            authenticated_at: now,
            expires_at: lifetimes.end(now, now),
            revoked: false,
        }
    }

    /// What it means that one of the session's tokens, past or present, is presented.
    #[must_use]
    pub fn judge(&self, presented: &Digest, now: Timestamp) -> Verdict {
        if self.revoked || now >= self.expires_at {
            Verdict::Over
        } else if *presented == self.token {
            Verdict::Exchange
        } else if self.previous.as_ref() == Some(presented)
            && now.duration_since(self.rotated_at) <= REPEAT_WITHIN
        {
            Verdict::Repeat
        } else {
            Verdict::Reused
        }
    }

    /// The session after its token was exchanged for the first time.
    #[must_use]
    pub fn exchanged(self, next: Digest, lifetimes: Lifetimes, now: Timestamp) -> Self {
        Self {
            previous: Some(self.token),
            rotated_at: now,
            ..self.reissued(next, lifetimes, now)
        }
    }

    /// The session after the exchange was repeated. The window is not opened again.
    #[must_use]
    pub fn reissued(self, next: Digest, lifetimes: Lifetimes, now: Timestamp) -> Self {
        Self {
            token: next,
            expires_at: lifetimes.end(self.created_at, now),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: Timestamp = Timestamp::constant(1_800_000_000, 0);

    fn at(seconds: i64) -> Timestamp {
        START + SignedDuration::from_secs(seconds)
    }

    fn lifetimes() -> Lifetimes {
        Lifetimes::new(14, 90)
    }

    fn rotated() -> Session {
        Session::begin([1; 32], lifetimes(), START).exchanged([2; 32], lifetimes(), at(100))
    }

    #[test]
    fn only_the_token_before_may_be_repeated_and_only_at_once() {
        assert_eq!(rotated().judge(&[2; 32], at(101)), Verdict::Exchange);
        assert_eq!(rotated().judge(&[1; 32], at(110)), Verdict::Repeat);
        assert_eq!(rotated().judge(&[1; 32], at(111)), Verdict::Reused);
        let again = rotated().exchanged([3; 32], lifetimes(), at(101));
        assert_eq!(again.judge(&[1; 32], at(102)), Verdict::Reused);
    }

    #[test]
    fn a_repetition_does_not_open_the_window_again() {
        let repeated = rotated().reissued([3; 32], lifetimes(), at(109));
        assert_eq!(repeated.judge(&[1; 32], at(110)), Verdict::Repeat);
        assert_eq!(repeated.judge(&[1; 32], at(112)), Verdict::Reused);
    }

    #[test]
    fn the_token_of_a_lost_answer_is_dead() {
        let repeated = rotated().reissued([3; 32], lifetimes(), at(105));
        assert_eq!(repeated.judge(&[2; 32], at(106)), Verdict::Reused);
    }

    #[test]
    fn a_session_ends_when_it_idles_and_when_it_is_old() {
        let day = 86_400;
        let session = Session::begin([1; 32], lifetimes(), START);
        assert_eq!(session.judge(&[1; 32], at(14 * day - 1)), Verdict::Exchange);
        assert_eq!(session.judge(&[1; 32], at(14 * day)), Verdict::Over);
        let kept = session.exchanged([2; 32], lifetimes(), at(80 * day));
        assert_eq!(kept.expires_at, at(90 * day));
    }

    #[test]
    fn nothing_revives_a_session_that_was_ended() {
        let ended = Session {
            revoked: true,
            ..rotated()
        };
        for token in [[1; 32], [2; 32]] {
            assert_eq!(ended.judge(&token, at(101)), Verdict::Over);
        }
    }

    proptest! {
        #[test]
        fn of_all_tokens_at_most_one_is_exchanged(exchanges in 1_u8..50, gap in 0_i64..5_000_000) {
            let mut session = Session::begin([0; 32], lifetimes(), START);
            let mut now = START;
            for token in 1..=exchanges {
                now += SignedDuration::from_secs(gap % 1_000);
                session = session.exchanged([token; 32], lifetimes(), now);
            }
            let good = (0..=exchanges)
                .filter(|token| session.judge(&[*token; 32], now) == Verdict::Exchange)
                .count();
            prop_assert!(good <= 1);
        }
    }
}
