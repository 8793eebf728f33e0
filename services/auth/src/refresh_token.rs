//! Refresh tokens: opaque to clients, and only their hashes are stored.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pfms_runtime::secrets::{MasterKey, mac};
use pfms_types::UserId;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::session::{Digest, SessionId};

const ID: usize = 16;
const SECRET: usize = 32;
const TAG: usize = 16;
const LENGTH: usize = 2 * ID + SECRET + TAG;

/// A token that this installation issued: the session it belongs to, 256 random bits, and a MAC over both.
///
/// The MAC grants nothing. It tells a token that was once good from one that was made up, so that nobody who knows
/// a session's id can end the session by presenting noise, and no row has to be kept for every token that was used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RefreshToken([u8; LENGTH]);

/// Makes and recognises tokens.
pub struct RefreshTokens {
    key: [u8; 32],
}

impl RefreshTokens {
    /// With a key derived from the master key.
    #[must_use]
    pub fn new(master: &MasterKey) -> Self {
        Self {
            key: master.derive("refresh-token"),
        }
    }

    /// A token of a session; `secret` is random.
    #[must_use]
    pub fn issue(&self, user_id: UserId, session_id: SessionId, secret: &[u8; SECRET]) -> RefreshToken {
        let mut bytes = [0; LENGTH];
        bytes[..ID].copy_from_slice(user_id.uuid().as_bytes());
        bytes[ID..2 * ID].copy_from_slice(session_id.uuid().as_bytes());
        bytes[2 * ID..2 * ID + SECRET].copy_from_slice(secret);
        let tag = mac(&self.key, &[&bytes[..LENGTH - TAG]]);
        bytes[LENGTH - TAG..].copy_from_slice(&tag[..TAG]);
        RefreshToken(bytes)
    }

    /// The token in a text, when it is one that was issued.
    #[must_use]
    pub fn recognise(&self, text: &str) -> Option<RefreshToken> {
        let bytes: [u8; LENGTH] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let tag = mac(&self.key, &[&bytes[..LENGTH - TAG]]);
        let same =
            aws_lc_rs::constant_time::verify_slices_are_equal(&tag[..TAG], &bytes[LENGTH - TAG..]).is_ok();
        same.then_some(RefreshToken(bytes))
    }
}

impl RefreshToken {
    /// The account that it was issued to.
    #[must_use]
    pub fn user_id(&self) -> UserId {
        self.uuid_at(0).into()
    }

    /// The session that it belongs to.
    #[must_use]
    pub fn session_id(&self) -> SessionId {
        self.uuid_at(ID).into()
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

    fn uuid_at(&self, at: usize) -> Uuid {
        let mut bytes = [0; ID];
        bytes.copy_from_slice(&self.0[at..at + ID]);
        Uuid::from_bytes(bytes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tokens() -> RefreshTokens {
        RefreshTokens { key: [3; 32] }
    }

    #[test]
    fn a_token_leads_to_its_session() {
        let (user_id, session_id) = (UserId::generate(), SessionId::generate());
        let token = tokens().issue(user_id, session_id, &[9; 32]);
        let read = tokens().recognise(&token.text()).unwrap();
        assert_eq!((read.user_id(), read.session_id()), (user_id, session_id));
        assert_eq!(read.digest(), token.digest());
    }

    #[test]
    fn a_token_with_any_other_character_is_not_recognised() {
        let text = tokens()
            .issue(UserId::generate(), SessionId::generate(), &[9; 32])
            .text();
        for at in 0..text.len() {
            let mut bent = text.clone().into_bytes();
            bent[at] = if bent[at] == b'A' { b'B' } else { b'A' };
            let bent = String::from_utf8(bent).unwrap();
            assert!(tokens().recognise(&bent).is_none(), "character {at}");
        }
        assert!(tokens().recognise(&text[1..]).is_none());
        assert!(RefreshTokens { key: [4; 32] }.recognise(&text).is_none());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text: String) {
            prop_assert!(tokens().recognise(&text).is_none());
        }
    }
}
