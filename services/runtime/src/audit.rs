//! What the audit log is told of acts that are nobody's in particular.

use jiff::Timestamp;
use pfms_proto::events::v1::AuditRecorded;
use pfms_types::UserId;
use uuid::Uuid;

use crate::Error;
use crate::events::Outgoing;

/// Who did it when a person did it with the program `pfms`.
pub const OPERATOR: &str = "operator";

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
