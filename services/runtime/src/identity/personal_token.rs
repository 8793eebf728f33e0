//! The text of a personal access token, as auth issues it and the edge recognises it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pfms_types::UserId;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// What every personal access token begins with, so that people and scanners of published code recognise it.
pub const PERSONAL_TOKEN_PREFIX: &str = "pfms_pat_";

const ID: usize = 16;
const SECRET: usize = 32;
const CHECKSUM: usize = 8;
const LENGTH: usize = 2 * ID + SECRET + CHECKSUM;

/// A text of the right form: the account and the token that it claims to be, 256 random bits, and a checksum, by
/// which a mistyped or cut text is told without a look-up. Whether it is good only auth can say.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PersonalToken([u8; LENGTH]);

impl PersonalToken {
    /// A token of an account; `secret` is random.
    #[must_use]
    pub fn new(user_id: UserId, id: Uuid, secret: &[u8; SECRET]) -> Self {
        let mut bytes = [0; LENGTH];
        bytes[..ID].copy_from_slice(user_id.uuid().as_bytes());
        bytes[ID..2 * ID].copy_from_slice(id.as_bytes());
        bytes[2 * ID..LENGTH - CHECKSUM].copy_from_slice(secret);
        let sum = checksum(&bytes);
        bytes[LENGTH - CHECKSUM..].copy_from_slice(&sum);
        Self(bytes)
    }

    /// The token in a text, when the text has its form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let encoded = text.strip_prefix(PERSONAL_TOKEN_PREFIX)?;
        let bytes: [u8; LENGTH] = URL_SAFE_NO_PAD.decode(encoded).ok()?.try_into().ok()?;
        (checksum(&bytes) == bytes[LENGTH - CHECKSUM..]).then_some(Self(bytes))
    }

    /// The account.
    #[must_use]
    pub fn user_id(&self) -> UserId {
        self.uuid_at(0).into()
    }

    /// The token's id.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.uuid_at(ID)
    }

    /// What is kept of it: SHA-256, which is enough where the secret is random.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{PERSONAL_TOKEN_PREFIX}{}", URL_SAFE_NO_PAD.encode(self.0))
    }

    fn uuid_at(&self, at: usize) -> Uuid {
        let mut bytes = [0; ID];
        bytes.copy_from_slice(&self.0[at..at + ID]);
        Uuid::from_bytes(bytes)
    }
}

fn checksum(bytes: &[u8; LENGTH]) -> [u8; CHECKSUM] {
    let mut sum = [0; CHECKSUM];
    sum.copy_from_slice(&Sha256::digest(&bytes[..LENGTH - CHECKSUM])[..CHECKSUM]);
    sum
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn token() -> PersonalToken {
        PersonalToken::new(UserId::from(Uuid::from_u128(7)), Uuid::from_u128(9), &[3; SECRET])
    }

    #[test]
    fn a_text_leads_back_to_its_token() {
        let text = token().text();
        assert!(text.starts_with("pfms_pat_") && text.is_ascii() && !text.contains(['.', ' ']));
        let read = PersonalToken::parse(&text).unwrap();
        assert_eq!(read.user_id().uuid(), Uuid::from_u128(7));
        assert_eq!(read.id(), Uuid::from_u128(9));
        assert_eq!(read.digest(), token().digest());
    }

    #[test]
    fn a_text_with_any_other_character_is_none() {
        let text = token().text();
        for at in 0..text.len() {
            let mut bent = text.clone().into_bytes();
            bent[at] = if bent[at] == b'A' { b'B' } else { b'A' };
            let bent = String::from_utf8(bent).unwrap();
            assert!(PersonalToken::parse(&bent).is_none(), "character {at}");
        }
        for wrong in [
            &text[1..],
            &text[..text.len() - 1],
            &format!("{text}A"),
            &format!(" {text}"),
        ] {
            assert!(PersonalToken::parse(wrong).is_none(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text: String) {
            prop_assert!(PersonalToken::parse(&text).is_none());
            let prefixed = format!("pfms_pat_{text}");
            prop_assert!(PersonalToken::parse(&prefixed).is_none());
        }
    }
}
