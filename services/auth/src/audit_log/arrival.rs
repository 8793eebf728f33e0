//! What has arrived and is to be appended.

use jiff::Timestamp;
use pfms_proto::events::v1::AuditRecorded;
use pfms_types::UserId;
use uuid::Uuid;

/// Most characters of each text that are kept.
const MAX_TEXT: usize = 512;

/// An act that the log was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The event that brought it.
    pub event_id: Uuid,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// Who did it.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// Whether it succeeded.
    pub succeeded: bool,
    /// The account that it is about.
    pub user_id: Option<UserId>,
    /// What it was done to.
    pub target: String,
    /// From which address.
    pub ip_address: String,
    /// With which program.
    pub user_agent: String,
}

impl Arrival {
    /// From an event's data. Texts that are too long are cut: an act is not left out for them.
    ///
    /// # Errors
    /// When the account's id is none.
    pub fn of(event_id: Uuid, occurred_at: Timestamp, data: &AuditRecorded) -> Result<Self, String> {
        let user_id = match data.user_id.as_str() {
            "" => None,
            id => Some(id.parse().map_err(|error| format!("userId: {error}"))?),
        };
        Ok(Self {
            event_id,
            occurred_at,
            actor: kept(&data.actor),
            action: kept(&data.action),
            succeeded: data.succeeded,
            user_id,
            target: kept(&data.target),
            ip_address: kept(&data.ip_address),
            user_agent: kept(&data.user_agent),
        })
    }
}

/// PostgreSQL's texts hold no NUL.
fn kept(text: &str) -> String {
    text.chars().filter(|char| *char != '\0').take(MAX_TEXT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_stored_is_cut_and_not_left_out() {
        let data = AuditRecorded {
            actor: "anonymous".into(),
            action: "auth.sign_in.failed".into(),
            user_agent: format!("a\0{}", "é".repeat(1_000)),
            ..AuditRecorded::default()
        };
        let arrival = Arrival::of(Uuid::nil(), Timestamp::UNIX_EPOCH, &data).unwrap();
        assert_eq!(arrival.user_agent, format!("a{}", "é".repeat(511)));
        assert_eq!(arrival.user_id, None);
    }

    #[test]
    fn an_account_is_named_by_its_id() {
        let data = AuditRecorded {
            user_id: "ada".into(),
            ..AuditRecorded::default()
        };
        assert!(Arrival::of(Uuid::nil(), Timestamp::UNIX_EPOCH, &data).is_err());
    }
}
