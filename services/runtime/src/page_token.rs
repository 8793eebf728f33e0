//! Opaque page tokens: a keyset position with a MAC that binds it to the caller, the method and the filter.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Serialize, de::DeserializeOwned};

use crate::Error;
use crate::secrets::{MasterKey, mac};

/// Bytes of the MAC that a token carries.
const TAG: usize = 16;

/// Makes and reads page tokens.
#[derive(Clone, Debug)]
pub struct PageTokens {
    key: [u8; 32],
}

impl PageTokens {
    /// With a key derived from the master key.
    #[must_use]
    pub fn new(master: &MasterKey) -> Self {
        Self {
            key: master.derive("page-token"),
        }
    }

    /// A token for the page after `position`. `scope` holds all that must be the same on the next page: method,
    /// caller and filter.
    ///
    /// # Errors
    /// When the position cannot be written as JSON.
    pub fn seal<P: Serialize, S: Serialize>(&self, position: &P, scope: &S) -> Result<String, Error> {
        let position = serde_json::to_vec(position).map_err(Error::internal)?;
        let tag = self.tag(&position, scope)?;
        let mut token = tag[..TAG].to_vec();
        token.extend_from_slice(&position);
        Ok(URL_SAFE_NO_PAD.encode(token))
    }

    /// The position in a token, or nothing for the first page.
    ///
    /// # Errors
    /// `page_token` is invalid: truncated, forged, or of another caller, method or filter.
    pub fn open<P: DeserializeOwned, S: Serialize>(
        &self,
        token: &str,
        scope: &S,
    ) -> Result<Option<P>, Error> {
        if token.is_empty() {
            return Ok(None);
        }
        let invalid = || {
            Error::invalid(
                "pageToken",
                "must be the nextPageToken of a list with the same filters, by the same caller",
            )
        };
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| invalid())?;
        let (tag, position) = bytes.split_at_checked(TAG).ok_or_else(invalid)?;
        let expected = self.tag(position, scope)?;
        if aws_lc_rs::constant_time::verify_slices_are_equal(tag, &expected[..TAG]).is_err() {
            return Err(invalid());
        }
        serde_json::from_slice(position).map(Some).map_err(|_| invalid())
    }

    fn tag<S: Serialize>(&self, position: &[u8], scope: &S) -> Result<[u8; 32], Error> {
        let scope = serde_json::to_vec(scope).map_err(Error::internal)?;
        let length = (position.len() as u64).to_be_bytes();
        Ok(mac(&self.key, &[&length, position, &scope]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens() -> PageTokens {
        PageTokens::new(&MasterKey::parse(&"07".repeat(32)).unwrap())
    }

    #[test]
    fn a_token_opens_in_its_own_scope_only() {
        let tokens = tokens();
        let token = tokens
            .seal(&("2025-12-11", 7), &("list", "alice", "food"))
            .unwrap();
        let position: Option<(String, i32)> = tokens.open(&token, &("list", "alice", "food")).unwrap();
        assert_eq!(position, Some(("2025-12-11".to_owned(), 7)));
        assert!(
            tokens
                .open::<(String, i32), _>(&token, &("list", "bob", "food"))
                .is_err()
        );
        assert!(
            tokens
                .open::<(String, i32), _>(&token, &("list", "alice", "rent"))
                .is_err()
        );
    }

    #[test]
    fn damaged_tokens_are_refused() {
        let tokens = tokens();
        let token = tokens.seal(&1, &()).unwrap();
        for end in 1..token.len() {
            assert!(tokens.open::<i32, _>(&token[..end], &()).is_err());
        }
        assert!(tokens.open::<i32, _>("not base64!", &()).is_err());
        assert_eq!(tokens.open::<i32, _>("", &()).unwrap(), None);
    }
}
