//! Whether a password was stolen elsewhere, by a list that is asked for a range of hashes (k-anonymity): the list
//! learns five of forty hexadecimal digits, which hundreds of passwords share.

use std::time::Duration;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use pfms_runtime::error::chain;
use reqwest::Client;

/// How long the list may take: nobody waits longer for what is only a help.
const TIMEOUT: Duration = Duration::from_secs(2);
/// Hexadecimal digits that the list learns.
const PREFIX: usize = 5;

/// Asks a list, where the operator names one.
pub struct Breaches {
    list: Option<(Client, String)>,
}

impl Breaches {
    /// With the list at this URL, below which `/range/{prefix}` is; without one no password is known.
    ///
    /// # Errors
    /// When there can be no HTTP client.
    pub fn new(url: Option<&str>) -> Result<Self, reqwest::Error> {
        let list = match url {
            None => None,
            Some(url) => {
                // What the operator named is asked, and nobody else.
                let client = Client::builder()
                    .redirect(reqwest::redirect::Policy::none())
                    .timeout(TIMEOUT)
                    .user_agent("pfms")
                    .build()?;
                Some((client, url.trim_end_matches('/').to_owned()))
            }
        };
        Ok(Self { list })
    }

    /// Whether the list has the password. When it does not answer, that is logged and the password passes: the
    /// list's absence must not keep people from changing theirs.
    pub async fn has(&self, password: &str) -> bool {
        let Some((client, url)) = &self.list else {
            return false;
        };
        let hash = hexadecimal(digest(&SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes()).as_ref());
        let (prefix, suffix) = hash.split_at(PREFIX);
        let asked = async {
            let request = client
                .get(format!("{url}/range/{prefix}"))
                // Answers are then of a size that does not tell which range was asked for.
                .header("add-padding", "true");
            request.send().await?.error_for_status()?.text().await
        };
        match asked.await {
            Ok(range) => holds(&range, suffix),
            Err(error) => {
                tracing::warn!(error = %chain(&error), "a password was not looked up among breached ones");
                false
            }
        }
    }
}

/// Whether a range, a line per hash as in "SUFFIX:COUNT", has the suffix. Padding has the count 0.
fn holds(range: &str, suffix: &str) -> bool {
    range.lines().any(|line| {
        line.split_once(':')
            .is_some_and(|(one, count)| one.eq_ignore_ascii_case(suffix) && count.trim() != "0")
    })
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02X}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_not_a_breach() {
        let range = "0018A45C4D1DEF81644B54AB7F969B88D65:3\r\n00D4F6E8FA6EECAD2A3AA415EEC418D38EC:0\r\n";
        assert!(holds(range, "0018A45C4D1DEF81644B54AB7F969B88D65"));
        assert!(holds(range, "0018a45c4d1def81644b54ab7f969b88d65"));
        assert!(!holds(range, "00D4F6E8FA6EECAD2A3AA415EEC418D38EC"));
        assert!(!holds(range, "0018A45C4D1DEF81644B54AB7F969B88D66"));
        assert!(!holds("", "0018A45C4D1DEF81644B54AB7F969B88D65"));
    }
}
