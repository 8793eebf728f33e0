//! Settings of codes by SMS.

use url::{Host, Url};

use super::SettingError;

/// The gateway that SMS go out through.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "SMS")]
pub struct Sms {
    /// Gateway that codes by SMS are posted to, as JSON with from, to and text: https, or http on this machine.
    /// Without it that second factor is off.
    #[arg(long, env = "PFMS_SMS_URL", hide_env_values = true)]
    pub sms_url: Option<String>,

    /// Token that the gateway is shown (`Authorization: Bearer`).
    #[arg(long, env = "PFMS_SMS_TOKEN", hide_env_values = true)]
    pub sms_token: Option<String>,

    /// Whom SMS are from: a number, or a name of up to 11 letters and digits; required with a gateway.
    #[arg(long, env = "PFMS_SMS_FROM")]
    pub sms_from: Option<String>,

    /// Beginning of numbers that SMS may be sent to, for example +49; may be repeated. Without it all may.
    #[arg(long = "sms-prefix", env = "PFMS_SMS_PREFIXES", value_delimiter = ',')]
    pub sms_prefixes: Vec<String>,
}

impl Sms {
    /// Checks what belongs together.
    ///
    /// # Errors
    /// Names the first setting that is wrong.
    pub fn validate(&self) -> Result<(), SettingError> {
        let wrong = |name: &str, problem: &str| {
            Err(SettingError {
                name: name.to_owned(),
                problem: problem.to_owned(),
            })
        };
        let Some(url) = &self.sms_url else {
            let needless = [
                (self.sms_token.is_some(), "PFMS_SMS_TOKEN"),
                (self.sms_from.is_some(), "PFMS_SMS_FROM"),
                (!self.sms_prefixes.is_empty(), "PFMS_SMS_PREFIXES"),
            ];
            return match needless.into_iter().find(|(given, _)| *given) {
                Some((_, name)) => wrong(name, "means nothing without PFMS_SMS_URL"),
                None => Ok(()),
            };
        };
        if !Url::parse(url).is_ok_and(|url| is_private(&url)) {
            return wrong(
                "PFMS_SMS_URL",
                "must be an https:// URL, or http:// on a loopback address: codes and the token are sent to it",
            );
        }
        let visible = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        if self.sms_token.as_deref().is_some_and(|token| !visible(token)) {
            return wrong("PFMS_SMS_TOKEN", "must be visible ASCII characters");
        }
        match self.sms_from.as_deref() {
            None => wrong("PFMS_SMS_FROM", "is required with PFMS_SMS_URL"),
            Some(from) if !is_sender(from) => wrong(
                "PFMS_SMS_FROM",
                "must be a number such as +14155550123, a short code, or up to 11 letters and digits",
            ),
            Some(_) if !self.sms_prefixes.iter().all(|prefix| is_prefix(prefix)) => wrong(
                "PFMS_SMS_PREFIXES",
                "must be beginnings of E.164 numbers such as +49, separated by commas",
            ),
            Some(_) => Ok(()),
        }
    }
}

/// Whether what is sent there stays between us and the server.
fn is_private(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && loopback)
}

fn is_sender(text: &str) -> bool {
    let name = text
        .chars()
        .all(|char| char.is_ascii_alphanumeric() || char == ' ');
    is_number(text) || (name && (1..=11).contains(&text.trim().len()))
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_prefix(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (1..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gateway() -> Sms {
        Sms {
            sms_url: Some("https://sms.example.com/send".into()),
            sms_token: Some("t0ken".into()),
            sms_from: Some("PFMS".into()),
            sms_prefixes: vec!["+49".into(), "+1".into()],
        }
    }

    fn problem(change: impl FnOnce(&mut Sms)) -> String {
        let mut sms = gateway();
        change(&mut sms);
        sms.validate().map_or_else(|error| error.name, |()| String::new())
    }

    #[test]
    fn a_gateway_is_reached_in_private_only() {
        for url in [
            "https://sms.example.com",
            "http://127.0.0.1:9000/sms",
            "http://[::1]:9000",
            "http://localhost/sms",
        ] {
            assert_eq!(problem(|sms| sms.sms_url = Some(url.into())), "", "{url}");
        }
        for url in ["http://sms.example.com", "ftp://sms.example.com", "sms", ""] {
            assert_eq!(
                problem(|sms| sms.sms_url = Some(url.into())),
                "PFMS_SMS_URL",
                "{url}"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(problem(|sms| sms.sms_from = None), "PFMS_SMS_FROM");
        for from in ["", "A name that is long", "+49x", "Ünïcode"] {
            assert_eq!(
                problem(|sms| sms.sms_from = Some(from.into())),
                "PFMS_SMS_FROM",
                "{from}"
            );
        }
        for from in ["+14155550123", "12345", "My bank"] {
            assert_eq!(problem(|sms| sms.sms_from = Some(from.into())), "", "{from}");
        }
        assert_eq!(
            problem(|sms| sms.sms_token = Some("two\nlines".into())),
            "PFMS_SMS_TOKEN"
        );
        for prefix in ["", "49", "+", "+4 9"] {
            let wrong = problem(|sms| sms.sms_prefixes = vec![prefix.into()]);
            assert_eq!(wrong, "PFMS_SMS_PREFIXES", "{prefix}");
        }
    }

    #[test]
    fn without_a_gateway_nothing_is_asked_for_and_nothing_may_be_half_set() {
        assert!(Sms::default().validate().is_ok());
        assert_eq!(problem(|sms| sms.sms_url = None), "PFMS_SMS_TOKEN");
        let from = |sms: &mut Sms| (sms.sms_url, sms.sms_token) = (None, None);
        assert_eq!(problem(from), "PFMS_SMS_FROM");
    }
}
