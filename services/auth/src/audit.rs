//! What the audit log is told.

use jiff::Timestamp;
use pfms_proto::events::v1::AuditRecorded;
use pfms_runtime::Error;
use pfms_runtime::events::Outgoing;
use pfms_types::UserId;

use crate::origin::Origin;

/// Something that a person did, or that was tried in their name.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn by_user(
    user_id: UserId,
    action: &str,
    target: &str,
    succeeded: bool,
    origin: &Origin,
    at: Timestamp,
) -> Result<Outgoing, Error> {
    let data = AuditRecorded {
        user_id: user_id.to_string(),
        actor: "user".into(),
        action: action.into(),
        target: target.into(),
        succeeded,
        ip_address: origin.ip.map(|ip| ip.to_string()).unwrap_or_default(),
        user_agent: origin.user_agent.clone().unwrap_or_default(),
    };
    Outgoing::new(user_id, at, &data)
}

/// Something that an operator did to an account.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn by_operator(user_id: UserId, action: &str, at: Timestamp) -> Result<Outgoing, Error> {
    let data = AuditRecorded {
        user_id: user_id.to_string(),
        actor: "operator".into(),
        action: action.into(),
        succeeded: true,
        ..AuditRecorded::default()
    };
    Outgoing::new(user_id, at, &data)
}
