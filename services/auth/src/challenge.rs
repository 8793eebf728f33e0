//! The step between a first factor and tokens: what a challenge is worth, and for how long.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use pfms_types::UserId;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::session::Digest;

/// How long a challenge waits for its answer.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(5);
/// Wrong answers that one challenge bears.
const MAX_TRIES: u16 = 5;
/// Wrong answers that an account bears in [`WINDOW`]. Only who has the first factor can use them up.
const MAX_TRIES_OF_ACCOUNT: u64 = 20;
/// How long a wrong answer counts against its account.
pub const WINDOW: SignedDuration = SignedDuration::from_hours(1);

const ID: usize = 16;
const SECRET: usize = 32;

/// What stands for a challenge: the account's id, which says where to look, and a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct ChallengeToken([u8; ID + SECRET]);

impl ChallengeToken {
    /// A token of an account. The secret is random.
    #[must_use]
    pub fn new(user_id: UserId, secret: &[u8; SECRET]) -> Self {
        let mut bytes = [0; ID + SECRET];
        bytes[..ID].copy_from_slice(user_id.uuid().as_bytes());
        bytes[ID..].copy_from_slice(secret);
        Self(bytes)
    }

    /// The token in a text, when it has the form of one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }

    /// The account that it says it belongs to.
    #[must_use]
    pub fn user_id(&self) -> UserId {
        let mut bytes = [0; ID];
        bytes.copy_from_slice(&self.0[..ID]);
        Uuid::from_bytes(bytes).into()
    }

    /// What is stored of it.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Sha256::digest(self.0).into()
    }

    /// What the client gets.
    #[must_use]
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

/// A challenge's state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Wrong answers so far.
    pub tries: u16,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// Whether it was answered.
    pub used: bool,
    /// Wrong answers to all of the account's challenges within [`WINDOW`].
    pub tries_of_account: u64,
}

/// What a challenge that is presented means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may be answered.
    Open,
    /// It is over.
    Over,
    /// Too many wrong answers were given for this account.
    Exhausted,
}

impl Challenge {
    /// What it means that the challenge is presented now.
    #[must_use]
    pub fn judge(&self, now: Timestamp) -> Verdict {
        if self.used || now >= self.expires_at || self.tries >= MAX_TRIES {
            Verdict::Over
        } else if self.tries_of_account >= MAX_TRIES_OF_ACCOUNT {
            Verdict::Exhausted
        } else {
            Verdict::Open
        }
    }

    /// How many more wrong answers the challenge bears.
    #[must_use]
    pub fn tries_left(&self) -> u16 {
        MAX_TRIES.saturating_sub(self.tries)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: Timestamp = Timestamp::constant(1_800_000_000, 0);

    fn challenge() -> Challenge {
        Challenge {
            tries: 0,
            expires_at: START + LIFETIME,
            used: false,
            tries_of_account: 0,
        }
    }

    #[test]
    fn a_challenge_lives_for_five_minutes() {
        let last = START + LIFETIME - SignedDuration::from_secs(1);
        assert_eq!(challenge().judge(last), Verdict::Open);
        assert_eq!(challenge().judge(START + LIFETIME), Verdict::Over);
    }

    #[test]
    fn a_challenge_bears_five_tries_and_one_success() {
        let tried = |tries| Challenge { tries, ..challenge() };
        assert_eq!(tried(4).judge(START), Verdict::Open);
        assert_eq!(tried(4).tries_left(), 1);
        assert_eq!(tried(5).judge(START), Verdict::Over);
        let used = Challenge {
            used: true,
            ..challenge()
        };
        assert_eq!(used.judge(START), Verdict::Over);
    }

    #[test]
    fn new_challenges_do_not_give_new_tries_without_end() {
        let tried = |tries_of_account| Challenge {
            tries_of_account,
            ..challenge()
        };
        assert_eq!(tried(19).judge(START), Verdict::Open);
        assert_eq!(tried(20).judge(START), Verdict::Exhausted);
    }

    proptest! {
        #[test]
        fn a_token_is_read_as_it_was_written(secret: [u8; 32], id: u128) {
            let user_id = UserId::from(Uuid::from_u128(id));
            let token = ChallengeToken::new(user_id, &secret);
            let read = ChallengeToken::parse(&token.text()).unwrap();
            prop_assert!(read == token && read.user_id() == user_id);
        }

        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = ChallengeToken::parse(&text).map(|token| token.digest());
        }
    }
}
