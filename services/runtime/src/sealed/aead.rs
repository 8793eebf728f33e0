//! AES-256-GCM with random nonces, which stand before the text.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};

/// The nonce, the ciphertext and the tag; nothing when there is no randomness.
pub(super) fn seal(key: &[u8; 32], place: &str, plain: &[u8]) -> Option<Vec<u8>> {
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).ok()?;
    let mut text = plain.to_vec();
    let nonce = key
        .seal_in_place_append_tag(Aad::from(place.as_bytes()), &mut text)
        .ok()?;
    let mut sealed = nonce.as_ref().to_vec();
    sealed.append(&mut text);
    Some(sealed)
}

/// What was sealed with this key for this place.
pub(super) fn open(key: &[u8; 32], place: &str, sealed: &[u8]) -> Option<Vec<u8>> {
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).ok()?;
    let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut text = text.to_vec();
    let plain = key
        .open_in_place(nonce, Aad::from(place.as_bytes()), &mut text)
        .ok()?;
    Some(plain.to_vec())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_the_same_key_and_place_open_it() {
        let sealed = seal(&[1; 32], "here", b"secret").unwrap();
        assert_eq!(open(&[1; 32], "here", &sealed).unwrap(), b"secret");
        assert_eq!(open(&[1; 32], "there", &sealed), None);
        assert_eq!(open(&[2; 32], "here", &sealed), None);
        let mut bent = sealed.clone();
        bent[20] ^= 1;
        assert_eq!(open(&[1; 32], "here", &bent), None);
        assert_ne!(seal(&[1; 32], "here", b"secret").unwrap(), sealed);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            prop_assert_eq!(open(&[1; 32], "here", &bytes), None);
        }
    }
}
