//! The codes.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use jiff::SignedDuration;
use pfms_runtime::secrets::mac;
use pfms_types::UserId;

use super::Number;
use crate::session::Digest;

/// How long a code is good.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// Random bytes of one code: of so many, what the remainder prefers is less than one part in 10¹³.
pub const RANDOM: usize = 8;
const DIGITS: usize = 6;

/// The one thing that a code counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding(Digest);

impl Binding {
    /// To answer this challenge.
    #[must_use]
    pub fn to_challenge(token: Digest) -> Self {
        Self(token)
    }

    /// To set up this number.
    #[must_use]
    pub fn to_number(key: &[u8; 32], number: &Number) -> Self {
        Self(mac(key, &[b"number\0", number.as_str().as_bytes()]))
    }

    /// As it is stored.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Six digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// From random bytes.
    #[must_use]
    pub fn new(random: [u8; RANDOM]) -> Self {
        Self(format!("{:06}", u64::from_be_bytes(random) % 1_000_000))
    }

    /// The code in a text, however it is spaced.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let code: String = text
            .chars()
            .filter(|char| !char.is_whitespace())
            .take(DIGITS + 1)
            .collect();
        let good = code.len() == DIGITS && code.bytes().all(|byte| byte.is_ascii_digit());
        good.then_some(Self(code))
    }

    /// The digits.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What is stored of it. A plain hash of six digits could be tried out.
    #[must_use]
    pub fn digest(&self, key: &[u8; 32], user_id: UserId, binding: Binding) -> Digest {
        mac(
            key,
            &[
                b"code\0",
                user_id.uuid().as_bytes(),
                &binding.0,
                self.0.as_bytes(),
            ],
        )
    }

    /// Whether it is the code of which `stored` was kept. The time that it takes does not tell how much of it is right.
    #[must_use]
    pub fn is(&self, stored: &[u8], key: &[u8; 32], user_id: UserId, binding: Binding) -> bool {
        verify_slices_are_equal(&self.digest(key, user_id, binding), stored).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: [u8; 32] = [7; 32];

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn codes_have_six_digits_zeros_included() {
        assert_eq!(Code::new([0; RANDOM]).text(), "000000");
        assert_eq!(Code::new(1_000_042_u64.to_be_bytes()).text(), "000042");
        assert_eq!(Code::new([255; RANDOM]).text().len(), 6);
    }

    #[test]
    fn codes_are_read_as_people_type_them_and_as_nothing_else() {
        assert!(Code::parse(" 000 042\n").unwrap() == Code::new(42_u64.to_be_bytes()));
        for text in ["", "00042", "0000042", "00004x", "٠٠٠٠٤٢", "+00042", "-00042"] {
            assert!(Code::parse(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn a_code_counts_for_its_account_and_for_what_it_was_sent_for() {
        let code = Code::new([1; RANDOM]);
        let (user_id, challenge) = (UserId::generate(), Binding::to_challenge([1; 32]));
        let stored = code.digest(&KEY, user_id, challenge);
        assert!(code.is(&stored, &KEY, user_id, challenge));
        assert!(!Code::new([2; RANDOM]).is(&stored, &KEY, user_id, challenge));
        assert!(!code.is(&stored, &KEY, UserId::generate(), challenge));
        assert!(!code.is(&stored, &KEY, user_id, Binding::to_challenge([2; 32])));
        assert!(!code.is(&stored, &[8; 32], user_id, challenge));
        let (one, other) = (number("+14155550123"), number("+14155550124"));
        assert_ne!(Binding::to_number(&KEY, &one), Binding::to_number(&KEY, &other));
        assert_eq!(Binding::to_number(&KEY, &one), Binding::to_number(&KEY, &one));
    }

    proptest! {
        #[test]
        fn what_is_sent_can_be_typed(random: [u8; RANDOM]) {
            let code = Code::new(random);
            prop_assert!(Code::parse(code.text()) == Some(code));
        }

        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = Code::parse(&text);
        }
    }
}
