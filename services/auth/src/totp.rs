//! One-time passwords of authenticator apps (RFC 6238): SHA-1, six digits, thirty seconds, which all apps know.

use jiff::Timestamp;
use totp_rs::{Builder, Totp, TotpError};

use crate::email::Email;

/// Bytes of a secret (RFC 4226, section 4, R6).
pub const SECRET: usize = 20;
/// What apps show above the account.
const ISSUER: &str = "PFMS";
/// Steps by which an app's clock may be off, either way (RFC 6238, section 5.2).
const DRIFT: u16 = 1;

/// An account's secret.
pub struct Secret([u8; SECRET]);

impl Secret {
    /// From random bytes.
    #[must_use]
    pub fn new(bytes: [u8; SECRET]) -> Self {
        Self(bytes)
    }

    /// From base32.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let secret = totp_rs::Secret::try_from_base32(text).ok()?;
        Some(Self(secret.as_bytes().try_into().ok()?))
    }

    /// In base32, for typing and, sealed, for storing.
    ///
    /// # Errors
    /// When the parameters above are out of the RFC's bounds.
    pub fn base32(&self) -> Result<String, TotpError> {
        Ok(self.generator("")?.secret().to_base32())
    }

    /// As a URL that apps read from a QR code.
    ///
    /// # Errors
    /// When the parameters above are out of the RFC's bounds.
    pub fn url(&self, account: &Email) -> Result<String, TotpError> {
        // The colon parts the issuer from the account, also when it is escaped.
        self.generator(&account.as_str().replace(':', "_"))?.to_url()
    }

    /// The time step of a code, when it is good now and later than `last_step`, the latest that was used.
    ///
    /// # Errors
    /// When the parameters above are out of the RFC's bounds.
    pub fn accept(&self, code: &str, last_step: u64, now: Timestamp) -> Result<Option<u64>, TotpError> {
        let code: String = code.chars().filter(|char| !char.is_whitespace()).collect();
        if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(None);
        }
        let now = u64::try_from(now.as_second()).unwrap_or(0);
        let step = self.generator("")?.check(&code, now);
        Ok(step.filter(|step| *step > last_step))
    }

    fn generator(&self, account: &str) -> Result<Totp, TotpError> {
        Builder::new()
            .with_secret(self.0.to_vec())
            .with_skew(DRIFT)
            .with_issuer(Some(ISSUER))
            .with_account_name(account)
            .build()
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;

    /// The secret of RFC 6238, appendix B.
    fn secret() -> Secret {
        Secret::new(*b"12345678901234567890")
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_rfcs_vectors_hold() {
        // The last six of the appendix' eight digits.
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            let step = u64::try_from(second / 30).unwrap();
            assert_eq!(
                secret().accept(code, 0, at(second)).unwrap(),
                Some(step),
                "{second}"
            );
        }
    }

    #[test]
    fn a_clock_may_be_off_by_one_step_and_not_by_two() {
        let second = 1_111_111_109;
        let accepted = |by: i64| {
            let now = at(second) + SignedDuration::from_secs(30 * by);
            secret().accept("081804", 0, now).unwrap().is_some()
        };
        assert_eq!([-2, -1, 0, 1, 2].map(accepted), [false, true, true, true, false]);
    }

    #[test]
    fn a_step_is_used_once_and_no_earlier_one_after_it() {
        let step = 1_111_111_109 / 30;
        let now = at(1_111_111_109);
        assert_eq!(secret().accept("081804", step - 1, now).unwrap(), Some(step));
        assert_eq!(secret().accept("081804", step, now).unwrap(), None);
        assert_eq!(secret().accept("081804", step + 1, now).unwrap(), None);
    }

    #[test]
    fn codes_are_read_as_apps_show_them_and_as_nothing_else() {
        let now = at(1_111_111_109);
        assert!(secret().accept("081 804", 0, now).unwrap().is_some());
        for wrong in ["", "81804", "0081804", "08180x", "٠٨١٨٠٤", "+81804"] {
            assert_eq!(secret().accept(wrong, 0, now).unwrap(), None, "{wrong:?}");
        }
    }

    #[test]
    fn apps_are_told_who_issued_it_and_for_whom() {
        let email = Email::parse("ada@example.com").unwrap();
        let url = secret().url(&email).unwrap();
        assert!(url.starts_with("otpauth://totp/PFMS:ada%40example.com?"), "{url}");
        assert!(url.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), "{url}");
        let text = secret().base32().unwrap();
        assert_eq!(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(Secret::parse(&text).unwrap().0, secret().0);
        assert!(Secret::parse(&text[8..]).is_none());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = secret().accept(&text, 0, at(1_800_000_000));
        }
    }
}
