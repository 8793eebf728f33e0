//! What the audit log is told.

use jiff::Timestamp;
use pfms_proto::events::v1::AuditRecorded;
use pfms_types::UserId;
use tonic::metadata::MetadataMap;
use uuid::Uuid;

use crate::Error;
use crate::events::Outgoing;

/// Who did it when a person did it with the program `pfms`.
pub const OPERATOR: &str = "operator";

/// Most characters of a user agent that are kept.
const MAX_USER_AGENT: usize = 512;

/// An act on the installation that succeeded. `actor` is [`OPERATOR`] or the name of a service, `action` is in dotted
/// lower case, `target` is what it was done to.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn act(actor: &str, action: &str, target: &str, at: Timestamp) -> Result<Outgoing, Error> {
    let data = AuditRecorded {
        actor: actor.to_owned(),
        action: action.to_owned(),
        target: target.to_owned(),
        succeeded: true,
        ..AuditRecorded::default()
    };
    Outgoing::new(UserId::from(Uuid::nil()), at, &data)
}

/// Where a call came from, as the edge saw it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    ip_address: String,
    user_agent: String,
}

impl Origin {
    /// From a call's headers. What is no address is left out.
    #[must_use]
    pub fn of(headers: &MetadataMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let ip_address = text("x-envoy-external-address")
            // The last entry is the one that our own edge added.
            .or_else(|| text("x-forwarded-for").and_then(|list| list.rsplit(',').next()))
            .and_then(|address| address.trim().parse::<std::net::IpAddr>().ok())
            .map(|address| address.to_string())
            .unwrap_or_default();
        Self {
            ip_address,
            user_agent: text("user-agent")
                .unwrap_or_default()
                .chars()
                .take(MAX_USER_AGENT)
                .collect(),
        }
    }

    /// An act that a person did, in the log of `about`: the person, or another one whom it touched.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn act(
        &self,
        about: UserId,
        action: &str,
        target: impl std::fmt::Display,
        at: Timestamp,
    ) -> Result<Outgoing, Error> {
        let data = AuditRecorded {
            user_id: about.to_string(),
            actor: "user".into(),
            action: action.into(),
            target: target.to_string(),
            succeeded: true,
            ip_address: self.ip_address.clone(),
            user_agent: self.user_agent.clone(),
        };
        Outgoing::new(about, at, &data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edges_own_word_counts_and_noise_is_no_address() {
        let mut headers = MetadataMap::new();
        headers.insert("x-forwarded-for", "10.0.0.1, 198.51.100.1".parse().unwrap());
        assert_eq!(Origin::of(&headers).ip_address, "198.51.100.1");
        headers.insert("x-envoy-external-address", "203.0.113.7".parse().unwrap());
        assert_eq!(Origin::of(&headers).ip_address, "203.0.113.7");
        headers.insert("x-envoy-external-address", "unknown".parse().unwrap());
        assert_eq!(Origin::of(&headers).ip_address, "");
    }
}
