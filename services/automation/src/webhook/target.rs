//! Where messages may be sent.

use std::net::IpAddr;

use pfms_runtime::settings::Webhooks as Settings;
use url::{Host, Url};

use super::address::is_public;

/// Longest address, in characters.
const MAX_URL: usize = 2_048;

/// Where the messages of a webhook go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target(Url);

impl Target {
    /// As it is stored and shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(super) fn url(&self) -> &Url {
        &self.0
    }

    /// An address that was stored; the operator may have ceased to allow it.
    pub(super) fn stored(text: &str) -> Option<Self> {
        Url::parse(text).ok().map(Self)
    }
}

/// What the operator allows.
#[derive(Clone, Debug)]
pub struct Allowed {
    ports: Vec<u16>,
    loopback: bool,
}

impl Allowed {
    /// As the settings say.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            ports: settings.webhook_ports.clone(),
            loopback: settings.webhook_loopback,
        }
    }

    /// Whether messages may be sent to this address.
    #[must_use]
    pub fn reaches(&self, address: IpAddr) -> bool {
        is_public(address) || (self.loopback && address.is_loopback())
    }

    /// Reads an address. What its name leads to is found out when a message is sent.
    ///
    /// # Errors
    /// Says what it has to be.
    pub fn parse(&self, text: &str) -> Result<Target, String> {
        if text.is_empty() {
            return Err("is required".to_owned());
        }
        let url = Url::parse(text)
            .ok()
            // A parser drops control characters and spaces, which would then be in one text and not in the other.
            .filter(|_| {
                text.len() <= MAX_URL && !text.contains(|c: char| c.is_control() || c.is_whitespace())
            })
            .ok_or_else(|| format!("must be an https address of at most {MAX_URL} characters"))?;
        let local = self.loopback && is_loopback(&url);
        if url.scheme() != "https" && !(local && url.scheme() == "http") {
            return Err("must be an https address: what is sent is personal".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not hold a name or a password: messages are signed instead".to_owned());
        }
        if url.fragment().is_some() {
            return Err("must not hold a fragment, which is not sent".to_owned());
        }
        let port = url.port_or_known_default().unwrap_or_default();
        if !local && !self.ports.contains(&port) {
            let ports: Vec<_> = self.ports.iter().map(u16::to_string).collect();
            return Err(format!("must have one of the ports {}", ports.join(", ")));
        }
        let named = match url.host() {
            Some(Host::Domain(name)) => local || name.trim_end_matches('.').contains('.'),
            Some(Host::Ipv4(address)) => self.reaches(address.into()),
            Some(Host::Ipv6(address)) => self.reaches(address.into()),
            None => false,
        };
        if !named {
            return Err("must lead to a public host".to_owned());
        }
        Ok(Target(url))
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(loopback: bool) -> Allowed {
        Allowed::new(&Settings {
            webhook_loopback: loopback,
            ..Settings::default()
        })
    }

    #[test]
    fn public_https_addresses_are_taken() {
        for text in [
            "https://hooks.example.com/a?b=c",
            "https://hooks.example.com:8443/",
            "https://8.8.8.8/",
            "https://[2606:4700::1111]/",
            "https://münchen.example/",
        ] {
            assert!(allowed(false).parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let long = format!("https://hooks.example.com/{}", "x".repeat(2_048));
        for text in [
            "",
            "hooks.example.com",
            "http://hooks.example.com/",
            "ftp://hooks.example.com/",
            "https://hooks.example.com:80/",
            "https://hooks.example.com:8080/",
            "https://user:secret@hooks.example.com/",
            "https://user@hooks.example.com/",
            "https://hooks.example.com/#part",
            "https://hooks.example.com/a\nb",
            " https://hooks.example.com/",
            "https://localhost/",
            "https://intranet/",
            "https://intranet./",
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0177.0.0.1/",
            "https://10.0.0.1/",
            "https://169.254.169.254/latest/meta-data/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[fe80::1]/",
            &long,
        ] {
            assert!(allowed(false).parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_operator_can_let_them_lead_to_this_machine() {
        for text in [
            "http://127.0.0.1:1234/",
            "http://localhost:80/",
            "https://[::1]:5/",
        ] {
            assert!(allowed(true).parse(text).is_ok(), "{text}");
        }
        for text in [
            "http://10.0.0.1:1234/",
            "http://hooks.example.com/",
            "https://intranet/",
        ] {
            assert!(allowed(true).parse(text).is_err(), "{text}");
        }
    }
}
