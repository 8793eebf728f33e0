//! Where a sign-in came from, as far as the edge tells. For people to recognise their sessions; it proves nothing.

use std::net::IpAddr;

use tonic::metadata::MetadataMap;

use crate::device;

/// Most characters of a user agent that are kept.
const MAX_USER_AGENT: usize = 512;

/// Where a sign-in came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The client's program.
    pub user_agent: Option<String>,
    /// The client's address as the edge saw it.
    pub ip: Option<IpAddr>,
}

impl Origin {
    /// From a call's headers.
    #[must_use]
    pub fn of(headers: &MetadataMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let ip = text("x-envoy-external-address")
            .or_else(|| {
                // The last entry is the one that our own edge added.
                text("x-forwarded-for").and_then(|list| list.rsplit(',').next())
            })
            .and_then(|address| address.trim().parse().ok());
        Self {
            user_agent: text("user-agent").map(|agent| agent.chars().take(MAX_USER_AGENT).collect()),
            ip,
        }
    }
}

impl Origin {
    /// What makes two sign-ins look like the same person's: the program, and the network as a provider assigns it
    /// (16 bits of an IPv4 address, 32 of an IPv6 address).
    #[must_use]
    pub fn device(&self) -> String {
        let program = device::describe(self.user_agent.as_deref());
        match self.ip.map(|ip| ip.to_canonical()) {
            None => program,
            Some(IpAddr::V4(ip)) => {
                let [a, b, ..] = ip.octets();
                format!("{program}, {a}.{b}")
            }
            Some(IpAddr::V6(ip)) => {
                let [a, b, ..] = ip.segments();
                format!("{program}, {a:x}:{b:x}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(headers: &[(&'static str, &'static str)]) -> Origin {
        let mut map = MetadataMap::new();
        for &(name, value) in headers {
            map.insert(name, value.parse().unwrap());
        }
        Origin::of(&map)
    }

    #[test]
    fn the_edges_own_word_counts() {
        let found = origin(&[
            ("x-envoy-external-address", "203.0.113.7"),
            ("x-forwarded-for", "10.0.0.1"),
        ]);
        assert_eq!(found.ip, "203.0.113.7".parse().ok());
        let found = origin(&[("x-forwarded-for", "198.51.100.1, 2001:db8::1")]);
        assert_eq!(found.ip, "2001:db8::1".parse().ok());
    }

    #[test]
    fn noise_is_no_address() {
        assert_eq!(origin(&[("x-forwarded-for", "unknown")]), Origin::default());
        assert_eq!(origin(&[]), Origin::default());
    }

    #[test]
    fn an_address_of_the_same_network_is_the_same_device() {
        let at = |ip: &'static str| {
            origin(&[("x-envoy-external-address", ip), ("user-agent", "curl/8.5.0")]).device()
        };
        assert_eq!(at("203.0.113.7"), at("203.0.200.9"));
        assert_ne!(at("203.0.113.7"), at("203.1.113.7"));
        assert_eq!(at("2001:db8::1"), at("2001:db8:9::1"));
        assert_ne!(at("2001:db8::1"), at("2001:db9::1"));
        assert_eq!(at("::ffff:203.0.113.7"), at("203.0.113.7"));
        assert_eq!(origin(&[]).device(), "an unknown program");
    }
}
