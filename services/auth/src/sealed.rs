//! Secrets that have to be read back, sealed with AES-256-GCM. The associated data ties each to its place.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};

/// The text cannot be sealed or opened: another key, another place, or it was tampered with.
#[derive(Debug, thiserror::Error)]
#[error("sealed data of {0} cannot be opened; is PFMS_MASTER_KEY the one that it was sealed with?")]
pub struct SealError(String);

/// Seals with one key.
pub struct Sealer([u8; 32]);

impl Sealer {
    /// With a key that serves this purpose only.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// The nonce, the ciphertext and the tag.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn seal(&self, place: &str, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let failed = |_| SealError(place.to_owned());
        let key = RandomizedNonceKey::new(&AES_256_GCM, &self.0).map_err(failed)?;
        let mut text = plain.to_vec();
        let nonce = key
            .seal_in_place_append_tag(Aad::from(place.as_bytes()), &mut text)
            .map_err(failed)?;
        let mut sealed = nonce.as_ref().to_vec();
        sealed.append(&mut text);
        Ok(sealed)
    }

    /// What was sealed for this place.
    ///
    /// # Errors
    /// When it was not sealed for this place with this key.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let failed = |_| SealError(place.to_owned());
        let key = RandomizedNonceKey::new(&AES_256_GCM, &self.0).map_err(failed)?;
        let (nonce, text) = sealed
            .split_at_checked(NONCE_LEN)
            .ok_or_else(|| SealError(place.to_owned()))?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(failed)?;
        let mut text = text.to_vec();
        let plain = key
            .open_in_place(nonce, Aad::from(place.as_bytes()), &mut text)
            .map_err(failed)?;
        Ok(plain.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_place_and_key_open_it() {
        let ours = Sealer::new([1; 32]);
        let sealed = ours.seal("here", b"secret").unwrap();
        assert_eq!(ours.open("here", &sealed).unwrap(), b"secret");
        assert!(ours.open("there", &sealed).is_err());
        assert!(Sealer::new([2; 32]).open("here", &sealed).is_err());
        assert!(ours.open("here", &sealed[..11]).is_err());
        let mut bent = sealed.clone();
        bent[20] ^= 1;
        assert!(ours.open("here", &bent).is_err());
    }

    #[test]
    fn the_same_secret_is_sealed_differently_each_time() {
        let sealer = Sealer::new([1; 32]);
        assert_ne!(sealer.seal("p", b"x").unwrap(), sealer.seal("p", b"x").unwrap());
    }
}
