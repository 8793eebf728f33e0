//! Tokens that were verified a moment ago: a client sends the same one hundreds of times, and its signature does not
//! change meanwhile. Whether its key is still published is asked each time all the same.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use sha2::{Digest, Sha256};

use super::Caller;

/// Most tokens that are remembered, about 300 bytes each.
const MAX: usize = 10_000;

/// Callers by the digest of their token, until the token expires.
#[derive(Default)]
pub(super) struct Verified(RwLock<HashMap<[u8; 32], (Caller, i64)>>);

impl Verified {
    /// The caller that a token was found to name, when it is remembered and has not expired at `now`, in seconds
    /// since the epoch.
    pub fn recall(&self, token: &str, now: i64) -> Option<Caller> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (caller, expires_at) = known.get(&digest(token))?;
        (now < *expires_at).then(|| caller.clone())
    }

    /// Remembers a good token.
    pub fn remember(&self, token: &str, caller: Caller, expires_at: i64, now: i64) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX {
            known.retain(|_, (_, expires_at)| now < *expires_at);
        }
        if known.len() >= MAX {
            known.clear();
        }
        known.insert(digest(token), (caller, expires_at));
    }
}

/// A token in memory is a token that can leak; its digest is not.
fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_recalled_until_it_expires() {
        let verified = Verified::default();
        verified.remember("a", Caller::Anonymous, 100, 0);
        assert_eq!(verified.recall("a", 99), Some(Caller::Anonymous));
        assert_eq!(verified.recall("a", 100), None);
        assert_eq!(verified.recall("b", 0), None);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let verified = Verified::default();
        for number in 0..=2 * MAX {
            verified.remember(&number.to_string(), Caller::Anonymous, 100, 0);
        }
        assert!(verified.0.read().unwrap().len() <= MAX);
    }
}
