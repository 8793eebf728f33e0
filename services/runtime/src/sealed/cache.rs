//! Unwrapped data keys, for a moment.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use pfms_types::UserId;

use super::data_key::DataKey;

/// How long another process' destruction of a key may go unnoticed here. An erasure begins later than that after
/// the account stopped working, so nothing is sealed with a key that is gone.
const KEPT: Duration = Duration::from_mins(1);
/// Most keys that are held.
const MOST: usize = 10_000;

/// Keys by user.
#[derive(Default)]
pub(super) struct Cache(Mutex<HashMap<UserId, (Instant, DataKey)>>);

impl Cache {
    pub(super) fn get(&self, user_id: UserId) -> Option<DataKey> {
        let keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.get(&user_id)
            .filter(|(read_at, _)| read_at.elapsed() < KEPT)
            .map(|(_, key)| key.clone())
    }

    pub(super) fn put(&self, user_id: UserId, key: &DataKey) {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= MOST {
            keys.retain(|_, (read_at, _)| read_at.elapsed() < KEPT);
        }
        if keys.len() >= MOST {
            keys.clear();
        }
        keys.insert(user_id, (Instant::now(), key.clone()));
    }

    pub(super) fn forget(&self, user_id: UserId) {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.remove(&user_id);
    }
}
