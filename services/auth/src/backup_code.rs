//! Backup codes: what opens an account when its other factors are lost.

use pfms_runtime::secrets::mac;
use pfms_types::UserId;

/// How many are given at once.
pub const COUNT: usize = 10;
/// Random bytes of one code.
pub const RANDOM: usize = 10;
/// Crockford's base 32: no letter is taken for a digit.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A backup code: ten characters, which are 50 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct BackupCode([u8; RANDOM]);

impl BackupCode {
    /// From random bytes.
    #[must_use]
    pub fn new(random: &[u8; RANDOM]) -> Self {
        Self(random.map(|byte| ALPHABET[usize::from(byte % 32)]))
    }

    /// The code in a text, however it is spaced or capitalised.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let symbols: Option<Vec<u8>> = text
            .chars()
            .filter(|char| !char.is_whitespace() && *char != '-')
            .take(RANDOM + 1)
            .map(|char| match char.to_ascii_lowercase() {
                'o' => Some(b'0'),
                'i' | 'l' => Some(b'1'),
                char => u8::try_from(char).ok().filter(|byte| ALPHABET.contains(byte)),
            })
            .collect();
        Some(Self(symbols?.try_into().ok()?))
    }

    /// As it is shown: "xxxxx-xxxxx".
    #[must_use]
    pub fn text(&self) -> String {
        let (head, tail) = self.0.split_at(RANDOM / 2);
        format!(
            "{}-{}",
            String::from_utf8_lossy(head),
            String::from_utf8_lossy(tail)
        )
    }

    /// What is stored of it: without the key, 50 bits could be tried out.
    #[must_use]
    pub fn digest(&self, key: &[u8; 32], user_id: UserId) -> [u8; 32] {
        mac(key, &[user_id.uuid().as_bytes(), &self.0])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_is_read_however_people_write_it() {
        let code = BackupCode::new(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 31]);
        assert_eq!(code.text(), "01234-5678z");
        for text in ["01234-5678z", "012345678Z", " oI234 5678z ", "0l234-5678z"] {
            assert!(BackupCode::parse(text) == Some(code.clone()), "{text}");
        }
        for text in ["", "01234-5678", "01234-5678zz", "01234-5678u", "01234-5678é"] {
            assert!(BackupCode::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn the_same_code_of_two_accounts_is_stored_differently() {
        let code = BackupCode::new(&[7; RANDOM]);
        let (one, other) = (UserId::generate(), UserId::generate());
        assert_ne!(code.digest(&[1; 32], one), code.digest(&[1; 32], other));
        assert_ne!(code.digest(&[1; 32], one), code.digest(&[2; 32], one));
    }

    proptest! {
        #[test]
        fn what_is_shown_can_be_typed(random: [u8; RANDOM]) {
            let code = BackupCode::new(&random);
            prop_assert!(BackupCode::parse(&code.text()) == Some(code));
        }

        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = BackupCode::parse(&text);
        }
    }
}
