//! A user's data key, and how it is wrapped.

use pfms_types::UserId;

use super::{SealError, aead};
use crate::secrets::MasterKey;

/// What wrapping keys are derived for.
const PURPOSE: &str = "data-keys";

/// A random key that seals one user's data in one service.
#[derive(Clone)]
pub(super) struct DataKey(pub [u8; 32]);

/// A data key as it is stored.
pub(super) struct Wrapped {
    pub bytes: Vec<u8>,
    pub version: u16,
}

impl DataKey {
    pub(super) fn generate() -> Result<Self, SealError> {
        let mut key = [0; 32];
        aws_lc_rs::rand::fill(&mut key).map_err(|_| SealError::sealing("a data key"))?;
        Ok(Self(key))
    }

    /// Wrapped with the current version of the master key.
    pub(super) fn wrap(&self, master: &MasterKey, user_id: UserId) -> Result<Wrapped, SealError> {
        let place = place(user_id);
        let version = master.current();
        let bytes = master
            .wrapping(version, PURPOSE)
            .and_then(|key| aead::seal(&key, &place, &self.0))
            .ok_or_else(|| SealError::sealing(&place))?;
        Ok(Wrapped { bytes, version })
    }

    pub(super) fn unwrap(master: &MasterKey, user_id: UserId, wrapped: &Wrapped) -> Result<Self, SealError> {
        let place = place(user_id);
        master
            .wrapping(wrapped.version, PURPOSE)
            .and_then(|key| aead::open(&key, &place, &wrapped.bytes))
            .and_then(|key| key.try_into().ok())
            .map(Self)
            .ok_or_else(|| SealError::opening(&place))
    }
}

fn place(user_id: UserId) -> String {
    format!("data_keys/wrapped/{user_id}")
}
